"""27 users of the run's own under one displayName: two pages of a list that nobody else changes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.carrying import TYPES
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.joining import MOST, crowd_name, register
from scim_contract.org.media import sent
from scim_contract.org.org import Org
from scim_contract.org.people import Person, ahead
from scim_contract.org.readonly import sent as read_only
from scim_contract.org.replacements import without_schemas
from scim_contract.org.trips import trip
from scim_contract.org.values import TOGETHER, stored
from scim_contract.transport import Unreachable

SIZE = 27
BORNE = (TOGETHER, "space", "plus", "star", "percent")
"""The special values that some of the crowd bear; wildcards want others with the same beginning beside them."""


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
    """The crowd, brought together once a run by the process that asks for it.

    Some of it are users that other claims create anyway; where it is not sure how many of these there are, all are
    users of the crowd's own.

    Raises:
        Untested: the run only reads, or no client may create users.
        Blocked: a user was not created.
    """
    return org.once(("crowd",), lambda: _gather(org))


def gather_own(org: Org) -> Crowd:
    """A crowd with a title in common too, of users that are there for nothing else; once.

    Raises:
        Untested, Blocked: as `gather`.
    """
    return org.once(("crowd of its own",), lambda: _fill(org, crowd_name(org, "crowd of its own"), []))


def _gather(org: Org) -> Crowd:
    org.workspace.may_write()
    found, begun = register(org), len(org.workspace.trail)
    for prefix in org.workspace.contract.prefixes:
        for source in _SOURCES:
            if found.asked < MOST:
                with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claim that creates it
                    source(org, org.operation(prefix, "create_user"))
    found.closed = True
    del org.workspace.trail[begun:]
    return gather_own(org) if found.spoilt else _fill(org, found.name, found.members)


_SOURCES: tuple[Callable[[Org, Operation], object], ...] = (
    *(partial(sent, name=name) for name, types in TYPES.items() if types.text),
    partial(trip, case="manager"),
    partial(trip, case="together"),
    partial(read_only, name="id"),
    partial(sent, name="json-json"),
    without_schemas,
)
"""What creates users whom nobody changes afterwards, under the name that `joining` gives them."""


def _fill(org: Org, display_name: str, there: Sequence[Person]) -> Crowd:
    """The crowd with those who are there, one for each special value of BORNE, and as many more as it takes."""
    begun = len(org.workspace.trail)
    names: dict[str, Any] = {"displayName": display_name, "title": f"{display_name} title"}
    names[ENTERPRISE] = {"department": f"{display_name} department"}
    prefix, first = _first(org, names)
    members, bearers = [*there, first], dict[str, Person | Blocked]()
    odd = dict(enumerate(BORNE, 2))
    plain: dict[str, Any] = {"active": True, **names}
    wanted: list[tuple[str, str, dict[str, Any]]] = []
    for number in range(2, SIZE + 1 - len(there)):
        case = odd.get(number, "")
        attributes = {**plain, "externalId": stored(org.workspace, case)} if case else plain
        wanted.append((f"{_label(org, names)}-{number:02d}", case, attributes))
    ahead(org, prefix, {label if case else f"{label}-plain": attributes for label, case, attributes in wanted})
    for label, case, attributes in wanted:
        if case:
            bearers[case] = _bearer(org, prefix, label, attributes)
        held = bearers.get(case)
        members.append(held if isinstance(held, Person) else org.person(prefix, f"{label}-plain", **plain))
    del org.workspace.trail[begun + 1 :]  # one create of 27 tells a reader enough
    if org.workspace.target.consistency_seconds:  # one list may show all of them, and the next come from a replica
        org.workspace.transport.sleep(org.workspace.target.consistency_seconds)
    return Crowd(tuple(members), bearers, names["displayName"], names["title"])


def _label(org: Org, names: Mapping[str, Any]) -> str:
    return "crowd" if names["displayName"] == register(org).name else "own-crowd"


def _first(org: Org, names: Mapping[str, Any]) -> tuple[str, Person]:
    """The first of the crowd's own, and the prefix that creates users: the second one where the first does not."""
    refused: Blocked | None = None
    for prefix in org.workspace.contract.prefixes:
        try:
            return prefix, org.person(prefix, f"{_label(org, names)}-01", active=True, **names)
        except Blocked as error:
            refused = refused or error
    assert refused is not None
    raise refused


def bearer(org: Org, case: str) -> Person | Blocked:
    """A user with a special externalId: one of the crowd, else another; Blocked where the server refused it.

    Raises:
        Untested, Blocked: as `gather`.
    """
    there = gather(org)
    if case in there.bearers:
        return there.bearers[case]
    made_by = there.members[-1].created.operation
    assert made_by is not None
    return _bearer(org, made_by.prefix, f"bearer-{case}", {"active": True, "externalId": stored(org.workspace, case)})


def _bearer(org: Org, prefix: str, label: str, attributes: Mapping[str, Any]) -> Person | Blocked:
    """The user with a special externalId; a server that refuses just that one still has its crowd."""
    try:
        return org.person(prefix, label, **attributes)
    except Blocked as error:
        return error
