"""The run's own users who come into the group and go."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator

from scim_contract.contract import Operation
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import facts
from scim_contract.org.org import Org
from scim_contract.org.people import Person, created_by, subject
from scim_contract.org.versions import shared_write
from scim_contract.transport import Exchange, Unreachable


def member(org: Org, prefix: str) -> Person:
    """One of the two users that come and go: the one that other claims create with a title, if that worked."""
    with contextlib.suppress(Blocked, Unreachable):
        written = shared_write(org, org.operation(prefix, "create_user"))
        if written.applied and written.change is not None:
            return Person(created_by(written), written.change.body, written.asked)
    return org.person(prefix, "member", title="Conformance member")


def newcomer(org: Org, prefix: str) -> Person:
    """The other."""
    external = f"Newcomer-{org.workspace.token(f'newcomer {prefix}')}"
    return org.person(prefix, "newcomer", title="Conformance newcomer", externalId=external)


def company(org: Org, prefix: str) -> tuple[str, ...]:
    """Who comes along, so that there are more than two: the two of the other prefix, or whom of them there is."""
    begun = len(org.workspace.trail)
    found = org.once(("company", prefix), lambda: tuple(_company(org, prefix)))
    del org.workspace.trail[begun:]  # how they came about leads nowhere
    return found


def _company(org: Org, prefix: str) -> Iterator[str]:
    for other in org.workspace.contract.prefixes:
        for each in (member, newcomer) if other != prefix else ():
            with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claim that creates it
                yield each(org, other).id


def leaving(org: Org, prefix: str) -> tuple[str, ...]:
    """The id of the user who is the first to be deleted, by which the group loses a member; none once it is gone."""
    if org.workspace.made(("shared write", org.operation(prefix, "delete_user").id)):
        return ()
    with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claim that creates it
        return (subject(org, org.operation(prefix, "delete_user")).id,)
    return ()


def own(org: Org, prefix: str) -> set[str]:
    """The ids of all those who come and go, and of the one who is to be deleted."""
    return {member(org, prefix).id, newcomer(org, prefix).id, *company(org, prefix), *leaving(org, prefix)}


def nobody(org: Org, operation: Operation) -> str:
    """An id of the right shape that belongs to nothing."""
    return str(uuid.UUID(hex=org.workspace.token(f"{operation.id}/nobody", 32), version=4))


def members_of(read: Exchange) -> set[str]:
    """The ids of a group's members."""
    return {value for _, value in facts(read.document, "members")}
