"""What a run prints at its end: a table areas × prefixes, the violations, and where the reports are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scim_contract.contract import Contract
from scim_contract.reports.page.matrix import Cell, matrix, short
from scim_contract.reports.report import Failure, Report, areas, cell, grouped, roots, took
from scim_contract.verdicts import Result, Verdict

_SIGNS = {
    Verdict.CONFORMS: ("green", "conform"),
    Verdict.VIOLATED: ("bold red", "violated"),
    Verdict.WAIVED: ("yellow", "waived"),
    Verdict.INCONCLUSIVE: ("magenta", "inconclusive"),
    Verdict.UNTESTED: ("dim", "untested"),
}
_MOST_FAILURES = 12
_MOST_REASONS = 12
_MOST_LEFTOVERS = 5


def show(console: Console, report: Report, contract: Contract, folder: Path | None) -> None:
    """Print a report."""
    console.print()
    console.print(_table(report, contract))
    _matrix(console, report, contract)
    _violations(console, report)
    _waived(console, report)
    _reasons(console, report, Verdict.INCONCLUSIVE, "Inconclusive")
    _reasons(console, report, Verdict.UNTESTED, "Untested")
    for text in notes(report):
        console.print(f"[bold red]![/] {escape(text)}", soft_wrap=True)
    if report.interrupted:
        console.print("[bold magenta]![/] The run was interrupted: what did not run is inconclusive.")
    console.print(_closing(report), soft_wrap=True)
    if folder is not None:
        console.print(
            f"Reports: {escape(str(folder))}/ (matrix.html, report.json, summary.md, junit.xml, allure-results/)",
            soft_wrap=True,
        )


def notes(report: Report) -> list[str]:
    """What makes a run red or uncertain without being a verdict, and waivers that were not put to the test."""
    left = [f"left behind: {text}" for text in report.leftovers[:_MOST_LEFTOVERS]]
    if more := report.leftovers[_MOST_LEFTOVERS:]:
        left.append(f"left behind: {len(more)} more, in report.json; `scim-contract cleanup` tries again")
    return [*report.broken, *left, *report.red_waivers, *report.idle_waivers]


def _table(report: Report, contract: Contract) -> Table:
    prefixes = sorted({row.prefix for row in report.results})
    title = f"{report.target} ({report.base_url}), edition {report.edition}"
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    table.add_column("area")
    for prefix in prefixes:
        table.add_column(prefix)
    for area in areas(report, contract):
        table.add_row(area, *(_cell(cell(report, area, prefix)) for prefix in prefixes))
    return table


def _matrix(console: Console, report: Report, contract: Contract) -> None:
    """Operations × areas, where several operations do not conform; of those, and of the areas in question."""
    told = matrix(report, contract)
    rows = [row for row in told.rows if any(not cell.fine for area in row.cells for cell in area)]
    if len(rows) < 2:
        return
    places = [n for n in range(len(told.areas)) if any(not cell.fine for row in rows for cell in row.cells[n])]
    table = Table(
        title=f"Where it does not conform, {' / '.join(told.prefixes)}", title_justify="left", title_style="bold"
    )
    table.add_column("operation", no_wrap=True)
    for place in places:
        table.add_column(told.areas[place])
    for row in rows:
        table.add_row(row.name, *(" / ".join(map(_styled, row.cells[n])) for n in places))
    console.print()
    console.print(table)


def _styled(cell: Cell) -> str:
    style = _SIGNS[Verdict(cell.worst)][0] if cell.worst else "dim"
    return f"[{style}]{short(cell)}[/]"


def _cell(counts: Counter[Verdict]) -> str:
    words = [f"[{style}]{counts[verdict]} {word}[/]" for verdict, (style, word) in _SIGNS.items() if counts[verdict]]
    return ", ".join(words) or "-"


def _violations(console: Console, report: Report) -> None:
    failing = [r for r in roots(report) if report.strict or r.level != "inferred"]
    inferred = [r for r in roots(report) if r not in failing]
    if failing:
        console.print(f"\n[bold red]Violated[/] ({len(failing)}), the likely root first")
        _failures(console, failing)
    if inferred:
        console.print(f"\n[yellow]Violated, only inferred[/] ({len(inferred)}): reported, and red only under --strict")
        _failures(console, inferred)


def _failures(console: Console, rows: list[Result]) -> None:
    failures = grouped(rows)
    for failure in failures[:_MOST_FAILURES]:
        console.print()
        console.print(failure.first.message or failure.first.key, markup=False, highlight=False, soft_wrap=True)
        also = also_text(failure)
        if also:
            console.print(also, markup=False, highlight=False, soft_wrap=True)
    if len(failures) > _MOST_FAILURES:
        console.print(
            f"\n… and {len(failures) - _MOST_FAILURES} more claims violated; summary.md and report.json have them all"
        )


def also_text(failure: Failure) -> str:
    """Where else the same claim is violated, one line."""
    if not failure.others:
        return ""
    places = [" ".join(w for w in (r.operation, r.client, r.case) if w) for r in failure.others]
    more = f" and {len(places) - 6} more" if len(places) > 6 else ""
    return f"  Also at:   {', '.join(places[:6])}{more}"


def _waived(console: Console, report: Report) -> None:
    rows = Counter(row.waiver for row in report.having(Verdict.WAIVED))
    if rows:
        console.print("\n[yellow]Waived[/]")
        for waiver, number in rows.most_common():
            console.print(f"  {number:>4} × {waiver}", markup=False, highlight=False, soft_wrap=True)


def _reasons(console: Console, report: Report, verdict: Verdict, title: str) -> None:
    reasons = reasons_of(report, verdict)
    if not reasons:
        return
    console.print(f"\n[{_SIGNS[verdict][0]}]{title}[/]")
    for reason, number in reasons[:_MOST_REASONS]:
        console.print(f"  {number:>4} × {reason}", markup=False, highlight=False, soft_wrap=True)
    if len(reasons) > _MOST_REASONS:
        console.print(f"  … and {len(reasons) - _MOST_REASONS} more reasons, in report.json")


def reasons_of(report: Report, verdict: Verdict) -> list[tuple[str, int]]:
    """The reasons of a verdict with how often each holds, the commonest first."""
    return Counter(row.reason or "no reason was given" for row in report.having(verdict)).most_common()


def _closing(report: Report) -> str:
    counts = report.counts
    word, style = {"conforms": ("CONFORMS", "bold green"), "violated": ("VIOLATED", "bold red")}.get(
        report.outcome.verdict, (report.outcome.verdict.upper(), "bold magenta")
    )
    told = ", ".join(f"{n} {v}" for v, n in counts.items() if n)
    return f"\n[{style}]{word}[/]: {told}; {took(report)}; exit {report.outcome.exit_code}"
