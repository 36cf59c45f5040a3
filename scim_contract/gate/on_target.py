"""`scim-contract gate … --target NAME`: the release on a live target, with the ledger and the masks of a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from scim_contract import __version__
from scim_contract.gate.begin import Terms
from scim_contract.gate.live import Live, Step
from scim_contract.org.errors import Lost
from scim_contract.plugin import run as runs
from scim_contract.plugin.ending import finish
from scim_contract.plugin.options import Settings
from scim_contract.plugin.run import Run
from scim_contract.preflight import PreflightStop
from scim_contract.sdk.driver import Driver
from scim_contract.sdk.installing import Installed
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Verdict

_SIGNS = {
    Verdict.CONFORMS: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.UNTESTED: "dim",
}


def judge_live(installed: Installed, name: str, targets: str, terms: Terms, console: Console) -> int:
    """Use a release on a target and print what came of each step; gives the exit code.

    Raises:
        ConfigurationError: the target cannot be used, or may only be read.
    """
    settings = Settings(target=name, targets=targets, reports=terms.reports, prefixes=terms.prefixes, fuzz=0)
    try:
        run = runs.begin(settings)
    except PreflightStop as stop:
        click.echo(f"scim-contract: {stop.sentence}", err=True)
        return stop.code
    try:
        live = _live(installed, run, terms)
    finally:
        finish(run)
    return _told(live, run, terms, console)


def _live(installed: Installed, run: Run, terms: Terms) -> Live:
    target = run.target
    if not target.sandbox:
        raise ConfigurationError(f"target {target.name} is no sandbox: the live check creates and deletes users")
    if installed.language.tls and not target.base_url.startswith("https://"):
        raise ConfigurationError(f"{installed.label} speaks https alone, and {target.name} is at {target.base_url}")
    hosts = [url for url in (target.base_url, target.token_url) if url]
    driver = Driver(installed.command, installed.environment, target.base_url, terms.seconds, hosts=hosts)
    try:
        opened = driver.open()
        label = f"{installed.language.name}=={opened['version'] or installed.version}"
        live = Live(installed.language, label, driver, run.workspace, opened["methods"])
        for prefix in terms.prefixes or run.contract.prefixes:
            live.run(prefix)
    except Lost as error:
        live = Live(installed.language, installed.label, driver, run.workspace, {})
        live.steps.append(Step("-", "-", "start", Verdict.INCONCLUSIVE, str(error)))
    finally:
        driver.close()
    return live


def _told(live: Live, run: Run, terms: Terms, console: Console) -> int:
    console.print(f"\n{live.label} on {run.target.name} ({run.target.base_url})", markup=False, highlight=False)
    for step in live.steps:
        sign = f"[{_SIGNS[step.verdict]}]{step.verdict:<12}[/]"
        console.print(f"  {sign} {step.prefix} {step.operation}: {step.what}", highlight=False, soft_wrap=True)
        if step.told:
            console.print(f"               {step.told}", markup=False, highlight=False, soft_wrap=True)
    for text in run.leftovers:
        console.print(f"! left behind: {text}", markup=False, highlight=False, soft_wrap=True)
    code = exit_code(live.steps, run.leftovers)
    path = _write(live, run, code, Path(terms.reports) / f"{live.label}@{run.target.name}")
    console.print(
        f"\n{live.requests} calls; exit {code}\nReport: {path}", markup=False, highlight=False, soft_wrap=True
    )
    return code


def exit_code(steps: Sequence[Step], leftovers: Sequence[str]) -> int:
    """What the steps come to; a step that was not judged is no success."""
    counts = Counter(step.verdict for step in steps)
    if counts[Verdict.VIOLATED] or leftovers:
        return 1
    return 0 if steps and counts[Verdict.CONFORMS] == len(steps) else 3


def _write(live: Live, run: Run, code: int, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "tool": "scim-contract",
        "version": __version__,
        "library": live.label,
        "target": run.target.name,
        "base_url": run.target.base_url,
        "run": run.run_id,
        "exit_code": code,
        "leftovers": list(run.leftovers),
        "steps": [{**vars(step), "told": step.told or None} for step in live.steps],
    }
    path = folder / "live.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path
