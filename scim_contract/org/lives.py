"""Users from their creation to their end, each brought about once for every claim that looks at it."""

from __future__ import annotations

from collections.abc import Callable

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written
from scim_contract.org.documents import USER
from scim_contract.org.org import Org
from scim_contract.org.versions import shared_write
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange


def created(org: Org, prefix: str) -> Written:
    """A user created with a title."""
    return shared_write(org, org.operation(prefix, "create_user"))


def deleted(org: Org, prefix: str) -> Written:
    """A user deleted, the bare one if it is still there, and read again: after a 202 as soon as it is gone.

    Raises:
        Blocked: there was no such user to delete.
    """
    return shared_write(org, org.operation(prefix, "delete_user"))


def created_again(org: Org, operation: Operation, deletion: Written) -> Written:
    """A user created under the userName of one who was deleted."""
    name = str(deletion.before.document.get("userName") if deletion.before else "")
    shows = {"displayName": f"Conformance {org.workspace.token(f'{org.act} again')}", "userName": name}
    org.workspace.ledger.write("creating", userName=name, step=org.act)
    return org.write(operation, change=Change({"schemas": [USER], **shows}, shows))


def victim(deletion: Written) -> Resource:
    """The user that a delete was about."""
    return Resource("users", str(deletion.before.document.get("id") if deletion.before else ""), ours=True)


def settled(org: Org, asked: Exchange, look: Callable[[], Exchange], good: Callable[[Exchange], bool]) -> Exchange:
    """What is seen after a write: at once, but after a 202 as soon as it is good, within consistency_seconds."""
    return org.eventually(look, good) if asked.status == 202 else look()


def is_gone(read: Exchange) -> bool:
    """Whether a read says that there is no such resource."""
    return read.status == 404
