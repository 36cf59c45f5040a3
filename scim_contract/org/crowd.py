"""27 users of the run's own under one displayName: two pages of a list that nobody else changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scim_contract.org.errors import Blocked
from scim_contract.org.people import Person
from scim_contract.org.values import VALUES, stored

if TYPE_CHECKING:
    from scim_contract.org.org import Org

SIZE = 27


@dataclass(frozen=True)
class Crowd:
    """The 27, and who of them bears which special value as externalId (or why nobody does)."""

    members: tuple[Person, ...]
    bearers: Mapping[str, Person | Blocked]
    display_name: str
    title: str

    def has(self, user: Mapping[str, Any]) -> bool:
        """Whether a user of a list is one of the 27."""
        return str(user.get("userName")).lower() in {member.user_name.lower() for member in self.members}


def gather(org: Org) -> Crowd:
    """The crowd, created once a run by the process that asks for it.

    Raises:
        Untested: the run only reads, or no client may create users.
        Blocked: a user was not created.
    """
    return org.once(("crowd",), lambda: _gather(org))


def _gather(org: Org) -> Crowd:
    org.workspace.may_write()
    begun = len(org.workspace.trail)
    names = {"displayName": f"Crowd {org.workspace.ledger.run}", "title": f"Crowd title {org.workspace.ledger.run}"}
    prefix, first = _first(org, names)
    members, bearers = [first], dict[str, Person | Blocked]()
    odd = dict(enumerate(VALUES, 2))
    for number in range(2, SIZE + 1):
        label, case = f"crowd-{number:02d}", odd.get(number, "")
        if case:
            bearers[case] = _bearer(org, prefix, label, {**names, "externalId": stored(org.workspace, case)})
        held = bearers.get(case)
        members.append(held if isinstance(held, Person) else org.person(prefix, f"{label}-plain", active=True, **names))
    del org.workspace.trail[begun + 1 :]  # one create of 27 tells a reader enough
    return Crowd(tuple(members), bearers, names["displayName"], names["title"])


def _first(org: Org, names: Mapping[str, str]) -> tuple[str, Person]:
    """The first of the crowd, and the prefix that creates users: the second one where the first does not."""
    refused: Blocked | None = None
    for prefix in org.workspace.contract.prefixes:
        try:
            return prefix, org.person(prefix, "crowd-01", active=True, **names)
        except Blocked as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _bearer(org: Org, prefix: str, label: str, attributes: Mapping[str, str]) -> Person | Blocked:
    """The user with a special externalId; a server that refuses just that one still has its crowd."""
    try:
        return org.person(prefix, label, active=True, **attributes)
    except Blocked as error:
        return error
