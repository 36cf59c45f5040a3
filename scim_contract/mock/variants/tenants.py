"""What differs from one organisation to the next: its size, its clients, who else works in it, what a profile says."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.faults.acting import Document, resources_in
from scim_contract.mock.planting import Plant, Variant
from scim_contract.mock.seed import SANDBOX_GROUP
from scim_contract.mock.variants.making import OPEN, about, directory_of, document_of, scim
from scim_contract.mock.wire import Reply, Seen

_PRECONDITIONS = OPEN + "a claim whose situation the target cannot give is untested"
_OTHERS = OPEN + "the directory may change meanwhile"
_LAG = 0.3


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield from _sizes()
    yield from _clients(contract)
    yield from _profiles()
    yield from _meanwhile()


def _sizes() -> Iterator[Variant]:
    yield Variant(
        "three-thousand-users", "There are 3,000 users.", "design.md: no false alarm", lambda: Plant(directory=_crowd)
    )
    yield Variant(
        "one-group",
        "There is no group but the one that the run may change.",
        _PRECONDITIONS,
        lambda: Plant(directory=_one_group),
        poor=True,
    )
    yield Variant(
        "few-users",
        "There are two users besides those that the run creates.",
        "design.md: no false alarm",
        lambda: Plant(directory=_few_users),
    )


def _clients(contract: Contract) -> Iterator[Variant]:
    every = frozenset(contract.permissions)
    source = "permissions: what the clients of a target cannot show is untested"

    def of(name: str, sentence: str, *held: frozenset[str]) -> Variant:
        return Variant(name, sentence, source, poor=True, clients=held)

    yield of("no-clients", "Nobody is asked for a token.")
    yield of("one-client", "One client has all the permissions.", every)
    yield of("client-with-all-and-client-with-none", "One client has all, another one none.", every, frozenset())
    yield of("no-client-without-permissions", "Each client has one.", *(frozenset({each}) for each in sorted(every)))
    reading = frozenset(each for each in every if each.endswith((":view", "group:edit")))
    yield of("two-clients", "One client reads, the other one does the rest.", reading, every - reading)


def _profiles() -> Iterator[Variant]:
    def of(name: str, sentence: str, **profile: Any) -> Variant:
        return Variant(name, sentence, _PRECONDITIONS, profile=profile, poor=True)

    yield of("reads-only", "The target is no sandbox.", sandbox=False)
    yield of("no-group-set-aside", "The profile names no group.", group="")
    yield of("no-wide-filters", "The profile names no wide filter.", wide_user_filter="", wide_group_filter="")
    yield of("no-values-supplied", "The profile gives no values.", roles=(), division="", photo_url="",
             routing_skill="", routing_language="")  # fmt: skip


def _meanwhile() -> Iterator[Variant]:
    yield Variant(
        "users-change-meanwhile",
        "Others change, add and remove users now and then.",
        _OTHERS,
        lambda: Plant(before=_foreign_users(40)),
    )
    yield Variant(
        "groups-change-meanwhile",
        "Others add groups and change the members of theirs now and then.",
        _OTHERS,
        lambda: Plant(before=_foreign_groups(40)),
    )
    yield Variant(
        "lists-lag",
        "Lists show the directory as it was 0.3 seconds ago.",
        OPEN + "lists within the target's consistency_seconds",
        _lagging_lists,
        profile={"consistency_seconds": 1.0},
    )
    yield Variant(
        "lists-from-replicas",
        "Every second list shows the directory as it was 0.3 seconds ago.",
        OPEN + "lists within the target's consistency_seconds",
        lambda: _lagging_lists(every=2),
        profile={"consistency_seconds": 1.0},
    )
    yield Variant(
        "groups-of-users-lag",
        "The groups of a user are those of 0.3 seconds ago.",
        OPEN + "attributes derived from another resource within the target's consistency_seconds",
        _lagging_groups,
        profile={"consistency_seconds": 1.0},
    )
    yield Variant(
        "deletes-take-a-moment",
        "DELETE is answered with 202, and the user is gone 0.3 seconds later.",
        "lifecycle.delete: after a 202 within consistency_seconds",
        _late_deletes,
        profile={"consistency_seconds": 1.0},
    )


def _crowd(directory: Directory) -> None:
    for number in range(len(directory.users), 3000):
        name = {"userName": f"Crowd{number:04d}@mock.example", "displayName": f"Face {number % 700}"}
        directory.add("User", {"active": number % 9 != 0, **name})


def _one_group(directory: Directory) -> None:
    for group in list(directory.groups.values()):
        if group.content["displayName"] != SANDBOX_GROUP:
            directory.update(group, {**group.content, "members": []})
            del directory.groups[group.id]


def _few_users(directory: Directory) -> None:
    for id in list(directory.users)[2:]:
        directory.delete_user(id)


def _mine(user: Record) -> bool:
    return "mock.example" in user.content["userName"]


def _foreign_users(every: int) -> Callable[[Seen], None]:
    requests, added = itertools.count(1), list[str]()

    def before(seen: Seen) -> None:
        number = next(requests)
        if not scim(seen) or number % every:
            return
        directory, turn = directory_of(seen), number // every
        others = [user for user in directory.users.values() if _mine(user)]
        chosen = others[turn % len(others)]
        directory.update(chosen, {**chosen.content, "title": f"Title {turn}"})
        if turn % 2:
            name = {"userName": f"newcomer{turn}@mock.example", "displayName": f"Newcomer {turn}"}
            added.append(directory.add("User", {"active": True, **name}).id)
        elif len(added) > 2:
            directory.delete_user(added.pop(0))

    return before


def _foreign_groups(every: int) -> Callable[[Seen], None]:
    requests = itertools.count(1)

    def before(seen: Seen) -> None:
        number = next(requests)
        if not scim(seen) or number % every:
            return
        directory, turn = directory_of(seen), number // every
        groups = [group for group in directory.groups.values() if group.content["displayName"] != SANDBOX_GROUP]
        users = [user.id for user in directory.users.values() if _mine(user)]
        if turn % 3 == 0:
            directory.add("Group", {"displayName": f"Newcomers {turn}", "members": []})
        elif groups:
            chosen = groups[turn % len(groups)]
            members = [{"type": "User", "value": users[(turn + step) % len(users)]} for step in range(turn % 3)]
            directory.update(chosen, {**chosen.content, "members": members})

    return before


@dataclass
class _History:
    """Earlier states of the directory's tables."""

    states: list[tuple[float, dict[str, Record], dict[str, Record]]] = field(default_factory=list)

    def note(self, directory: Directory) -> None:
        self.states.append((time.monotonic(), dict(directory.users), dict(directory.groups)))

    def before(self, seconds: float) -> tuple[dict[str, Record], dict[str, Record]]:
        """The latest state that is at least so old."""
        while len(self.states) > 1 and self.states[1][0] <= time.monotonic() - seconds:
            del self.states[0]
        return self.states[0][1], self.states[0][2]


