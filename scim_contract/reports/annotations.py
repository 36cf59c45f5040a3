"""What GitHub shows on the page of a job: an annotation for each claim that is violated, and for what else is red."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scim_contract.reports.report import Report, grouped, roots
from scim_contract.reports.terminal import also_text, notes

_MOST = 10  # GitHub shows no more of a kind for a step
_LONGEST = 3_000


def annotated(report: Report, variables: Mapping[str, str]) -> Iterator[str]:
    """The lines that a job of GitHub Actions prints for its annotations; none elsewhere."""
    if variables.get("GITHUB_ACTIONS") != "true":
        return
    kinds: dict[str, list[tuple[str, str]]] = {"error": [], "warning": []}
    for failure in grouped(roots(report)):
        first = failure.first
        kind = "error" if report.strict or first.level != "inferred" else "warning"
        text = "\n".join(line for line in (first.message or first.key, also_text(failure)) if line)
        kinds[kind].append((f"{report.target}: {first.claim} ({first.level})", text))
    red = {*report.leftovers, *report.red_waivers, *report.broken}
    kinds["error" if red else "warning"] += [
        (f"{report.target}: {report.outcome.verdict}", text) for text in notes(report)
    ]
    for kind, told in kinds.items():
        for word, text in told[: _MOST - 1 if len(told) > _MOST else _MOST]:
            yield f"::{kind} title={_property(word)}::{_data(text[:_LONGEST])}"
        if len(told) > _MOST:
            yield f"::{kind} title={_property(report.target)}::{len(told) - _MOST + 1} more; summary.md has them all"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
