"""The differences that the contract allows, and that the mock can be told to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from scim_contract.contract import Contract, load
from scim_contract.mock.planting import Variant
from scim_contract.mock.variants import (
    accounts,
    bodies,
    clients,
    deployments,
    describing,
    lists,
    refusals,
    tenants,
    values,
    versions,
)

KINDS: tuple[Callable[[Contract], Iterable[Variant]], ...] = (
    deployments.variants,
    tenants.variants,
    versions.variants,
    values.variants,
    bodies.variants,
    accounts.variants,
    clients.variants,
    lists.variants,
    refusals.variants,
    describing.variants,
)


def variants(contract: Contract) -> dict[str, Variant]:
    """Every variant by its name, in the order of the modules."""
    return dict(_named(contract.edition))


@cache
def _named(edition: str) -> dict[str, Variant]:
    contract, named = load(edition), dict[str, Variant]()
    for module in KINDS:
        for each in module(contract):
            if each.name in named:
                raise ValueError(f"two variants are called {each.name}")
            named[each.name] = each
    return named
