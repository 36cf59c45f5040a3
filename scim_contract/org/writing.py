"""Writes whose effect is seen, not believed: read before, sent, read after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Change, Written, replacement, replacing
from scim_contract.org.clients import Who
from scim_contract.org.documents import resources
from scim_contract.org.errors import Blocked
from scim_contract.org.joining import joining, note
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable

if TYPE_CHECKING:
    from scim_contract.org.org import Org


def write(org: Org, operation: Operation, who: Who | None, case: str, otherwise: dict[str, Any]) -> Written:
    """See Org.write."""
    org.workspace.may_write()
    if operation.kind == "create":
        return _create(org, operation, who, case, otherwise)
    named = otherwise.pop("resource", None)
    resource, before = _before(org, operation, named)
    change = _change(org, operation, before, case, otherwise)
    if change is not None:
        otherwise.setdefault("body", change.body)
    if callable(otherwise.get("if_match")):
        otherwise["if_match"] = otherwise["if_match"](before)
    try:
        asked = org.ask(operation, resource, who=who, case=case, **otherwise)
        after = _after(org, operation, resource, asked)
    except Unreachable:
        if operation.kind == "delete" and named is None:
            people.next_generation(org, operation)  # it may be gone
        raise
    if operation.kind == "delete" and after.status in (404, 410):
        people.note_gone(org.workspace, str(before.document.get("userName")))
        if named is None:
            people.next_generation(org, operation)
    return Written(before, asked, after, change)


def _after(org: Org, operation: Operation, resource: Resource, asked: Exchange) -> Exchange:
    """The resource read by id; after a delete that is yet to be carried out (202) as soon as it is gone."""

    def look() -> Exchange:
        return org.gone_or_there(resource, operation.prefix)

    if operation.kind != "delete" or asked.status != 202:
        return look()
    return org.eventually(look, lambda seen: seen.status in (404, 410))


def _before(org: Org, operation: Operation, named: Resource | None) -> tuple[Resource, Exchange]:
    resource = named or org.subject_of(operation)
    if resource is None:
        raise ValueError(f"{operation.id} has no subject")
    try:
        return resource, org.look(resource, operation.prefix)
    except Blocked as error:
        gone = error.exchange is not None and error.exchange.status in (404, 410)
        if named is not None or operation.resource != "users" or not gone:
            raise
        people.next_generation(org, operation)
        resource = people.subject(org, operation)
        return resource, org.look(resource, operation.prefix)


def _change(org: Org, operation: Operation, before: Exchange, case: str, otherwise: dict[str, Any]) -> Change | None:
    wanted = otherwise.pop("change", None)
    if callable(wanted):
        made: Change = wanted(before.document)
        return made
    if wanted is not None or operation.kind == "delete":
        given: Change | None = wanted
        return given
    return new_change(org, operation, before, case)


def new_change(org: Org, operation: Operation, before: Exchange | None, case: str) -> Change:
    """A title of its own for users, a displayName of its own for groups; for a create a user of its own."""
    word = org.workspace.token(org.workspace.step(org.act, operation.id, f"change {case}"))
    if operation.kind == "create":
        step = org.workspace.step(org.act, operation.id, f"name {case}")
        body = people.new_user(org.workspace, step, title=f"Title {word}", **joining(org))
        return Change(body, {"userName": body["userName"], "title": body["title"]})
    attribute = "title" if operation.resource == "users" else "displayName"
    value = f"Title {word}" if operation.resource == "users" else f"{org.workspace.target.group}{word}"
    if operation.kind == "modify":
        return Change(replacing(attribute, value), {attribute: value})
    document = before.document if before is not None else {}
    return Change(replacement(operation.resource, document, **{attribute: value}), {attribute: value})


def _create(org: Org, operation: Operation, who: Who | None, case: str, otherwise: dict[str, Any]) -> Written:
    otherwise.pop("resource", None)
    change: Change = otherwise.pop("change", None) or new_change(org, operation, None, case)
    otherwise.setdefault("body", change.body)
    asked = org.ask(operation, who=who, case=case, **otherwise)
    name = str(change.shows.get("userName", change.body.get("userName", "")))
    created = people.note_created(org.workspace, name, asked)
    if created is not None:
        after = org.gone_or_there(Resource("users", created, ours=True), operation.prefix)
    else:
        after = find_user(org, operation.prefix, name)
    written = Written(None, asked, after, change)
    note(org, written)
    return written


def find_user(org: Org, prefix: str, name: str) -> Exchange:
    """The list of users with a userName; one that is found goes into the ledger, one that is not comes out.

    Raises:
        Blocked: the list cannot be had, so nobody knows whether the user is there.
    """
    operation = org.operation(prefix, "list_users")
    found = org.ask(operation, params={"filter": f'userName eq "{name}"'}, case="find")
    if not found.answer.ok:
        raise Blocked(f"the list of users cannot be asked whether {name} exists", found)
    there = [r for r in resources(found.document) if str(r.get("userName")).lower() == name.lower()]
    if there and isinstance(there[0].get("id"), str):
        org.workspace.ledger.write("created", userName=name, id=there[0]["id"])
    elif not there:
        people.note_gone(org.workspace, name)
    return found


def creation(org: Org, operation: Operation, case: str, **attributes: Any) -> Change:
    """A user of its own to create, with these attributes; it is in the ledger before this returns."""
    step = org.workspace.step(org.act, operation.id, f"name {case}")
    body = people.new_user(org.workspace, step, **attributes)
    return Change(body, {"userName": body["userName"]})


def marked(text: str) -> Mapping[str, str]:
    """The attributes by which `find_all` finds what creations made."""
    return {"externalId": text, "displayName": text}


Made = Mapping[str, tuple[Change, Exchange | Unreachable]]
"""Creations by case: what was to be created, and the answer if one came."""


def find_all(org: Org, prefix: str, mark: str, made: Sequence[tuple[Change, Exchange]]) -> Exchange:
    """The list of users with an externalId, which shows what several creations under it made; see `find_user`.

    Where nobody has it, that of the users with the same text as displayName: what is created of a body that was
    refused may be its required attributes alone.

    Raises:
        Blocked: the list cannot be had, so nobody knows.
    """
    found = _having(org, prefix, "externalId", mark)
    if not found.answer.ok:
        raise Blocked("the list of users cannot be asked what the creations made", found)
    if not resources(found.document):
        named = _having(org, prefix, "displayName", mark)
        found = named if named.answer.ok and resources(named.document) else found
    for change, asked in made:
        name = str(change.shows["userName"])
        there = [r for r in resources(found.document) if str(r.get("userName")).lower() == name.lower()]
        if there and isinstance(there[0].get("id"), str):
            org.workspace.ledger.write("created", userName=name, id=there[0]["id"])
        elif people.note_created(org.workspace, name, asked) is None:
            people.note_gone(org.workspace, name)
    return found


def _having(org: Org, prefix: str, name: str, value: str) -> Exchange:
    return org.ask(org.operation(prefix, "list_users"), params={"filter": f'{name} eq "{value}"'}, case=f"find {name}")
