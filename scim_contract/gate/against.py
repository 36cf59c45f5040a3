"""A release held against an earlier one: what is newly broken, and what is fixed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.console import Console

from scim_contract.reports import changes
from scim_contract.reports.report import Report, grouped
from scim_contract.reports.terminal import also_text
from scim_contract.verdicts import Result, Verdict


def differences(report: Report, earlier: Report) -> changes.Changes:
    """What a release breaks that the earlier one did not, and the other way round; only the first is red."""
    return changes.since(report, _named_like(earlier, report.target), fail_on="new")


def show(console: Console, found: changes.Changes, earlier: str, folder: Path) -> None:
    """Print what differs and nothing else, and write changes.json."""
    told = f"{len(found.new)} newly violated, {len(found.fixed)} fixed, {len(found.still)} violated by both"
    _print(console, f"\n{found.report.target} against {earlier}: {told}")
    kept = [change for change in found.new if change.before in (None, Verdict.CONFORMS)]
    unknown = [change for change in found.new if change not in kept]
    for title, part in (("Newly violated", kept), (f"Violated, and not judged in {earlier}", unknown)):
        for failure in grouped(change.row for change in part):
            text = failure.first.message or changes.headline(failure.first)
            _print(console, f"\n{title}: " + "\n".join(line for line in (text, also_text(failure)) if line))
    for fixed in grouped(change.row for change in found.fixed):
        _print(console, "\nFixed: " + "\n".join(x for x in (changes.headline(fixed.first), also_text(fixed)) if x))
    for change in found.unclear:
        _print(console, f"Not judged: {changes.headline(change.row)}")
    outcome = found.outcome
    console.print(f"\n{outcome.verdict.upper()} against {earlier}; exit {outcome.exit_code}")
    found.write(folder)


def _print(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _named_like(report: Report, label: str) -> Report:
    """A report whose results have another release's name, so that they meet that one's."""
    return replace(report, results=tuple(_renamed(row, label) for row in report.results))


def _renamed(row: Result, label: str) -> Result:
    key = f"{row.claim}|{row.operation}|{row.prefix}|{label}|{row.case}"
    return replace(row, client=label, key=key)
