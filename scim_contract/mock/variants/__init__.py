"""The differences that the contract allows, and that the mock can be told to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from scim_contract.contract import Contract, load
from scim_contract.mock.planting import Variant, by_name
from scim_contract.mock.variants import (
    accounts,
    bodies,
    choosing,
    clients,
    deployments,
    describing,
    lists,
    paths,
    refusals,
    tenants,
    unsteady,
    values,
    versions,
)

KINDS: tuple[Callable[[Contract], Iterable[Variant]], ...] = (
    deployments.variants,
    unsteady.variants,
    tenants.variants,
    versions.variants,
    values.variants,
    bodies.variants,
    accounts.variants,
    clients.variants,
    lists.variants,
    paths.variants,
    refusals.variants,
    describing.variants,
    choosing.variants,
)


def variants(contract: Contract) -> dict[str, Variant]:
    """Every variant by its name, in the order of the modules."""
    return dict(_of(contract.edition))


@cache
def _of(edition: str) -> dict[str, Variant]:
    return by_name(load(edition), KINDS)
