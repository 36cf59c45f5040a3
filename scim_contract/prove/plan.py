"""Which trials prove the suite, and what each must show."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from scim_contract.contract import Contract
from scim_contract.mock.planting import Fault, Variant, planted
from scim_contract.mock.settings import SEED
from scim_contract.mock.variants.excluding import excluded
from scim_contract.plugin.catalogue import checks
from scim_contract.plugin.run import suites_folder
from scim_contract.prove.trial import Trial

# What asks every operation for a success, for an error and, of DELETE, for anything: an observed claim sees by it.
SEEING = ("content-types.accept-json", "content-types.errors-too", "content-types.none-needed")
FUZZED = "fuzzed"
VARIANT_EXAMPLES = 20
_TRIES = 200
_FAULTS_TOGETHER, _VARIANTS_TOGETHER = 4, 12
T = TypeVar("T", bound=Fault | Variant)


@dataclass(frozen=True)
class Planned:
    """A trial with the faults that it must find; none, where it must find nothing wrong."""

    trial: Trial
    faults: tuple[Fault, ...] = ()
    variants: tuple[Variant, ...] = ()


def of_faults(contract: Contract, faults: Sequence[Fault], whole: bool = False) -> Planned:
    """The trial of a fault, or of several together: with the checks that can see them, or all."""
    names = tuple(fault.name for fault in faults)
    claims = () if whole else tuple(dict.fromkeys(key for fault in faults for key in keys(contract, fault)))
    return Planned(Trial(_name(names), names, claims=claims, edition=contract.edition), tuple(faults))


def is_fuzzed(fault: Fault) -> bool:
    """Whether only generated requests meet a fault."""
    return fault.claim.startswith(f"{FUZZED}.")


def fuzzing(planned: Planned, examples: int, seed: int) -> Planned:
    """A trial with so many generated examples for an operation, where its faults need them.

    Variants that are judged by the area get a few: what is generated for all of them is much the same.
    """
    if any(map(is_fuzzed, planned.faults)):
        return replace(planned, trial=replace(planned.trial, fuzz=examples, seed=seed))
    if planned.variants and FUZZED in planned.trial.areas:
        return replace(planned, trial=replace(planned.trial, fuzz=min(examples, VARIANT_EXAMPLES), seed=seed))
    return planned


def amid(planned: Planned, under: Sequence[str], workers: int, seed: int, shuffled: bool = False) -> Planned:
    """A trial with these variants planted besides, so many workers, and a mock that leaves to chance by this seed.

    Where it is `shuffled`, checks come in random order, by this seed as well.
    """
    variants = tuple(dict.fromkeys([*planned.trial.variants, *under]))
    order = seed if shuffled else None
    trial = replace(planned.trial, variants=variants, workers=workers, mock_seed=SEED + seed, order=order)
    return replace(planned, trial=trial)


def of_variants(contract: Contract, variants: Sequence[Variant], areas: Sequence[str]) -> Planned:
    """The trial of a variant, or of several together: with everything, or what the areas hold."""
    names = tuple(variant.name for variant in variants)
    trial = Trial(f"variant {_name(names)}", (), names, areas=tuple(areas), edition=contract.edition)
    return Planned(trial, (), tuple(variants))


def _name(names: Sequence[str]) -> str:
    return " + ".join(names)


def shared(contract: Contract, faults: Sequence[Fault], whole: bool = False) -> Iterator[Planned]:
    """Every fault with the checks that can see it, or all; those of a claim at different operations share a trial."""
    by_claim: dict[str, list[Fault]] = {}
    for fault in faults:
        by_claim.setdefault(fault.claim, []).append(fault)
    for own in by_claim.values():
        for together in _sets(contract, own, _FAULTS_TOGETHER):
            yield of_faults(contract, together, whole)


def in_sets(contract: Contract, variants: Sequence[Variant], areas: Sequence[str]) -> Iterator[Planned]:
    """Every variant with all checks; those that need no profile of their own several to a trial."""
    plain = [variant for variant in variants if not variant.profile and variant.clients is None]
    for poor in (False, True):
        for together in _sets(contract, [variant for variant in plain if variant.poor is poor], _VARIANTS_TOGETHER):
            yield of_variants(contract, together, areas)
    for variant in (variant for variant in variants if variant not in plain):
        yield of_variants(contract, (variant,), areas)


def _sets(contract: Contract, known: Sequence[T], most: int) -> list[list[T]]:
    """All of them, each with as many others as can be combined with it, in order."""
    sets: list[list[T]] = []
    for each in known:
        for others in sets:
            if len(others) < most and can_be_combined(contract, [*others, each]):
                others.append(each)
                break
        else:
            sets.append([each])
    return sets


def alone(contract: Contract, planned: Planned) -> Iterator[Planned]:
    """The trials of what shared one."""
    whole = not planned.trial.claims
    yield from (of_faults(contract, (fault,), whole) for fault in planned.faults)
    yield from (of_variants(contract, (variant,), planned.trial.areas) for variant in planned.variants)


def keys(contract: Contract, fault: Fault) -> tuple[str, ...]:
    """The keys of the checks that can see a fault."""
    judged = {check.claim for check in checks(suites_folder())}
    wanted = [fault.claim, *(SEEING if contract.claims[fault.claim].observed else ())]
    own = [f"{claim}|{operation}" for claim in wanted if claim in judged for operation in fault.operations]
    return tuple(dict.fromkeys([*own, *fault.sees]))


def pairs(contract: Contract, faults: Sequence[Fault], number: int, chance: random.Random) -> Iterator[Planned]:
    """Pairs of faults drawn at random of those that can be combined, each with the checks that can see either."""
    for drawn in _drawn(contract, faults, 2, number, chance):
        yield of_faults(contract, drawn)


def triples(
    contract: Contract, variants: Sequence[Variant], number: int, chance: random.Random, areas: Sequence[str]
) -> Iterator[Planned]:
    """Three variants at a time, drawn at random of those that can be combined."""
    for drawn in _drawn(contract, variants, 3, number, chance):
        yield of_variants(contract, drawn, areas)


def _drawn(
    contract: Contract, known: Sequence[T], size: int, number: int, chance: random.Random
) -> Iterator[tuple[T, ...]]:
    seen: set[frozenset[str]] = set()
    for _ in range(number * _TRIES):
        if len(seen) == number or len(known) < size:
            return
        drawn = tuple(chance.sample(known, size))
        names = frozenset(each.name for each in drawn)
        if names not in seen and can_be_combined(contract, drawn):
            seen.add(names)
            yield drawn


def can_be_combined(contract: Contract, drawn: Sequence[Fault | Variant]) -> bool:
    """Whether they can be combined: no piece of behaviour and no setting is wanted twice."""
    try:
        planted(contract, drawn)
    except ValueError:
        return False
    variants = [each for each in drawn if isinstance(each, Variant)]
    faults = [each for each in drawn if isinstance(each, Fault)]
    apart = all(set(a.operations).isdisjoint(b.operations) for a, b in combinations(faults, 2))
    settings = [name for variant in variants for name in variant.profile]
    clear = not list(excluded([variant.name for variant in variants]))
    return apart and clear and len(settings) == len(set(settings)) and sum(v.clients is not None for v in variants) < 2
