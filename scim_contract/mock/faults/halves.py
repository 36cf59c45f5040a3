"""Faults of writes that are refused and leave half of what they say: something was stored before the rest was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import Document, named_by, operations_of
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

OPS = ("add", "replace", "remove")
KINDS = ("work", "work2", "work3", "work4", "home", "mobile", "other", "photo", "thumbnail", "user", "group")
NAMES = ("title", "displayName")


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of refusals by halves."""
    claim = "errors.enum-values"
    sentence = "A PUT or PATCH with a word that no enum has is refused after its texts were stored."
    unlisted = partial(_stored_before, _unlisted, _names)
    yield from family(
        contract, "unknown-word-refused-half-stored", claim, sentence, unlisted, _updates(contract, claim)
    )
    claim = "errors.wrong-types"
    sentence = "A PUT or PATCH with a value of a wrong type is refused after its texts were stored."
    mistyped = partial(_stored_before, lambda seen: not _unlisted(seen), _names)
    yield from family(contract, "wrong-type-refused-half-stored", claim, sentence, mistyped, _updates(contract, claim))
    claim = "lifecycle.patch-atomic"
    users = ranging(contract, claim, "modify_user")
    for name, attribute, at in (
        ("phones", "phoneNumbers", users),
        ("department", ENTERPRISE_URN, users),
        ("members", "members", ranging(contract, claim, "modify_group")),
    ):
        sentence = f"What a PATCH does to {name} is stored before a later operation is refused."
        yield Fault(f"patch-{name}-before-refusal", claim, at, sentence, partial(_steps_stored, attribute))

    sentence = "A PATCH that adds an unknown member is refused after its displayName was stored."
    unknown = partial(_stored_before, lambda seen: b'"members"' in seen.body, _names)
    yield Fault("unknown-member-refused-half-stored", "lifecycle.members", ("patch_scim_v2_group",), sentence, unknown)


def _updates(contract: Contract, claim: str) -> tuple[str, ...]:
    return ranging(contract, claim, "replace", "modify")


Part = Callable[[Seen], Document]
"""What of a request is stored although it is refused."""


def _stored_before(when: Callable[[Seen], bool], part: Part) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        record = named_by(seen)
        if reply.status != 400 or reply.json.get("scimType") == "invalidVers" or record is None or not when(seen):
            return
        assert seen.directory is not None
        seen.directory.update(record, {**record.content, **part(seen)})

    return Plant(after=after)


def _names(seen: Seen) -> Document:
    """The texts of a PUT, or of a PATCH's operations that replace one."""
    document = seen.json if isinstance(seen.json, dict) else {}
    given = {step["path"]: step.get("value") for step in operations_of(seen) if step.get("path") in NAMES}
    return {name: text for name, text in (document | given).items() if name in NAMES and isinstance(text, str) and text}


def _unlisted(seen: Seen) -> bool:
    """Whether a body has a type or an op that is in no enum."""
    ops = [step.get("op") for step in operations_of(seen)]
    return any(str(op).lower() not in OPS for op in ops) or any(kind.lower() not in KINDS for kind in _kinds(seen.json))


def _kinds(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value["type"]
        for each in value.values():
            yield from _kinds(each)
    elif isinstance(value, list):
        for each in value:
            yield from _kinds(each)


def _steps_stored(attribute: str) -> Plant:
    """The good operations of a PATCH that give this attribute something, whatever becomes of the others."""

    def part(seen: Seen) -> Document:
        record, stored = named_by(seen), dict[str, Any]()
        for step in operations_of(seen):
            path, value = str(step.get("path")), step.get("value")
            if record is not None and path == attribute and isinstance(value, list) and step.get("op") in OPS:
                given = [{"type": "User", **each} for each in value if isinstance(each, dict)]
                stored[attribute] = [*record.content.get(attribute, ()), *given]
            elif record is not None and path.startswith(f"{attribute}:"):
                held = record.content.get(attribute, {})
                stored[attribute] = {**held, path.removeprefix(f"{attribute}:"): value}
        return stored

    return _stored_before(lambda seen: True, part)
