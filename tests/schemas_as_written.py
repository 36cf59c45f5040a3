"""The schemas of each edition as they are written, and the facts taken from its reference.

Reads the files as they are, with no help from the package: a mistake there can't hide one in them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

EDITIONS = ("2019", "2026")
COUNTS = {"2019": (26, 25), "2026": (30, 32)}  # operations, and models with Empty among them
ROOT = Path(__file__).resolve().parent.parent
FACTS = {edition: json.loads((ROOT / "tests/facts" / f"{edition}.json").read_text("utf-8")) for edition in EDITIONS}
OPERATIONS = {edition: {facts["id"]: facts for facts in FACTS[edition]["operations"]} for edition in EDITIONS}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where there is one: 10 times as fast
METHODS = {"get", "post", "put", "patch", "delete"}

every_edition = pytest.mark.parametrize("edition", EDITIONS)
every_operation = pytest.mark.parametrize(
    ("edition", "id_"), [(e, id_) for e in EDITIONS for id_ in sorted(OPERATIONS[e])]
)
every_model = pytest.mark.parametrize(
    ("edition", "name"), [(e, name) for e in EDITIONS for name in sorted(FACTS[e]["models"])]
)


def openapi(edition: str) -> Path:
    return ROOT / "schemas" / edition / "openapi.yaml"


@functools.cache
def document(edition: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(openapi(edition).read_text("utf-8"), LOADER)
    return loaded


@functools.cache
def written(edition: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Method, path and body of each operation in openapi.yaml, by its operationId."""
    return {
        item["operationId"]: (method.upper(), path, item)
        for path, methods in document(edition)["paths"].items()
        for method, item in methods.items()
    }


def operation(edition: str, id_: str) -> dict[str, Any]:
    assert id_ in written(edition), f"openapi.yaml lacks the operation {id_}"
    return written(edition)[id_][2]


@functools.cache
def models(edition: str) -> dict[str, dict[str, Any]]:
    return {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted((openapi(edition).parent / "models").glob("*.json"))
    }


def model(edition: str, name: str) -> dict[str, Any]:
    assert name in models(edition), f"there is no models/{name}.json"
    return models(edition)[name]


def references(node: Any) -> Iterator[str]:
    """Every $ref below a node; a property that is *called* $ref is none, its value being a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def registry(edition: str) -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in models(edition).values()])
