"""Faults of writes that are refused, and carried out by something that works in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import Document, named_by, operations_of, widely
from scim_contract.mock.planting import Fault, Plant
from scim_contract.mock.wire import Reply, Seen

_NAMES = ("title", "displayName")


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of what is done too late, and should not be."""
    sees = ("lifecycle.members", "lifecycle.replace", "lifecycle.patch-replace")
    for name, claim, at, when, sentence in (
        (
            "done-though-not-permitted",
            "permissions.lacking-refused",
            ("patch_scim_group", "put_scim_v2_group"),
            lambda reply: reply.status == 403,
            "A write refused with 403 is carried out once the resource has been read.",
        ),
        (
            "done-though-stale",
            "etags.stale-if-match-refused",
            ("patch_scim_user", "patch_scim_v2_group"),
            lambda reply: reply.status == 400 and (reply.json or {}).get("scimType") == "invalidVers",
            "A write refused as stale is carried out once the resource has been read.",
        ),
    ):
        fault = Fault(name, claim, at, sentence, Plant, sees=sees)
        yield from widely([fault], lambda at, when=when: _late(at, when))  # type: ignore[misc]


def _late(operations: frozenset[str], when: Callable[[Reply], bool]) -> Plant:
    """Keep the names of each write that was so refused, until its resource is read a second time."""

    def before(seen: Seen) -> None:
        kept, record = seen.memory.get(seen.item, []), named_by(seen)
        if record is None or seen.directory is None or seen.method != "GET":
            return
        due = [write for write in kept if write["read"]]
        for write in due:
            seen.directory.update(record, {**record.content, **write["names"]})
        seen.memory[seen.item] = [{**write, "read": True} for write in kept if write not in due]

    def after(seen: Seen, reply: Reply) -> None:
        record, names = named_by(seen), _names(seen)
        if seen.operation in operations and when(reply) and record is not None and names:
            seen.memory.setdefault(seen.item, []).append({"names": _own(record, names), "read": False})

    return Plant(before, after, everywhere=True)


def _own(record: Record, names: Document) -> Document:
    """The names that a resource of this kind has."""
    return {name: text for name, text in names.items() if (name == "title") is (record.kind == "User")}


def _names(seen: Seen) -> Document:
    document = seen.json if isinstance(seen.json, dict) else {}
    given = {step["path"]: step.get("value") for step in operations_of(seen) if step.get("path") in _NAMES}
    return {name: text for name, text in (document | given).items() if name in _NAMES and isinstance(text, str)}
