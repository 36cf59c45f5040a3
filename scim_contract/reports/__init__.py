"""How results are shown: report.json, summary.md, the terminal."""

from __future__ import annotations

import time
from pathlib import Path

from scim_contract.contract import Contract
from scim_contract.plugin.run import TIME_IS_UP, Run
from scim_contract.reports import nights, recorded, summary, terminal
from scim_contract.reports.latency import latencies
from scim_contract.reports.report import Report
from scim_contract.targets import shown


def report_of(run: Run) -> Report:
    """The report of a finished run."""
    found = run.results()
    time_is_up = TIME_IS_UP.format(seconds=run.settings.max_seconds)
    late = sum(row.reason == time_is_up for row in found.results)
    broken = [*run.broken, *([f"{time_is_up}; {late} atomic claims were not judged"] if late else [])]
    return Report(
        target=run.target.name,
        base_url=run.target.base_url,
        edition=run.contract.edition,
        run_id=run.run_id,
        started=run.started,
        seconds=time.time() - run.started,
        waited=run.waited,
        requests=dict(run.requests),
        results=found.results,
        interrupted=run.interrupted,
        strict=run.settings.strict,
        settings={**run.settings.echo(), "profile": shown(run.target)},
        leftovers=tuple(run.leftovers),
        red_waivers=found.red,
        idle_waivers=found.idle,
        broken=tuple(broken),
        latency=latencies(run.took),
    )


def folder_of(run: Run) -> Path:
    """Where a run's reports go."""
    return Path(run.settings.reports) / run.target.name


def write_all(run: Run, pages: bool = True) -> Report:
    """Write report.json and summary.md of a finished run, and its matrix where there are to be pages."""
    report = report_of(run)
    report.write(folder_of(run))
    summary.write(report, run.contract, folder_of(run))
    if pages:
        _page(report, run.contract, folder_of(run))
    if run.settings.record:
        recorded.write(run, report)
    return report


def _page(report: Report, contract: Contract, folder: Path) -> None:
    from scim_contract.reports.page import writing  # loads Jinja2, which nothing needs before the end

    writing.write(report, contract, folder, nights.remember(folder, report))


__all__ = ["Report", "folder_of", "report_of", "terminal", "write_all"]
