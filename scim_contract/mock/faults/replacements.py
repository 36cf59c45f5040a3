"""Faults of PUT: what is sent and not stored, and what should be gone and stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import rules
from scim_contract.mock.directory import ENTERPRISE_URN, Directory, Record
from scim_contract.mock.faults.acting import Document, become, error, named_by, unstored
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.wire import Reply, Seen

Change = Callable[[Document, Record], Document]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of PUT."""
    yield from _stored(contract)
    yield from _cleared(contract)


def _stored(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.replace"
    sentence = "A PUT is answered with what it sent, and nothing is stored."
    yield from family(contract, "put-stores-nothing", claim, sentence, unstored)
    for name, at, change, sentence in (
        ("put-adds-to-lists", ("put_scim_user", "put_scim_v2_group"), _joined, "A PUT adds to lists what it sends."),
        ("put-loses-the-extension", ("put_scim_v2_user",), _without_extension, "A PUT drops the extension it sends."),
        ("put-keeps-the-name", ("put_scim_group",), _old_name, "A PUT leaves the displayName as it was."),
    ):
        yield Fault(name, claim, at, sentence, partial(_content, change))


def _cleared(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.replace"
    sentence = "What a PUT leaves out stays as it was."
    yield from family(contract, "put-keeps-what-is-left-out", claim, sentence, lambda: _content(_filled))
    null, empty = _ignoring(lambda value: value is None), _ignoring(lambda value: value == [])
    everywhere = ranging(contract, claim)
    for name, at, plant, sentence in (
        ("put-ignores-null", everywhere, null, "What a PUT sends as null stays as it was."),
        ("put-ignores-empty-lists", everywhere, empty, "A list that a PUT sends as [] stays as it was."),
        ("put-keeps-the-extension", ("put_scim_user",), _kept(ENTERPRISE_URN), "A PUT without the extension keeps it."),
        ("put-keeps-external-id", ("put_scim_v2_user",), _kept("externalId"), "A PUT without externalId keeps it."),
        (
            "put-keeps-phones",
            ("put_scim_user",),
            _ignoring(lambda value: value == [], "phoneNumbers"),
            "phoneNumbers that a PUT sends as [] stay.",
        ),
        (
            "put-keeps-roles",
            ("put_scim_user", "put_scim_v2_user"),
            _ignoring(lambda value: value == [], "roles"),
            "roles that a PUT sends as [] stay.",
        ),
        (
            "put-keeps-null-in-extension",
            ("put_scim_v2_user",),
            lambda: Plant(before=_null_filled_in_extension),
            "An attribute of the extension that a PUT sends as null stays.",
        ),
        (
            "put-null-refused-but-cleared",
            ("put_scim_v2_user", "put_scim_group"),
            lambda: Plant(after=_null_refused),
            "A PUT with a null is refused with 400, and stored all the same.",
        ),
    ):
        yield Fault(name, claim, at, sentence, plant)


def _content(change: Change) -> Plant:
    """What a PUT sends is changed before it is stored, in view of what was there."""

    def user(document: Mapping[str, Any], before: Record | None) -> Document:
        return rules.user_content(document if before is None else change(dict(document), before), before)

    def group(document: Mapping[str, Any], before: Record, directory: Directory) -> Document:
        return rules.group_content(change(dict(document), before), before, directory)

    return replacing(user_content=user, group_content=group)


def _joined(document: Document, before: Record) -> Document:
    lists = {name: value for name, value in document.items() if isinstance(value, list) and name != "schemas"}
    return {**document, **{name: [*before.content.get(name, ()), *value] for name, value in lists.items()}}


def _without_extension(document: Document, before: Record) -> Document:
    return {name: value for name, value in document.items() if name != ENTERPRISE_URN}


def _old_name(document: Document, before: Record) -> Document:
    return {**document, "displayName": before.content["displayName"]}


def _filled(document: Document, before: Record) -> Document:
    return {**before.content, **document}


def _kept(name: str) -> Callable[[], Plant]:
    def change(document: Document, before: Record) -> Document:
        kept = {name: before.content[name]} if name in before.content else {}
        return {**kept, **document}

    return lambda: _content(change)


def _ignoring(ignored: Callable[[Any], bool], only: str = "") -> Callable[[], Plant]:
    """A PUT takes a value of this kind for the one that was there."""

    def before(seen: Seen) -> None:
        record, document = named_by(seen), seen.json
        if record is not None and isinstance(document, dict):
            old = {n: record.content[n] for n, v in document.items() if ignored(v) and n in record.content}
            seen.put({**document, **{n: v for n, v in old.items() if only in ("", n)}})

    return lambda: Plant(before=before)


def _null_filled_in_extension(seen: Seen) -> None:
    record, document = named_by(seen), seen.json
    extension = document.get(ENTERPRISE_URN) if isinstance(document, dict) else None
    if record is not None and isinstance(extension, dict):
        old = record.content.get(ENTERPRISE_URN, {})
        filled = {name: old.get(name) if value is None else value for name, value in extension.items()}
        seen.put({**document, ENTERPRISE_URN: filled})


def _null_refused(seen: Seen, reply: Reply) -> None:
    document = seen.json
    if reply.ok and isinstance(document, dict) and None in document.values():
        become(reply, error(400, "A null is no value.", "invalidValue"))
