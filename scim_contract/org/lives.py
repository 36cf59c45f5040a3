"""Users from their creation to their end, each brought about once for every claim that looks at it."""

from __future__ import annotations

from collections.abc import Callable

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.errors import Blocked
from scim_contract.org.fragments import PHONES
from scim_contract.org.org import Org
from scim_contract.org.versions import shared_write
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange


def created(org: Org, prefix: str) -> Written:
    """A user created with a title."""
    return shared_write(org, org.operation(prefix, "create_user"))


def bare(org: Org, prefix: str) -> Written:
    """A user created from schemas, userName and displayName alone."""
    return org.once(("bare", prefix), lambda: _bare(org.acting("shared/bare"), org.operation(prefix, "create_user")))


def _bare(org: Org, operation: Operation) -> Written:
    body = people.new_user(org.workspace, org.workspace.step(org.act, operation.id, "name"))
    return org.write(operation, change=Change(body, {"displayName": body["displayName"], "userName": body["userName"]}))


def called(org: Org, prefix: str) -> Written:
    """A user with one phone number, the primary one, given a second that is to be it, and then left alone."""
    return org.once(("called", prefix), lambda: _called(org.acting("shared/called"), prefix))


def _called(org: Org, prefix: str) -> Written:
    first, second = ({"value": PHONES[kind], "type": kind, "primary": True} for kind in ("work", "mobile"))
    user = org.person(prefix, "called", phoneNumbers=[first]).resource
    change = Change(modification({"op": "add", "path": "phoneNumbers", "value": [second]}), {})
    return org.write(org.operation(prefix, "modify_user"), resource=user, change=change)


def deleted(org: Org, prefix: str) -> Written:
    """The bare user deleted, and read again: after a 202 until it is gone, or consistency_seconds are over.

    Raises:
        Blocked: there was no such user to delete.
    """
    return org.once(("deleted", prefix), lambda: _deleted(org.acting("shared/deleted"), prefix))


def _deleted(org: Org, prefix: str) -> Written:
    user = user_of(bare(org, prefix))
    before = org.look(user, prefix)
    asked = org.ask(org.operation(prefix, "delete_user"), user)
    after = settled(org, asked, lambda: org.gone_or_there(user, prefix), is_gone)
    if is_gone(after):
        people.note_gone(org.workspace, str(before.document.get("userName")))
    return Written(before, asked, after, None)


def settled(org: Org, asked: Exchange, look: Callable[[], Exchange], good: Callable[[Exchange], bool]) -> Exchange:
    """What is seen after a write: at once, but after a 202 as soon as it is good, within consistency_seconds."""
    return org.eventually(look, good) if asked.status == 202 else look()


def is_gone(read: Exchange) -> bool:
    """Whether a read says that there is no such resource."""
    return read.status == 404


def user_of(creation: Written) -> Resource:
    """The user that a creation made.

    Raises:
        Blocked: it made none that can be told by an id.
    """
    user_id = creation.asked.document.get("id")
    if not creation.asked.answer.ok or not isinstance(user_id, str) or not user_id:
        raise Blocked("the user that this check needs was not created", creation.asked)
    return Resource("users", user_id, ours=True)
