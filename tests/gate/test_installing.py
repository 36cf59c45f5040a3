"""Bringing a release into the cache: once, whole, and with a sentence where it cannot be."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scim_contract.sdk import installing
from scim_contract.sdk.installing import Wanted, install, run
from scim_contract.sdk.language import LANGUAGES
from scim_contract.targets import ConfigurationError

PYTHON, NODE = LANGUAGES["python"], LANGUAGES["javascript"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCIM_CONTRACT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_release_is_installed_once_by_whoever_comes_first(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[Path] = []

    def slowly(wanted: Wanted, home: Path) -> dict[str, str]:
        times.append(home)
        return {"version": wanted.version}

    monkeypatch.setitem(installing._INSTALLERS, "python", slowly)
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(install, [Wanted(PYTHON, "1.0.0")] * 8))
    assert len(times) == 1
    assert {each.label for each in got} == {"python==1.0.0"}


def test_one_that_was_cut_short_is_installed_anew(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(wanted: Wanted, home: Path) -> dict[str, str]:
        (home / "half").write_text("", "utf-8")
        raise KeyboardInterrupt

    monkeypatch.setitem(installing._INSTALLERS, "python", broken)
    with pytest.raises(KeyboardInterrupt):
        install(Wanted(PYTHON, "1.0.0"))
    assert not (cache / "sdk" / "python" / "1.0.0").exists()
    monkeypatch.setitem(installing._INSTALLERS, "python", lambda wanted, home: {"version": "1.0.0"})
    assert install(Wanted(PYTHON, "1.0.0")).version == "1.0.0"


def test_a_package_is_known_by_its_content(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(installing._INSTALLERS, "javascript", lambda wanted, home: {"version": wanted.package.name})
    package, homes = tmp_path / "x.tgz", []
    for content in (b"one", b"two", b"one"):
        package.write_bytes(content)
        homes.append(install(Wanted(NODE, package=package)).home)
    assert homes[0] == homes[2] != homes[1]


def test_an_older_python_is_tried_and_told_of(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def tool(command: list[str], why: str, folder: Path | None = None) -> str:
        asked.append(command[0])
        if "--python" in command:
            raise ConfigurationError(f"{why}: it wants an older Python")
        return "63.0.0\n"

    monkeypatch.setattr(installing, "run", tool)
    monkeypatch.setattr(installing.shutil, "which", lambda name: f"/opt/{name}" if name == "python3.9" else None)
    got = install(Wanted(PYTHON, "63.0.0"))
    assert got.version == "63.0.0"
    assert got.note.startswith("installed with python3.9, since on this Python")
    assert "/opt/python3.9" in asked
    assert json.loads((got.home / "installed.json").read_text("utf-8"))["note"] == got.note


def test_without_an_older_python_it_says_what_was_tried(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tool(command: list[str], why: str, folder: Path | None = None) -> str:
        raise ConfigurationError(f"{why}: it wants an older Python")

    monkeypatch.setattr(installing, "run", tool)
    monkeypatch.setattr(installing.shutil, "which", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"wants an older Python \(older Pythons tried: none is on the PATH\)"):
        install(Wanted(PYTHON, "63.0.0"))


def test_tools_that_fail_are_quoted() -> None:
    with pytest.raises(ConfigurationError, match="it does not install: boom"):
        run(["sh", "-c", "echo boom >&2; exit 3"], "it does not install")
    with pytest.raises(ConfigurationError, match="it does not install: exit code 4"):
        run(["sh", "-c", "exit 4"], "it does not install")
    with pytest.raises(ConfigurationError, match="no-such-tool is not installed"):
        run(["no-such-tool"], "it does not install")


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("SCIM_CONTRACT_CACHE", str(tmp_path / "file"))
    with pytest.raises(ConfigurationError, match="no release can be kept there"):
        install(Wanted(PYTHON, "1.0.0"))


def test_drivers_are_carried_along() -> None:
    for language in LANGUAGES.values():
        assert (installing.DRIVERS / language.driver).is_file()
    compiled = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 8))"
    driver = installing.DRIVERS / PYTHON.driver
    assert subprocess.run(["python3", "-c", compiled, str(driver)], check=False).returncode == 0
