"""Faults of malformed PATCHes: taken, refused in the wrong words, or refused and applied all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import (
    IDLE,
    Document,
    Mend,
    become,
    error,
    goodwill,
    grudging,
    mending,
    mending_steps,
    named_by,
    operations_of,
)
from scim_contract.mock.faults.patch import GROUP, GROUP_2, SELECTING, USER, USER_2
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

CLAIM = "lifecycle.patch-malformed-refused"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
OPS = ("add", "replace", "remove")
Row = tuple[str, tuple[str, ...], Mend, str]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of malformed PATCHes."""
    sentence = "A PATCH may leave out schemas."
    yield from family(contract, "patch-without-schemas", CLAIM, sentence, _taken(_with_schemas))
    for name, at, mend, sentence in (*_of_operations(), *_of_bodies(), *_of_paths()):
        also = ("errors.enum-values",) if name.startswith("patch-unknown-op-") else ()
        yield Fault(name, CLAIM, at, sentence, _taken(mend), also)
    yield from _badly_told()
    for name, at, mend, sentence in (
        ("patch-without-schemas-stored", (GROUP_2, USER), _with_schemas, "A PATCH without schemas"),
        ("patch-of-unknown-op-stored", (GROUP, USER_2), _op_as_replace, "A PATCH of an unknown op"),
        ("patch-of-object-stored", (GROUP, USER), _one_operation, "A PATCH whose Operations is an object"),
        ("patch-without-operations-stored", (GROUP_2, USER_2), _merge, "A PATCH without Operations"),
        ("patch-of-unknown-attribute-stored", (USER,), _into_title, "A PATCH of an unknown attribute"),
        ("patch-of-missed-filter-stored", (USER_2,), _upserting, "A replace of what its filter does not find"),
        ("patch-of-broken-path-stored", (USER_2,), _path_repaired, "A PATCH of a path that breaks off"),
    ):
        sentence = f"{sentence} is refused, and applied all the same."
        yield Fault(name, CLAIM, at, sentence, partial(grudging, mend))


def _of_operations() -> Iterable[Row]:
    yield "patch-unknown-op-ignored", (USER, GROUP_2), _op_ignored, "An operation of an unknown op is skipped."
    yield "patch-unknown-op-replaces", (USER_2,), _op_as_replace, "An operation of an unknown op is read as replace."
    yield "patch-bare-remove-ignored", (USER_2, GROUP), _bare_ignored, "A remove without a path is skipped."
    yield "patch-bare-remove-empties", (USER, GROUP_2), _bare_empties, "A remove without a path takes what it may."


def _of_bodies() -> Iterable[Row]:
    yield "patch-without-operations-merges", (USER_2, GROUP), _merge, "Without Operations, a PATCH is merged."
    ignored = _at_body(lambda document: document.setdefault("Operations", [dict(IDLE)]))
    yield "patch-without-operations-ignored", (USER, GROUP_2), ignored, "A PATCH without Operations changes nothing."
    yield "patch-operations-object", (USER, GROUP_2), _one_operation, "Operations may be an object, read as one."


def _of_paths() -> Iterable[Row]:
    yield "patch-broken-path-ignored", (USER_2, GROUP), _path_ignored, "A path that does not parse is skipped."
    yield "patch-broken-path-repaired", (USER,), _path_repaired, "A path that breaks off is completed."
    yield "patch-missed-filter-ignored", (USER, GROUP_2), _miss_ignored, "A filter that selects nothing is no error."
    yield "patch-missed-filter-adds", (USER_2,), _upserting, "A replace of what a filter does not find adds it."
    yield "patch-unknown-attribute-is-title", (USER,), _into_title, "An attribute that is unknown is taken for title."


def _badly_told() -> Iterator[Fault]:
    for name, at, when, status, scim_type, sentence in (
        ("bare-remove-is-invalid-value", (USER, GROUP_2), _bare, 400, "invalidValue", "A remove without a path"),
        ("bare-remove-without-scim-type", (USER_2,), _bare, 400, None, "A remove without a path"),
        ("broken-path-is-invalid-value", (GROUP, USER), _breaks_off, 400, "invalidValue", "A path that breaks off"),
        ("missed-filter-is-invalid-value", (GROUP, USER_2), _misses, 400, "invalidValue", "A filter without a match"),
        ("missed-filter-is-404", (USER,), _misses, 404, "noTarget", "A filter without a match"),
    ):
        told = f"{status} with {scim_type or 'no scimType'}"
        yield Fault(name, CLAIM, at, f"{sentence} is refused by {told}.", _told(when, status, scim_type))
    sentence = "An attribute that is unknown is refused with 422."
    unknown = Plant(after=_unknown_is_422)
    yield Fault("unknown-attribute-is-422", CLAIM, (USER, GROUP), sentence, lambda: unknown)
    sentence = "A PATCH without schemas is refused with 422."
    for one in (USER_2, GROUP):
        yield Fault(f"patch-without-schemas-is-422:{one}", CLAIM, (one,), sentence, lambda: Plant(before=_no_schemas))


