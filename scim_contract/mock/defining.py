"""The schemas that resources follow, made from the edition's models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.representation import GROUP_URN, USER_URN, Links, extensions_of

Document = dict[str, Any]
_CORE = {USER_URN: ("User", "ScimV2User"), GROUP_URN: ("Group", "ScimV2Group")}
_COMMON = ("schemas", "id", "externalId", "meta")
"""What RFC 7643, 3.1 gives every resource, and no schema defines again."""
_CASE_EXACT = ("id", "externalId", "value", "$ref")


def schemas(contract: Contract, links: Links) -> list[Document]:
    """Every schema (model ScimV2SchemaDefinition), in a fixed order."""
    user = contract.model("ScimV2User")["properties"]
    named = {**_CORE, **{urn: ("User extension", _referred(user[urn])) for urn in extensions_of(contract)}}
    return [_schema(contract, links, urn, name, model) for urn, (name, model) in named.items()]


def filtered() -> ScimProblem:
    """The refusal of a filter on the list of schemas (the parameter's description)."""
    return ScimProblem(403, "The list of schemas takes no filter.")


def _schema(contract: Contract, links: Links, urn: str, name: str, model: str) -> Document:
    held = contract.model(model)
    return {
        "id": urn,
        "name": name,
        "description": held["description"],
        "attributes": list(_attributes(contract, held)),
        "meta": {"resourceType": "Schema", "location": links.to("Schema", urn)},
    }


def _attributes(contract: Contract, model: Mapping[str, Any]) -> Iterator[Document]:
    for name, schema in model["properties"].items():
        if name in _COMMON or name.startswith("urn:"):
            continue
        inner = schema.get("items", schema)
        held = contract.model(_referred(inner)) if "$ref" in inner else None
        yield {
            "name": name,
            "type": "complex" if held else _type(name, inner),
            **({"subAttributes": list(_attributes(contract, held))} if held else {}),
            "multiValued": "items" in schema,
            "description": schema.get("description", ""),
            "required": name in model.get("required", ()) or name == "userName",
            **({"canonicalValues": inner["enum"]} if "enum" in inner else {}),
            "caseExact": name in _CASE_EXACT,
            "mutability": _mutability(schema),
            "returned": _returned(name, schema),
            "uniqueness": "server" if name == "userName" else "none",
        }


def _type(name: str, schema: Mapping[str, Any]) -> str:
    if name == "$ref":
        return "reference"
    if schema.get("format") == "date-time":
        return "dateTime"
    return {"boolean": "boolean", "integer": "integer", "number": "decimal"}.get(str(schema.get("type")), "string")


def _mutability(schema: Mapping[str, Any]) -> str:
    if schema.get("readOnly"):
        return "readOnly"
    return "writeOnly" if schema.get("writeOnly") else "readWrite"


def _returned(name: str, schema: Mapping[str, Any]) -> str:
    if schema.get("writeOnly"):
        return "never"
    return "always" if name in ("userName", "active") else "default"


def _referred(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).removesuffix(".json")
