"""Faults of users from creation to deletion, of passwords, and of what one prefix shows of the other's writes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from scim_contract.contract import Contract
from scim_contract.mock import oauth, rules
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import (
    Document,
    Mend,
    become,
    changing,
    changing_body,
    error,
    goodwill,
    grudging,
    mending,
    named_by,
    operations_of,
    refuse_what_succeeded,
    unstored,
    widely,
)
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

SET_PASSWORD = "directory:user:setPassword"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of creation, deletion, deactivation, passwords, and across prefixes."""
    yield from _created(contract)
    yield from _of_little(contract)
    yield from _incomplete(contract)
    yield from _deleted(contract)
    yield from _switched(contract)
    yield from _passwords(contract)
    yield from _across(contract)


def _created(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.create"
    yield from family(
        contract,
        "create-is-200",
        claim,
        "A creation is answered with 200.",
        lambda: Plant(behaviour=lambda b, _: replace(b, created_status=200)),
        also=("representations.answer",),
    )
    v1, v2 = ("post_scim_users",), ("post_scim_v2_users",)
    no_location = Plant(after=lambda seen, reply: _drop(reply.headers, "location"))
    yield Fault("create-without-location", claim, v1, "A creation has no Location header.", lambda: no_location)
    sentence = "Location leads to v1, meta.location to v2."
    yield Fault("create-located-in-v1", claim, v2, sentence, lambda: Plant(after=_located_in_v1))
    no_id = Plant(after=changing(lambda document: _drop(document, "id")))
    missing = ("representations.id", "representations.schema")
    yield Fault("create-without-id", claim, v1, "The answer to a creation has no id.", lambda: no_id, missing)
    sentence = "A creation is refused with 409, and the user is there all the same."
    yield Fault("create-refused-but-done", claim, v2, sentence, lambda: Plant(after=refuse_what_succeeded(409)))
    yield from widely(
        [
            Fault("created-user-late", claim, v2, "The first read of a created user is 404.", Plant),
            Fault("created-user-late:post_scim_users", claim, v1, "The first read of a created user is 404.", Plant),
        ],
        _late,
    )
    also = ("lifecycle.across-prefixes",)
    sentence = "Users created in v1 cannot be read in v2."
    yield from widely([Fault("created-for-v1-only", claim, v1, sentence, Plant, also)], unseen_elsewhere)


def _of_little(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.create-minimal"
    sentence = "A user needs a title or an email to be created."
    yield from family(contract, "create-needs-more", claim, sentence, lambda: Plant(before=_needs_more))
    short = Plant(before=changing_body(_named_by_user_name))
    sentence = "A user of three properties gets its userName as displayName."
    yield Fault("short-create-renamed", claim, ("post_scim_v2_users",), sentence, lambda: short)
    sentence = "A user of three properties is answered with 201, and is gone at once."
    yield Fault("short-create-in-vain", claim, ("post_scim_users",), sentence, lambda: Plant(after=_removed_if_short))


def _incomplete(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.create-missing-refused"
    v1, v2 = ("post_scim_users",), ("post_scim_v2_users",)
    no_name = mending(lambda d: d.setdefault("userName", f"u{uuid.uuid4().hex}@example.com"))
    sentence = "A user created without a userName gets one."
    yield from family(contract, "create-without-user-name", claim, sentence, lambda: Plant(before=goodwill(no_name)))
    for name, mend, at, sentence in (
        ("create-without-display-name", _missing("displayName"), v2, "displayName may be left out of a creation."),
        ("create-with-empty-user-name", _empty("userName"), v1, "An empty userName is replaced by a made-up one."),
        ("create-with-empty-display-name", _empty("displayName"), v2, "An empty displayName becomes 'somebody'."),
    ):
        yield Fault(name, claim, at, sentence, lambda mend=mend: Plant(before=goodwill(mend)))  # type: ignore[misc]
    sentence = "A creation without a displayName is refused, and the user is there all the same."
    mend = _missing("displayName")
    yield Fault("incomplete-create-refused-but-done", claim, v2, sentence, lambda: grudging(mend))
    sentence = "An incomplete creation is refused with 422."
    yield Fault("incomplete-create-is-422", claim, v1, sentence, lambda: Plant(after=_unprocessable))


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
    yield Fault("deleted-twice", claim, v2, sentence, lambda: Plant(after=_accepted_again))
    for name, at, method, status, sentence in (
        ("deleted-user-still-read", v1, "GET", 200, "A deleted user can still be read, in its own prefix."),
        ("deleted-user-is-410", v2, "GET", 410, "A deleted user is 410, where 404 is the word."),
        ("deleted-user-replaced", v1, "PUT", 200, "A PUT of a deleted user succeeds."),
        ("deleted-user-modified", v2, "PATCH", 200, "A PATCH of a deleted user succeeds."),
    ):
        plant = _afterlife(method, status)
        yield from widely([Fault(name, claim, at, sentence, Plant)], plant)
    sentence = "A user deleted in v1 can still be read in v2."
    also = ("lifecycle.across-prefixes",)
    yield from widely([Fault("deleted-in-v1-only", claim, v1, sentence, Plant, also)], unseen_elsewhere)


def _switched(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.deactivate"
    sentence = "active false is taken and not stored."
    yield from family(contract, "active-false-ignored", claim, sentence, lambda: _user_content(_always_active))
    sentence = "A user that was switched off stays off."
    at = ("put_scim_v2_user",)
    yield Fault("switched-off-for-good", claim, at, sentence, lambda: _user_content(_never_again))
    sentence = "active is true again in the answer, and stays false."
    at = ("patch_scim_user",)
    yield Fault("switched-on-in-the-answer-only", claim, at, sentence, lambda: unstored(_switches_on))
    sentence = "A user that is switched off can no longer be read."
    two = ("patch_scim_v2_user", "put_scim_user")
    yield from widely([Fault("switched-off-user-not-found", claim, two, sentence, Plant)], _unread_when_off)


def _passwords(contract: Contract) -> Iterator[Fault]:
    claim, also = "lifecycle.set-password", ("permissions.one-suffices",)
    yield from family(
        contract,
        "set-password-not-enough",
        claim,
        "A client that holds setPassword alone is refused.",
        lambda: Plant(behaviour=lambda b, _: replace(b, permitted=_not_by_set_password)),
        also=also,
    )
    refused = Plant(before=lambda seen: error(400, "No such path.", "invalidPath") if _patches_password(seen) else None)
    sentence = "A PATCH of the path password is refused."
    yield Fault("password-path-refused", claim, ("patch_scim_v2_user",), sentence, lambda: refused, also)
    sentence = "A PUT with a password is refused unless something else changes, too."
    at = ("put_scim_user",)
    yield Fault("password-alone-refused-on-put", claim, at, sentence, lambda: Plant(before=_nothing_new), also)


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


# creations ----------------------------------------------------------------------------------------------


def _drop(mapping: dict[str, Any], name: str) -> None:
    mapping.pop(name, None)


def _located_in_v1(seen: Seen, reply: Reply) -> None:
    if "location" in reply.headers:
        reply.headers["location"] = reply.headers["location"].replace("/scim/v2/", "/scim/")


def _late(operations: frozenset[str]) -> Plant:
    fresh: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation in operations and reply.ok:
            fresh.add(str(reply.json["id"]))
        elif seen.method == "GET" and (item := seen.path.rpartition("/")[2]) in fresh:
            fresh.discard(item)
            become(reply, error(404, "There is no such user."))

    return Plant(after=after, everywhere=True)


def _needs_more(seen: Seen) -> Reply | None:
    document = seen.json
    short = isinstance(document, dict) and "title" not in document and "emails" not in document
    return error(400, "A title is missing.", "invalidValue") if short else None


def _is_short(document: Any) -> bool:
    return isinstance(document, dict) and set(document) <= {"schemas", "userName", "displayName"}


def _named_by_user_name(document: Document) -> None:
    if _is_short(document) and document.get("displayName"):
        document["displayName"] = document.get("userName")


def _removed_if_short(seen: Seen, reply: Reply) -> None:
    if reply.ok and _is_short(seen.json) and seen.directory is not None:
        seen.directory.delete_user(str(reply.json["id"]))


def _missing(attribute: str) -> Mend:
    return mending(lambda document: document.setdefault(attribute, "somebody"))


def _empty(attribute: str) -> Mend:
    def fill(document: Document) -> None:
        if document.get(attribute) == "":
            document[attribute] = f"{uuid.uuid4().hex}@example.com" if attribute == "userName" else "somebody"

    return mending(fill)


def _unprocessable(seen: Seen, reply: Reply) -> None:
    document = seen.json
    incomplete = isinstance(document, dict) and not (document.get("userName") and document.get("displayName"))
    if reply.status == 400 and incomplete:
        become(reply, error(422, "A property is missing."))


# deletions ----------------------------------------------------------------------------------------------


def _done_nothing(seen: Seen) -> Reply | None:
    return Reply(204, {}, b"") if named_by(seen) else None


def _switched_off_instead(seen: Seen) -> Reply | None:
    user = named_by(seen)
    if user is None or seen.directory is None:
        return None
    seen.directory.update(user, {**user.content, "active": False})
    return Reply(204, {}, b"")


def _accepted_again(seen: Seen, reply: Reply) -> None:
    if reply.status == 404:
        become(reply, Reply(204, {}, b""))


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


# active, passwords --------------------------------------------------------------------------------------


def _user_content(change: Callable[[Document, Record | None], Document]) -> Plant:
    """What is stored of a user is changed on the way."""

    def content(document: Any, before: Record | None) -> Document:
        return change(rules.user_content(document, before), before)

    return Plant(behaviour=lambda behaviour, _: replace(behaviour, user_content=content))


def _always_active(content: Document, before: Record | None) -> Document:
    return {**content, "active": True}


def _never_again(content: Document, before: Record | None) -> Document:
    off = before is not None and before.content.get("active") is False
    return {**content, "active": False} if off else content


def _switches_on(seen: Seen) -> bool:
    return any(step.get("path") == "active" and step.get("value") is True for step in operations_of(seen))


def _unread_when_off(operations: frozenset[str]) -> Plant:
    written: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation in operations:
            written.add(seen.path)
        elif seen.method == "GET" and seen.path in written and reply.status == 200 and reply.json["active"] is False:
            become(reply, error(404, "There is no such user."))

    return Plant(after=after, everywhere=True)


def _not_by_set_password(held: frozenset[str], operation: Any) -> bool:
    return oauth.permitted(held - {SET_PASSWORD}, operation)


def _patches_password(seen: Seen) -> bool:
    return any(step.get("path") == "password" for step in operations_of(seen))


def _nothing_new(seen: Seen) -> Reply | None:
    user, document = named_by(seen), seen.json
    if user is None or not isinstance(document, dict) or "password" not in document:
        return None
    same = rules.user_content({k: v for k, v in document.items() if k != "password"}, user) == user.content
    return error(400, "Nothing changes.", "invalidValue") if same else None


# both prefixes ------------------------------------------------------------------------------------------


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


def _on_elsewhere(operations: frozenset[str]) -> Plant:
    written: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        item = seen.path.rpartition("/")[2]
        if seen.operation in operations:
            written.add(item)
        elif seen.method == "GET" and item in written and not _in_v2(seen) and reply.ok:
            reply.put({**reply.json, "active": True})

    return Plant(after=after, everywhere=True)
