"""The promises that the mock can be told to break: a module an area."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from scim_contract.contract import Contract, load
from scim_contract.mock.faults import (
    addresses,
    belated,
    besides,
    choosing,
    content_types,
    deletions,
    discovery,
    error_bodies,
    error_paths,
    errors,
    etags,
    extensions,
    far_pages,
    features,
    filter_examples,
    filters,
    fuzzed_bodies,
    fuzzed_histories,
    fuzzed_parameters,
    halves,
    identities,
    indexes,
    large_groups,
    left_alone,
    lifecycle,
    matches,
    members,
    odd_values,
    one_form,
    other_answers,
    page_numbers,
    pages,
    paging,
    patch,
    patch_lists,
    patch_places,
    patch_refused,
    permissions,
    preconditions,
    races,
    read_only,
    real_bugs,
    references,
    replacements,
    representations,
    round_trips,
    schema_documents,
    searching,
    sent_types,
    strangers,
    texts,
    unasked,
    unnamed,
    user_names,
    versions,
)
from scim_contract.mock.planting import Fault, by_name, fitting

AREAS: tuple[Callable[[Contract], Iterable[Fault]], ...] = (
    etags.faults,
    preconditions.faults,
    races.faults,
    versions.faults,
    representations.faults,
    identities.faults,
    round_trips.faults,
    odd_values.faults,
    besides.faults,
    addresses.faults,
    references.faults,
    read_only.faults,
    content_types.faults,
    other_answers.faults,
    sent_types.faults,
    texts.faults,
    permissions.faults,
    one_form.faults,
    unasked.faults,
    strangers.faults,
    belated.faults,
    lifecycle.faults,
    deletions.faults,
    left_alone.faults,
    patch.faults,
    patch_lists.faults,
    patch_refused.faults,
    patch_places.faults,
    members.faults,
    large_groups.faults,
    user_names.faults,
    replacements.faults,
    discovery.faults,
    errors.faults,
    error_bodies.faults,
    error_paths.faults,
    halves.faults,
    unnamed.faults,
    features.faults,
    filters.faults,
    matches.faults,
    paging.faults,
    pages.faults,
    page_numbers.faults,
    far_pages.faults,
    searching.faults,
    indexes.faults,
    choosing.faults,
    extensions.faults,
    schema_documents.faults,
    filter_examples.faults,
    real_bugs.faults,
    fuzzed_bodies.faults,
    fuzzed_parameters.faults,
    fuzzed_histories.faults,
)


def faults(contract: Contract) -> dict[str, Fault]:
    """Every fault by its name, in the order of the modules."""
    return dict(_of(contract.edition))


@cache
def _of(edition: str) -> dict[str, Fault]:
    contract = load(edition)
    known = by_name(contract, AREAS)
    if not contract.extends:  # the edition that the faults were written for: one that fits nowhere is a mistake
        return known
    return {name: fault for name, each in known.items() if (fault := fitting(contract, each)) is not None}
