"""PUT of a user or the group: another whole state over the one before, and states with something emptied."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.carrying import NOBODY, Rider, Told, carried
from scim_contract.org.changes import Change, Written
from scim_contract.org.company import members_of, own
from scim_contract.org.documents import ENTERPRISE, GROUP, USER, entries
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import Fact, facts
from scim_contract.org.group import disposable
from scim_contract.org.group_patches import named_and_filled, patch_group, renamed_alone
from scim_contract.org.membership import outsider, someone_in
from scim_contract.org.org import Org
from scim_contract.org.patches import in_order
from scim_contract.org.people import full_attributes
from scim_contract.org.side_by_side import in_use
from scim_contract.org.values import at_length
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable

_EMPTIED = ("title", "externalId", "emails", "phoneNumbers", ENTERPRISE, "members")
_RIDING = {"null": "charset-json", "empty list": "json-scim", "left out": "scim-scim"}
"""The types that ride on a PUT of the group."""
_FILLING: Mapping[str, Callable[[Org, Operation], object]] = MappingProxyType(
    {"null": named_and_filled, "empty list": in_order, "left out": named_and_filled}
)
_PHONE = {"value": "+13175550127", "type": "work", "primary": True}


@dataclass(frozen=True)
class Replaced:
    """A PUT that was sent, with the facts that it must leave and those that must be gone."""

    written: Written
    there: frozenset[Fact]
    gone: frozenset[Fact]


def stored(org: Org, operation: Operation) -> Replaced:
    """A PUT of other values for everything, sent once."""
    return org.once(("stored", operation.id), lambda: _stored(org.acting("shared/stored"), operation))


def _stored(org: Org, operation: Operation) -> Replaced:
    new = _user(org, operation) if operation.resource == "users" else _group(org, operation)

    def make(rider: Rider) -> Replaced:
        body = _bearing(new, rider)
        written = org.write(operation, change=Change(body, {}), case=rider.more.strip(), **rider.types)
        return Replaced(written, facts(body), _instead_of(body, written.before))

    return carried(org, operation, "scim-json", make, _told)


def _instead_of(body: Mapping[str, Any], before: Exchange | None) -> frozenset[Fact]:
    """What was there before a PUT of values of the same attributes and types, and is no more.

    Of phone numbers that is all that is not sent: a server adds none of its own.
    """
    was, there = before.document if before is not None else {}, facts(body)
    parts = {(name, str(entry.get("type", ""))) for name in body for entry in entries(body, name)}
    single = {(name, "") for name, _ in there} - {(name, "") for name, _ in parts}
    whole = facts(was, "phoneNumbers") if "phoneNumbers" in body else frozenset[Fact]()
    return whole.union(*(facts(was, *part) for part in {*parts, *single})) - there


def _bearing(body: Mapping[str, Any], rider: Rider) -> dict[str, Any]:
    """The body with the text that rides on it, in a user's title or a group's displayName."""
    name = "displayName" if GROUP in body["schemas"] else "title"
    if name not in body:
        return dict(body)
    return {**body, name: rider.on(at_length(body[name]) if rider.long else body[name])}


def _told(made: Replaced) -> Told | None:
    """The names that it wrote, where all that it wants is there and what it replaced is not."""
    seen, body = facts(made.written.after.document), made.written.change.body if made.written.change else {}
    if not made.there <= seen or made.gone & seen:
        return None
    return made.written, {name: body[name] for name in ("displayName", "title") if name in body}


def cleared(org: Org, operation: Operation, how: str) -> Replaced:
    """A PUT that empties what was there.

    Args:
        org: whose directory.
        operation: the PUT.
        how: `null`, `empty list` (lists only) or `left out`.

    Raises:
        Untested, Blocked: there is nothing that could be emptied.
    """
    return org.once(("cleared", operation.id, how), lambda: _cleared(org.acting("shared/cleared"), operation, how))


def _cleared(org: Org, operation: Operation, how: str) -> Replaced:
    def make(rider: Rider) -> Replaced:
        resource, whole = _filled(org, operation, how)
        body = _without(_bearing(whole, rider) if resource is None else whole, how)
        there = facts(body)
        written = org.write(
            operation, resource=resource, change=Change(body, {}), case=f"{how}{rider.more}", **rider.types
        )
        return Replaced(written, there, facts(whole) - there)

    if operation.resource == "users":
        return make(NOBODY)
    return carried(org, operation, _RIDING[how], make, _told)


def _without(whole: Mapping[str, Any], how: str) -> dict[str, Any]:
    kept = {name: value for name, value in whole.items() if name not in _EMPTIED}
    emptied = {name: value for name, value in whole.items() if name in _EMPTIED}
    match how:
        case "null":
            nothing = {name: {"department": None} if name == ENTERPRISE else None for name in emptied}
            return {**kept, **nothing}
        case "empty list":
            return {**whole, **{name: [] for name, value in emptied.items() if isinstance(value, list)}}
        case _:
            kept["schemas"] = [urn for urn in kept["schemas"] if urn != ENTERPRISE]
            return kept


def _filled(org: Org, operation: Operation, how: str) -> tuple[Resource | None, dict[str, Any]]:
    """The resource with something in everything that is to be emptied, and the body that says so."""
    if operation.resource == "groups":
        _fill(org, operation.prefix, how)
        _use(org, operation, how)
        ids = sorted(someone_in(org, operation.prefix))
        name = f"{org.workspace.target.group}{org.workspace.token(f'{operation.id} {how}')}"
        return None, {"schemas": [GROUP], "displayName": name, "members": [{"value": i} for i in ids]}
    person, last = org.subject_of(operation), stored(org, operation).written.change
    assert person is not None
    whole = last.body if last is not None else _user(org, operation)
    seen = org.look(person, operation.prefix)
    whole = {**whole, "userName": seen.document.get("userName")}  # it may be somebody else by now
    if not facts(whole) <= facts(seen.document):
        for full in _full(org, operation.prefix):
            return full
        org.ask(operation, person, body=whole, case=f"fill before {how}")
        seen = org.look(person, operation.prefix)
    if not facts(whole) <= facts(seen.document):
        raise Blocked("the user could not be given the values that are to be emptied", seen)
    return person, whole


def _full(org: Org, prefix: str) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Users of other claims who have everything just now, as the last read shows, with a body for PUT that says so."""
    for user in in_use(org, prefix).values():
        seen = org.workspace.seen.get((prefix, user.resource, user.id))
        whole = _whole(seen.document) if seen is not None else {}
        if whole:
            yield user, whole


