"""What the wheel holds besides the package."""

import subprocess
import sys
import zipfile
from pathlib import Path

from scim_contract.sdk.language import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheel_has_a_driver_of_each_language(tmp_path: Path) -> None:
    """That an installed wheel runs by itself is shown by tox's suite, which has nothing but the wheel."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True, timeout=300)
    (wheel,) = tmp_path.glob("scim_contract-*.whl")
    drivers = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/sdk/drivers/" in name}
    assert {language.driver for language in LANGUAGES.values()} <= drivers
