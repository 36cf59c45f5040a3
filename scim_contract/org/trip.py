"""A value on its round trip, as one write made it and one read showed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.carrying import NOBODY, Rider, Told, carried
from scim_contract.org.changes import Change, Written
from scim_contract.org.facts import facts
from scim_contract.org.fragments import Fragment
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

_NAMED = ("title", "displayName")
_RIDING: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "replace": {"title": "json-scim", "together": "scim-scim", "names": "charset-json"},
        "modify": {"together": "charset-json"},
    }
)
"""By kind of operation and case: the types that ride on an update of a user."""


@dataclass(frozen=True)
class Trip:
    """A write, the part of the document that it sent, and the document that a later read shows.

    `led` are the exchanges that led to it where it was one of many writes, which are of no interest.
    """

    written: Written
    sent: Mapping[str, Any]
    seen: Mapping[str, Any]
    led: tuple[Exchange, ...] = ()

    @property
    def back(self) -> bool:
        """Whether all that was sent is there."""
        return facts(self.sent) <= facts(self.seen)


def trip_of(written: Written, sent: Mapping[str, Any]) -> Trip:
    """The trip of a write that was read by id afterwards."""
    return Trip(written, sent, written.after.document)


def updated(
    org: Org,
    operation: Operation,
    user: Resource,
    case: str,
    part: Fragment,
    change: Callable[[Mapping[str, Any], Fragment], Change],
    name: str = "",
) -> Trip:
    """A write of a part of a user, read before and after, in the types that ride on this case.

    Args:
        org: whose directory.
        operation: PUT or PATCH.
        user: whom.
        case: of representations.round-trip.
        part: what is sent.
        change: makes it of the user as read and of the part, with the text that rides on it.
        name: of the step, where it is not the case.
    """

    free = freely_named(org, user, part)

    def make(rider: Rider) -> Trip:
        bearing = _bearing(free, rider)
        return _written(org, operation, user, lambda read: change(read, bearing), name or case, bearing, rider)

    return _carried(org, operation, _RIDING[operation.kind].get(case), make)


def _bearing(part: Fragment, rider: Rider) -> Fragment:
    """A part with the text that rides on it, where it has a name to bear it."""
    name = next((each for each in _NAMED if each in part), None)
    return {**part, name: rider.on(part[name])} if name is not None else part


def _carried(org: Org, operation: Operation, types: str | None, make: Callable[[Rider], Trip]) -> Trip:
    if types is None:
        return make(NOBODY)

    def told(made: Trip) -> Told | None:
        return (made.written, {name: made.sent[name] for name in _NAMED if name in made.sent}) if made.back else None

    return carried(org, operation, types, make, told)


def _written(
    org: Org,
    operation: Operation,
    user: Resource,
    change: Callable[[Mapping[str, Any]], Change],
    case: str,
    part: Fragment,
    rider: Rider,
) -> Trip:
    before = org.look(user, operation.prefix)
    about_to_name(org, user, part)
    written = org.write(operation, resource=user, change=change, case=f"{case}{rider.more}", **rider.types)
    settle_name(org, user, before, written.after, part)
    return trip_of(written, part)


def freely_named(org: Org, user: Resource, part: Fragment) -> Fragment:
    """A part with a userName that nobody else was given: what is written once more may be of somebody else."""
    name = str(part.get("userName"))
    if org.workspace.named.get(name, user.id) == user.id:
        return part
    return {**part, "userName": people.user_name(org.workspace, org.workspace.token(f"{name} {user.id}"))}


def about_to_name(org: Org, user: Resource, part: Fragment) -> None:
    """Write down a userName that a user is about to be given."""
    if "userName" in part:
        org.workspace.named[part["userName"]] = user.id
        org.workspace.ledger.write("creating", userName=part["userName"], step=org.act)


def settle_name(org: Org, user: Resource, before: Exchange, after: Exchange, part: Mapping[str, Any]) -> None:
    """Write down which of its two names a user bears, once a read has shown it."""
    new, old = part.get("userName"), str(before.document.get("userName"))
    if new is None or not after.answer.ok:
        return
    if str(after.document.get("userName")).lower() == str(new).lower():
        org.workspace.ledger.write("created", userName=new, id=user.id)
        people.note_gone(org.workspace, old)
    else:
        people.note_gone(org.workspace, str(new))
