"""What a trial showed of the suite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scim_contract.mock.planting import Fault
from scim_contract.prove.plan import Planned
from scim_contract.prove.trial import Outcome


class Shown(StrEnum):
    """What became of a fault or a variant."""

    CAUGHT = "caught"
    HELD_UP = "held up by the other of the pair"
    OTHER = "caught only by another"
    MISSED = "missed"
    PASSED = "passed"
    ALARM = "false alarm"
    UNCLEAR = "unclear"


GOOD = frozenset({Shown.CAUGHT, Shown.HELD_UP, Shown.PASSED})


@dataclass(frozen=True)
class Judged:
    """A trial, what it showed, and why that is not what it should be."""

    planned: Planned
    shown: Shown
    why: str
    violated: tuple[str, ...]
    requests: int
    seconds: float

    @property
    def size(self) -> int:
        """How many faults or variants the trial was of."""
        return len(self.planned.faults) + len(self.planned.variants)

    @property
    def good(self) -> bool:
        """Whether the suite did what it should."""
        return self.shown in GOOD


def judge(planned: Planned, outcome: Outcome) -> Judged:
    """Judge the suite by the outcome of a trial."""
    shown, why = _of_faults(planned, outcome) if planned.faults else _of_variants(planned, outcome)
    violated = tuple(sorted({row["claim"] for row in outcome.having("violated")}))
    return Judged(planned, shown, why, violated, outcome.requests, outcome.seconds)


def _of_faults(planned: Planned, outcome: Outcome) -> tuple[Shown, str]:
    faults, amid = planned.faults, bool(planned.trial.variants)
    if outcome.code < 0 or (not outcome.rows and outcome.code != 1):
        return Shown.UNCLEAR, outcome.why or f"the run exits {outcome.code}"
    missing = [(fault, at) for fault in faults if (at := _missing(fault, outcome)) and not (amid and _fled(fault, at))]
    if not missing:
        return Shown.CAUGHT, ""
    if all(_held_up(fault, at, [other for other in faults if other is not fault], outcome) for fault, at in missing):
        return Shown.HELD_UP, ""
    others = sorted({row["claim"] for row in outcome.having("violated")} - {fault.claim for fault, _ in missing})
    why = "; ".join(f"{fault.claim} does not tell of it at {_at(fault, at, outcome)}" for fault, at in missing)
    if others:
        why += f"; violated: {', '.join(others)}"
    only_other = others and all(len(at) == len(fault.operations) for fault, at in missing)
    return (Shown.OTHER if only_other else Shown.MISSED), why


def _missing(fault: Fault, outcome: Outcome) -> list[str]:
    told = outcome.violated(fault.claim)
    return [operation for operation in fault.operations if operation not in told]


def _fled(fault: Fault, missing: Sequence[str]) -> bool:
    """Whether the one answer that shows a fault may have been lost: it is told where it was not."""
    return fault.fleeting and len(missing) < len(fault.operations)


def _held_up(fault: Fault, operations: Iterable[str], others: Iterable[Fault], outcome: Outcome) -> bool:
    """Whether a claim is untested there because of answers that another fault, which is caught, breaks: not hidden."""
    broken = {operation for other in others if not _missing(other, outcome) for operation in other.operations}
    blocked = {
        row["operation"]
        for row in outcome.having("untested")
        if row["claim"] == fault.claim and row["blocked_by"] in broken
    }
    return blocked.issuperset(operations)


def _at(fault: Fault, operations: list[str], outcome: Outcome) -> str:
    told: list[str] = []
    for operation in operations:
        rows = [row for row in outcome.rows if row["claim"] == fault.claim and row["operation"] == operation]
        verdicts = sorted({row["verdict"] for row in rows}) or ["no verdict"]
        reasons = next((f": {row['reason']}" for row in rows if row["reason"]), "")
        told.append(f"{operation} ({', '.join(verdicts)}{reasons[:160]})")
    return ", ".join(told)


def _of_variants(planned: Planned, outcome: Outcome) -> tuple[Shown, str]:
    if outcome.code < 0 or not outcome.rows:
        return Shown.UNCLEAR, outcome.why or f"the run exits {outcome.code}"
    wrong = [*outcome.having("violated"), *outcome.having("inconclusive")]
    poor = any(variant.poor for variant in planned.variants)
    untested = [] if poor or planned.trial.areas else list(outcome.having("untested"))
    if not wrong and not untested and outcome.code == 0:
        return Shown.PASSED, ""
    told = [
        f"{r['verdict']} {r['claim']} at {r['operation']} {r['case']}: {r['reason'] or ''}" for r in wrong or untested
    ]
    return Shown.ALARM, "; ".join(dict.fromkeys(text[:240] for text in told[:5])) or f"the run exits {outcome.code}"
