"""Which of the methods keep everything, and which do not: the table of a gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from scim_contract.contract import Contract
from scim_contract.gate.history import claims_of, short
from scim_contract.reports.report import Report
from scim_contract.verdicts import Result, Verdict

_SIGNS = {Verdict.VIOLATED: "✗", Verdict.INCONCLUSIVE: "?", Verdict.WAIVED: "w"}


def broken(report: Report) -> dict[str, tuple[str, ...]]:
    """The methods that break something, each with the claims and cases that it breaks."""
    found: dict[str, list[str]] = {}
    for row in report.having(Verdict.VIOLATED):
        found.setdefault(row.operation, []).append(f"{row.claim} {row.case}".strip())
    return {operation: tuple(names) for operation, names in found.items()}


def show(console: Console, report: Report) -> None:
    """Print how many methods break nothing, and those that do, put together by what they break."""
    methods = {row.operation for row in report.results}
    found = broken(report)
    console.print(f"\n{len(methods - set(found))} of {len(methods)} methods break nothing.", highlight=False)
    alike: dict[tuple[str, ...], list[str]] = {}
    for operation, names in found.items():
        alike.setdefault(names, []).append(operation)
    for names, operations in sorted(alike.items(), key=lambda pair: -len(pair[1])):
        console.print(f"  [bold]{escape(', '.join(names))}[/]: {', '.join(operations)}", soft_wrap=True)


def markdown(report: Report, contract: Contract) -> list[str]:
    """The table method × claim for summary.md."""
    claims = claims_of(contract)
    lines = ["", "## Methods", "", f"| method | {' | '.join(map(short, claims))} |", "|---" * (len(claims) + 1) + "|"]
    for operation in contract.operations:
        rows = [row for row in report.results if row.operation == operation.id]
        if rows:
            lines.append(f"| {operation.id} | {' | '.join(_cell(rows, claim) for claim in claims)} |")
    return [*lines, "", "✓ kept, ✗ broken, w waived, ? inconclusive, - untested, blank: not about this method", ""]


def _cell(rows: Sequence[Result], claim: str) -> str:
    counts = Counter(row.verdict for row in rows if row.claim == claim)
    if not counts:
        return ""
    best = "✓" if counts[Verdict.CONFORMS] else "-"
    return next((sign for verdict, sign in _SIGNS.items() if counts[verdict]), best)
