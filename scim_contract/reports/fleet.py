"""Several targets side by side: a line each, a column for each area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scim_contract.reports.changes import Changes
from scim_contract.reports.report import Report
from scim_contract.verdicts import Verdict, worst_exit

NAME = "fleet.md"
_AREA, _CELL = 18, 15  # the widths that columns of the console take, borders included
_STYLES = {"violated": "bold red", "inconclusive": "magenta", "untested": "dim", "ok": "green"}


@dataclass(frozen=True)
class Judged:
    """One target of several: its exit code, its report, or why it has none; and what changed since its baseline."""

    target: str
    exit_code: int
    report: Report | None = None
    why: str = ""
    changes: Changes | None = None

    @property
    def verdict(self) -> str:
        """The word for the whole target, and whether its violations are all known from the baseline."""
        if self.report is None:
            return "not-run"
        known = self.changes is not None and self.changes.outcome.verdict != self.report.outcome.verdict
        return f"{self.report.outcome.verdict}, nothing new" if known else self.report.outcome.verdict


def show(console: Console, fleet: Sequence[Judged]) -> None:
    """Print the targets side by side, as many in one table as the console is wide for."""
    areas = _areas(fleet)
    console.print(f"\n[bold]{len(fleet)} targets[/]")
    wide = max(1, (console.width - _AREA) // _CELL)
    for begin in range(0, len(fleet), wide):
        console.print(_table(fleet[begin : begin + wide], areas))
    for judged in fleet:
        if judged.report is None:
            console.print(f"{judged.target}: {judged.why}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"exit {worst_exit(judged.exit_code for judged in fleet)}")


def _table(fleet: Sequence[Judged], areas: Sequence[str]) -> Table:
    table = Table()
    table.add_column("area", min_width=_AREA - 3)
    for judged in fleet:
        table.add_column(escape(judged.target), min_width=_CELL - 3, overflow="fold")
    table.add_row("", *(judged.verdict for judged in fleet), end_section=True)
    columns = [_cells(judged, areas) for judged in fleet]
    for number, area in enumerate(areas):
        texts = [column[number] for column in columns]
        table.add_row(area, *(f"[{_STYLES.get(text.split()[-1], 'yellow')}]{text}[/]" for text in texts))
    return table


def markdown(fleet: Sequence[Judged]) -> str:
    """The targets side by side in Markdown, for a CI job's page."""
    areas = _areas(fleet)
    red = sum(judged.exit_code != 0 for judged in fleet)
    lines = [f"# {len(fleet)} targets, {red} of them not green", ""]
    lines += [f"| target | verdict | {' | '.join(areas)} |", f"|---|---|{'---|' * len(areas)}"]
    for judged in fleet:
        lines.append(f"| {_plain(judged.target)} | {judged.verdict} | {' | '.join(_cells(judged, areas))} |")
    lines += ["", *(f"- {_plain(judged.target)}: {_plain(_told(judged))}" for judged in fleet)]
    return "\n".join(lines) + "\n"


def write(fleet: Sequence[Judged], folder: Path) -> Path:
    """Write fleet.md into a folder; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.write_text(markdown(fleet), "utf-8")
    return path


def of_reports(reports: Iterable[Report]) -> list[Judged]:
    """The targets of reports that were written elsewhere, such as by the jobs of a matrix."""
    return [Judged(report.target, report.outcome.exit_code, report) for report in reports]


def _areas(fleet: Iterable[Judged]) -> list[str]:
    """The areas that any report has results of, in the order of the plan."""
    rows = (row for judged in fleet if judged.report for row in judged.report.results)
    return list(dict.fromkeys(row.claim.split(".")[0] for row in rows))


def _cells(judged: Judged, areas: Iterable[str]) -> list[str]:
    counts: dict[str, Counter[Verdict]] = {area: Counter() for area in areas}
    for row in judged.report.results if judged.report else ():
        counts[row.claim.split(".")[0]][row.verdict] += 1
    return [_cell(found) for found in counts.values()]


def _cell(counts: Counter[Verdict]) -> str:
    """What there is to look at; `ok` where all that was judged conforms."""
    odd = [f"{counts[v]} {v}" for v in (Verdict.WAIVED, Verdict.INCONCLUSIVE, Verdict.VIOLATED) if counts[v]]
    quiet = "ok" if counts[Verdict.CONFORMS] else "untested" if counts[Verdict.UNTESTED] else "-"
    return ", ".join(odd) or quiet


def _told(judged: Judged) -> str:
    if judged.report is None:
        return judged.why
    counts = ", ".join(f"{number} {word}" for word, number in judged.report.counts.items() if number)
    changed = f"; {judged.changes.headline.partition(': ')[2]}" if judged.changes else ""
    return f"{counts}; {sum(judged.report.requests.values())} requests in {judged.report.seconds:.1f} s{changed}"


def _plain(text: str) -> str:
    """A text that no table of Markdown takes for its own."""
    return text.replace("|", "\\|").replace("\n", " ")
