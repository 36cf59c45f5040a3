"""What servers make of request bodies: what they take, ignore, convert or refuse."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, error, operations_of
from scim_contract.mock.planting import Plant, Variant
from scim_contract.mock.shapes import Shape, shape_of
from scim_contract.mock.variants.converting import convert
from scim_contract.mock.variants.making import (
    OPEN,
    about,
    bodies,
    body_of,
    objects_in,
    refusing,
    shown,
    written,
    written_by,
)
from scim_contract.mock.wire import Reply, Seen

_NULL = OPEN + "null is taken as absent, or refused with 400"
_MORE = OPEN + "attributes that the models do not name may be ignored, kept or refused"
_CASE = OPEN + "enum values and op may compare without case"
_DUPLICATES = OPEN + "duplicate keys: either value, or 400"
_READ_ONLY = OPEN + "Read-only attributes in a body"
_NAMES = frozenset({"id", "meta", "groups"})
_PLAIN_PATH = re.compile(r"[A-Za-z]\w*(\.[A-Za-z$]\w*)?")


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    shapes = {"users": shape_of(contract, "ScimV2User"), "groups": shape_of(contract, "ScimV2Group")}
    yield from _nulls()
    yield from _more(shapes)
    yield from _spellings()
    yield from _read_only()
    yield from _limits()
    yield Variant(
        "scalars-converted",
        "A scalar of another type is converted.",
        OPEN + "a scalar of another type may be converted or refused",
        lambda: Plant(before=lambda seen: convert(contract, seen)),
    )
    yield Variant(
        "schemas-required",
        "A POST or PUT without schemas, or with an empty list of them, is refused.",
        OPEN + "a create or PUT without schemas: accepted, or 400",
        lambda: Plant(before=refusing(lambda seen, body: seen.method != "PATCH" and not body.get("schemas"))),
    )
    yield Variant(
        "put-needs-names",
        "A PUT of a user without userName and displayName, or of a group without displayName, is refused.",
        OPEN + "PUT without userName or displayName: refused or not",
        lambda: Plant(before=refusing(_nameless)),
    )


def _nulls() -> Iterator[Variant]:
    yield Variant("null-refused", "null is refused.", _NULL, lambda: Plant(before=refusing(_with_null)))
    yield Variant(
        "null-refused-in-put",
        "null is refused in PUT alone.",
        _NULL,
        lambda: Plant(before=refusing(lambda seen, body: seen.method == "PUT" and _with_null(seen, body))),
    )


def _more(shapes: dict[str, Shape]) -> Iterator[Variant]:
    def unknown(seen: Seen, names: Iterable[tuple[str, Any]]) -> set[str]:
        shape = shapes["users" if about(seen, "users") else "groups"]
        return {n for n, _ in names if _PLAIN_PATH.fullmatch(n) and n.split(".")[0] not in shape.names}

    yield Variant(
        "unknown-attributes-refused",
        "An attribute that the models do not name is refused, in a path as well as without one.",
        _MORE,
        lambda: Plant(
            before=refusing(lambda seen, body: bool(unknown(seen, written(body, seen))), scim_type="invalidSyntax")
        ),
    )
    yield Variant(
        "unknown-attributes-ignored",
        "An attribute that the models do not name is ignored, in a path as well.",
        _MORE,
        lambda: Plant(
            before=_operations_kept(lambda seen, step: not step.get("path") or not unknown(seen, written_by(step)))
        ),
    )
    yield Variant(
        "unknown-attributes-kept",
        "Attributes that the models do not name are kept and shown.",
        _MORE,
        lambda: Plant(before=lambda seen: _note(seen, unknown), after=_keep),
    )
    yield Variant(
        "duplicate-keys-refused",
        "JSON with a key twice is refused.",
        _DUPLICATES,
        lambda: Plant(before=_no_key_twice),
    )
    yield Variant(
        "first-duplicate-key-counts",
        "Of a key that is there twice the first value counts.",
        _DUPLICATES,
        lambda: Plant(before=_first_key_counts),
    )


def _spellings() -> Iterator[Variant]:
    yield Variant(
        "enum-values-as-written",
        "Types of emails, phones and photos are taken only in the spelling of the models.",
        _CASE,
        lambda: Plant(before=refusing(lambda seen, body: any(_loud(each.get("type")) for each in objects_in(body)))),
    )
    yield Variant(
        "op-as-written",
        "op is taken only in the spelling of the models.",
        _CASE,
        lambda: Plant(
            before=refusing(lambda seen, body: any(_loud(each.get("op")) for each in operations_of(seen))),
        ),
    )
    yield Variant(
        "duplicates-dropped",
        "Of values that are in a list twice one is kept.",
        OPEN + "duplicates in multi-valued attributes",
        lambda: Plant(before=bodies(_once)),
    )


def _read_only() -> Iterator[Variant]:
    yield Variant(
        "read-only-ignored-in-patch",
        "An operation of a PATCH on what is read-only is ignored.",
        _READ_ONLY,
        lambda: Plant(before=_operations_kept(lambda seen, op: not _of_read_only(op))),
    )
    yield Variant(
        "read-only-of-wrong-type-refused",
        "A read-only attribute of the wrong JSON type is refused.",
        _READ_ONLY + " may be refused where of the wrong JSON type",
        lambda: Plant(before=refusing(_mistyped_read_only)),
    )


def _limits() -> Iterator[Variant]:
    source = OPEN + "a server may refuse texts, lists and bodies beyond 1,000 characters, 100 entries, 1 MB"
    yield Variant(
        "limits-of-texts-and-lists",
        "Texts beyond 1,000 characters and lists beyond 100 entries are refused with 400.",
        source,
        lambda: Plant(before=refusing(lambda seen, body: _too_much(body))),
    )
    yield Variant(
        "limits-with-413",
        "Texts beyond 1,000 characters, lists beyond 100 entries and bodies beyond 1 MB are refused with 413.",
        source,
        lambda: Plant(before=_too_large),
    )
    yield Variant(
        "no-half-characters",
        "Texts with U+0000 or half a surrogate pair are refused.",
        OPEN + "lone surrogates and U+0000 may be refused",
        lambda: Plant(before=refusing(lambda seen, body: any(map(_half, _texts(body))))),
    )


def _operations_kept(kept: Callable[[Seen, Document], bool]) -> Callable[[Seen], None]:
    """Take operations from a PATCH; where none would be left, leave one that does nothing."""

    def before(seen: Seen) -> None:
        body = body_of(seen) if seen.method == "PATCH" else None
        operations = operations_of(seen)
        left = [operation for operation in operations if kept(seen, operation)]
        if body is not None and len(left) < len(operations):
            name = next(name for name in body if name.lower() == "operations")
            seen.put({**body, name: left or [{"op": "replace", "value": {}}]})

    return before


def _nameless(seen: Seen, body: Document) -> bool:
    needed = {"username", "displayname"} if about(seen, "users") else {"displayname"}
    return seen.method == "PUT" and not needed <= {name.lower() for name, value in body.items() if value is not None}


def _with_null(seen: Seen, body: Document) -> bool:
    return any(value is None for each in objects_in(body) for value in each.values())


def _note(seen: Seen, unknown: Callable[[Seen, Iterable[tuple[str, Any]]], set[str]]) -> None:
    body = body_of(seen)
    if body is not None and seen.method in ("POST", "PUT"):
        names = unknown(seen, written(body, seen))
        seen.note["more"] = {name: value for name, value in body.items() if name.lower() in names}


def _keep(seen: Seen, reply: Reply) -> None:
    kept: dict[str, Document] = seen.memory
    document = reply.json if reply.ok and "more" in seen.note and reply.body else None
    if document is not None:
        kept[document["id"]] = seen.note["more"]
    if seen.method == "DELETE" and reply.ok:
        kept.pop(seen.item, None)
    shown(lambda resource: resource.update(kept.get(resource.get("id", ""), {})), "User", "Group")(seen, reply)


def _no_key_twice(seen: Seen) -> Reply | None:
    if body_of(seen) is None:
        return None
    twice: list[str] = []

    def pairs(given: list[tuple[str, Any]]) -> Document:
        names = [name for name, _ in given]
        twice.extend(name for name in names if names.count(name) > 1)
        return dict(given)

    json.loads(seen.body, object_pairs_hook=pairs)
    return error(400, "A key is there twice.", "invalidSyntax") if twice else None


def _first_key_counts(seen: Seen) -> None:
    if body_of(seen) is not None:
        seen.put(json.loads(seen.body, object_pairs_hook=lambda pairs: dict(reversed(pairs))))


def _loud(value: Any) -> bool:
    return isinstance(value, str) and value != value.lower() and value not in ("User", "Group")


def _once(body: Document) -> None:
    for each in objects_in(body):
        for name, values in each.items():
            if isinstance(values, list) and name != "Operations":
                each[name] = [value for place, value in enumerate(values) if value not in values[:place]]


def _of_read_only(operation: Document) -> bool:
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path:
        return re.split(r"[.\[]", path)[0].lower() in _NAMES or path.lower().endswith("$ref")
    return isinstance(value, dict) and bool(value) and all(name.lower() in _NAMES for name in value)


def _mistyped_read_only(seen: Seen, body: Document) -> bool:
    if seen.method == "PATCH":
        return False
    types: dict[str, type] = {"id": str, "meta": dict, "groups": list}
    return any(
        name.lower() in types and value is not None and not isinstance(value, types[name.lower()])
        for name, value in body.items()
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


def _lists(body: Document) -> Iterator[list[Any]]:
    yield from (value for each in objects_in(body) for value in each.values() if isinstance(value, list))


def _too_much(body: Document) -> bool:
    return any(len(text) > 1000 for text in _texts(body)) or any(len(values) > 100 for values in _lists(body))


def _too_large(seen: Seen) -> Reply | None:
    body = body_of(seen)
    large = len(seen.body) > 1_000_000 or (body is not None and _too_much(body))
    return Reply(413, {"content-type": "text/html"}, b"<h1>413</h1>") if large else None


def _half(text: str) -> bool:
    return any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)
