"""A user switched off, and on again."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.carrying import Rider, carried
from scim_contract.org.changes import Change, Written, modification, replacing
from scim_contract.org.clients import able_to_both
from scim_contract.org.documents import groups_of
from scim_contract.org.errors import Untested
from scim_contract.org.lives import is_gone
from scim_contract.org.mirrored import Across, seen_in_both, setting
from scim_contract.org.org import Org
from scim_contract.org.passwords import SET_PASSWORD, password
from scim_contract.org.trip import about_to_name, settle_name
from scim_contract.org.versions import empty, higher
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable

EDIT = "directory:user:edit"
_MEANWHILE = (("replace", "v1"), ("modify", "v2"))
"""Where it is tried what a user who is off lets through; the refusals are the same in either way."""


@dataclass(frozen=True)
class Switched:
    """A user switched off, seen through both prefixes, and on again, under other names where nobody minds.

    `meanwhile` are writes while it was off: `stale` ones and a `delete` by an editor, which had to be refused, and a
    `password` set, by somebody who may switch it on as well where there is one. `later` is a read of the user when all
    was over, `groups` are those that it was in before.
    """

    off: Across
    on: Written
    meanwhile: Mapping[str, Written]
    later: Exchange
    groups: frozenset[str]


def was_switched(org: Org, operation: Operation) -> bool:
    """Whether somebody was already, by this operation."""
    return org.workspace.made(("switched", operation.id))


def switching(org: Org, operation: Operation, user: Resource | None, *, nameless: bool = False) -> Switched:
    """A user switched off and on by PUT or PATCH, once: this one, or the operation's subject.

    Of one who is `nameless` to all others, what it is called changes with it.
    """
    shared = org.acting("shared/switched")
    return org.once(("switched", operation.id), lambda: _switched(shared, operation, user, nameless))


def _switched(org: Org, operation: Operation, user: Resource | None, nameless: bool) -> Switched:
    off = seen_in_both(org, operation, lambda user: _switching(operation, user, False), "off", user)
    applied = off.written.applied and (operation.kind, operation.prefix) in _MEANWHILE
    meanwhile = _meanwhile(org, operation, off.written.after, user) if applied else {}
    if user is not None and any(is_gone(written.after) for written in (off.written, *meanwhile.values())):
        org.workspace.forget(user.id)
        org.workspace.spoil(str(off.written.before.document.get("userName") if off.written.before else ""), user.id)
        user = None  # somebody else goes on in its stead
    names = _other_names(org, operation) if user is not None and nameless else {}

    def on(rider: Rider) -> Written:
        change = partial(_switching_on, operation, names=names)
        return org.write(operation, change=change, case="on", resource=user, **rider.types)

    if user is not None and names:
        about_to_name(org, user, names)
    switched_on = carried(org, operation, "charset-scim", on, lambda on: (on, {"active": True}))
    if user is not None and names and off.written.after.answer.ok:
        settle_name(org, user, off.written.after, switched_on.after, names)
    before, later = off.written.before, switched_on.after
    groups = frozenset(groups_of(before.document)) if before is not None and user is not None else frozenset()
    if user is not None and later.answer.ok:
        later = _in_groups(org, operation.prefix, user, groups, later)
    return Switched(off, switched_on, meanwhile, later, groups)


def _in_groups(org: Org, prefix: str, user: Resource, groups: frozenset[str], read: Exchange) -> Exchange:
    """The user as it is in these groups again, or as it was last read; then nobody knows who is in the group."""
    if groups <= groups_of(read.document):
        return read
    later = org.eventually(lambda: org.gone_or_there(user, prefix), lambda again: groups <= groups_of(again.document))
    for group in groups - groups_of(later.document):
        org.workspace.moved(Resource("groups", group))
    return later


def _other_names(org: Org, operation: Operation) -> dict[str, Any]:
    word = org.workspace.token(f"{operation.id} switched on")
    return {"userName": people.user_name(org.workspace, word), "displayName": f"Conformance {word}"}


def _switching_on(operation: Operation, user: Mapping[str, Any], names: Mapping[str, Any]) -> Change:
    """As `setting`, with the names in the same body."""
    change = _switching(operation, user, True)
    if operation.kind == "replace":
        return Change({**change.body, **names}, change.shows)
    steps = [{"op": "replace", "path": name, "value": value} for name, value in names.items()]
    return Change(modification(*change.body["Operations"], *steps), change.shows)


def _switching(operation: Operation, user: Mapping[str, Any], active: bool) -> Change:
    """As `setting`; one prefix is switched off without a path, as identity providers do it."""
    if operation.kind == "modify" and operation.prefix == "v2" and not active:
        return Change(modification({"op": "replace", "value": {"active": active}}), {"active": active})
    return setting(operation, user, active=active)


def _meanwhile(org: Org, operation: Operation, off: Exchange, user: Resource | None) -> Mapping[str, Written]:
    """What is asked while a user is off, most of which has to be refused, and one read that shows what it left."""
    subject = user or org.subject_of(operation)
    assert subject is not None
    body = org.new_change(operation, off, "stale while off").body
    etag = (higher if operation.prefix == "v1" else empty)(off.answer.etag)
    asked = {"stale": _insisting(org, operation, subject, body=body, if_match=etag, case="stale while off")}
    with contextlib.suppress(Untested):
        editor, deletion = org.holding_only(EDIT), org.operation(operation.prefix, "delete_user")
        asked["delete"] = _insisting(org, deletion, subject, who=editor, case="while off")
    if operation.kind == "modify":
        with contextlib.suppress(Untested):
            who = able_to_both(org.workspace.target, SET_PASSWORD, EDIT)
            body = replacing("password", password(org.workspace, f"{org.act}/{operation.id} while off"))
            asked["password"] = _insisting(org, operation, subject, who=who, body=body, case="password while off")
    after = org.gone_or_there(subject, operation.prefix)
    found = {case: Written(off, each, after, Change({}, {})) for case, each in asked.items()}
    return _told_apart(found, after)


def _insisting(org: Org, operation: Operation, subject: Resource, **asked: Any) -> Exchange:
    """Ask once more where the answer was lost: the read that follows shows what came of either."""
    try:
        return org.ask(operation, subject, **asked)
    except Unreachable as lost:
        if lost.hopeless:
            raise
        return org.ask(operation, subject, **asked)


def _told_apart(found: Mapping[str, Written], after: Exchange) -> Mapping[str, Written]:
    """Those that may have left what is otherwise afterwards: who is on again was woken by the password."""
    by_password = "password" in found and found["password"].asked.answer.ok
    if not by_password or not found["password"].traces:
        return found
    woken = after.answer.ok and after.document.get("active") is not False
    return {case: written for case, written in found.items() if (case == "password") is woken}


def switched_by(prefix: str) -> str:
    """The operation that shows what is refused while a user is off."""
    return next(f"{kind}_user" for kind, where in _MEANWHILE if where == prefix)
