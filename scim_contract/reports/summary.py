"""summary.md: the report for a CI job's page; never longer than such a page takes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from scim_contract.contract import Contract
from scim_contract.reports.fidelity import section
from scim_contract.reports.report import Report, areas, cell, grouped, roots, took
from scim_contract.reports.terminal import also_text, notes, reasons_of
from scim_contract.verdicts import Verdict

LIMIT = 65_000


def summary(report: Report, contract: Contract) -> str:
    """The summary of a report in Markdown, at most 65,000 characters."""
    head = [f"# {report.target}: {report.outcome.verdict}", "", _facts(report), "", *_table(report, contract), ""]
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
    return text + "\n" + ending + "\n"


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


def _cell(counts: Counter[Verdict]) -> str:
    return ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v]) or "-"


def _failure(message: str, also: str) -> str:
    fence = "~~~~"
    body = "\n".join(line for line in (message, also) if line).replace(fence, "~ ~ ~ ~")
    title = body.split("\n", 1)[0]
    return f"\n## {title}\n\n{fence}\n{body}\n{fence}\n"


def _reasons(report: Report, verdict: Verdict) -> list[str]:
    reasons = reasons_of(report, verdict)
    if not reasons:
        return []
    rows = [f"- {number} × {reason}" for reason, number in reasons[:30]]
    return [f"\n## {verdict.value.capitalize()}\n", *rows]
