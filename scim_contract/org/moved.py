"""Writes that filters are to see: a resource given another name, a user deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scim_contract.contract import Operation
from scim_contract.org import media, people
from scim_contract.org.asking import JSON
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.company import newcomer
from scim_contract.org.errors import Blocked
from scim_contract.org.finding import NAMING, someone, values
from scim_contract.org.side_by_side import created_side_by_side, in_use, replaced_side_by_side
from scim_contract.org.workspace import Resource
from scim_contract.transport import Unreachable

if TYPE_CHECKING:
    from scim_contract.org.org import Org

_LOOKED_FOR = ("id", "userName", "externalId")


@dataclass(frozen=True)
class Renamed:
    """A resource that had one name and has another."""

    id: str
    naming: str
    old: str
    new: str


def renamed(org: Org, operation: Operation) -> Renamed:
    """A resource given another name just now, through the operation's prefix, as a read by id shows.

    Raises:
        Untested: the run only reads, or there is no group to write.
        Blocked: the rename did not work.
    """
    if operation.resource == "users":
        written, found = _rename_user(org, operation)
    else:
        found = someone(org, operation).resource
        written = org.write(org.operation(operation.prefix, "modify_group"), case="renamed")
    naming = NAMING[operation.resource]
    if not written.applied or written.change is None or written.before is None:
        raise Blocked("the rename that this check needs did not work", written.asked)
    return Renamed(found.id, naming, str(written.before.document.get(naming)), str(written.change.shows[naming]))


def to_rename(org: Org, prefix: str) -> people.Person:
    """The user that is given another name: another one each time, since a check may be run once more."""
    return org.person(prefix, _time("renamed", org, prefix))


def _time(word: str, org: Org, prefix: str) -> str:
    before = org.workspace.renames[prefix]
    return f"{word} {before + 1}" if before else word


def _rename_user(org: Org, operation: Operation) -> tuple[Written, Resource]:
    workspace, person = org.workspace, to_rename(org, operation.prefix)
    token = workspace.token(_time(f"renamed {operation.prefix}", org, operation.prefix))
    workspace.renames[operation.prefix] += 1  # whatever comes of it
    written = _called(org, operation.prefix, person.resource, token, "renamed")
    if written.applied:
        people.spare(org, operation.prefix, person.resource)
    return written, person.resource


def retired(org: Org, prefix: str) -> Written:
    """A user renamed and switched off, and by that given another externalId, or none in v2; once.

    Raises:
        Untested, Blocked: there is no such user.
    """
    return org.once(("retired", prefix), lambda: _retired(org.acting("shared/retired"), prefix))


def _retired(org: Org, prefix: str) -> Written:
    """Of somebody whom the group has seen come and go."""
    other = {"op": "replace", "path": "externalId", "value": f"Other-{org.workspace.token(f'retired {prefix}')}"}
    gone = {"op": "remove", "path": "externalId"}
    off = {"op": "replace", "path": "active", "value": False}
    return _called_anew(org, prefix, "retired", other if prefix == org.workspace.contract.prefixes[0] else gone, off)


def emails_replaced(org: Org, prefix: str) -> list[tuple[str, str]]:
    """Users, by id, whom a PUT took an email that a read shows no more, and its value; nobody who is written later.

    Raises:
        Untested, Blocked: there are no such users.
    """
    shared = org.acting("shared/round-trip")
    created = created_side_by_side(shared, org.operation(prefix, "create_user"))
    had = {str(made.seen.get("id")): values(made.seen, "emails.value") for made in created.values()}
    found, busy = list[tuple[str, str]](), {user.id for user in in_use(org, prefix).values()}
    for made in replaced_side_by_side(shared, org.operation(prefix, "replace_user")).values():
        user, now = str(made.seen.get("id")), values(made.seen, "emails.value")
        found += [(user, email) for email in had.get(user, []) if email not in now and user not in busy]
    return found


def renamed_off(org: Org, operation: Operation) -> Written:
    """The same user under its next name, given to it now; another one each time."""
    case, user = f"renamed off {operation.id}", newcomer(org, operation.prefix).resource
    token = org.workspace.token(org.workspace.step(org.act, operation.id, "name of one off"))
    return _called(org, operation.prefix, user, token, case)


def _called_anew(org: Org, prefix: str, case: str, *more: Mapping[str, Any]) -> Written:
    return _called(org, prefix, newcomer(org, prefix).resource, org.workspace.token(f"{case} {prefix}"), case, *more)


def _called(org: Org, prefix: str, user: Resource, token: str, case: str, *more: Mapping[str, Any]) -> Written:
    """A PATCH that gives a user a userName, perhaps with other operations; the ledger knows it by what a read shows.

    Where it is renamed for its own sake in v2, the PATCH has no path.
    """
    workspace = org.workspace
    old = str(org.look(user, prefix).document.get("userName"))
    new = people.user_name(workspace, token).lower()
    workspace.ledger.write("creating", userName=new, step=org.act)
    named: Mapping[str, Any] = {"op": "replace", "path": "userName", "value": new}
    if case == "renamed" and prefix == "v2":
        named = {"op": "replace", "value": {"userName": new}}
    change = Change(modification(named, *more), {"userName": new})
    written = org.write(org.operation(prefix, "modify_user"), resource=user, change=change, case=case)
    if written.applied:
        workspace.ledger.write("created", userName=new, id=user.id)
        people.note_gone(workspace, old)
    elif written.after.answer.ok:
        people.note_gone(workspace, new)
    return written


@dataclass(frozen=True)
class Forgotten:
    """A user that was there and is not any more, and what its attributes were."""

    id: str
    document: Mapping[str, Any]


def deleted(org: Org, prefix: str) -> Forgotten:
    """A user that was there and is not any more, as a read by id shows.

    Raises:
        Untested: the run only reads.
        Blocked: it was not created or not deleted.
    """
    return org.once(("forgotten", prefix), lambda: _deleted(org, prefix))


def _deleted(org: Org, prefix: str) -> Forgotten:
    """One that another claim needs deleted as well, where that worked and it had all that is looked for."""
    with contextlib.suppress(Blocked, Unreachable):
        delete = org.operation(prefix, "delete_user")
        media.deleted(org, delete, None)  # takes the bare one, which has too little to look for
        written = media.deleted(org, delete, JSON)
        was = written.before.document if written.before is not None else {}
        if written.asked.answer.ok and written.applied and all(was.get(name) for name in _LOOKED_FOR):
            return Forgotten(str(was["id"]), was)
    return _deleted_alone(org.acting("shared/deleted"), prefix)


def _deleted_alone(org: Org, prefix: str) -> Forgotten:
    person = org.person(prefix, "forgotten", externalId=f"Forgotten-{org.workspace.token(f'forgotten {prefix}')}")
    asked = org.ask(org.operation(prefix, "delete_user"), person.resource)
    if not asked.answer.ok:
        raise Blocked("the user that this check needs deleted was not", asked)
    seen = org.eventually(lambda: org.gone_or_there(person.resource, prefix), lambda e: e.status in (404, 410))
    if seen.status not in (404, 410):
        raise Blocked("the user that this check needs deleted is still there", seen)
    people.note_gone(org.workspace, person.user_name)
    return Forgotten(person.id, person.sent)
