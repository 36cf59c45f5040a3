"""Errors on purpose: one 404, one 400 and one 409 of each operation that can give one, changing nothing."""

from __future__ import annotations

import contextlib
import uuid
from types import MappingProxyType
from urllib.parse import quote

from scim_contract.contract import Operation
from scim_contract.org import group
from scim_contract.org.changes import replacement, replacing
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.finding import NAMING
from scim_contract.org.org import Org
from scim_contract.org.refused import misfit, taken
from scim_contract.org.still import still_user
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

NOWHERE = MappingProxyType({"resourcetypes": "NoSuchResourceType", "schemas": "urn:example:no:such:schema"})
"""What no resource type, and no schema, is called."""


def unknown_id(org: Org, operation: Operation) -> Exchange:
    """The operation asked about an id that nothing has: a made-up UUID, or the name of no resource type or schema."""
    shared = org.acting("shared/errors")
    if operation.resource in NOWHERE:
        nothing = Resource(operation.resource, NOWHERE[operation.resource])
    else:
        nothing = Resource(
            operation.resource, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{org.workspace.ledger.run} {operation.id}"))
        )
    if not operation.writes:
        unsaid = {} if operation.prefix == "v1" else {"accept": None}  # an error needs its type then as well
        return shared.ask_once(operation, nothing, case="unknown id", **unsaid)
    org.workspace.may_write()
    body = _harmless(operation)
    return org.once(("unknown id", operation.id), lambda: shared.ask(operation, nothing, body=body, case="unknown id"))


def of_the_other_kind(org: Org, operation: Operation) -> list[Exchange]:
    """A read of a user by the id of a group, and in v1 of a group by that of a user; nothing where there is none."""
    found: list[Exchange] = []
    with contextlib.suppress(Untested, Blocked):
        other: Resource | None = None
        if operation.name == "get_user":
            other = group.readable(org, operation.prefix)
        elif (operation.name, operation.prefix) == ("get_group", "v1"):
            other = still_user(org, operation.prefix)
        if other is not None:
            found.append(org.ask(operation, path_id=quote(other.id, safe=""), case="id of another kind"))
    return found


def _harmless(operation: Operation) -> object:
    if operation.kind == "delete":
        return None
    attribute = "title" if operation.resource == "users" else "displayName"
    if operation.kind == "modify":
        return replacing(attribute, "Nobody")
    names = {"userName": "nobody@example.com"} if operation.resource == "users" else {}
    return replacement(operation.resource, {}, **names, displayName="Nobody")


def bad_request(org: Org, operation: Operation) -> Exchange:
    """The operation asked in a way that it refuses with 400: a filter that does not parse, a body that is no JSON."""
    shared = org.acting("shared/errors")
    if operation.kind == "list":
        text = f'{NAMING.get(operation.resource, "displayName")} eq "abc'
        if (operation.name, operation.prefix) == ("list_users", "v2"):  # a bracket is no better than a quote
            text = f'({text}"'
        params = {"filter": text}
        return org.once(("bad request", operation.id), lambda: shared.ask(operation, params=params, case="bad request"))
    return misfit(org, operation, "truncated").asked


def conflict(org: Org, operation: Operation) -> Exchange:
    """A userName that another user has, by POST, PUT or PATCH.

    Raises:
        Untested, Blocked: there are no two users to set against each other.
    """
    return taken(org, operation, "taken").asked
