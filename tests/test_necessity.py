"""No check is there for nothing: without the body of any one of them, some fault is no longer found.

Several share a trial, each with some faults of its own claim. What is missed there is missed for want of the check that
is hollow, since no two faults are at one operation; one that is held up by another all the same is tried alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from scim_contract.contract import Contract, load
from scim_contract.locate import editions
from scim_contract.mock.faults import faults
from scim_contract.mock.planting import Fault
from scim_contract.plugin.catalogue import Check, checks, gated
from scim_contract.plugin.run import suites_folder
from scim_contract.prove import plan
from scim_contract.prove.pool import Pool
from scim_contract.prove.trial import Outcome

# A client library has no faults of the mock: defects planted in real SDKs show its checks at work (tests/gate).
CHECKS = [check for check in checks(suites_folder()) if not gated(check.claim)]
TOGETHER, FAULTS_OF_EACH = 10, 6


def edition_of(check: Check) -> str:
    """The first edition that has a check's claim."""
    return next(edition for edition in editions() if check.claim in load(edition).claims)


def batches() -> Iterator[list[Check]]:
    """All checks, those of a claim apart, and those that only generated requests bring about by themselves."""
    known: list[list[Check]] = []
    for check in CHECKS:
        for batch in known:
            alike = edition_of(batch[0]) == edition_of(check) and is_fuzzed(batch[0]) is is_fuzzed(check)
            if alike and len(batch) < TOGETHER and check.claim not in {other.claim for other in batch}:
                batch.append(check)
                break
        else:
            known.append([check])
    yield from known


def is_fuzzed(check: Check) -> bool:
    return check.claim.startswith(f"{plan.FUZZED}.")


def name(check: Check) -> str:
    return f"{check.file}::{check.function}"


def candidates(contract: Contract, check: Check) -> list[Fault]:
    """The faults that a check may be the only one to find, the narrow ones first."""
    of_claim = [fault for fault in faults(contract).values() if fault.claim == check.claim]
    return sorted(of_claim, key=lambda fault: len(fault.operations))


def next_of_each(contract: Contract, waiting: Mapping[Check, Sequence[Fault]]) -> dict[Check, list[Fault]]:
    """The next faults of each check, as far as all of them can be planted together."""
    chosen: dict[Check, list[Fault]] = {check: [] for check in waiting}
    for check, own in waiting.items():
        for fault in own:
            planted = [other for others in chosen.values() for other in others]
            if len(chosen[check]) < FAULTS_OF_EACH and plan.can_be_combined(contract, [*planted, fault]):
                chosen[check].append(fault)
    return chosen


def outcome_of(contract: Contract, planted: Mapping[Check, Sequence[Fault]], folder: Path) -> Outcome:
    """A trial with these faults and without the bodies of these checks."""
    every = [fault for own in planted.values() for fault in own]
    given = plan.of_faults(contract, every).trial
    trial = replace(given, name="hollow", hollow=tuple(map(name, planted)), fuzz=int(any(map(plan.is_fuzzed, every))))
    outcome = Pool(1, folder).run([trial], lambda *_: None)[trial.name]
    assert outcome.rows, outcome.why
    return outcome


def is_missed(fault: Fault, outcome: Outcome) -> bool:
    return not set(fault.operations) <= outcome.violated(fault.claim)


def is_in_doubt(fault: Fault, outcome: Outcome) -> bool:
    """Whether something else than a hollow check kept the claim from being judged."""
    return any(
        row["claim"] == fault.claim and row["operation"] in fault.operations for row in outcome.having("untested")
    )


def is_needed(contract: Contract, check: Check, own: Sequence[Fault], outcome: Outcome, folder: Path) -> bool:
    """Whether one of these faults was missed for want of a check."""
    missed = [fault for fault in own if is_missed(fault, outcome)]
    sure = [fault for fault in missed if not is_in_doubt(fault, outcome)]
    return bool(sure) or any(is_missed(each, outcome_of(contract, {check: [each]}, folder)) for each in missed)


def found_all_the_same(contract: Contract, batch: Iterable[Check], folder: Path) -> Iterator[str]:
    """The checks of a batch without which every fault of their claim is found."""
    waiting = {check: candidates(contract, check) for check in batch}
    while waiting:
        planted = {check: own for check, own in next_of_each(contract, waiting).items() if own}
        outcome = outcome_of(contract, planted, folder)
        for check, own in planted.items():
            waiting[check] = [fault for fault in waiting[check] if fault not in own]
            if is_needed(contract, check, own, outcome, folder):
                del waiting[check]
            elif not waiting[check]:
                del waiting[check]
                yield name(check)


@pytest.mark.parametrize("batch", list(batches()), ids=lambda batch: f"{batch[0].function}-and-{len(batch) - 1}-more")
def test_without_the_body_of_each_check_a_fault_is_missed(batch: list[Check], tmp_path: Path) -> None:
    contract = load(edition_of(batch[0]))
    assert not list(found_all_the_same(contract, batch, tmp_path)), "every fault of their claims is found without them"
