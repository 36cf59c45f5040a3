"""What Allure shows of a verdict: where it belongs, how much it weighs, what it says, and the evidence."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from allure_commons.model2 import Label, Link, Parameter, StatusDetails, TestResult

from scim_contract.contract import Atom
from scim_contract.verdicts import Result, Verdict

_SEVERITY = {"documented": "critical", "standard": "normal", "inferred": "minor"}
_LEVELS = list(_SEVERITY)
# What decides where an item of several verdicts belongs; what conforms belongs to no category.
_HEAVIEST = (Verdict.VIOLATED, Verdict.INCONCLUSIVE, Verdict.WAIVED, Verdict.UNTESTED)
_MOST_LINES = 8
_RFC = re.compile(r"RFC (\d+) §([\d.]+)")
_REFERENCE = re.compile(r"reference, (\w+)")
_MODEL = re.compile(r"models, (\w+)")
_LIBRARY = "https://www.rubydoc.info/gems/purecloudplatformclientv2/PureCloud"


def fill(result: Any, planned: Sequence[Atom], rows: Sequence[Result], target: str, cases: Sequence[str]) -> None:
    """Say in a test's Allure result what its verdicts came to.

    The ids by which Allure knows it again derive from the claim's id, which is permanent, and not from the
    names of functions and parameters.

    Args:
        result: Allure's result, as allure-pytest filled it.
        planned: the atomic claims that the check owes.
        rows: their verdicts.
        target: the target's name.
        cases: what tells the check from others of the same claim: the cases that it judges.
    """
    first = planned[0]
    told = " ".join((first.claim, *cases))
    result.name = f"{told} · {first.operation}"
    result.historyId = _hash(f"{told}|{first.operation}")
    result.testCaseId = _hash(told)
    result.titlePath = [first.prefix, first.claim.split(".")[0], first.operation]
    result.description = f"{first.statement}\n\nSource: {first.source}"
    result.parameters = [
        Parameter(name="operation", value=first.operation),
        Parameter(name="prefix", value=first.prefix),
    ]
    result.labels = [*_labels(first, rows, target), *(each for each in result.labels if each.name not in _OURS)]
    result.links = [Link(type="link", name=name, url=url) for name, url in links(first.source)]
    details = _details(rows)
    if details is not None:
        result.statusDetails = details


def observed(row: Result, outcome: str, target: str, now: float) -> Any:
    """The result of an observed claim, which has no test that allure-pytest could tell of."""
    result = TestResult(
        uuid=str(uuid4()),
        fullName=f"observed#{row.key}",
        status="broken" if row.verdict is Verdict.INCONCLUSIVE else outcome,
        start=int(now * 1000),
        stop=int(now * 1000),
    )
    fill(result, [_atom(row)], [row], target, ["observed", *filter(None, (row.client, row.case))])
    return result


def alarm(title: str, message: str, target: str, now: float) -> Any:
    """A result for what makes a run red without being a verdict: a stale waiver, something left behind."""
    labels = (("epic", "run"), ("feature", title), ("severity", "critical"), ("target", target), ("category", "waiver"))
    return TestResult(
        uuid=str(uuid4()),
        historyId=_hash(message),
        testCaseId=_hash(title),
        fullName=f"run#{title}",
        name=f"{title}: {message}"[:200],
        status="failed",
        statusDetails=StatusDetails(message=f"{title}: {message}"),
        labels=[Label(name=name, value=value) for name, value in labels],
        start=int(now * 1000),
        stop=int(now * 1000),
    )


def links(source: str) -> Iterator[tuple[str, str]]:
    """The places that a claim's source names, as links."""
    for number, section in _RFC.findall(source):
        yield f"RFC {number} §{section}", f"https://www.rfc-editor.org/rfc/rfc{number}#section-{section.rstrip('.')}"
    for operation in dict.fromkeys(_REFERENCE.findall(source)):
        yield f"reference, {operation}", f"{_LIBRARY}/SCIMApi#{operation}-instance_method"
    for model in dict.fromkeys(_MODEL.findall(source)):
        yield f"models, {model}", f"{_LIBRARY}/{model}"


_OURS = {"epic", "feature", "story", "claim", "severity", "target", "category", "level", "tag", "verdict"}


def _labels(first: Atom, rows: Sequence[Result], target: str) -> list[Any]:
    heaviest = _heaviest(rows)
    level = heaviest.level if heaviest is not None else min((row.level for row in rows), key=_LEVELS.index)
    values = {
        "epic": first.client if first.claim.startswith("sdk.") and first.client else first.prefix,
        "feature": first.claim.split(".")[0],
        "story": first.operation,
        "claim": first.claim,
        "level": level,
        "severity": _SEVERITY[level],
        "target": target,
    }
    if heaviest is not None:
        values["category"] = heaviest.level if heaviest.verdict is Verdict.VIOLATED else heaviest.verdict.value
    return [Label(name=name, value=value) for name, value in values.items()]


def _heaviest(rows: Sequence[Result]) -> Result | None:
    """The row that decides where an item belongs; None where all conform, or only some of it is untested."""
    for verdict in _HEAVIEST:
        found = [row for row in rows if row.verdict is verdict]
        if found and (verdict is not Verdict.UNTESTED or len(found) == len(rows)):
            return min(found, key=lambda row: _LEVELS.index(row.level))
    return None


def _details(rows: Sequence[Result]) -> Any:
    """The shortest text that is of use as the message, all that is known as the trace."""
    heaviest = _heaviest(rows)
    if heaviest is None:
        return None
    same = [row for row in rows if row.verdict is heaviest.verdict]
    lines = list(dict.fromkeys(map(_line, same)))
    more = [f"… and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
    whole = "\n\n".join(row.message for row in rows if row.message)
    return StatusDetails(message="\n".join([*lines[:_MOST_LINES], *more]), trace=whole or None)


def _line(row: Result) -> str:
    place = " · ".join(word for word in (row.client, row.case) if word)
    told = f"{row.claim} ({row.level}) {row.operation}{f' · {place}' if place else ''}"
    match row.verdict:
        case Verdict.VIOLATED:
            return f"{told}: {row.reason or 'violated'}"
        case Verdict.WAIVED:
            return f"waived, {row.waiver}: {told}"
    return f"{row.verdict.value}: {row.reason or 'no reason was given'}"


def _atom(row: Result) -> Atom:
    value, _, part = row.case.partition("/")
    return Atom(row.claim, row.operation, row.prefix, row.client, value, part, row.level, row.statement, row.source)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
