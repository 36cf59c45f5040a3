"""What a document of a model may look like, so that one written loosely can be put in order.

The contract lets attribute names and enum values come in any case, null stand for absent, and
unknown or read-only attributes be ignored (RFC 7643, 2.1, 2.2 and 2.5). A shape is the model's JSON
Schema boiled down to what these leniencies need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scim_contract.contract import Contract

READ_ONLY = frozenset({"id", "meta", "groups", "$ref"})


@dataclass(frozen=True)
class Shape:
    """One level of a model: attributes by lower-case name, the items of a list, or a scalar."""

    kind: str  # "object", "list", "scalar" or "any"
    names: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    values: Mapping[str, str] = field(default_factory=dict)


ANY = Shape("any")


def shape_of(contract: Contract, model: str) -> Shape:
    """The shape of a model, the models it refers to included."""
    return _shape(contract, contract.model(model))


def _shape(contract: Contract, schema: Mapping[str, Any]) -> Shape:
    if "$ref" in schema:
        return shape_of(contract, str(schema["$ref"]).rpartition("/")[2].removesuffix(".json"))
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            return Shape(
                "object",
                names={name.lower(): name for name in properties},
                attributes={name: _shape(contract, sub) for name, sub in properties.items()},
            )
        case "array":
            return Shape("list", items=_shape(contract, schema.get("items", {})))
        case None:
            return ANY
        case _:
            return Shape("scalar", values={str(value).lower(): value for value in schema.get("enum", ())})


def put_in_order(value: Any, shape: Shape) -> Any:
    """The value with the model's spelling of names and enum values, less nulls and what is ignored.

    What has another JSON type than the shape is left as it is, for the schema to refuse.
    """
    if shape.kind == "object" and isinstance(value, dict):
        return _object_in_order(value, shape)
    if shape.kind == "list" and isinstance(value, list) and shape.items is not None:
        return [put_in_order(item, shape.items) for item in value if item is not None]
    if shape.kind == "scalar" and isinstance(value, str):
        return shape.values.get(value.lower(), value)
    return value


def _object_in_order(value: dict[str, Any], shape: Shape) -> dict[str, Any]:
    ordered = {}
    for written, item in value.items():
        name = shape.names.get(written.lower())
        if name is None or name in READ_ONLY:
            continue
        attribute = shape.attributes[name]
        if item is not None or attribute.kind == "any":
            ordered[name] = put_in_order(item, attribute)
    return ordered


def tidied(value: Any) -> Any:
    """The value less its empty lists and objects, which mean the same as absent (RFC 7643, 2.5)."""
    if isinstance(value, dict):
        kept = {name: tidied(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item is not None and item != [] and item != {}}
    if isinstance(value, list):
        return [item for item in map(tidied, value) if item is not None and item != {}]
    return value
