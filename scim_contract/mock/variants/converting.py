"""Scalars of another type than the models', made into what the models want."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import operations_of
from scim_contract.mock.variants.making import about, body_of
from scim_contract.mock.wire import Seen

_URN = re.compile(r"(?i)urn:ietf:params:scim:schemas:(core|extension:enterprise):2\.0:(User|Group)")
Schema = Mapping[str, Any]


def convert(contract: Contract, seen: Seen) -> None:
    """Convert the scalars of a body that writes a user or a group."""
    body = body_of(seen)
    if body is None or not (about(seen, "users") or about(seen, "groups")):
        return
    schema = contract.model("ScimV2User" if about(seen, "users") else "ScimV2Group")
    if seen.method != "PATCH":
        seen.put(_converted(contract, body, schema))
        return
    steps = []
    for operation in operations_of(seen):
        path = operation.get("path")
        place = _place(contract, schema, path if isinstance(path, str) else "")
        more = {"value": _converted(contract, operation["value"], place)} if "value" in operation and place else {}
        steps.append({**operation, **more})
    if steps:
        seen.put({name: steps if name.lower() == "operations" else value for name, value in body.items()})


def _resolved(contract: Contract, schema: Schema) -> Schema:
    if "$ref" in schema:
        return contract.model(str(schema["$ref"]).rpartition("/")[2].removesuffix(".json"))
    return schema


def _attribute(contract: Contract, schema: Schema, name: str) -> Schema | None:
    by_name = {known.lower(): each for known, each in schema.get("properties", {}).items()}
    return _resolved(contract, by_name[name.lower()]) if name.lower() in by_name else None


def _place(contract: Contract, schema: Schema, path: str) -> Schema | None:
    """The schema of what a path leads to, None where it leads nowhere."""
    urn = _URN.match(path)
    names = [urn[0]] if urn and urn[1].lower().startswith("ext") else []
    names += re.split(r"\.", re.sub(r"\[.*\]", "", path[urn.end() :].lstrip(":") if urn else path))
    place: Schema | None = schema
    for name in filter(None, names):
        if place is not None and "items" in place:
            place = _resolved(contract, place["items"])
        place = None if place is None else _attribute(contract, place, name)
    return place


def _converted(contract: Contract, value: Any, schema: Schema) -> Any:
    match schema.get("type"):
        case "object" if isinstance(value, dict):
            converted = {}
            for name, each in value.items():
                attribute = _attribute(contract, schema, name)
                converted[name] = each if attribute is None else _converted(contract, each, attribute)
            return converted
        case "array":
            items = _resolved(contract, schema["items"])
            if isinstance(value, list):
                return [_converted(contract, each, items) for each in value]
            return _converted(contract, value, items) if isinstance(value, dict) else value
        case "boolean" if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower(), value)
        case "string" if isinstance(value, (bool, int, float)):
            return json.dumps(value)
    return value
