"""Writes of what a client cannot write: id, meta, a user's groups; and what a later read shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.company import nobody
from scim_contract.org.documents import groups_of, said
from scim_contract.org.errors import Blocked
from scim_contract.org.joining import joining
from scim_contract.org.org import Org
from scim_contract.org.passwords import password
from scim_contract.org.refusals import Body, Try, bodies

ALL = "all"
_LONG_AGO = "2001-02-03T04:05:06.000Z"


def made_up(org: Org, operation: Operation) -> dict[str, Any]:
    """A value for each read-only attribute that the resource cannot have."""
    users = operation.resource == "users"
    meta = {
        "resourceType": "Group" if users else "User",
        "created": _LONG_AGO,
        "lastModified": _LONG_AGO,
        "location": f"https://example.com/made-up/{operation.id}",
        "version": '"made-up"',
    }
    values = {"id": nobody(org, operation), "meta": meta}
    group = org.workspace.group_id or nobody(org, operation)
    return {**values, "groups": [{"value": group, "type": "Group"}]} if users else values


def sent(org: Org, operation: Operation, name: str) -> Written:
    """A write with a read-only attribute in its body, made once.

    POST and PUT send all of them in one body, POST with a password as well, which no answer may show; only where
    that is refused (a server may think the password weak) each goes in a body of its own, without one.
    """
    shared, values = org.acting("shared/read-only"), made_up(org, operation)
    together = org.once(("read-only", operation.id), lambda: _write(shared, operation, values, ALL))
    if together.asked.answer.ok:
        return together
    return org.once(("read-only", operation.id, name), lambda: _write(shared, operation, {name: values[name]}, name))


def read_only_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """A PATCH of each read-only attribute, and `all` of them in one without a path: refused, or ignored."""
    if operation.kind != "modify":
        return {}
    values = made_up(org, operation)
    together = modification({"op": "replace", "value": values})
    each = {name: replacing(name, value) for name, value in values.items()}
    return bodies({name: _just(body) for name, body in {**each, ALL: together}.items()})


def _just(body: Mapping[str, Any]) -> Body:
    return lambda word: body


def _write(org: Org, operation: Operation, values: Mapping[str, Any], case: str) -> Written:
    if operation.kind == "create":
        step = org.workspace.step(org.act, operation.id, f"name {case}")
        body = {**people.new_user(org.workspace, step), **values}
        if case == ALL:
            body |= {"password": password(org.workspace, step), **joining(org)}
        return org.write(operation, change=Change(body, {"userName": body["userName"]}), case=case)
    return org.write(
        operation, change=lambda document: Change(replacement(operation.resource, document, **values), {}), case=case
    )


def taken(written: Written, name: str, value: Any) -> list[str]:
    """What of a read-only value the resource took over, as the read after the write shows.

    Raises:
        Blocked: the resource cannot be read.
    """
    if name == "id":
        return _id_taken(written, value)
    if not written.after.answer.ok:
        raise Blocked("the resource could not be read after the write", written.after)
    document = written.after.document
    if name == "groups":
        before = groups_of(written.before.document) if written.before is not None else set()
        new = {reference["value"] for reference in value} & groups_of(document) - before
        return [f"the user's groups name {group}" for group in sorted(new)]
    # A resourceType that was wrong before, or that nobody saw before, is not the write's doing.
    was = _meta(written.before.document) if written.before is not None else {"resourceType": value["resourceType"]}
    meta = _meta(document)
    return [f"meta.{k} is {said(v)}" for k, v in value.items() if meta.get(k) == v and was.get(k) != v]


def _meta(document: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = document.get("meta")
    return meta if isinstance(meta, dict) else {}


def _id_taken(written: Written, value: str) -> list[str]:
    if written.before is None:
        found = written.asked.document.get("id")
        return [f"the user was created with id {value}"] if found == value else []
    own = written.before.document.get("id")
    if written.after.status in (404, 410):
        return [f"nothing is found under the resource's id {own} any more"]
    if not written.after.answer.ok:
        raise Blocked("the resource could not be read after the write", written.after)
    after, answered = written.after.document.get("id"), written.asked.document.get("id")
    rows = [f"a read under {own} shows id {said(after)}"] if after != own else []
    if written.asked.answer.ok and answered == value:
        rows.append(f"the answer shows id {said(answered)}")
    return rows
