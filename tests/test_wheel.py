"""What is in the wheel does the main job away from the checkout, and has the drivers.

That what it needs is declared shows tox, which installs the wheel in an empty environment before it runs `prove`.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from scim_contract.sdk.language import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent


def test_an_installed_wheel_runs_just_the_same(tmp_path: Path) -> None:
    built = tmp_path / "wheel"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", built, ROOT], check=True, timeout=300)
    (wheel,) = built.glob("scim_contract-*.whl")
    drivers = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/sdk/drivers/" in name}
    assert {language.driver for language in LANGUAGES.values()} <= drivers
    home = tmp_path / "installed"
    subprocess.run([*pip, "install", "--no-deps", "--target", home, wheel], check=True, timeout=300)
    away = tmp_path / "away"
    away.mkdir()
    command = [sys.executable, "-m", "scim_contract", "run", "--claim", "etags.stable", "--prefix", "v2"]
    told = os.environ | {"PYTHONPATH": str(home)}
    where = [sys.executable, "-c", "import scim_contract; print(scim_contract.__file__)"]
    file = subprocess.run(where, cwd=away, env=told, capture_output=True, text=True, check=True).stdout
    assert Path(file.strip()).is_relative_to(home)
    done = subprocess.run(command, cwd=away, env=told, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((away / "reports" / "mock" / "report.json").read_text("utf-8"))
    judged = {row["operation"] for row in report["results"] if row["claim"] == "etags.stable"}
    assert judged == {"get_scim_v2_user", "get_scim_v2_group", "get_scim_v2_serviceproviderconfig"}
    assert {row["prefix"] for row in report["results"]} == {"v2"}