# what is taken ------------------------------------------------------------------------------------------


def _taken(mend: Mend) -> Callable[[], Plant]:
    return lambda: Plant(before=goodwill(mend))


def _at_body(change: Callable[[Document], object]) -> Mend:
    return mending(change)


_with_schemas = _at_body(lambda document: document.setdefault("schemas", [PATCH_OP]))


def _unknown_op(step: Document) -> bool:
    return str(step.get("op")).lower() not in OPS


_op_ignored = mending_steps(lambda step: [] if _unknown_op(step) else [step])
_op_as_replace = mending_steps(lambda step: [{**step, "op": "replace"} if _unknown_op(step) else step])


def _bare_step(step: Document) -> bool:
    return step.get("op") == "remove" and not step.get("path")


_bare_ignored = mending_steps(lambda step: [] if _bare_step(step) else [step])
_bare_empties = mending_steps(
    lambda step: [{"op": "remove", "path": path} for path in ("title", "members")] if _bare_step(step) else [step]
)


def _merged(document: Document) -> None:
    if "Operations" not in document:
        rest = {name: document.pop(name) for name in list(document) if name != "schemas"}
        document["Operations"] = [{"op": "replace", "value": rest}]


def _wrapped(document: Document) -> None:
    if isinstance(document.get("Operations"), dict):
        document["Operations"] = [document["Operations"]]


_merge, _one_operation = _at_body(_merged), _at_body(_wrapped)


def _broken(step: Document) -> bool:
    return str(step.get("path")).count("[") != str(step.get("path")).count("]")


_path_ignored = mending_steps(lambda step: [] if _broken(step) else [step])


def _completed(step: Document) -> list[Document]:
    """`emails[type eq` is read as `emails`, with the value as an entry of its own."""
    if not _broken(step):
        return [step]
    name = re.split(r"\[", str(step["path"]))[0]
    return [{"op": "add", "path": name, "value": [{"value": f"{step.get('value')}@example.com", "type": "work"}]}]


_path_repaired = mending_steps(_completed)


def _into_title_step(step: Document) -> list[Document]:
    known = re.fullmatch(
        r"title|\w*[nN]ame|active|externalId|password|emails.*|phone.*|roles|urn:.*", str(step["path"])
    )
    return [step] if known else [{**step, "path": "title"}]


_into_title = mending_steps(lambda step: _into_title_step(step) if step.get("path") else [step])


# what is found by a filter ------------------------------------------------------------------------------


def _missing(record: Record | None, step: Document) -> re.Match[str] | None:
    """The filter of a replace that selects nothing of a resource."""
    selected = SELECTING.fullmatch(str(step.get("path")))
    if record is None or selected is None or step.get("op") != "replace":
        return None
    there = any(entry.get(selected[2]) == selected[3] for entry in record.content.get(selected[1], ()))
    return None if there else selected


def _upserted(step: Document, selected: re.Match[str]) -> Document:
    entry = {"type": "work", selected[2]: selected[3]}
    return {"op": "add", "path": selected[1], "value": [entry]}


def _miss_ignored(seen: Seen) -> bool:
    record = named_by(seen)
    return mending_steps(lambda step: [] if _missing(record, step) else [step])(seen)


def _upserting(seen: Seen) -> bool:
    record = named_by(seen)

    def made(step: Document) -> list[Document]:
        selected = _missing(record, step)
        return [step] if selected is None else [_upserted(step, selected)]

    return mending_steps(made)(seen)


# what is refused in other words -------------------------------------------------------------------------


def _bare(seen: Seen) -> bool:
    return any(_bare_step(step) for step in operations_of(seen))


def _breaks_off(seen: Seen) -> bool:
    return any(_broken(step) for step in operations_of(seen))


def _misses(seen: Seen) -> bool:
    record = named_by(seen)
    return any(_missing(record, step) for step in operations_of(seen))


def _told(when: Callable[[Seen], bool], status: int, scim_type: str | None) -> Callable[[], Plant]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 400 and when(seen):
            become(reply, error(status, "The request is not valid.", scim_type))

    return lambda: Plant(after=after)


def _unknown_is_422(seen: Seen, reply: Reply) -> None:
    if reply.status == 400 and reply.json.get("scimType") == "invalidPath" and not _breaks_off(seen):
        become(reply, error(422, "There is no such attribute.", "invalidPath"))


def _no_schemas(seen: Seen) -> Reply | None:
    document = seen.json
    lacking = isinstance(document, dict) and "schemas" not in document
    return error(422, "schemas is missing.") if lacking and named_by(seen) else None
