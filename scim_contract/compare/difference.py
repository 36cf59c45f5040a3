"""A difference between two answers to one question, and all that a comparison came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scim_contract.share import Share


class Kind(StrEnum):
    """What differs."""

    STATUS = "status"
    MEDIA = "media type"
    HEADER = "header"
    SHAPE = "shape"
    TYPE = "type"
    VALUE = "value"
    TEXT = "text"
    IDENTITY = "identity"
    LIST = "list"
    PROMISE = "promise"


@dataclass(frozen=True)
class Difference:
    """One difference, told once: where it is, what each side says, and how often.

    `where` is `$.a.b[*].c` of the body, `status`, `Content-Type`, another header's name, or the claim whose
    verdict differs.
    """

    operation: str
    kind: Kind
    where: str
    baseline: str
    candidate: str
    times: int = 1
    steps: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def mark(self) -> tuple[str, ...]:
        """What makes two findings the same difference."""
        return self.operation, self.kind.value, self.where, self.baseline, self.candidate


@dataclass(frozen=True)
class Comparison:
    """What two recordings have in common, and where they differ.

    `answers` and `promises` are by operation; `ignored` are differences that the ignore file leaves out,
    `stale` the entries of it that left out nothing. `apart` counts the steps whose questions had come to
    differ, `only` those that one side alone was asked.
    """

    differences: tuple[Difference, ...]
    answers: Mapping[str, Share]
    promises: Mapping[str, Share]
    ignored: tuple[Difference, ...] = ()
    stale: tuple[str, ...] = ()
    apart: int = 0
    only_baseline: int = 0
    only_candidate: int = 0
    loose: int = 0

    @property
    def fidelity(self) -> Share:
        """Answers and promises that are alike, over all operations."""
        return sum([*self.answers.values(), *self.promises.values()], Share())

    def of(self, operation: str) -> Share:
        """The fidelity of one operation."""
        return self.answers.get(operation, Share()) + self.promises.get(operation, Share())

    def table(self) -> dict[str, Counter[Kind]]:
        """How many differences of each kind an operation has."""
        counted: dict[str, Counter[Kind]] = {}
        for each in self.differences:
            counted.setdefault(each.operation, Counter())[each.kind] += 1
        return counted


@dataclass
class Findings:
    """Differences as they are found: equal ones are counted, the first steps of each are kept."""

    found: dict[tuple[str, ...], Difference] = field(default_factory=dict)

    def add(self, differences: Iterable[Difference]) -> None:
        """Count differences in."""
        for new in differences:
            held = self.found.get(new.mark)
            if held is None:
                self.found[new.mark] = new
                continue
            steps = (*held.steps, *(step for step in new.steps if step not in held.steps))[:3]
            claims = tuple(sorted({*held.claims, *new.claims}))
            self.found[new.mark] = Difference(*held_of(held), held.times + 1, steps, claims, held.reason)


def held_of(difference: Difference) -> tuple[str, Kind, str, str, str]:
    """What makes a difference, as its first five fields."""
    d = difference
    return d.operation, d.kind, d.where, d.baseline, d.candidate
