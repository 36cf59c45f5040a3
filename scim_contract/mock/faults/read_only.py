"""Faults of what a client cannot write: ids, meta and a user's groups that are taken from a body all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN, Record
from scim_contract.mock.faults.acting import Document, become, changing, changing_body, error, named_by, widely
from scim_contract.mock.faults.acting import operations_of as steps_of
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

_CLAIM = "representations.read-only"
_ID = "representations.id"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _ids(contract)
    yield from _bodies(contract)
    yield from _as_read()
    yield from _patches(contract)


# ---- id


def _ids(contract: Contract) -> Iterator[Fault]:
    also = (_CLAIM, "representations.meta")
    creations = ranging(contract, _ID, "create")
    sentence = "A user is created under the id that the client sent."
    yield from family(contract, "sent-id-taken", _ID, sentence, _rekeyed, operations=creations, also=also)
    for name, claim, at, plant, sentence, besides in (
        ("put-moves-to-the-sent-id", _ID, "put_scim_v2_user", _rekeyed, "A PUT moves a user to the id sent.", _CLAIM),
        ("put-answers-the-sent-id", _ID, "put_scim_group", _echoed, "A PUT is answered with the id sent.", _CLAIM),
        ("patch-moves-to-the-sent-id", _ID, "patch_scim_user", _rekeyed, "A PATCH of id moves the user.", _CLAIM),
        ("patch-of-id-crashes", _ID, "patch_scim_v2_group", _crash, "A PATCH of id is answered 500.", _CLAIM),
        (
            "patch-without-path-moves-to-the-id",
            _CLAIM,
            "patch_scim_v2_user",
            partial(_rekeyed, pathless=True),
            "A PATCH whose value without a path holds an id moves the user.",
            _ID,
        ),
    ):
        yield Fault(name, claim, (at,), sentence, plant, also=(besides,))


def _value(seen: Seen, name: str, pathless: bool = False) -> Any:
    """What a request sends for an attribute: in a document, or in a PATCH by its path or, `pathless`, without one."""
    document, steps = seen.json, steps_of(seen)
    if not steps:
        return document.get(name) if isinstance(document, dict) else None
    if pathless:
        values = [step["value"] for step in steps if "path" not in step and isinstance(step.get("value"), dict)]
        return next((value[name] for value in values if name in value), None)
    return next((step.get("value") for step in steps if step.get("path") == name), None)


def _idle(seen: Seen) -> None:
    """Let a PATCH of what is read-only do nothing, where the mock would refuse it."""
    changing_body(lambda body: body.update(Operations=[{"op": "add", "value": {}}]) if steps_of(seen) else None)(seen)


def _rekeyed(pathless: bool = False) -> Plant:
    def before(seen: Seen) -> None:
        seen.note["id"] = sent = _value(seen, "id", pathless)
        if sent is not None:
            _idle(seen)

    def after(seen: Seen, reply: Reply) -> None:
        sent, directory = seen.note["id"], seen.directory
        if not isinstance(sent, str) or directory is None or not reply.ok:
            return
        record = directory.users.get(reply.json["id"])
        if record is not None and sent != record.id:
            directory.delete_user(record.id)
            directory.add("User", record.content, record.password, id=sent)
            changing(lambda user: _shown_as(user, sent))(seen, reply)

    return Plant(before, after)


def _shown_as(user: Document, its_id: str) -> None:
    user["meta"]["location"] = user["meta"]["location"].replace(user["id"], its_id)
    user["id"] = its_id


def _echoed() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        sent = _value(seen, "id")
        if sent is not None:
            changing(lambda document: document.update(id=sent))(seen, reply)

    return Plant(after=after)


def _crash() -> Plant:
    return Plant(before=lambda seen: error(500) if _value(seen, "id") is not None else None)


# ---- bodies


def _bodies(contract: Contract) -> Iterator[Fault]:
    whole = ranging(contract, _CLAIM, "create", "replace")
    sentence = "The meta in the body of a POST or PUT is stored and shown from then on."
    stored = family(contract, "sent-meta-stored", _CLAIM, sentence, Plant, operations=whole)
    yield from widely(stored, partial(_meta_stored, pathless=False))
    sentence = "A user joins the groups that the body of a POST or PUT names."
    yield Fault("sent-groups-joined", _CLAIM, ("post_scim_v2_users", "put_scim_user"), sentence, _joining)
    sentence = "A body that holds meta is refused."
    yield Fault(
        "sent-meta-refused",
        _CLAIM,
        ("post_scim_users", "put_scim_v2_user", "put_scim_group"),
        sentence,
        lambda: Plant(before=lambda seen: error(400, "meta is read-only.") if _value(seen, "meta") else None),
    )


def _meta_stored(operations: frozenset[str], pathless: bool) -> Plant:
    """`operations` take a meta from a body; whatever shows the resource afterwards shows it."""
    kept: dict[str, Document] = {}

    def before(seen: Seen) -> None:
        sent = _value(seen, "meta", pathless) if seen.operation in operations else None
        record = named_by(seen)
        own = record is not None and isinstance(sent, dict) and record.id in str(sent.get("location"))
        seen.note["meta"] = sent if isinstance(sent, dict) and not own else None
        if seen.note["meta"] and steps_of(seen):
            _idle(seen)

    def after(seen: Seen, reply: Reply) -> None:
        document = reply.json if reply.ok and "/scim/" in seen.path else None
        its_id = document.get("id") if isinstance(document, dict) else None
        if its_id is None:
            return
        if seen.note["meta"]:
            kept[its_id] = {name: seen.note["meta"].get(name) for name in ("lastModified", "location")}
        changing(lambda shown: shown["meta"].update(kept.get(its_id, {})))(seen, reply)

    return Plant(before, after, everywhere=True)


def _joining() -> Plant:
    def before(seen: Seen) -> None:
        seen.note["groups"] = _value(seen, "groups")
        if seen.note["groups"] and steps_of(seen):
            _idle(seen)

    def after(seen: Seen, reply: Reply) -> None:
        directory = seen.directory
        if directory is None or not reply.ok or not isinstance(seen.note["groups"], list):
            return
        for each in seen.note["groups"]:
            group = directory.groups.get(each.get("value"))
            if group is not None:
                directory.update(group, _with_member(group, reply.json["id"]))

    return Plant(before, after)


def _with_member(group: Record, user: str) -> Document:
    others = [member for member in group.content.get("members", []) if member["value"] != user]
    return {**group.content, "members": [*others, {"type": "User", "value": user}]}


# ---- what a read gave


def _as_read() -> Iterator[Fault]:
    for name, at, change, sentence in (
        ("as-read-loses-members", "put_scim_v2_group", _no_members, "A group written as it was read is emptied."),
        ("as-read-loses-the-manager", "put_scim_user", _no_linked_manager, "A manager sent with its $ref is dropped."),
        (
            "as-read-loses-phones",
            "put_scim_v2_user",
            _no_known_phones,
            "As it was read, a user has fewer phone numbers.",
        ),
    ):
        yield Fault(name, _CLAIM, (at,), sentence, partial(_changed, change))


def _changed(change: Callable[[Document], object]) -> Plant:
    return Plant(before=changing_body(change))


def _no_members(group: Document) -> None:
    if "meta" in group:
        group["members"] = []


def _no_linked_manager(user: Document) -> None:
    extension = user.get(ENTERPRISE_URN)
    if isinstance(extension, dict) and "$ref" in (extension.get("manager") or {}):
        del extension["manager"]


def _no_known_phones(user: Document) -> None:
    phones = user.get("phoneNumbers")
    if isinstance(phones, list) and len(phones) > 1 and "meta" in user:
        user["phoneNumbers"] = phones[:1]


# ---- PATCH


def _patches(contract: Contract) -> Iterator[Fault]:
    patches = ranging(contract, _CLAIM, "modify")
    sentence = "A PATCH of meta is stored."
    yield from widely(
        family(contract, "patched-meta-stored", _CLAIM, sentence, Plant, operations=patches),
        partial(_meta_stored, pathless=False),
    )
    fault = Fault(
        "meta-without-path-stored",
        _CLAIM,
        ("patch_scim_group",),
        "A PATCH without a path stores the meta in it.",
        Plant,
    )
    yield from widely([fault], partial(_meta_stored, pathless=True))
    sentence = "A PATCH of a user's groups makes it a member."
    yield Fault("patched-groups-joined", _CLAIM, ("patch_scim_v2_user",), sentence, _joining)
    for name, at, refusal, sentence in (
        ("read-only-is-409", "patch_scim_v2_group", error(409), "A PATCH of what is read-only gets 409."),
        ("read-only-is-no-target", "patch_scim_group", error(400, "", "noTarget"), "It is refused with noTarget."),
    ):
        yield Fault(name, _CLAIM, (at,), sentence, partial(_refused, refusal))


def _refused(refusal: Reply) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 400 and reply.json.get("scimType") == "mutability":
            become(reply, refusal)

    return Plant(after=after)
