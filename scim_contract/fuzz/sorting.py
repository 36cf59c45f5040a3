"""Which of three kinds a body is: the schema allows it, forbids it, or forbids only what the contract leaves open.

Left open are: null for absent, the case of names, enum values and op, read-only attributes whatever their value,
scalars of another type, and duplicate keys. A body is loosened by all of these; what is then valid was open.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scim_contract.contract import Contract
from scim_contract.contract.models import encodable
from scim_contract.fuzz.paths import Place, place_of
from scim_contract.org.documents import PATCH_OP

PATCH = "ScimV2PatchRequest"
_DEEPEST = 60  # deeper bodies are beyond any limit that a server must have


class Sort(StrEnum):
    """What the contract says of a body."""

    VALID = "valid"
    INVALID = "invalid"
    OPEN = "open"


@dataclass(frozen=True)
class Sorted:
    """A body's kind, and for one that is forbidden why and by which claim, where that is a single one."""

    sort: Sort
    document: Any = None
    why: str = ""
    claim: str = ""
    case: str = ""
    part: str = ""


class _Odd(Exception):
    """JSON that not all parsers read alike."""


def sort(contract: Contract, model: str, kind: str, raw: bytes) -> Sorted:
    """The kind of a body for a model; `kind` is the resource (users, groups) that it is about."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Sorted(Sort.INVALID, why="it is not UTF-8")
    try:
        document = json.loads(text, object_pairs_hook=_without_twins)
    except (_Odd, RecursionError) as odd:
        return Sorted(Sort.OPEN, why=str(odd) or "it is nested very deeply")
    except ValueError:
        return Sorted(Sort.INVALID, why="it is not JSON", claim="errors.malformed-json")
    if not isinstance(document, dict):
        return Sorted(Sort.INVALID, document, "it is no JSON object", "errors.malformed-json")
    if _depth(document) > _DEEPEST:
        return Sorted(Sort.OPEN, document, "it is nested very deeply")
    readable = encodable(document)
    found = _of_patch(contract, kind, readable) if model == PATCH else _of_resource(contract, model, readable)
    return replace(found, document=document)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name.lower() for name, _ in pairs}) < len(pairs):
        raise _Odd("a name is there twice")
    return dict(pairs)


def _depth(value: Any) -> int:
    layer, depth = [value], 0
    while layer and depth <= _DEEPEST:
        layer = [m for v in layer if isinstance(v, (dict, list)) for m in (v.values() if isinstance(v, dict) else v)]
        depth += 1
    return depth


def _of_resource(contract: Contract, model: str, document: dict[str, Any]) -> Sorted:
    faults = contract.models.faults(model, document)
    loose = loosened(contract, contract.model(model), document)
    left = contract.models.faults(model, loose)
    if left:
        return Sorted(Sort.INVALID, document, left[0], *_claim_of(contract, model, loose))
    if faults:
        return Sorted(Sort.OPEN, document, faults[0])
    return Sorted(Sort.VALID, document)


def _claim_of(contract: Contract, model: str, loose: Any) -> tuple[str, str]:
    """The claim that owns a refusal, where what is wrong is of one kind."""
    errors = list(contract.validator(model).iter_errors(loose))
    kinds = {error.kind.name for error in errors}
    if kinds == {"enum"}:
        return "errors.enum-values", ""
    return "", ""


def loosened(contract: Contract, schema: Mapping[str, Any], value: Any) -> Any:
    """A value with everything put right that the contract leaves open."""
    reference = schema.get("$ref")
    if reference is not None:
        schema = contract.model(str(reference).removesuffix(".json"))
    match schema.get("type"):
        case "object" if isinstance(value, dict):
            return dict(_members(contract, schema, value))
        case "array" if isinstance(value, list):
            items = schema.get("items", {})
            return [loosened(contract, items, item) for item in value if item is not None]
        case "string" if isinstance(value, str) and "enum" in schema:
            return {str(v).lower(): v for v in schema["enum"]}.get(value.lower(), value)
        case "string" if isinstance(value, (bool, int, float)):
            return schema.get("enum", ["a text"])[0]
        case "boolean" if isinstance(value, (str, int, float)):
            return True
        case "integer" | "number" if isinstance(value, (str, bool, int, float)):
            return 1
    return value


def _members(contract: Contract, schema: Mapping[str, Any], value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    names = {name.lower(): name for name in schema.get("properties", {})}
    for written, held in value.items():
        name = names.get(written.lower())
        own = schema["properties"][name] if name is not None else {}
        if held is None or own.get("readOnly") or name == "$ref":
            continue
        yield (name, loosened(contract, own, held)) if name is not None else (written, held)


def _of_patch(contract: Contract, kind: str, document: dict[str, Any]) -> Sorted:
    whole = _of_resource(contract, PATCH, document)
    if whole.sort is Sort.INVALID:
        return whole
    loose = loosened(contract, contract.model(PATCH), document)
    if PATCH_OP.lower() not in [urn.lower() for urn in loose["schemas"]]:
        return Sorted(Sort.INVALID, document, f"schemas does not name {PATCH_OP}", "lifecycle.patch-malformed-refused")
    if "Operations" not in loose:
        return Sorted(Sort.INVALID, document, "there are no Operations", "lifecycle.patch-malformed-refused")
    sorts = [_of_step(contract, kind, step) for step in loose["Operations"]]
    for wanted in (Sort.INVALID, Sort.OPEN):
        for each in sorts:
            if (each.sort is wanted and whole.sort is Sort.VALID) or each.sort is Sort.INVALID:
                return Sorted(each.sort, document, each.why, each.claim, each.case)
    return Sorted(whole.sort, document, whole.why)


def _of_step(contract: Contract, kind: str, step: Mapping[str, Any]) -> Sorted:
    """The kind of one operation of a PATCH; what an unknown path or an odd value comes to is left open."""
    path, op = step.get("path"), step["op"]
    if op == "remove":
        if not path:
            return Sorted(Sort.INVALID, why="a remove without a path", claim="lifecycle.patch-malformed-refused")
        return Sorted(Sort.VALID)
    if "value" not in step:
        return Sorted(Sort.OPEN, why=f"{op} without a value")
    model = "ScimV2User" if kind == "users" else "ScimV2Group"
    value = step["value"]
    if not path:
        if not isinstance(value, dict):
            return Sorted(Sort.OPEN, why=f"{op} of no object without a path")
        return _of_set(contract, model, value)
    place = place_of(contract, kind, path)
    if place is None:
        return Sorted(Sort.OPEN, why="its path leads to nothing that the models name")
    if place.read_only:
        return Sorted(Sort.OPEN, why="it is about what nobody can write")
    return _of_value(contract, place, value)


def _of_set(contract: Contract, model: str, value: Mapping[str, Any]) -> Sorted:
    """The kind of a set of attributes: of a list, one value may be given as at its path (RFC 7644 §3.5.2.1)."""
    whole = _of_resource(contract, model, dict(value))
    properties = contract.model(model)["properties"]
    lists = {name.lower() for name, own in properties.items() if own.get("type") == "array"}
    listed = {n: [held] if n.lower() in lists and isinstance(held, dict) else held for n, held in value.items()}
    if whole.sort is Sort.INVALID and _of_resource(contract, model, listed).sort is not Sort.INVALID:
        return Sorted(Sort.OPEN, why="one value stands where a list is documented")
    return whole


def _of_value(contract: Contract, place: Place, value: Any) -> Sorted:
    schema = place.schema
    if place.entry and not (schema.get("type") == "array" and isinstance(value, list)):
        schema = {"type": "array", "items": schema.get("items", schema)}
        value = [value]
    validator = contract.models.validator_for(_with_id(contract, schema))
    if validator.is_valid(value):
        return Sorted(Sort.VALID)
    loose = loosened(contract, schema, value)
    if value is None or validator.is_valid(loose):
        return Sorted(Sort.OPEN, why="its value is not of the schema's type")
    return Sorted(Sort.INVALID, why="its value is not what the schema allows at its path")


def _with_id(contract: Contract, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a model as a schema of its own, its references relative to the models."""
    base = str(contract.model("ScimV2User")["$id"]).rpartition("/")[0]
    return {"$id": f"{base}/part.json", **schema}
