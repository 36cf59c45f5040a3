"""Values on their round trip: written alone and all together, then read back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import lives, membership, people, replacements, writing
from scim_contract.org.carrying import NOBODY, Rider, Told, carried
from scim_contract.org.changes import Change, Written, modification, replacement
from scim_contract.org.documents import EXTENSIONS, USER, resources
from scim_contract.org.errors import Untested
from scim_contract.org.facts import facts
from scim_contract.org.fragments import (
    APART,
    DOUBTFUL,
    NAMES,
    PHONE,
    PHONES,
    SUPPLIED,
    WRITABLE,
    Fragment,
    fragment,
    fragments,
    merged,
    phone,
    steps,
)
from scim_contract.org.joining import joining, note
from scim_contract.org.org import Org
from scim_contract.org.patches import named_and_filled
from scim_contract.org.values import eq
from scim_contract.org.versions import shared_write
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable

_IN_TURN = (*WRITABLE, "manager", *SUPPLIED, *DOUBTFUL, "email-other", "active")
_SIDE_BY_SIDE = (*APART, *SUPPLIED, *DOUBTFUL, "active")
_JOINING = ("manager", "together")
"""The creations whose users are left as they are, so that they may be counted among the crowd."""
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


def trip(org: Org, operation: Operation, case: str) -> Trip:
    """The round trip of a case of representations.round-trip, made once; `together` is all in one body.

    Raises:
        Untested: the profile supplies no such value, or the run may not write this.
        Blocked: what it needs first did not work.
    """
    shared = org.acting("shared/round-trip")
    make = _of_group if operation.resource == "groups" else _OF_USER[operation.kind]
    both = operation.kind in ("create", "replace") and operation.resource == "users" and case in NAMES
    phones = case.removeprefix(PHONE) in PHONES  # the property alone is a list of all its types
    name = "names" if both else "phones" if phones else case
    made: Trip = org.once(("round trip", operation.id, name), lambda: make(shared, operation, name))
    if phones and not made.written.asked.answer.ok:  # a type that is refused says nothing of the others beside it
        made = org.once(("round trip", operation.id, case), lambda: make(shared, operation, case))
    if made.led:
        org.workspace.trail[:] = made.led
    if phones:
        return replace(made, sent={"phoneNumbers": [phone(case.removeprefix(PHONE))]})
    if not both:
        return made
    own = "userName" if case == "user-name" else "displayName"
    return replace(made, sent={own: made.sent[own]})


def user_of(org: Org, prefix: str, case: str) -> Resource:
    """The user that a create's round trip made.

    Raises:
        Untested: the target refuses to create one with an email of type other, as it may.
        Blocked: it was not created.
    """
    written = trip(org, org.operation(prefix, "create_user"), case).written
    if case == "email-other" and written.asked.status == 400:
        raise Untested("the target lets no user be created with an email of type other, as it may")
    return people.created_by(written)


def _trip(written: Written, sent: Mapping[str, Any]) -> Trip:
    return Trip(written, sent, written.after.document)


# POST ----------------------------------------------------------------------------------------------


def _created(org: Org, operation: Operation, case: str) -> Trip:
    if case == "names":
        written = people.bare(org, operation.prefix)
        return _trip(written, written.change.shows if written.change is not None else {})
    if case == "title":
        written = lives.created(org, operation.prefix)
        return _trip(written, {"title": written.change.body["title"]} if written.change is not None else {})
    if case in _SIDE_BY_SIDE:
        side_by_side = _created_side_by_side(org, operation)
        if case in side_by_side:
            return side_by_side[case]
    part = fragment(org, operation, case)
    own = joining(org) if case in _JOINING else {}
    body = _new(org, operation, {**part, **own}, case)
    written = org.write(operation, change=Change(body, {"userName": body["userName"]}), case=case)
    note(org, written)
    return _trip(written, {name: body[name] for name in part})


def _new(org: Org, operation: Operation, part: Fragment, case: str) -> dict[str, Any]:
    own = {name: value for name, value in part.items() if name != "userName"}
    return people.new_user(org.workspace, org.workspace.step(org.act, operation.id, f"name {case}"), **own)


def _created_side_by_side(org: Org, operation: Operation) -> dict[str, Trip]:
    """A user for each case, all of one displayName, and a list of them: what it does not show is read by id."""
    return org.once(("side by side", operation.id), lambda: _create_side_by_side(org, operation))


def _create_side_by_side(org: Org, operation: Operation) -> dict[str, Trip]:
    name = _common_name(org, operation.prefix)
    sent: dict[str, tuple[Fragment, Change, Exchange]] = {}
    for case, part in fragments(org, operation, _SIDE_BY_SIDE).items():
        body = _new(org, operation, {**part, "displayName": name}, case)
        with contextlib.suppress(Unreachable):  # then it is tried once more by itself
            asked = org.ask(operation, body=body, case=case)
            people.note_created(org.workspace, body["userName"], asked)
            sent[case] = part, Change(body, {"userName": body["userName"]}), asked
    listed = _listed(org, operation.prefix, name, "created")

    def read(change: Change, asked: Exchange) -> Exchange:
        its_id = asked.document.get("id")
        if asked.answer.ok and isinstance(its_id, str):
            return org.gone_or_there(Resource("users", its_id, ours=True), operation.prefix)
        return writing.find_user(org, operation.prefix, change.body["userName"])

    return {
        case: _seen(part, Written(None, asked, listed, change), partial(read, change, asked))
        for case, (part, change, asked) in sent.items()
    }


def _common_name(org: Org, prefix: str) -> str:
    return f"Conformance {org.workspace.token(f'round-trip/side by side/{prefix}')}"


def _listed(org: Org, prefix: str, name: str, case: str) -> Exchange:
    params = {"filter": eq("displayName", name)}
    return org.ask(org.operation(prefix, "list_users"), params=params, case=f"side by side, {case}")


def _seen(part: Fragment, written: Written, read: Callable[[], Exchange], created: tuple[Exchange, ...] = ()) -> Trip:
    """A trip seen in a list where that shows what was sent, else by a read of its own."""
    asked = written.asked
    its_id = asked.document.get("id")
    item = next((each for each in resources(written.after.document) if its_id and each.get("id") == its_id), {})
    seen = Trip(written, part, item, (*created, asked, written.after))
    if asked.answer.ok and written.after.answer.ok and item and seen.back:
        return seen
    after = read()
    return Trip(replace(written, after=after), part, after.document, (*created, asked, after))


# PUT -----------------------------------------------------------------------------------------------


def _replaced(org: Org, operation: Operation, case: str) -> Trip:
    if case in _SIDE_BY_SIDE:
        side_by_side = org.once(("side by side", operation.id), lambda: _replace_side_by_side(org, operation))
        if case in side_by_side:
            return side_by_side[case]
    if case == "names":
        part = merged(fragment(org, operation, each) for each in NAMES)
    else:
        part = fragment(org, operation, case)
    user = org.person(operation.prefix, "replaced piece by piece").resource

    def make(rider: Rider) -> Trip:
        bearing = _bearing(part, rider)
        return _written(org, operation, user, lambda read: _replacement(read, bearing), case, bearing, rider)

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


def _replacement(user: Mapping[str, Any], part: Fragment) -> Change:
    """A PUT of one part and of what a user cannot be without."""
    urns = [USER, *(urn for urn in EXTENSIONS if urn in part)]
    required = {"userName": user.get("userName"), "displayName": user.get("displayName")}
    return Change({"schemas": urns, **required, **part}, part)


def _replace_side_by_side(org: Org, operation: Operation) -> dict[str, Trip]:
    """A PUT for each case, each of the user that was created for the case before it, and a list of them."""
    created = _created_side_by_side(org, org.operation(operation.prefix, "create_user"))
    usable = {case: made for case, made in created.items() if made.written.asked.answer.ok and made.seen.get("id")}
    cases = [*usable]
    parts = fragments(org, operation, cases)
    sent: dict[str, tuple[Resource, Change, Exchange]] = {}
    creations: dict[str, tuple[Exchange, ...]] = {}
    for case, before in zip(cases, [*cases[-1:], *cases[:-1]], strict=True):
        user = Resource("users", str(usable[before].seen["id"]), ours=True)
        change, creations[case] = _replacement(usable[before].seen, parts[case]), (usable[before].written.asked,)
        with contextlib.suppress(Unreachable):
            sent[case] = user, change, org.ask(operation, user, body=change.body, case=case)
    listed = _listed(org, operation.prefix, _common_name(org, operation.prefix), "replaced")

    def read(user: Resource) -> Exchange:
        return org.gone_or_there(user, operation.prefix)

    return {
        case: _seen(parts[case], Written(None, asked, listed, change), partial(read, user), creations[case])
        for case, (user, change, asked) in sent.items()
    }


# PATCH ---------------------------------------------------------------------------------------------


def _modified(org: Org, operation: Operation, case: str) -> Trip:
    """One PATCH for each case, in turn, and one read after all of them; where that does not show a case, the
    case is written once more with a read of its own, since a later PATCH may have undone it."""
    part = fragment(org, operation, case)
    in_turn = org.once(("in turn", operation.id), lambda: _in_turn(org, operation))
    user = _patched_user(org, operation)
    if case in in_turn:
        alone = in_turn[case]
        led = tuple(each for each in (alone.before, alone.asked, alone.after) if each is not None)
        made = Trip(alone, part, alone.after.document, led)
        if made.back or not made.written.asked.answer.ok:
            return made
    if case != "together":
        part = fragment(org, operation, case, " alone")

    def make(rider: Rider) -> Trip:
        bearing = _bearing(part, rider)
        change = Change(modification(*steps(bearing, "replace")), bearing)
        name = case if case == "together" else f"{case} alone"
        return _written(org, operation, user, lambda _: change, name, bearing, rider)

    return _carried(org, operation, _RIDING[operation.kind].get(case), make)


def _in_turn(org: Org, operation: Operation) -> dict[str, Written]:
    user = _patched_user(org, operation)
    before = org.look(user, operation.prefix)
    sent: dict[str, tuple[Change, Exchange]] = {}
    for case, part in fragments(org, operation, _IN_TURN).items():
        _about_to_name(org, part)
        change = Change(modification(*steps(part, "add")), part)
        with contextlib.suppress(Unreachable):
            sent[case] = change, org.ask(operation, user, body=change.body, case=case)
    after = org.gone_or_there(user, operation.prefix)
    if "user-name" in sent:
        _named(org, user, before, after, sent["user-name"][0].shows)
    return {case: Written(before, asked, after, change) for case, (change, asked) in sent.items()}


def _patched_user(org: Org, operation: Operation) -> Resource:
    return org.person(operation.prefix, "patched piece by piece").resource


_OF_USER = {"create": _created, "replace": _replaced, "modify": _modified}


# a write of its own, whatever the method -------------------------------------------------------------


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
    _about_to_name(org, part)
    written = org.write(operation, resource=user, change=change, case=f"{case}{rider.more}", **rider.types)
    _named(org, user, before, written.after, part)
    return _trip(written, part)


def _about_to_name(org: Org, part: Fragment) -> None:
    if "userName" in part:
        org.workspace.ledger.write("creating", userName=part["userName"], step=org.act)


def _named(org: Org, user: Resource, before: Exchange, after: Exchange, part: Mapping[str, Any]) -> None:
    """Write down which of its two names a user bears, once a read has shown it."""
    new, old = part.get("userName"), str(before.document.get("userName"))
    if new is None or not after.answer.ok:
        return
    if str(after.document.get("userName")).lower() == str(new).lower():
        org.workspace.ledger.write("created", userName=new, id=user.id)
        people.note_gone(org.workspace, old)
    else:
        people.note_gone(org.workspace, str(new))


# groups --------------------------------------------------------------------------------------------


def _of_group(org: Org, operation: Operation, case: str) -> Trip:
    if case == "display-name":
        written = shared_write(org, operation)
        return _trip(written, written.change.shows if written.change is not None else {})
    someone = [{"value": membership.newcomer(org, operation.prefix).id}]
    if case == "members":
        return _trip(membership.joined(org, operation).written, {"members": someone})
    if case == "external-id":
        return _called_elsewhere(org, operation)
    if operation.kind == "replace":
        put = replacements.stored(org, operation).written
        return _trip(put, put.change.body if put.change is not None else {})
    patched = named_and_filled(org, operation).written
    return _trip(patched, patched.change.shows if patched.change is not None else {})


def _called_elsewhere(org: Org, operation: Operation) -> Trip:
    part = {"externalId": f"Ext-{org.workspace.token(f'round-trip/{operation.id}/external-id')}-aB"}

    def change(group: Mapping[str, Any]) -> Change:
        put = operation.kind == "replace"
        return Change(replacement("groups", group, **part) if put else modification(*steps(part, "replace")), part)

    return _trip(org.write(operation, change=change, case="external-id"), part)