def _lagging_lists(every: int = 1) -> Plant:
    history, lists = _History(), itertools.count(1)

    def before(seen: Seen) -> None:
        if not (about(seen, "users", "GET") or about(seen, "groups", "GET")) or seen.item not in ("users", "groups"):
            return
        if next(lists) % every:
            return
        directory = directory_of(seen)
        seen.note["now"] = directory.users, directory.groups
        directory.users, directory.groups = history.before(_LAG)

    def after(seen: Seen, reply: Reply) -> None:
        # Nothing between before and after waits for anything, so that no other request sees the old tables.
        if "now" in seen.note:
            directory_of(seen).users, directory_of(seen).groups = seen.note["now"]
        elif scim(seen) and seen.method != "GET":
            history.note(directory_of(seen))

    return Plant(before=before, after=after, directory=history.note)


def _lagging_groups() -> Plant:
    states: list[tuple[float, dict[str, tuple[str, ...]]]] = []

    def note(directory: Directory) -> None:
        states.append((time.monotonic(), dict(directory._memberships)))

    def after(seen: Seen, reply: Reply) -> None:
        if scim(seen) and seen.method != "GET":
            note(directory_of(seen))
        while len(states) > 1 and states[1][0] <= time.monotonic() - _LAG:
            del states[0]
        document = document_of(reply) if reply.ok and about(seen, "users") else None
        for user in [] if document is None else resources_in(document):
            there = {group["value"]: group for group in user.get("groups") or []}
            user["groups"] = [there.get(id) or _reference(user, id) for id in states[0][1].get(user["id"], ())]
        if document is not None:
            reply.put(document)

    return Plant(after=after, directory=note)


def _reference(user: Document, group: str) -> Document:
    base = str(user["meta"]["location"]).rpartition("/users/")[0]
    return {"type": "Group", "value": group, "$ref": f"{base}/groups/{group}"}


@dataclass
class _LateDeletes:
    """Deletes that are carried out a moment after they are answered."""

    due: dict[str, float] = field(default_factory=dict)

    def before(self, seen: Seen) -> None:
        """Carry out what is due; keep what a delete is about to take."""
        directory = directory_of(seen)
        for id in [id for id, when in self.due.items() if when <= time.monotonic()]:
            del self.due[id]
            if id in directory.users:
                directory.delete_user(id)
        if about(seen, "users", "DELETE"):
            tables = (directory.users, directory.groups, directory._names, directory._memberships)
            seen.note["tables"] = [dict(table) for table in tables]

    def after(self, seen: Seen, reply: Reply) -> None:
        """Put it back for a while."""
        if "tables" not in seen.note or not reply.ok:
            return
        directory = directory_of(seen)
        tables: tuple[dict[str, Any], ...] = (
            directory.users, directory.groups, directory._names, directory._memberships
        )  # fmt: skip
        for table, before in zip(tables, seen.note["tables"], strict=True):
            table.clear()
            table.update(before)
        self.due.setdefault(seen.item, time.monotonic() + _LAG)
        reply.status = 202


def _late_deletes() -> Plant:
    deletes = _LateDeletes()
    return Plant(before=deletes.before, after=deletes.after)
