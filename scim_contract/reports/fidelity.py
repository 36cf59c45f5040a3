"""How far a server can stand in for the real one: promises kept of those that it could show, and what stays unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scim_contract.contract import Contract
from scim_contract.reports.report import Report, areas
from scim_contract.share import Share
from scim_contract.verdicts import Result, Verdict

_BROKEN = (Verdict.VIOLATED, Verdict.WAIVED)
_MOST = 40


def fidelity(rows: Iterable[Result]) -> Share:
    """Atomic claims kept, of those that were shown: what is untested or inconclusive is neither."""
    given = list(rows)
    kept = sum(row.verdict is Verdict.CONFORMS for row in given)
    return Share(kept, kept + sum(row.verdict in _BROKEN for row in given))


def section(report: Report, contract: Contract) -> list[str]:
    """The section of summary.md; nothing where every promise was shown and kept."""
    whole = fidelity(report.results)
    if not whole.compared or whole.compared == whole.alike == len(report.results):
        return []
    hidden = len(report.results) - whole.compared
    lines = [
        "",
        "## Fidelity",
        "",
        f"**{whole.told}** of the promises that it showed are kept; {hidden} it did not show.",
    ]
    lines += ["", "| area | kept of shown | not shown |", "|---|---|---|"]
    lines += _rows(report, areas(report, contract), lambda row: row.claim.split(".")[0])
    lines += ["", "| operation | kept of shown | not shown |", "|---|---|---|"]
    lines += _rows(report, [op.id for op in contract.operations], lambda row: row.operation)
    return [*lines, "", *unseen(report)]


def unseen(report: Report) -> list[str]:
    """What a test that relies on this server cannot see: promises that it breaks, and those that it never shows."""
    broken = _places(row for row in report.results if row.verdict in _BROKEN)
    blocked = _places(row for row in report.results if row.verdict is Verdict.UNTESTED and row.claim not in broken)
    statements = {row.claim: row.statement for row in report.results}
    lines: list[str] = []
    for title, places in (("breaks", broken), ("did not show", blocked)):
        if places:
            lines += [f"A test that relies on this server cannot see that these hold, which it {title}:", ""]
            lines += [f"- {claim} ({_at(where)}): {statements[claim]}" for claim, where in list(places.items())[:_MOST]]
            lines += [f"- … and {len(places) - _MOST} more claims"] if len(places) > _MOST else []
            lines.append("")
    return lines


def _rows(report: Report, names: Iterable[str], of: Callable[[Result], str]) -> list[str]:
    found: list[str] = []
    for name in names:
        own = [row for row in report.results if of(row) == name]
        share = fidelity(own)
        if own:
            found.append(f"| {name} | {share.told} | {len(own) - share.compared or '-'} |")
    return found


def _places(rows: Iterable[Result]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for row in rows:
        held = places.setdefault(row.claim, [])
        if row.operation not in held:
            held.append(row.operation)
    return places


def _at(operations: list[str]) -> str:
    more = f" and {len(operations) - 3} more" if len(operations) > 3 else ""
    return ", ".join(operations[:3]) + more
