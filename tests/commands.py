"""The command line as a user meets it: in this process where nothing is collected, else in one of its own.

A process of its own is forked from one that has everything imported, unless a test has to signal it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner

from scim_contract.cli import main
from tests import forked

_MOVES_BY_ITSELF = ("version", "modified")


@dataclass(frozen=True)
class Told:
    """How a command ended, and all that it printed."""

    code: int
    text: str

    @property
    def last(self) -> str:
        """The last line."""
        return self.text.strip().splitlines()[-1] if self.text.strip() else ""


def invoke(*words: str, **environment: str) -> Told:
    """A command in this process: for those that stop before pytest begins."""
    held = signal.getsignal(signal.SIGTERM)
    try:
        done = CliRunner(env=_environment(environment)).invoke(main, list(words))
    finally:
        signal.signal(signal.SIGTERM, held)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Told(done.exit_code, done.output)


def spawn(folder: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """A command in a fresh process and a process group of its own, with a folder as the current one."""
    return subprocess.Popen(
        [sys.executable, "-m", "scim_contract", *words],
        cwd=folder, env=_kept(environment), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip


def call(folder: Path, *words: str, **environment: str) -> Told:
    """A command in a process of its own, waited for; a fresh one where workers have to import the same."""
    if "-n" in words:
        process = spawn(folder, *words, **environment)
        text, _ = process.communicate(timeout=300)
        return Told(process.returncode, text)
    return Told(*forked.carried_out("scim_contract", words, folder, _kept(environment)))


def call_pytest(folder: Path, *words: str, **environment: str) -> Told:
    """pytest itself, in a process of its own."""
    return Told(*forked.carried_out("pytest", words, folder, _kept(environment)))


def report(folder: Path, target: str = "mock") -> dict[str, Any]:
    """The report.json of a target."""
    document: dict[str, Any] = json.loads((folder / "reports" / target / "report.json").read_text("utf-8"))
    return document


def verdicts(document: Mapping[str, Any]) -> dict[str, str]:
    """The verdict of every key of a report."""
    return {row["key"]: row["verdict"] for row in document["results"]}


def directory(url: str) -> Any:
    """All that a mock started with `admin` holds, less what every write moves."""
    return _still(httpx.get(f"{url}/_mock/state").json())


def _still(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _still(v) for k, v in value.items() if k not in _MOVES_BY_ITSELF}
    return [_still(item) for item in value] if isinstance(value, list) else value


def _environment(more: Mapping[str, str]) -> dict[str, str | None]:
    """This process's environment without what would steer the command, and with what a test adds."""
    ours = {k: None for k in os.environ if k.startswith(("SCIM_", "PYTEST_"))}
    return {**ours, **more}


def _kept(more: Mapping[str, str]) -> dict[str, str]:
    """The same, for a process of its own."""
    return {name: value for name, value in {**os.environ, **_environment(more)}.items() if value is not None}
