"""Faults that only a history meets: each request by itself is answered well."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.directory import ENTERPRISE_URN, Directory, Record
from scim_contract.mock.faults.acting import Document, changing_body, named_by, operations_of, remember, resources_in
from scim_contract.mock.planting import Fault, Plant
from scim_contract.mock.rules import require_free_user_name
from scim_contract.mock.wire import Reply, Seen

HISTORIES = "fuzzed.histories"
_AT_ONCE = 0.5
_CYCLE = 3
_USERS = "/users/"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of histories."""
    rows: tuple[tuple[str, tuple[str, ...], Callable[[], Plant], str], ...] = (
        (
            "external-id-lost-with-if-match",
            ("put_scim_user", "put_scim_v2_user"),
            lambda: Plant(before=_no_external_id),
            "A PUT with If-Match does not store the externalId.",
        ),
        (
            "department-lost-from-the-other-prefix",
            ("put_scim_v2_user",),
            _lost_from_the_other,
            "A user who was created through v1 loses the department by a PUT through v2.",
        ),
        (
            "second-patch-loses-phones",
            ("patch_scim_v2_user",),
            _second_patch,
            "The second PATCH of a user loses the phone numbers.",
        ),
        (
            "last-email-comes-back",
            ("patch_scim_user", "patch_scim_v2_user"),
            _comes_back,
            "A PATCH that removes the emails of a user restores those that were replaced before.",
        ),
        (
            "etag-in-a-circle",
            ("patch_scim_user",),
            _circle,
            "After three versions of a user the first ETag comes again.",
        ),
        (
            "created-twice-at-once",
            ("post_scim_users", "post_scim_v2_users"),
            _twice,
            "The same userName is taken twice when it comes through both prefixes at once.",
        ),
        (
            "stale-remove-applied",
            ("patch_scim_user", "patch_scim_v2_group"),
            lambda: Plant(before=_unconditional_remove),
            "If-Match is ignored by a PATCH that only removes.",
        ),
        (
            "not-modified-by-the-other-prefix",
            ("get_scim_v2_user",),
            _cached,
            "What was written through v1 since the last read through v2 counts as not modified there.",
        ),
        (
            "members-ignored-with-if-match",
            ("put_scim_group",),
            lambda: Plant(before=_same_members),
            "A PUT with If-Match leaves the members of a group as they were.",
        ),
        (
            "list-knows-the-created",
            ("get_scim_users",),
            _as_created,
            "The list shows the title that a user was created with.",
        ),
    )
    for name, at, plant, sentence in rows:
        yield Fault(name, HISTORIES, at, sentence, plant)


def _no_external_id(seen: Seen) -> None:
    if "if-match" in seen.headers:
        changing_body(lambda user: user.pop("externalId", None))(seen)


def _same_members(seen: Seen) -> None:
    record = named_by(seen)
    if "if-match" in seen.headers and record is not None:
        changing_body(lambda group: group.update(members=record.content.get("members", [])))(seen)


def _unconditional_remove(seen: Seen) -> None:
    steps = operations_of(seen)
    if steps and all(str(step.get("op")).lower() == "remove" for step in steps):
        seen.headers.pop("if-match", None)


def _lost_from_the_other() -> Plant:
    def before(seen: Seen) -> None:
        if seen.operation == "put_scim_v2_user" and seen.item in seen.memory.get("v1", ()):
            changing_body(lambda user: user.pop(ENTERPRISE_URN, None))(seen)

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation == "post_scim_users" and reply.ok:
            seen.memory.setdefault("v1", set()).add(reply.json["id"])

    return Plant(before, after, everywhere=True)


def _second_patch() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        if not reply.ok:
            return
        counts = seen.memory.setdefault("patches", {})
        counts[seen.item] = counts.get(seen.item, 0) + 1
        record = named_by(seen)
        if counts[seen.item] == 2 and record is not None and seen.directory is not None:
            seen.directory.update(record, {n: v for n, v in record.content.items() if n != "phoneNumbers"})

    return Plant(after=after)


def _comes_back() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        was, now, directory = seen.note.get("was"), named_by(seen), seen.directory
        if not reply.ok or was is None or now is None or directory is None:
            return
        kept = seen.memory.setdefault("emails", {})
        before, emails = was.content.get("emails"), now.content.get("emails")
        if before and emails and before != emails:
            kept[seen.item] = before
        if before and not emails and seen.item in kept:
            directory.update(now, {**now.content, "emails": kept[seen.item]})

    return Plant(remember, after)


def _circle() -> Plant:
    """ETags of users by the number of their version, which begins again after a few."""
    versions: dict[str, list[str]] = {}

    def shown(its_id: str, version: str) -> str:
        known = versions.setdefault(its_id, [])
        if version not in known:
            known.append(version)
        return f'"{its_id[:8]}-{known.index(version) % _CYCLE}"'

    def before(seen: Seen) -> None:
        known = versions.get(seen.item)
        if known is None:
            return
        for name in ("if-match", "if-none-match"):
            if seen.headers.get(name) == shown(seen.item, known[-1]):
                seen.headers[name] = known[-1]

    def after(seen: Seen, reply: Reply) -> None:
        document = reply.json if _USERS in f"{seen.path}/" and reply.ok and reply.body else None
        for resource in resources_in(document) if isinstance(document, dict) else ():
            resource["meta"]["version"] = shown(resource["id"], resource["meta"]["version"])
        if isinstance(document, dict):
            reply.put(document)
            if "etag" in reply.headers:
                reply.headers["etag"] = document["meta"]["version"]
        elif reply.status == 304 and seen.item in versions:
            reply.headers["etag"] = shown(seen.item, reply.headers["etag"])

    return Plant(before, after, everywhere=True)


def _twice() -> Plant:
    """Names that came through the other prefix a moment ago are taken once more."""
    came: dict[str, tuple[str, float]] = {}

    def behaviour(given: Behaviour, operation: Operation) -> Behaviour:
        def free(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
            name = str(content["userName"])
            by, when = came.setdefault(name, (operation.id, time.monotonic()))
            if by == operation.id or time.monotonic() - when > _AT_ONCE:
                require_free_user_name(content, before, directory)

        return replace(given, require_free_user_name=free)

    return Plant(behaviour=behaviour)


def _cached() -> Plant:
    def before(seen: Seen) -> Reply | None:
        served, written = seen.memory.setdefault("served", {}), seen.memory.setdefault("written", set())
        asked = seen.headers.get("if-none-match")
        if seen.operation == "get_scim_v2_user" and asked and served.get(seen.item) == asked and seen.item in written:
            return Reply(304, {"etag": asked}, b"")
        return None

    def after(seen: Seen, reply: Reply) -> None:
        served, written = seen.memory.setdefault("served", {}), seen.memory.setdefault("written", set())
        if seen.operation in ("put_scim_user", "patch_scim_user") and reply.ok:
            written.add(seen.item)
        elif seen.operation == "get_scim_v2_user" and reply.ok:
            served[seen.item] = reply.headers.get("etag")
            written.discard(seen.item)

    return Plant(before, after, everywhere=True)


def _as_created() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        titles: dict[str, Any] = seen.memory.setdefault("titles", {})
        if seen.operation in ("post_scim_users", "post_scim_v2_users") and reply.ok:
            titles[reply.json["id"]] = reply.json.get("title")
        if seen.operation != "get_scim_users" or not reply.ok:
            return
        document: Document = reply.json
        for user in document.get("Resources") or []:
            if user["id"] in titles and "title" in user and titles[user["id"]] is not None:
                user["title"] = titles[user["id"]]
        reply.put(document)

    return Plant(after=after, everywhere=True)
