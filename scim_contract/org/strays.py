"""Methods that no operation documents, sent so that nothing can be lost, and what a later read shows of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Written
from scim_contract.org.clients import Who, least
from scim_contract.org.documents import differences, resources
from scim_contract.org.errors import Untested
from scim_contract.org.nowhere import spare_collections
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try, tried
from scim_contract.org.workspace import Resource
from scim_contract.org.writing import find_user
from scim_contract.transport import Exchange

_NEAREST: Mapping[str, str] = MappingProxyType(
    {"POST": "create_user", "PUT": "replace_user", "PATCH": "modify_user", "DELETE": "delete_user"}
)
"""The documented operation whose client sends an undocumented method, but for groups: the one most likely to get in."""


@dataclass(frozen=True)
class Stray:
    """An undocumented method's answer, and what a later read shows to have changed."""

    asked: Exchange
    traces: tuple[str, ...]


def on_list(org: Org, operation: Operation, method: str) -> Stray:
    """PUT, PATCH or DELETE on the path of a list, with the reads of a resource in it around them.

    Raises:
        Untested: the run may not write, or the server runs elsewhere and the method is DELETE.
        Blocked: there is no resource to read.
    """
    if method == "DELETE":
        spare_collections(org)
    shared = org.acting("shared/strays")
    written = org.once(("strays", operation.id), lambda: _to_list(shared, operation))[method]
    return Stray(written.asked, written.traces)


def _to_list(org: Org, operation: Operation) -> Mapping[str, Written]:
    methods = ["PUT", "PATCH", *(["DELETE"] if org.workspace.target.loopback else [])]

    def sending(method: str) -> Try:
        return lambda word: {"method": method, "who": _who(org, operation, method), **_body(method)}

    return tried(org, operation, {method: sending(method) for method in methods})


def _body(method: str) -> dict[str, Any]:
    return {} if method == "DELETE" else {"body": {}}


def _who(org: Org, operation: Operation, method: str) -> Who:
    if operation.resource != "groups":
        try:
            return least(org.workspace.target, org.operation(operation.prefix, _NEAREST[method]))
        except Untested:
            pass  # no such client: whoever may read will do
    return least(org.workspace.target, operation)


def on_item(org: Org, operation: Operation) -> Stray:
    """POST on the path of a resource that does not exist.

    For users with a whole user as body; for groups with `{}`, since nobody could remove a group again.

    Raises:
        Untested: the run may not write.
        Blocked: nobody can tell whether a user came of it.
    """
    org.workspace.may_write()
    nothing, who = _nothing(org, operation), _who(org, operation, "POST")
    body = people.new_user(org.workspace, f"{org.act}/post") if operation.resource == "users" else {}
    asked = org.ask(operation, nothing, method="POST", body=body, who=who, case="post")
    traces = [f"{nothing.id} exists"] if org.gone_or_there(nothing, operation.prefix).answer.ok else []
    if body:
        people.note_created(org.workspace, body["userName"], asked)
        made = resources(find_user(org, operation.prefix, body["userName"]).document)
        traces += [f"a user {user.get('userName')!r} exists, id {user.get('id')}" for user in made]
    return Stray(asked, tuple(traces))


def on_discovery(org: Org, operation: Operation, method: str) -> Stray:
    """A write on a discovery path: to a resource type that does not exist, else to the document that is there.

    Raises:
        Untested: the run may not write, or the server runs elsewhere and the method could remove the document.
    """
    if method == "DELETE" and operation.path_parameter is None:
        spare_collections(org)
    shared = org.acting("shared/strays")
    return org.once(("strays", operation.id), lambda: _to_discovery(shared, operation))[method]


def _to_discovery(org: Org, operation: Operation) -> dict[str, Stray]:
    org.workspace.may_write()
    nothing = _nothing(org, operation) if operation.path_parameter else None
    methods = ["POST", "PUT", "PATCH", *(["DELETE"] if nothing or org.workspace.target.loopback else [])]
    before = org.ask_once(operation, nothing)
    asked = {m: org.ask(operation, nothing, method=m, case=m.lower(), **_body(m)) for m in methods}
    after = org.ask(operation, nothing, case="after")
    traces = _traces(before, after)
    return {method: Stray(exchange, traces) for method, exchange in asked.items()}


def _traces(before: Exchange, after: Exchange) -> tuple[str, ...]:
    if before.answer.ok != after.answer.ok:
        return (f"it answered {before.answer.line} before, and {after.answer.line} afterwards",)
    return differences(before.document, after.document) if before.answer.ok else ()


def _nothing(org: Org, operation: Operation) -> Resource:
    name = f"{org.workspace.ledger.run} {operation.id} stray"
    return Resource(operation.resource, str(uuid.uuid5(uuid.NAMESPACE_OID, name)))
