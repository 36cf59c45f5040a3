"""summary.md: the report for a CI job's page; never longer than such a page takes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from scim_contract.contract import Contract
from scim_contract.reports.fidelity import section
from scim_contract.reports.page.matrix import matrix, short
from scim_contract.reports.report import Report, areas, cell, grouped, roots, took
from scim_contract.reports.terminal import also_text, notes, reasons_of
from scim_contract.verdicts import Verdict

LIMIT = 65_000
_FENCE = "~~~~"


def summary(report: Report, contract: Contract) -> str:
    """The summary of a report in Markdown, at most 65,000 characters."""
    head = [f"# {report.target[:200]}: {report.outcome.verdict}", "", _facts(report), "", *_table(report, contract), ""]
    head += _matrix(report, contract)
    failures = [_failure(f.first.message or f.first.key, also_text(f)) for f in grouped(roots(report))]
    told = "\n".join(section(report, contract))[: LIMIT // 4]
    tail = [*_reasons(report, Verdict.INCONCLUSIVE), *_reasons(report, Verdict.UNTESTED)]
    tail += [f"- **!** {text}" for text in notes(report)]
    ending = "\n".join(tail)[: LIMIT // 4]
    text = "\n".join(head) + told
    for number, failure in enumerate(failures):
        if len(text) + len(failure) + len(ending) > LIMIT - 200:
            text += f"\n… and {len(failures) - number} more claims violated; report.json has them all.\n"
            break
        text += failure
    return fitted(text + "\n" + ending + "\n")


def fitted(text: str) -> str:
    """A summary as long as a page takes, whatever was put into it."""
    if len(text) <= LIMIT:
        return text
    cut = text[: LIMIT - 100]
    opened = sum(line == _FENCE for line in cut.split("\n")) % 2
    return cut + (f"\n{_FENCE}" if opened else "") + "\n\n… cut here; report.json has it all.\n"


def write(report: Report, contract: Contract, folder: Path) -> Path:
    """Write summary.md into a folder; gives its path."""
    path = folder / "summary.md"
    path.write_text(summary(report, contract), "utf-8")
    return path


def _facts(report: Report) -> str:
    told = ", ".join(f"{n} {v}" for v, n in report.counts.items() if n)
    return f"{report.base_url}, edition {report.edition}: {told}. {took(report)}."


def _table(report: Report, contract: Contract) -> list[str]:
    prefixes = sorted({row.prefix for row in report.results})
    rows = [f"| area | {' | '.join(prefixes)} |", f"|---|{'---|' * len(prefixes)}"]
    for area in areas(report, contract):
        rows.append(f"| {area} | {' | '.join(_cell(cell(report, area, p)) for p in prefixes)} |")
    return rows


def _matrix(report: Report, contract: Contract) -> list[str]:
    """Operations × areas, the prefixes in one cell, of the operations that do not conform; none where all do."""
    table = matrix(report, contract)
    rows, places = table.troubled()
    if not rows:
        return []
    lines = [f"| {' / '.join(table.prefixes)} | {' | '.join(table.areas[n] for n in places)} |"]
    lines.append(f"|---|{'---|' * len(places)}")
    for row in rows:
        lines.append(f"| {row.name} | {' | '.join(' / '.join(map(short, row.cells[n])) for n in places)} |")
    return ["Where it does not conform:", "", *lines, ""]


def _cell(counts: Counter[Verdict]) -> str:
    return ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v]) or "-"


def _failure(message: str, also: str) -> str:
    body = "\n".join(line for line in (message, also) if line).replace(_FENCE, "~ ~ ~ ~")
    title = body.split("\n", 1)[0]
    return f"\n## {title}\n\n{_FENCE}\n{body}\n{_FENCE}\n"


def _reasons(report: Report, verdict: Verdict) -> list[str]:
    reasons = reasons_of(report, verdict)
    if not reasons:
        return []
    rows = [f"- {number} × {reason}" for reason, number in reasons[:30]]
    return [f"\n## {verdict.value.capitalize()}\n", *rows]
