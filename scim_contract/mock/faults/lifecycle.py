"""Faults of creations, of switching users off and on, and of passwords."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import oauth, rules
from scim_contract.mock.directory import ENTERPRISE_URN, Record
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
    mending_steps,
    named_by,
    operations_of,
    refuse_what_succeeded,
    unstored,
    widely,
)
from scim_contract.mock.faults.deletions import unseen_elsewhere
from scim_contract.mock.planting import Fault, Plant, family, replacing
from scim_contract.mock.wire import Reply, Seen

SET_PASSWORD = "directory:user:setPassword"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of creation, deactivation and passwords."""
    yield from _created(contract)
    yield from _of_little(contract)
    yield from _incomplete(contract)
    yield from _switched(contract)
    yield from _passwords(contract)


def _created(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.create"
    yield from family(
        contract,
        "create-is-200",
        claim,
        "A creation is answered with 200.",
        lambda: replacing(created_status=200),
        also=("representations.answer",),
    )
    v1, v2 = ("post_scim_users",), ("post_scim_v2_users",)
    no_location = Plant(after=lambda seen, reply: _drop(reply.headers, "location"))
    yield Fault("create-without-location", claim, v1, "A creation has no Location header.", lambda: no_location)
    sentence = "A creation that is answered in application/scim+json has no Location header."
    yield Fault(
        "scim-create-without-location",
        claim,
        (*v1, "post_scim_v2_users"),
        sentence,
        lambda: Plant(after=_no_location_in_scim),
        sees=("content-types.accept-scim|post_scim_users", "content-types.accept-scim|post_scim_v2_users"),
    )
    sentence = "A user who is created with a manager is not there afterwards."
    lost = Plant(after=_lost_with_a_manager)
    sees = tuple(f"representations.round-trip|{each}" for each in (*v1, *v2))
    yield Fault("create-with-manager-lost", claim, (*v1, *v2), sentence, lambda: lost, sees=sees)
    sentence = "Location leads to v1, meta.location to v2."
    yield Fault("create-located-in-v1", claim, v2, sentence, lambda: Plant(after=_located_in_v1))
    no_id = Plant(after=changing(lambda document: _drop(document, "id")))
    sentence, and_so = "The answer to a creation has no id.", ("representations.id", "representations.schema")
    yield Fault("create-without-id", claim, v1, sentence, lambda: no_id, and_so)
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
        yield Fault(name, claim, at, sentence, partial(Plant, before=goodwill(mend)))
    sentence = "A creation without a displayName is refused, and the user is there all the same."
    mend = _missing("displayName")
    yield Fault("incomplete-create-refused-but-done", claim, v2, sentence, lambda: grudging(mend))
    sentence = "An incomplete creation is refused with 422."
    yield Fault("incomplete-create-is-422", claim, v1, sentence, lambda: Plant(after=_unprocessable))


def _switched(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.deactivate"
    sentence = "active false is taken and not stored."
    yield from family(contract, "active-false-ignored", claim, sentence, lambda: _user_content(_always_active))
    sentence = "A user that was switched off stays off."
    at = ("put_scim_v2_user",)
    yield Fault("switched-off-for-good", claim, at, sentence, lambda: _user_content(_never_again))
    sentence = "A PATCH without a path passes over what is false or empty."
    at = ("patch_scim_v2_user",)
    falsy = goodwill(mending_steps(_truthy_alone))
    yield Fault("false-ignored-without-path", claim, at, sentence, lambda: Plant(before=falsy))
    sentence = "active is true again in the answer, and stays false."
    at = ("patch_scim_user",)
    yield Fault("switched-on-in-the-answer-only", claim, at, sentence, lambda: unstored(_switches_on))
    sentence = "A user that is switched off can no longer be read."
    both = ("patch_scim_v2_user", "put_scim_user")
    yield from widely([Fault("switched-off-user-not-found", claim, both, sentence, Plant)], _unread_when_off)


def _passwords(contract: Contract) -> Iterator[Fault]:
    claim, also = "lifecycle.set-password", ("permissions.one-suffices",)
    yield from family(
        contract,
        "set-password-not-enough",
        claim,
        "A client that holds setPassword alone is refused.",
        lambda: replacing(permitted=_not_by_set_password),
        also=also,
    )
    refused = Plant(before=lambda seen: error(400, "No such path.", "invalidPath") if _patches_password(seen) else None)
    sentence = "A PATCH of the path password is refused."
    yield Fault("password-path-refused", claim, ("patch_scim_v2_user",), sentence, lambda: refused, also)
    sentence = "A PUT with a password is refused unless something else changes, too."
    at = ("put_scim_user",)
    yield Fault("password-alone-refused-on-put", claim, at, sentence, lambda: Plant(before=_nothing_new), also)


# creations ----------------------------------------------------------------------------------------------


def _truthy_alone(step: Document) -> list[Document]:
    value = step.get("value")
    if step.get("path") or not isinstance(value, dict):
        return [step]
    return [{**step, "value": {name: each for name, each in value.items() if each}}]


def _drop(mapping: dict[str, Any], name: str) -> None:
    mapping.pop(name, None)


def _no_location_in_scim(seen: Seen, reply: Reply) -> None:
    if "scim+json" in reply.headers.get("content-type", ""):
        _drop(reply.headers, "location")


def _lost_with_a_manager(seen: Seen, reply: Reply) -> None:
    if reply.ok and "manager" in reply.json.get(ENTERPRISE_URN, {}) and seen.directory is not None:
        seen.directory.delete_user(reply.json["id"])


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
    whole = isinstance(document, dict) and document.get("userName") and document.get("displayName")
    if reply.status == 400 and isinstance(document, dict) and not whole:
        become(reply, error(422, "A property is missing."))


# active, passwords --------------------------------------------------------------------------------------


def _user_content(change: Callable[[Document, Record | None], Document]) -> Plant:
    """What is stored of a user is changed on the way."""

    def content(document: Any, before: Record | None) -> Document:
        return change(rules.user_content(document, before), before)

    return replacing(user_content=content)


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
