"""Faults of groups: who is a member after a write, what users say of their groups, and the group's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import rules
from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.faults.acting import (
    Document,
    Mend,
    become,
    changing_body,
    error,
    goodwill,
    mending,
    named_by,
    operations_of,
    widely,
)
from scim_contract.mock.planting import Fault, Plant, family, replacing
from scim_contract.mock.wire import Reply, Seen

PATCH, PATCH_2, PUT, PUT_2 = "patch_scim_group", "patch_scim_v2_group", "put_scim_group", "put_scim_v2_group"
Members = list[dict[str, Any]]
Content = Callable[[Members, Members], Iterable[dict[str, Any]]]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of groups."""
    yield from _who_is_in(contract)
    yield from _who_may_be(contract)
    yield from _named_by_users(contract)
    yield from _renamed(contract)


def _who_is_in(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.members"
    sentence = "A user that a write brings into a group does not get in."
    yield from family(contract, "member-not-let-in", claim, sentence, lambda: members_stored(_nobody_new))
    for name, at, change, sentence in (
        ("members-never-leave", (PUT, PATCH_2), lambda was, new: [*was, *new], "A user stays in its groups."),
        ("members-one-at-most", (PUT_2, PATCH), lambda was, new: new[:1], "A group keeps one member only."),
        ("last-member-lost", (PATCH,), lambda was, new: new[:-1], "The last member of those written is lost."),
    ):
        yield Fault(name, claim, at, sentence, partial(members_stored, change))
    sentence = "A member that is added again is a member twice."
    yield Fault("member-twice", claim, (PATCH,), sentence, lambda: _again(refused=False))
    sentence = "Adding a member again throws it out."
    yield Fault("member-thrown-out", claim, (PATCH_2,), sentence, lambda: _again(refused=True))
    sentence = "A replace of the members adds to those there are."
    adding = Plant(before=changing_body(_replace_adds))
    also = ("lifecycle.patch-replace",)
    yield Fault("members-replace-adds", claim, (PATCH_2,), sentence, lambda: adding, also)


def _who_may_be(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.members"
    leave_out = Plant(before=goodwill(_without_strangers))
    for name, at, plant, sentence in (
        ("unknown-member-ignored", (PATCH, PUT_2), lambda: leave_out, "A member that does not exist is left out."),
        ("unknown-member-stored", (PATCH_2, PUT), lambda: _open_to_all(), "A member that does not exist is stored."),
        (
            "unknown-member-is-409",
            (PATCH, PUT),
            lambda: Plant(before=lambda seen: error(409, "No such member.") if _strangers(seen) else None),
            "A member that does not exist is refused with 409.",
        ),
        (
            "unknown-member-empties-the-group",
            (PATCH_2, PUT_2),
            lambda: Plant(before=_emptied_by_strangers),
            "A member that does not exist is refused, and the group left without members.",
        ),
        (
            "group-as-member-ignored",
            (PATCH, PUT_2),
            lambda: Plant(before=goodwill(_without_groups)),
            "A group among the members is answered with success, and left out.",
        ),
        (
            "group-as-member-is-404",
            (PUT,),
            lambda: Plant(before=lambda seen: error(404, "No such user.") if _groups_in(seen) else None),
            "A group among the members is refused with 404.",
        ),
        (
            "group-as-member-refused-but-stored",
            (PATCH_2, PUT_2),
            lambda: Plant(after=_group_refused),
            "A group among the members is refused with 400, and stored.",
        ),
    ):
        yield Fault(name, claim, at, sentence, plant)


def _named_by_users(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.members"
    rows: tuple[tuple[str, tuple[str, ...], bool, str], ...] = (
        ("users-name-no-groups", (PUT, PATCH), False, "A user does not name the groups that it was brought into."),
        ("users-name-left-groups", (PUT_2, PATCH_2), True, "A user still names the groups that it was taken out of."),
    )
    for name, at, left, sentence in rows:
        yield from widely([Fault(name, claim, at, sentence, Plant)], _stale_groups(left))


def _renamed(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.rename-group"
    sentence = "A group's displayName is answered as it was sent, and stays what it was."
    yield from family(contract, "rename-without-effect", claim, sentence, lambda: _group(_old_name))
    sentence = "A group that is renamed is found under its first name only."
    yield from widely([Fault("new-name-not-found", claim, (PUT, PATCH_2), sentence, Plant)], _found_by_first_name)
    sentence = "A group that gets another name loses its members."
    yield Fault("rename-empties", claim, (PATCH,), sentence, lambda: _group(_emptied_by_name))
    sentence = "A new name of a group is cut off after 20 characters."
    yield Fault("group-name-cut-off", claim, (PUT_2,), sentence, lambda: _group(_cut_off))


# what is stored -----------------------------------------------------------------------------------------


def _group(change: Callable[[Document, Record], Document]) -> Plant:
    """What is stored of a group is changed, in view of what was there."""

    def content(document: Mapping[str, Any], before: Record, directory: Directory) -> Document:
        return change(rules.group_content(document, before, directory), before)

    return replacing(group_content=content)


def members_stored(change: Content) -> Plant:
    def changed(content: Document, before: Record) -> Document:
        was, new = list(before.content.get("members", ())), list(content["members"])
        unique = {member["value"]: member for member in change(was, new)}
        return {**content, "members": list(unique.values())}

    return _group(changed)


def _nobody_new(was: Members, new: Members) -> Members:
    return [member for member in new if member in was]


def _old_name(content: Document, before: Record) -> Document:
    return {**content, "displayName": before.content["displayName"]}


def _emptied_by_name(content: Document, before: Record) -> Document:
    return content if content["displayName"] == before.content["displayName"] else {**content, "members": []}


def _cut_off(content: Document, before: Record) -> Document:
    return {**content, "displayName": content["displayName"][:20]}


def _again(refused: bool) -> Plant:
    """A PATCH that adds who is in already leaves the member twice, or not at all."""

    def after(seen: Seen, reply: Reply) -> None:
        group, was = named_by(seen), seen.note.get("was")
        if not (reply.ok and group and was and seen.directory is not None):
            return
        there = {member["value"] for member in was.content.get("members", ())}
        added = [m for step in operations_of(seen) if step.get("op") == "add" for m in _listed(step.get("value"))]
        again = [member for member in added if member.get("value") in there]
        members = [m for m in group.content["members"] if not refused or m["value"] not in {a["value"] for a in again}]
        more = [] if refused else [m for m in members if m["value"] in {a["value"] for a in again}]
        if again:
            seen.directory.update(group, {**group.content, "members": [*members, *more]})

    def before(seen: Seen) -> None:
        seen.note["was"] = named_by(seen)

    return Plant(before, after)


def _listed(value: Any) -> Members:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _replace_adds(document: Document) -> None:
    for step in _listed(document.get("Operations")):
        if step.get("op") == "replace" and step.get("path") == "members":
            step["op"] = "add"


# who may be a member ------------------------------------------------------------------------------------


def _sent(seen: Seen) -> Members:
    """The members that a request names, wherever it does."""
    document = seen.json if isinstance(seen.json, dict) else {}
    steps = [step.get("value") for step in _listed(document.get("Operations"))]
    return [member for value in [document.get("members"), *steps] for member in _listed(value)]


def _strangers(seen: Seen) -> set[str]:
    directory = seen.directory
    named = {str(member.get("value")) for member in _sent(seen)}
    return set() if directory is None else named - directory.users.keys() - directory.groups.keys()


def _groups_in(seen: Seen) -> set[str]:
    named = {str(member.get("value")) for member in _sent(seen)}
    return set() if seen.directory is None else named & seen.directory.groups.keys()


def _leaving_out(who: Callable[[Seen], set[str]]) -> Mend:
    def mend(seen: Seen) -> bool:
        out = who(seen)

        def change(document: Document) -> None:
            for place, name in ((document, "members"), *((s, "value") for s in _listed(document.get("Operations")))):
                if isinstance(place.get(name), list):
                    place[name] = [m for m in place[name] if not isinstance(m, dict) or m.get("value") not in out]

        return bool(out) and mending(change)(seen)

    return mend


_without_strangers, _without_groups = _leaving_out(_strangers), _leaving_out(_groups_in)


def _open_to_all() -> Plant:
    def content(document: Mapping[str, Any], before: Record, directory: Directory) -> Document:
        try:
            return rules.group_content(document, before, directory)
        except ScimProblem:
            members = [{"type": "User", "value": member["value"]} for member in document.get("members", ())]
            return {"displayName": document.get("displayName", before.content["displayName"]), "members": members}

    return replacing(group_content=content)


def _emptied_by_strangers(seen: Seen) -> Reply | None:
    group = named_by(seen)
    if group is None or seen.directory is None or not _strangers(seen):
        return None
    seen.directory.update(group, {**group.content, "members": []})
    return error(400, "A member does not exist.", "invalidValue")


def _group_refused(seen: Seen, reply: Reply) -> None:
    if reply.ok and _groups_in(seen):
        become(reply, error(400, "A group cannot be a member.", "invalidValue"))


# what others show of it ---------------------------------------------------------------------------------


def _stale_groups(left: bool) -> Callable[[frozenset[str]], Plant]:
    """Users who joined a group, or who left it, by these operations show their groups as they were before."""

    def plant(operations: frozenset[str]) -> Plant:
        moved: dict[str, list[Any]] = {}

        def members(seen: Seen) -> set[str]:
            group = named_by(seen)
            return {member["value"] for member in group.content.get("members", ())} if group else set()

        def before(seen: Seen) -> None:
            if seen.operation in operations:
                seen.note["members"] = members(seen)

        def after(seen: Seen, reply: Reply) -> None:
            if seen.operation in operations and reply.ok:
                was, now = seen.note["members"], members(seen)
                group = named_by(seen)
                for user in was - now if left else now - was:
                    moved[user] = [{"type": "Group", "value": group.id}] if left and group else []
            elif seen.method == "GET" and reply.ok and (user := seen.path.rpartition("/")[2]) in moved:
                reply.put({**reply.json, "groups": moved[user]})

        return Plant(before, after, everywhere=True)

    return plant


def _found_by_first_name(operations: frozenset[str]) -> Plant:
    first: dict[str, str] = {}

    def before(seen: Seen) -> None:
        group = named_by(seen)
        if seen.operation in operations and group is not None:
            first.setdefault(group.id, group.content["displayName"])

    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok and "filter" in seen.parameters and seen.path.endswith("/groups"):
            found = reply.json
            there = [g for g in found["Resources"] if first.get(g["id"], g["displayName"]) == g["displayName"]]
            reply.put({**found, "totalResults": len(there), "Resources": there})

    return Plant(before, after, everywhere=True)