def _whole(user: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be emptied of a user, and what it cannot be without; nothing where there is not all of it.

    A work email that is the userName may be the server's doing, and stay.
    """
    extension, own = user.get(ENTERPRISE), str(user.get("userName")).lower()
    department = extension.get("department") if isinstance(extension, dict) else None
    emptied = {
        "title": user.get("title"),
        "externalId": user.get("externalId"),
        "emails": [
            each
            for each in entries(user, "emails")
            if each.get("type") == "work" and str(each.get("value")).lower() != own
        ],
        "phoneNumbers": entries(user, "phoneNumbers"),
        ENTERPRISE: {"department": department} if department else None,
    }
    names = {name: user.get(name) for name in ("userName", "displayName")}
    whole = {"schemas": [USER, ENTERPRISE], "active": user.get("active", True), **names, **emptied}
    return whole if all(emptied.values()) else {}


def _fill(org: Org, prefix: str, how: str) -> None:
    """Bring about a write of another claim's that leaves one of the run's own in the group, where nobody is."""
    fill, patch = _FILLING[how], org.operation(prefix, "modify_group")
    there = members_of(org.look(disposable(org, prefix), prefix))
    if not there or not there <= own(org, prefix):
        with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claim whose write it is
            fill(org, patch)


def _use(org: Org, operation: Operation, how: str) -> None:
    """Somebody is in the group: the time for writes of other claims that need that too, and leave somebody in."""
    patch = org.operation(operation.prefix, "modify_group")
    writes: list[Callable[[], object]] = [lambda: renamed_alone(org, patch)]
    if how == "null":
        shared = org.acting("shared/patch")
        writes.append(lambda: patch_group(shared, patch, "replace", "no-path"))
        writes.append(lambda: stored(org, operation))
        writes.append(lambda: patch_group(shared, patch, "add", "no-path"))
    for write in writes:
        with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claim whose write it is
            write()


def _user(org: Org, operation: Operation) -> dict[str, Any]:
    """Other values for everything that the subject was created with."""
    subject = org.subject_of(operation)
    assert subject is not None
    name = str(org.look(subject, operation.prefix).document.get("userName"))
    name = name[:1].swapcase() + name[1:] if operation.prefix == "v2" else name  # its own in any case
    word = org.workspace.token(f"replaced {operation.prefix}")
    own = {"schemas": [USER, ENTERPRISE], "userName": name, "displayName": f"Conformance {word}"}
    return {**own, **full_attributes(word), "phoneNumbers": [_PHONE]}


def _group(org: Org, operation: Operation) -> dict[str, Any]:
    """Another name, and one member who was not in the group before, when there was somebody else in it."""
    new = outsider(org, operation.prefix)
    name = f"{org.workspace.target.group}{org.workspace.token(operation.id)}"
    return {"schemas": [GROUP], "displayName": name, "members": [{"value": new}]}


def without_schemas(org: Org, operation: Operation) -> Written:
    """A creation or PUT of a plain change whose list of schemas is empty, once."""
    return org.once(("no schemas", operation.id), lambda: _without_schemas(org.acting("shared/no schemas"), operation))


def _without_schemas(org: Org, operation: Operation) -> Written:
    resource = org.subject_of(operation)
    change = org.new_change(operation, org.look(resource, operation.prefix) if resource else None, "no schemas")
    return org.write(operation, change=replace(change, body={**change.body, "schemas": []}), case="no schemas")
