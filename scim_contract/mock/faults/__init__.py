"""The promises that the mock can be told to break: a module an area."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from scim_contract.contract import Contract, load
from scim_contract.mock.faults import (
    content_types,
    discovery,
    errors,
    etags,
    features,
    filters,
    groups,
    indexes,
    lifecycle,
    matches,
    other_answers,
    page_numbers,
    pages,
    paging,
    patch,
    permissions,
    preconditions,
    real_bugs,
    replacements,
    representations,
    searching,
    sent_types,
    strangers,
    texts,
    user_names,
    versions,
)
from scim_contract.mock.planting import Fault

AREAS: tuple[Callable[[Contract], Iterable[Fault]], ...] = (
    etags.faults,
    preconditions.faults,
    versions.faults,
    content_types.faults,
    other_answers.faults,
    sent_types.faults,
    texts.faults,
    permissions.faults,
    strangers.faults,
    lifecycle.faults,
    patch.faults,
    user_names.faults,
    replacements.faults,
    groups.faults,
    discovery.faults,
    features.faults,
    filters.faults,
    matches.faults,
    paging.faults,
    pages.faults,
    page_numbers.faults,
    searching.faults,
    indexes.faults,
    representations.faults,
    errors.faults,
    real_bugs.faults,
)


def faults(contract: Contract) -> dict[str, Fault]:
    """Every fault by its name, in the order of the modules."""
    return dict(_named(contract.edition))


@cache
def _named(edition: str) -> dict[str, Fault]:
    contract, named = load(edition), dict[str, Fault]()
    for module in AREAS:
        for each in module(contract):
            if each.name in named:
                raise ValueError(f"two faults are called {each.name}")
            named[each.name] = each
    return named
