"""Faults and variants by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from scim_contract.contract import Contract
from scim_contract.mock.faults import faults
from scim_contract.mock.planting import Fault, Variant, planted
from scim_contract.mock.variants import variants

T = TypeVar("T", Fault, Variant)


def named(contract: Contract, fault_names: Iterable[str], variant_names: Iterable[str]) -> list[Fault | Variant]:
    """The variants, then the faults, of these names, in an order that does not depend on that of the names.

    :raises ValueError: with a sentence for a person: one is unknown, or two cannot be combined.
    """
    bent = find("variant", variants(contract), sorted(set(variant_names)))
    broken = find("fault", faults(contract), sorted(set(fault_names)))
    planted(contract, [*bent, *broken])
    return [*bent, *broken]


def find(kind: str, known: Mapping[str, T], names: Iterable[str]) -> list[T]:
    """Those of these names.

    :param kind: what they are, for the message: fault or variant.
    :raises ValueError: one is unknown; the message names the nearest.
    """
    found: list[T] = []
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else "`scim-contract mock --list-faults` lists them"
            raise ValueError(f"no {kind} {name!r}; {hint}")
        found.append(known[name])
    return found
