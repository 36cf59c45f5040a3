"""A plain read of any operation: what it needs to be asked about, and nothing else."""

from __future__ import annotations

import contextlib
from typing import Any

from scim_contract.contract import Operation
from scim_contract.contract.plan import NO_PERMISSION
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.clients import ANONYMOUS, Who, holding_only, least
from scim_contract.org.errors import Untested
from scim_contract.org.finding import by_name
from scim_contract.org.org import Org
from scim_contract.transport import Exchange


def read(
    org: Org, operation: Operation, *, who: Who | None = None, case: str = "", fresh: bool = False, **otherwise: Any
) -> Exchange:
    """A read that every operation of the method GET can answer with success, shared by the checks.

    It is asked once, whatever is written meanwhile; `fresh` asks it anew. A list is asked for one
    resource by its name, which is a filter that must be supported.

    Raises:
        Untested: there is nothing to ask about, or no client may ask.
        Blocked: what it needs first did not work.
    """

    def ask() -> Exchange:
        if who is None and not case and not otherwise and not fresh:
            return _plainly(org, operation)
        params: dict[str, Any] = {}
        if operation.kind == "list" and operation.resource in ("users", "groups"):
            params = {"params": by_name(org, operation).filter}
        about = org.something_for(operation)
        return org.acting("shared/read").ask(operation, about, who=who, case=case, **{**params, **otherwise})

    return ask() if fresh else org.once(("read", operation.id, who, case, repr(otherwise)), ask)


def _plainly(org: Org, operation: Operation) -> Exchange:
    """The read that other checks look at as well, if there has been one since the last write."""
    if operation.kind == "list" and operation.resource in ("users", "groups"):
        return by_name(org, operation).page()
    return org.acting("shared/read").ask_once(operation, org.something_for(operation))


def bare_read(org: Org, operation: Operation, accept: str | None, content_type: str | None) -> Exchange:
    """A read with a certain Accept, or with a Content-Type though it has no body.

    Where scim+json is asked for, the request says application/json of its body, which tries both at once; where that
    does not succeed, the one that was asked for is tried alone. No Accept, and any, come without a Content-Type: that
    is how the simplest of clients ask.
    """
    if (accept, content_type) in ((SCIM_JSON, None), (JSON, JSON)):
        both = read(
            org, operation, accept=SCIM_JSON, headers=(("Content-Type", JSON),), case="scim+json and Content-Type"
        )
        if both.answer.ok:
            return both
    if content_type is None:
        somebody = _else(org, operation, accept)
        passing = _in_passing(org, operation, somebody, accept) if somebody is not None else None
        if passing is not None and passing.answer.ok:
            return passing
        return read(org, operation, accept=accept, case=f"accept {accept}")
    if content_type == SCIM_JSON and operation.kind == "read":
        return second_read(org, operation)
    return read(org, operation, headers=(("Content-Type", content_type),), case=f"content-type {content_type}")


def first_read(org: Org, operation: Operation) -> Exchange:
    """A plain read, the first of two."""
    return org.once(("first read", operation.id), lambda: org.ask_once(operation, org.something_for(operation)))


def second_read(org: Org, operation: Operation) -> Exchange:
    """The same read once more, after the first one; with a Content-Type, which a read does not need."""
    first_read(org, operation)
    about, also = org.something_for(operation), (("Content-Type", SCIM_JSON),)
    shared, case = org.acting("shared/read"), f"content-type {SCIM_JSON}"
    return org.once(("second read", operation.id), lambda: shared.ask(operation, about, headers=also, case=case))


def read_by(org: Org, operation: Operation, who: Who, case: str = "") -> Exchange:
    """A read by somebody else who may: in a type of which `bare_read` looks at the answer, if that succeeds."""
    for accept in _IN_PASSING:
        if _else(org, operation, accept) == who:
            both = _in_passing(org, operation, who, accept)
            if both.answer.ok:
                return both
    return read(org, operation, who=who, case=case)


_IN_PASSING = (None, "*/*")


def _in_passing(org: Org, operation: Operation, who: Who, accept: str | None) -> Exchange:
    return read(org, operation, who=who, accept=accept, case=f"accept {accept} by another")


def _else(org: Org, operation: Operation, accept: str | None) -> Who | None:
    """Who may ask this besides the usual client, and does so in that type; None where nobody does.

    Of an open operation these are nobody at all and a client without permissions, of others the client that holds
    only another one of the listed permissions.
    """
    target = org.workspace.target
    if accept not in _IN_PASSING or not target.clients:
        return None
    if operation.open and accept is None:
        return ANONYMOUS
    wanted = (NO_PERMISSION,) if operation.open else operation.permissions if accept is not None else ()
    for permission in wanted:
        with contextlib.suppress(Untested):
            who = holding_only(target, permission)
            if who != least(target, operation):
                return who
    return None
