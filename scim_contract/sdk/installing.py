"""Installing a release into a folder of its own in the cache, once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from scim_contract.sdk.language import Language
from scim_contract.targets import ConfigurationError

_PATIENCE = 600
_OLDER = ("python3.10", "python3.9", "python3.8")
_THERE_IS_NONE, _FOR_ANOTHER = "No matching distribution found", "require a different python version"
DRIVERS = Path(__file__).parent / "drivers"


@dataclass(frozen=True)
class Wanted:
    """Which release: a version of the registry (`latest` for the newest), or a package file or folder."""

    language: Language
    version: str = ""
    package: Path | None = None


@dataclass(frozen=True)
class Installed:
    """A release in the cache, and how its driver is started; `note` is what had to be done about it."""

    language: Language
    version: str
    home: Path
    command: tuple[str, ...]
    environment: dict[str, str]
    note: str = ""

    @property
    def label(self) -> str:
        """Its name in reports."""
        return f"{self.language.name}=={self.version}"


def cache_folder() -> Path:
    """Where releases are kept: SCIM_CONTRACT_CACHE, else the user's cache."""
    given = os.environ.get("SCIM_CONTRACT_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "scim-contract"


def install(wanted: Wanted) -> Installed:
    """The release, installed unless the cache has it whole.

    Raises:
        ConfigurationError: there is no such release, it does not install, or a tool is missing.
    """
    if wanted.package is not None and not wanted.package.exists():
        raise ConfigurationError(f"{wanted.package}: there is no such package")
    if not wanted.language.package:
        return _checkout(wanted)
    home = cache_folder() / "sdk" / wanted.language.name / _name(wanted)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(home.parent / f"{home.name}.lock", timeout=_PATIENCE):  # two gates may want the same release
            facts = _facts(wanted, home)
    except Timeout:
        raise ConfigurationError(f"{home}: another process has been installing there for {_PATIENCE} s") from None
    except OSError as error:
        raise ConfigurationError(f"{home}: no release can be kept there ({error.strerror or error})") from None
    return _installed(wanted, facts, home)


def _facts(wanted: Wanted, home: Path) -> dict[str, str]:
    """What is known of a release in the cache, which has it whole after this."""
    done = home / "installed.json"
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        try:
            facts = _INSTALLERS[wanted.language.name](wanted, home)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        done.write_text(json.dumps(facts), "utf-8")
    facts = json.loads(done.read_text("utf-8"))
    return dict(facts)


def _checkout(wanted: Wanted) -> Installed:
    """A checkout is used where it lies: there is nothing to install but what runs it."""
    folder = wanted.package
    if folder is None:
        raise ConfigurationError(f"SDKs of {wanted.language.name} are in no registry: give --package DIR, a checkout")
    if not (folder / "build" / "lib").is_dir():
        raise ConfigurationError(f"{folder}: has no build/lib; give a checkout of the vendor's SDK")
    needs = "apt-get install ruby ruby-typhoeus ruby-rest-client"
    run(["ruby", "-e", "require 'typhoeus'; require 'rest_client'"], f"the SDK needs ruby and two gems ({needs})")
    driver = str(DRIVERS / wanted.language.driver)
    return Installed(wanted.language, folder.name, folder, ("ruby", driver, str(folder.absolute())), {})


def _name(wanted: Wanted) -> str:
    if wanted.package is None:
        return wanted.version
    if not wanted.package.is_file():
        raise ConfigurationError(f"{wanted.package}: is no file; give the wheel or the tarball itself")
    return f"{wanted.package.name}-{hashlib.sha256(wanted.package.read_bytes()).hexdigest()[:16]}"


def _installed(wanted: Wanted, facts: Mapping[str, str], home: Path) -> Installed:
    driver = str(DRIVERS / wanted.language.driver)
    commands = {
        "python": (str(_python(home)), "-X", "utf8", driver),
        "javascript": ("node", driver, str(home)),
    }
    command = commands[wanted.language.name]
    return Installed(wanted.language, facts["version"], home, command, {}, facts.get("note", ""))


def _python_release(wanted: Wanted, home: Path) -> dict[str, str]:
    """Into a virtual environment of its own; of an older Python, where there is one and the release asks for it."""
    try:
        venv.create(home / "venv", with_pip=False, symlinks=True)
        # The pip at hand installs from outside: an environment with one of its own takes three times as long.
        return {"version": _pip([sys.executable, "-m", "pip", "--python", str(_python(home))], wanted, home)}
    except ConfigurationError as error:
        why = str(error)
    if _THERE_IS_NONE in why and _FOR_ANOTHER not in why:
        raise ConfigurationError(why)
    older = [found for name in _OLDER if (found := shutil.which(name))]
    for python in older:
        shutil.rmtree(home / "venv", ignore_errors=True)
        with contextlib.suppress(ConfigurationError):
            run([python, "-m", "venv", str(home / "venv")], "an environment of an older Python")
            version = _pip([str(_python(home)), "-m", "pip"], wanted, home)
            return {"version": version, "note": f"installed with {Path(python).name}, since on this Python {why}"}
    tried = ", ".join(Path(python).name for python in older) or "none is on the PATH"
    raise ConfigurationError(f"{why} (older Pythons tried: {tried})")


def _pip(pip: Sequence[str], wanted: Wanted, home: Path) -> str:
    what = str(wanted.package or f"{wanted.language.package}=={wanted.version}")
    quiet = ["--disable-pip-version-check", "--quiet"]
    run([*pip, *quiet, "install", "--no-input", what], f"{what} does not install")
    ask = f"from importlib.metadata import version; print(version({wanted.language.package!r}))"
    return run([str(_python(home)), "-c", ask], f"{what} is no {wanted.language.package}").strip()


def _npm_release(wanted: Wanted, home: Path) -> dict[str, str]:
    """Into a folder of its own, without running anything that the package brings."""
    name = wanted.language.package
    what = str(wanted.package.absolute()) if wanted.package else f"{name}@{wanted.version}"
    (home / "package.json").write_text('{"private": true}', "utf-8")
    npm = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", what]
    run(npm, f"{what} does not install", home)
    manifest = home / "node_modules" / name / "package.json"
    if not manifest.exists():
        raise ConfigurationError(f"{what} is no {name}")
    return {"version": str(json.loads(manifest.read_text("utf-8"))["version"])}


def _python(home: Path) -> Path:
    return home / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(command: Sequence[str], why: str, folder: Path | None = None) -> str:
    """What a tool printed.

    Raises:
        ConfigurationError: it is not there, failed, or took too long; `why` says what that means.
    """
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except FileNotFoundError:
        raise ConfigurationError(f"{why}: {command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise ConfigurationError(f"{why}: {command[0]} took longer than {_PATIENCE} s") from None
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).strip().splitlines() if line.strip()]
        shown = " ".join(line if len(line) <= 200 else f"{line[:200]}…" for line in said[-3:])
        raise ConfigurationError(f"{why}: {shown or f'exit code {done.returncode}'}")
    return done.stdout


_INSTALLERS = {"python": _python_release, "javascript": _npm_release}
