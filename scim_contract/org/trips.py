"""Values on their round trip: written alone and all together, then read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import lives, membership, people, replacements
from scim_contract.org.changes import Change, modification, replacement
from scim_contract.org.company import newcomer
from scim_contract.org.errors import Untested
from scim_contract.org.fragments import NAMES, PHONE, PHONES, Fragment, fragment, merged, phone, steps
from scim_contract.org.group_patches import named_and_filled
from scim_contract.org.joining import joining
from scim_contract.org.org import Org
from scim_contract.org.patched_trips import modified
from scim_contract.org.side_by_side import (
    SIDE_BY_SIDE,
    created_side_by_side,
    new_body,
    one_of_many,
    replaced_side_by_side,
    replacement_of,
)
from scim_contract.org.trip import Trip, trip_of, updated
from scim_contract.org.versions import shared_write
from scim_contract.org.workspace import Resource

SPENT = "email-other"
"""The case whose user is deleted in the end, and is off for it: who is off can be deleted like anybody."""
_OFF: Fragment = {"active": False}
_JOINING = ("manager", "together")
"""The creations whose users are left as they are, so that they may be counted among the crowd."""


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


# POST ----------------------------------------------------------------------------------------------


def _created(org: Org, operation: Operation, case: str) -> Trip:
    if case == "names":
        written = people.named_at_length(org, operation.prefix)
        return trip_of(written, written.change.shows if written.change is not None else {})
    if case == "title":
        written = lives.created(org, operation.prefix)
        return trip_of(written, {"title": written.change.body["title"]} if written.change is not None else {})
    if case in SIDE_BY_SIDE:
        side_by_side = created_side_by_side(org, operation)
        if case in side_by_side:
            return side_by_side[case]
    part = fragment(org, operation, case)
    own: Fragment = joining(org) if case in _JOINING else _OFF if case == SPENT else {}
    body = new_body(org, operation, {**part, **own}, case)
    written = org.write(operation, change=Change(body, {"userName": body["userName"]}), case=case)
    return trip_of(written, {name: body[name] for name in part})


# PUT -----------------------------------------------------------------------------------------------


def _replaced(org: Org, operation: Operation, case: str) -> Trip:
    if case in SIDE_BY_SIDE:
        side_by_side = replaced_side_by_side(org, operation)
        if case in side_by_side:
            return side_by_side[case]
    if case == "names":
        part = merged(fragment(org, operation, each) for each in NAMES)
    else:
        part = fragment(org, operation, case)
    user = one_of_many(org, operation.prefix, "replaced piece by piece", 0)
    return updated(org, operation, user, case, part, replacement_of)


_OF_USER = {"create": _created, "replace": _replaced, "modify": modified}


# groups --------------------------------------------------------------------------------------------


def _of_group(org: Org, operation: Operation, case: str) -> Trip:
    if case == "display-name":
        written = shared_write(org, operation)
        return trip_of(written, written.change.shows if written.change is not None else {})
    someone = [{"value": newcomer(org, operation.prefix).id}]
    if case == "members":
        return trip_of(membership.joined(org, operation).written, {"members": someone})
    if case == "external-id":
        return _called_elsewhere(org, operation)
    if operation.kind == "replace":
        put = replacements.stored(org, operation).written
        return trip_of(put, put.change.body if put.change is not None else {})
    patched = named_and_filled(org, operation).written
    return trip_of(patched, patched.change.shows if patched.change is not None else {})


def _called_elsewhere(org: Org, operation: Operation) -> Trip:
    part: Fragment = {"externalId": f"Ext-{org.workspace.token(f'round-trip/{operation.id}/external-id')}-aB"}

    def change(group: Mapping[str, Any]) -> Change:
        put = operation.kind == "replace"
        return Change(replacement("groups", group, **part) if put else modification(*steps(part, "replace")), part)

    return trip_of(org.write(operation, change=change, case="external-id"), part)
