"""Allure 3 as a program of its own: where it is, what it is given, and what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scim_contract.locate import folder
from scim_contract.publishing.found import Results

INSTALL = "npm install --global allure@3"
_PATIENCE = 900  # seconds; 50,000 results take Allure a minute
_NIGHTS = 30
_CONFIG = "allurerc.mjs"
_SETTINGS = "SCIM_CONTRACT_ALLURE"
_ANALYTICS = re.compile(
    r"<script[^>]*googletagmanager[^>]*>\s*</script>(?:\s*<script>\s*window\.dataLayer.{0,2000}?</script>)?", re.DOTALL
)


class AllureTrouble(Exception):
    """Allure made no report; the message says why and what to do."""


@dataclass(frozen=True)
class Made:
    """What Allure made, and what it complained of."""

    index: Path
    said: str = ""


def command() -> list[str]:
    """How to call Allure 3: from the project's node_modules, from PATH, or fetched by npx.

    Raises:
        AllureTrouble: there is no Node.
    """
    own = Path("node_modules", ".bin", "allure").absolute()
    for found in (str(own) if own.exists() else None, shutil.which("allure")):
        if found is not None and _version(found).startswith("3."):
            return [found]
    npx = shutil.which("npx")
    if npx is None:
        raise AllureTrouble(f"Allure's report needs Node 20 or newer (https://nodejs.org), and then: {INSTALL}")
    return [npx, "--yes", "allure@3"]


def generate(
    program: Sequence[str], results: Sequence[Results], output: Path, history: Path, *, single_file: bool
) -> Made:
    """Let Allure make one report of some results, and remember the night in a history file.

    Of each target its newest results are shown; older nights that the history does not have are added to it first.

    Raises:
        AllureTrouble: it did not.
    """
    shutil.rmtree(output, ignore_errors=True)
    latest = _latest(results)
    known = _known(history)
    older = sorted((each for each in results if each not in latest and _run(each)), key=_started)
    for each in older:
        if _run(each) not in known:
            with tempfile.TemporaryDirectory() as place:
                _call(program, [each], Path(place), history, single_file=False, append=True)
    append = not all(_run(each) in known for each in latest)
    said = _call(program, latest, output, history, single_file=single_file, append=append)
    index = next((path for path in (output / "index.html", output / "awesome" / "index.html") if path.exists()), None)
    if index is None:
        raise AllureTrouble(f"Allure wrote no index.html into {output}: {said or 'it did not say why'}")
    _finish(index)
    return Made(index, said)


def _finish(index: Path) -> None:
    """Take out what would tell a stranger that the report is read: Allure has no switch for its analytics.

    And lay down the one file that Allure's page asks for although it was not written, so that its console stays clean.
    """
    text = index.read_text("utf-8")
    index.write_text(_ANALYTICS.sub("", text), "utf-8")
    metrics = index.parent / "widgets" / "metrics.json"
    if metrics.parent.is_dir() and not metrics.exists():
        metrics.write_text(json.dumps({"current": [], "history": []}), "utf-8")


def _call(
    program: Sequence[str], results: Sequence[Results], output: Path, history: Path, *, single_file: bool, append: bool
) -> str:
    config = folder("reports") / _CONFIG
    history.parent.mkdir(parents=True, exist_ok=True)
    settings = {
        "name": _name(results),
        "output": str(output.absolute()),
        "historyPath": str(history.absolute()),
        "historyLimit": _NIGHTS,
        "appendHistory": append,
        "singleFile": single_file,
        "targets": [_environment(each) for each in results],
    }
    words = [*program, "generate", "--config", str(config), *(str(each.folder.absolute()) for each in results)]
    try:
        done = subprocess.run(
            words,
            env={**os.environ, _SETTINGS: json.dumps(settings), "NO_COLOR": "1"},
            cwd=output.parent if output.parent.is_dir() else None,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AllureTrouble(f"{program[0]} could not be run: {error}") from None
    said = "\n".join(text.strip() for text in (done.stdout, done.stderr) if text.strip())
    if done.returncode != 0:
        raise AllureTrouble(f"{' '.join(program)} failed with exit {done.returncode}: {said[-2000:]}")
    return said


def _version(program: str) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _latest(results: Sequence[Results]) -> list[Results]:
    """The results of each target's newest night; those of something else as they are."""
    newest: dict[str, float] = {}
    for each in results:
        if each.report is not None:
            newest[each.report.target] = max(newest.get(each.report.target, 0.0), each.report.started)
    night = 6 * 3600.0
    return [r for r in results if r.report is None or r.report.started > newest[r.report.target] - night]


def _environment(each: Results) -> dict[str, Any]:
    report = each.report
    if report is None:
        return {"target": each.title, "variables": {}}
    started = datetime.fromtimestamp(report.started, UTC).isoformat(timespec="seconds")
    facts = {"Server": report.base_url, "Edition": report.edition, "Run": report.run_id, "Started": started}
    return {"target": report.target, "variables": {**facts, "Verdict": report.outcome.verdict}}


def _name(results: Sequence[Results]) -> str:
    """The report's name; the runs are in it, since that is how the history knows them."""
    names = dict.fromkeys(each.report.target if each.report else each.title for each in results)
    return " · ".join(["SCIM contract", ", ".join(names), *filter(None, map(_run, results))])


def _known(history: Path) -> str:
    """The names of the reports that a history holds."""
    try:
        lines = history.read_text("utf-8").splitlines()
        return "\n".join(str(json.loads(line).get("name")) for line in lines if line.strip())
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, AttributeError) as error:
        raise AllureTrouble(f"{history}: is no history of Allure ({error}); remove it to begin a new one") from None


def _run(each: Results) -> str:
    return each.report.run_id if each.report is not None else ""


def _started(each: Results) -> float:
    return each.report.started if each.report is not None else 0.0
