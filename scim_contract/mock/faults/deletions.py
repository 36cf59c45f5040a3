"""Faults of deletions, and of what one prefix shows of the other's writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import unquote

from scim_contract.contract import Contract
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import (
    accepted_if_gone,
    become,
    error,
    named_by,
    operations_of,
    refuse_what_succeeded,
    widely,
)
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of deletion, and across prefixes."""
    yield from _deleted(contract)
    yield from _across(contract)


def _deleted(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.delete"
    sentence = "A deletion is answered with 204, and the user stays."
    yield from family(contract, "delete-without-effect", claim, sentence, lambda: Plant(before=_done_nothing))
    v1, v2 = ("delete_scim_user",), ("delete_scim_v2_user",)
    done = Plant(after=refuse_what_succeeded(405))
    yield Fault("delete-refused-but-done", claim, v1, "A deletion is refused with 405, and done.", lambda: done)
    sentence = "A deletion only switches the user off."
    yield Fault("delete-switches-off", claim, v2, sentence, lambda: Plant(before=_switched_off_instead))
    sentence = "A user that is gone can be deleted again."
    yield Fault("deleted-twice", claim, v2, sentence, lambda: Plant(after=accepted_if_gone))
    for name, at, method, status, sentence in (
        ("deleted-user-still-read", v1, "GET", 200, "A deleted user can still be read, in its own prefix."),
        ("deleted-user-is-410", v2, "GET", 410, "A deleted user is 410, where 404 is the word."),
        ("deleted-user-replaced", v1, "PUT", 200, "A PUT of a deleted user succeeds."),
        ("deleted-user-modified", v2, "PATCH", 200, "A PATCH of a deleted user succeeds."),
    ):
        plant = _afterlife(method, status)
        yield from widely([Fault(name, claim, at, sentence, Plant)], plant)
    sentence = "A user who is off is not found by a deletion."
    yield Fault("off-user-not-deleted", claim, (*v1, *v2), sentence, lambda: Plant(before=_none_who_is_off))
    sentence = "A user that is gone can be deleted again under the ETag that it had."
    under_etag = Plant(after=lambda seen, reply: accepted_if_gone(seen, reply) if "if-match" in seen.headers else None)
    yield Fault("deleted-twice-under-its-etag", claim, v2, sentence, lambda: under_etag)
    sentence = "A PATCH that switches a deleted user on brings it back."
    yield from widely([Fault("deleted-user-hired-again", claim, (*v1, *v2), sentence, Plant)], _hired_again)
    sentence = "A user deleted in v1 can still be read in v2."
    also = ("lifecycle.across-prefixes",)
    yield from widely([Fault("deleted-in-v1-only", claim, v1, sentence, Plant, also)], unseen_elsewhere)


def _across(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.across-prefixes"
    sentence = "What is written in one prefix never shows in the other."
    also = ("lifecycle.create", "lifecycle.delete")
    yield from widely(family(contract, "prefixes-apart", claim, sentence, Plant, also=also), unseen_elsewhere)
    sentence = "v1 does not see that a PUT of v2 switched a user off."
    yield from widely([Fault("switched-off-in-v2-only", claim, ("put_scim_v2_user",), sentence, Plant)], _on_elsewhere)
    sentence = "v2 shows the group under the name that it had before a PATCH of v1."
    at = ("patch_scim_group",)
    yield from widely([Fault("renamed-in-v1-only", claim, at, sentence, Plant)], unseen_elsewhere)


def _done_nothing(seen: Seen) -> Reply | None:
    return Reply(204, {}, b"") if named_by(seen) else None


def _switched_off_instead(seen: Seen) -> Reply | None:
    user = named_by(seen)
    if user is None or seen.directory is None:
        return None
    seen.directory.update(user, {**user.content, "active": False})
    return Reply(204, {}, b"")


def _none_who_is_off(seen: Seen) -> Reply | None:
    user = named_by(seen)
    off = user is not None and user.content.get("active") is False
    return error(404, "There is no such user.") if off else None


def _hired_again(operations: frozenset[str]) -> Plant:
    gone: dict[str, Record] = {}

    def before(seen: Seen) -> Reply | None:
        user = named_by(seen)
        if seen.operation in operations and user is not None:
            gone[user.id] = user
        active = any(step.get("path") == "active" for step in operations_of(seen))
        if active and user is None and seen.item in gone and seen.directory is not None:
            seen.directory.add("User", {**gone[seen.item].content, "active": True}, id=seen.item)
        return None

    return Plant(before=before, everywhere=True)


def _afterlife(method: str, status: int) -> Callable[[frozenset[str]], Plant]:
    """A method on a deleted user, in the prefix of its deletion, is answered as if it were there, or with a status."""

    def plant(operations: frozenset[str]) -> Plant:
        last: dict[str, Reply] = {}
        gone: set[str] = set()

        def after(seen: Seen, reply: Reply) -> None:
            if seen.operation in operations and reply.ok:
                gone.add(seen.path)
            elif seen.method == "GET" and reply.status == 200:
                last[seen.path] = Reply(200, dict(reply.headers), reply.body)
            if seen.method == method and reply.status == 404 and seen.path in gone and seen.path in last:
                become(reply, last[seen.path] if status == 200 else error(status))

        return Plant(after=after, everywhere=True)

    return plant


def _on_elsewhere(operations: frozenset[str]) -> Plant:
    written: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        item = seen.path.rpartition("/")[2]
        if seen.operation in operations:
            written.add(item)
        elif seen.method == "GET" and item in written and not _in_v2(seen) and reply.ok:
            reply.put({**reply.json, "active": True})

    return Plant(after=after, everywhere=True)


def unseen_elsewhere(operations: frozenset[str]) -> Plant:
    """What these operations write is not seen by reads by id in the other prefix: they see what was before."""
    old: dict[str, tuple[bool, Record | None]] = {}

    def before(seen: Seen) -> None:
        if seen.operation in operations:
            seen.note["was"] = named_by(seen)
        elif seen.method == "GET" and seen.directory is not None:
            item = unquote(seen.path.rpartition("/")[2])
            if item in old and old[item][0] is not _in_v2(seen):
                table = seen.directory.users if "/users/" in seen.path else seen.directory.groups
                seen.note["now"] = table, item, table.get(item)
                _put(table, item, old[item][1])

    def after(seen: Seen, reply: Reply) -> None:
        if "now" in seen.note:
            _put(*seen.note["now"])
        elif seen.operation in operations and reply.ok:
            was = seen.note["was"]
            item = str(reply.json["id"]) if was is None else was.id
            old[item] = (_in_v2(seen), was)

    return Plant(before, after, everywhere=True)


def _put(table: dict[str, Record], item: str, record: Record | None) -> None:
    if record is None:
        table.pop(item, None)
    else:
        table[item] = record


def _in_v2(seen: Seen) -> bool:
    return "/scim/v2/" in seen.path
