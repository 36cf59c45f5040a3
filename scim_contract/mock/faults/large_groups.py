"""Faults of groups that have more than two members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.faults.members import PATCH, PATCH_2, PUT, PUT_2, Content, Members, members_stored
from scim_contract.mock.planting import Fault


def faults(_: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    rows: tuple[tuple[str, tuple[str, ...], Content, str], ...] = (
        ("members-two-at-a-time", (PATCH, PATCH_2), _two_new, "Of members that are added at a time, two get in."),
        (
            "last-one-leaves",
            (PATCH, PATCH_2),
            _last_out,
            "Of more than two members, the last leaves in another's place.",
        ),
        ("members-30-at-most", (PATCH, PATCH_2), lambda was, new: new[:30], "Members beyond 30 are dropped."),
        ("large-groups-grow", (PUT, PUT_2), _added, "A PUT adds to the members of a group that has more than two."),
    )
    for name, at, change, sentence in rows:
        yield Fault(name, "lifecycle.members", at, sentence, partial(members_stored, change))


def _two_new(was: Members, new: Members) -> Members:
    came = [member for member in new if member not in was]
    return [member for member in new if member not in came[2:]]


def _last_out(was: Members, new: Members) -> Members:
    return was[:-1] if len(was) > 2 and len(new) == len(was) - 1 else new


def _added(was: Members, new: Members) -> Members:
    return [*new, *was] if len(was) > 2 else new
