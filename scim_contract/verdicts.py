"""Verdicts: one for each atomic claim, merged worst-of, and what a run as a whole comes to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from scim_contract.contract import Atom

BEHIND = "as it was before that write"
"""What a violation says of a read that is behind: whatever looks at what was written is misled by it."""


class Verdict(StrEnum):
    """What a run found of one atomic claim."""

    CONFORMS = "conforms"
    VIOLATED = "violated"
    WAIVED = "waived"
    UNTESTED = "untested"
    INCONCLUSIVE = "inconclusive"


# From what says least to what says most: of two verdicts on one atomic claim the later one stands.
_RISING = (Verdict.UNTESTED, Verdict.CONFORMS, Verdict.INCONCLUSIVE, Verdict.WAIVED, Verdict.VIOLATED)

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What cannot be seen in a text, or turns the direction of the text around it."""

NOT_FINISHED = "not finished"
_LONGEST_REASON = 1_000
"""Of a reason that names a URL of many pages a person needs no more."""


@dataclass(frozen=True)
class Result:
    """The verdict on one atomic claim, with everything a person needs to act on it.

    `blocked_by` names the operation whose answer stood in the way; `steps` are the requests that led
    to the answer judged.
    """

    key: str
    claim: str
    level: str
    statement: str
    source: str
    operation: str
    prefix: str
    client: str
    case: str
    verdict: Verdict
    reason: str | None = None
    blocked_by: str | None = None
    waiver: str | None = None
    message: str | None = None
    curl: str | None = None
    steps: tuple[str, ...] = ()
    correlation_id: str | None = None
    test: str | None = None
    seconds: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The row of report.json; what is absent is null."""
        return {**vars(self), "client": self.client or None, "case": self.case or None, "steps": list(self.steps)}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Result:
        """The result that `as_json` gave."""
        values = {f.name: row[f.name] for f in fields(cls)}
        values |= {"client": row["client"] or "", "case": row["case"] or ""}
        return cls(**{**values, "verdict": Verdict(row["verdict"]), "steps": tuple(row["steps"])})


def printable(text: str) -> str:
    """The text with what no file or terminal takes written as an escape: control characters, lone surrogates."""
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def result(atom: Atom, verdict: Verdict, **more: Any) -> Result:
    """A verdict on an atomic claim; what a server said in its texts is made printable."""
    for name in ("reason", "message"):
        if more.get(name):
            more[name] = printable(more[name])
    if len(more.get("reason") or "") > _LONGEST_REASON:
        more["reason"] = f"{more['reason'][:_LONGEST_REASON]}…"
    more["steps"] = tuple(printable(step) for step in more.get("steps", ()))
    return Result(
        key=atom.key,
        claim=atom.claim,
        level=atom.level,
        statement=atom.statement,
        source=atom.source,
        operation=atom.operation,
        prefix=atom.prefix,
        client=atom.client,
        case=atom.case,
        verdict=verdict,
        **more,
    )


def worse(one: Result, other: Result) -> Result:
    """The result that stands when one atomic claim was judged twice; the first where they are equal."""
    return other if _RISING.index(other.verdict) > _RISING.index(one.verdict) else one


@dataclass
class Tally:
    """The results of a run as they come in, held against the plan at the end."""

    results: dict[str, Result] = field(default_factory=dict)

    def add(self, results: Iterable[Result]) -> None:
        """Merge results in."""
        for new in results:
            held = self.results.get(new.key)
            self.results[new.key] = new if held is None else worse(held, new)

    def against(self, atoms: Iterable[Atom], missing: str = NOT_FINISHED) -> tuple[Result, ...]:
        """A result for every atomic claim of the plan, in its order: what never reported is inconclusive."""
        return tuple(self.results.get(atom.key) or result(atom, Verdict.INCONCLUSIVE, reason=missing) for atom in atoms)


@dataclass(frozen=True)
class Outcome:
    """What a run comes to: the word of report.json and the exit code."""

    verdict: str
    exit_code: int


def outcome(
    results: Iterable[Result], *, strict: bool = False, red: Sequence[str] = (), broken: bool = False
) -> Outcome:
    """The outcome of a run's results.

    Args:
        results: the verdicts.
        strict: whether a violated inferred claim fails the run as well.
        red: reasons to fail that are no verdicts: stale or expired waivers, leftovers.
        broken: whether the run was interrupted or had an error of its own.
    """
    rows = list(results)
    counts = Counter(row.verdict for row in rows)
    failing = any(r.verdict is Verdict.VIOLATED and (strict or r.level != "inferred") for r in rows)
    judged = counts[Verdict.CONFORMS] + counts[Verdict.VIOLATED] + counts[Verdict.WAIVED]
    if failing or red:
        return Outcome("violated", 1)
    if counts[Verdict.INCONCLUSIVE] or broken or not judged:
        return Outcome("inconclusive", 3)
    return Outcome("conforms", 0)


NOT_RUN = Outcome("not-run", 2)
EXIT_PRECEDENCE = (1, 3, 2, 0)


def worst_exit(codes: Iterable[int]) -> int:
    """The exit code of several targets together: 1 before 3 before 2 before 0."""
    given = set(codes)
    return next((code for code in EXIT_PRECEDENCE if code in given), 2)
