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
from scim_contract.org.documents import differences, resources, said
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.nowhere import spare_collections
from scim_contract.org.org import Org
from scim_contract.org.provoking import NOWHERE
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
    """POST on the path of a resource that does not exist: a whole user for users, `{}` for groups, which nobody
    could remove again.

    Raises:
        Untested: the run may not write.
        Blocked: nobody can tell whether a user came of it.
    """
    org.workspace.may_write()
    name = f"{org.workspace.ledger.run} {operation.id} post"
    nothing = Resource(operation.resource, str(uuid.uuid5(uuid.NAMESPACE_OID, name)))
    who = _who(org, operation, "POST")
    if operation.resource != "users":
        asked = org.ask(operation, nothing, method="POST", body={}, who=who, case="post")
        there = org.gone_or_there(nothing, operation.prefix).answer.ok
        return Stray(asked, (f"{nothing.id} exists",) if there else ())
    body = people.new_user(org.workspace, f"{org.act}/{operation.id}/post")
    asked = org.ask(operation, nothing, method="POST", body=body, who=who, case="post")
    user = str(body["userName"])
    people.note_created(org.workspace, user, asked)
    found = resources(find_user(org, operation.prefix, user).document)
    made = [each for each in found if str(each.get("userName")).lower() == user.lower()]
    return Stray(asked, tuple(f"the user {said(user)} exists, id {each.get('id')}" for each in made))


def on_discovery(org: Org, operation: Operation, method: str) -> Stray:
    """A write on a discovery path: to a resource type that does not exist, or `{}` to the document that is there.

    Raises:
        Untested: the run may not write, or the server runs elsewhere and the method would delete what is there.
        Blocked: the document cannot be read.
    """
    if method == "DELETE" and not _of_nothing(operation):
        spare_collections(org)
    org.workspace.may_write()
    shared = org.acting("shared/strays")
    return org.once(("strays", operation.id), lambda: _to_discovery(shared, operation))[method]


def _of_nothing(operation: Operation) -> bool:
    """Whether the path can name what does not exist."""
    return operation.path_parameter is not None


def _to_discovery(org: Org, operation: Operation) -> dict[str, Stray]:
    nothing = Resource(operation.resource, NOWHERE[operation.resource]) if _of_nothing(operation) else None
    before = None if nothing else _whole(org.ask_once(operation))
    spared = nothing is None and not org.workspace.target.loopback
    methods, begun = ["POST", "PUT", "PATCH", *([] if spared else ["DELETE"])], org.workspace.moves()
    asked = {
        m: org.ask(operation, nothing, method=m, who=_who(org, operation, m), case=m.lower(), **_body(m))
        for m in methods
    }
    if nothing is not None:
        there = org.ask(operation, nothing, case="unknown id").answer.ok
        traces: tuple[str, ...] = (f"{nothing.id} exists in {operation.resource}",) if there else ()
    elif before is not None:
        after = _whole(org.ask(operation))
        traces = differences(before.document, after.document, ("meta",))
    if not traces:
        org.workspace.stayed_since(begun)
    accepted = [m for m in methods if asked[m].answer.ok]
    return {m: Stray(asked[m], traces if m in accepted or not accepted else ()) for m in methods}


def _whole(read: Exchange) -> Exchange:
    if not read.answer.ok:
        raise Blocked("the document could not be read", read)
    return read
