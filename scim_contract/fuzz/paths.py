"""PATCH paths as this fuzzing understands them: an attribute, a value filter on its type or value, a sub-attribute."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Contract
from scim_contract.org.documents import ENTERPRISE, GROUP, USER

_PATH = re.compile(
    r'(?P<name>\w+)(?:\[\s*(?P<key>type|value)\s+eq\s+(?P<wanted>"(?:[^"\\]|\\.)*")\s*\])?(?:\.(?P<sub>\$?\w+))?',
    re.IGNORECASE,
)
_READ_ONLY = ("id", "meta", "groups", "schemas")


@dataclass(frozen=True)
class Place:
    """Where a path leads to: `extension` for one of the enterprise extension, `sub` for a part of an entry.

    `key` and `wanted` are those of a value filter. `schema` is of what is there; `entry` says that a single entry of a
    list may be given in its place.
    """

    name: str
    extension: bool
    key: str
    wanted: Any
    sub: str
    schema: Mapping[str, Any]
    read_only: bool
    entry: bool


def place_of(contract: Contract, kind: str, path: str) -> Place | None:
    """The place of a path, None for one that is not understood, which may well be right."""
    extension, rest = False, path
    for urn in (ENTERPRISE, USER, GROUP):
        if path.lower().startswith(f"{urn.lower()}:"):
            extension, rest = urn == ENTERPRISE, path[len(urn) + 1 :]
    match = _PATH.fullmatch(rest)
    if match is None or (extension and kind != "users"):
        return None
    model = "ScimV2EnterpriseUser" if extension else "ScimV2User" if kind == "users" else "ScimV2Group"
    name, schema = _property(contract, contract.model(model), match["name"])
    if not name:
        return None
    several = schema.get("type") == "array"
    key, sub = (match["key"] or "").lower(), match["sub"] or ""
    if key and (not several or schema["items"].get("type") == "string"):
        return None
    entry = several and not sub
    if sub:
        inside = schema["items"] if several else schema
        sub, schema = _property(contract, _resolved(contract, inside), sub)
        if not sub:
            return None
    elif key:
        schema = schema["items"]
    wanted = json.loads(match["wanted"]) if key else None
    read_only = name in _READ_ONLY or sub == "$ref"
    return Place(name, extension, key, wanted, sub, schema, read_only, entry and not key)


def _property(contract: Contract, schema: Mapping[str, Any], written: str) -> tuple[str, Mapping[str, Any]]:
    for name, own in schema.get("properties", {}).items():
        if name.lower() == written.lower():
            return name, own if "$ref" not in own else _resolved(contract, own)
    return "", {}


def _resolved(contract: Contract, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    return schema if reference is None else contract.model(str(reference).removesuffix(".json"))
