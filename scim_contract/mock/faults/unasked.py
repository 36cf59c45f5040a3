"""Faults of permissions that ask nobody who asks in a certain way: for a page, by an id, with an ETag, of somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from scim_contract.contract import Contract, Operation
from scim_contract.mock.etags import etag
from scim_contract.mock.faults.acting import named_by
from scim_contract.mock.faults.admission import letting_in, valid
from scim_contract.mock.faults.permissions import ALIKE, ANONYMOUS, FIRST, LACKING
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    lists, reads = ranging(contract, LACKING, "list"), ranging(contract, ANONYMOUS, "get_user", "get_group")
    users = ranging(contract, LACKING, "list_users")
    for name, claim, at, whom, sentence in (
        ("empty-page-shown-to-anyone", LACKING, lists, _asking("count", "0"), "A list is shown to anyone, count=0."),
        (
            "second-page-shown-to-any-client",
            LACKING,
            lists,
            lambda seen, held, operation: valid(seen) and seen.parameters.get("startIndex", "1") != "1",
            "A list is shown to every client from its second item on.",
        ),
        (
            "user-by-id-listed-for-any-client",
            LACKING,
            users,
            lambda seen, held, operation: valid(seen) and seen.parameters.get("filter", "").startswith("id "),
            "The list of users with an id is shown to every client.",
        ),
        (
            "user-by-external-id-listed-for-anyone",
            LACKING,
            users,
            lambda seen, held, operation: seen.parameters.get("filter", "").startswith("externalId "),
            "The list of users with an externalId is shown to anyone.",
        ),
        (
            "any-password-will-do",
            ANONYMOUS,
            ranging(contract, ANONYMOUS, "list_groups"),
            lambda seen, held, operation: seen.headers.get("authorization", "").lower().startswith("basic "),
            "Whoever comes with a name and a password is let in.",
        ),
        ("token-without-its-end-will-do", ANONYMOUS, users, _cut_off, "A token is good without its last characters."),
    ):
        yield Fault(name, claim, at, sentence, letting_in(whom), also=(ALIKE,), editions=FIRST if at is users else ())
    yield from family(
        contract,
        "not-modified-before-anything",
        ANONYMOUS,
        "Whoever asks with the current ETag in If-None-Match is told 304, before it is asked who that is.",
        lambda: Plant(before=_not_modified),
        operations=reads,
        also=(LACKING, ALIKE),
        editions=FIRST,
    )

    yield Fault(
        "who-is-off-deleted-by-an-editor",
        LACKING,
        ranging(contract, LACKING, "delete_user"),
        "A user who is switched off can be deleted by those who may edit users.",
        _of_who_is_off,
    )


def _of_who_is_off() -> Plant:
    plant = letting_in(lambda seen, held, operation: "directory:user:edit" in held and bool(seen.note.get("off")))()

    def before(seen: Seen) -> None:
        record = named_by(seen)
        seen.note["off"] = record is not None and record.content.get("active") is False
        plant.before(seen)

    return replace(plant, before=before)


def _asking(name: str, value: str) -> Callable[[Seen, frozenset[str], Operation], bool]:
    return lambda seen, held, operation: seen.parameters.get(name) == value


def _cut_off(seen: Seen, held: frozenset[str], operation: Operation) -> bool:
    return re.fullmatch(r"(?i:bearer) [\w-]{20,42}", seen.headers.get("authorization", "")) is not None


def _not_modified(seen: Seen) -> Reply | None:
    record = named_by(seen)
    current = record is not None and seen.headers.get("if-none-match") == etag(record.version)
    return Reply(304, {"etag": seen.headers["if-none-match"]}, b"") if current else None
