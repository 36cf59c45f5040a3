"""The promises that the mock keeps, each one a small function that another can take the place of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.mock import (
    bodies,
    defining,
    discovery,
    etags,
    negotiation,
    oauth,
    paging,
    patching,
    projecting,
    representation,
    rules,
)
from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.errors import ScimProblem, error_document
from scim_contract.mock.filters import FilterEngine
from scim_contract.mock.paging import Page
from scim_contract.mock.representation import Links

Document = dict[str, Any]


@dataclass(frozen=True)
class Behaviour:
    """How one operation is answered. The defaults keep the contract; `dataclasses.replace` breaks it.

    Each field is the function of the same purpose in the module that the default comes from.
    """

    # who may
    permitted: Callable[[frozenset[str], Operation], bool] = oauth.permitted
    challenge: Callable[[bool], Mapping[str, str]] = oauth.challenge
    sets_password_only: Callable[[frozenset[str], Operation], bool] = oauth.sets_password_only
    require_password_only: Callable[[Mapping[str, Any], Record], None] = rules.require_password_only
    admits_anonymous: Callable[[Operation], bool] = lambda operation: not operation.signs_in
    # media types
    answer_type: Callable[[str | None], str | None] = negotiation.answer_type
    body_type_supported: Callable[[str | None], bool] = negotiation.body_type_supported
    # paging
    integer: Callable[[str, str | None, int], int] = paging.integer
    page_asked: Callable[[int, int], Page] = paging.page_asked
    cut: Callable[[Sequence[Record], Page], Sequence[Record]] = paging.cut
    list_response: Callable[[Sequence[Document], int, Page], Document] = paging.list_response
    # filters
    requires_filter: Callable[[Operation], bool] = lambda operation: operation.requires_filter
    listed_without_filter: Callable[[Operation, Sequence[Record]], Sequence[Record]] = rules.listed_without_filter
    matcher: Callable[[FilterEngine, str, str, Callable[[Record], Document]], Callable[[Record], bool]] = (
        FilterEngine.matcher
    )
    # ETags
    if_match_holds: Callable[[str | None, str], bool] = etags.if_match_holds
    if_none_match_hits: Callable[[str | None, str], bool] = etags.if_none_match_hits
    etag_header: Callable[[str], str | None] = lambda current: current
    # bodies
    parse: Callable[[bytes], Document] = bodies.parse
    conforming: Callable[[Contract, str, Document], Document] = bodies.conforming
    patch_operations: Callable[[Contract, bytes], list[Document]] = bodies.patch_operations
    patched: Callable[[Contract, str, Mapping[str, Any], list[Document]], Document] = patching.patched
    # what is stored
    user_content: Callable[[Mapping[str, Any], Record | None], Document] = rules.user_content
    group_content: Callable[[Mapping[str, Any], Record, Directory], Document] = rules.group_content
    require_name: Callable[[Mapping[str, Any], str], None] = rules.require_name
    require_one_primary: Callable[[Mapping[str, Any]], None] = rules.require_one_primary
    require_limits: Callable[[Mapping[str, Any]], None] = rules.require_limits
    require_manager: Callable[[Mapping[str, Any], Directory], None] = rules.require_manager
    require_free_user_name: Callable[[Mapping[str, Any], Record | None, Directory], None] = rules.require_free_user_name
    # what is shown
    show: Callable[[Record, Directory, Links], Document] = representation.show
    projected: Callable[[Document, str, str], Document] = projecting.projected
    error_document: Callable[[ScimProblem], Document] = error_document
    resource_type: Callable[[str, Links], Document | None] = discovery.resource_type
    resource_types: Callable[[Links], list[Document]] = discovery.resource_types
    provider_config: Callable[[Links, str, int], Document] = discovery.provider_config
    schemas: Callable[[Contract, Links], list[Document]] = defining.schemas
    schemas_filtered: Callable[[], ScimProblem] = defining.filtered
    created_status: int = 201
    deleted_status: int = 204


def reference(operation: Operation) -> Behaviour:
    """The contract kept, whatever the operation."""
    return Behaviour()
