"""Reads the facts of edition 2026 out of what the vendor's SDKs say, to hold the schemas against.

    python tests/facts/make_facts_2026.py OPERATIONS MODELS EARLIER OUTPUT

OPERATIONS is a JSON file with the operations of the JavaScript SDK ({id: {method, path, permissions,
parameters, returns}}), MODELS one with the models of the Python SDK ({model: {property: {type, enum}}}),
EARLIER the facts of edition 2019, OUTPUT the JSON file to write. What neither SDK tells (media types, the
models of bodies, which properties are required) holds as in the earlier edition. The script shares no code
with what reads openapi.yaml, and takes facts alone: no description reaches the output, but the filters that
one gives as examples.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

_TYPES = {"str": "String", "bool": "BOOLEAN", "int": "Integer", "float": "Double", "datetime": "DateTime"}
_HEADERS = {"ifMatch": "If-Match", "ifNoneMatch": "If-None-Match"}
_NUMBERS = ("startIndex", "count")
_BOTH = ["application/json", "application/scim+json"]


def operation(id_: str, said: dict[str, Any], earlier: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The facts about one operation."""
    before = earlier.get(id_, {})
    listed = [parameter(p, said["path"]) for p in said["parameters"]]
    return {
        "id": id_,
        "method": said["method"],
        "path": said["path"],
        "requires": said["permissions"]["type"],
        "permissions": said["permissions"]["permissions"],
        "parameters": [row for row in listed if row["place"] != "body"],
        "request_model": before.get("request_model"),
        "return_model": "Empty" if said["returns"] == "Object" else said["returns"],
        "request_types": before.get("request_types", _BOTH),
        "answer_types": before.get("answer_types", _BOTH),
    }


def parameter(said: dict[str, Any], path: str) -> dict[str, Any]:
    """The facts about one parameter, under its name on the wire."""
    name, default = said["name"], said.get("default")
    place = "body" if name == "body" else "header" if name in _HEADERS else "query"
    given = re.search(r"Examples of valid values: (.*)\.$", said["description"])
    return {
        "name": _HEADERS.get(name, name),
        "place": "path" if f"{{{name}}}" in path else place,
        "type": "Integer" if name in _NUMBERS else said["type"],
        "required": said["required"],
        "default": int(default) if default is not None else None,
        "values": None,
        "example": None,
        "examples": given[1].split(", ") if given else None,
    }


def model(name: str, said: dict[str, dict[str, Any]], earlier: dict[str, Any]) -> dict[str, Any]:
    """The facts about one model's properties."""
    before = earlier.get(name, {})
    return {
        key: {
            "type": type_(each["type"]),
            "required": bool(before.get(key, {}).get("required")),
            "enum": each.get("enum"),
        }
        for key, each in said.items()
    }


def type_(word: str) -> str:
    """A type in the words of the earlier edition."""
    if word.startswith("Array<"):
        return f"Array<{type_(word.removeprefix('Array<').removesuffix('>'))}>"
    return "JsonNode" if word == "object" else _TYPES.get(word, word)


def main() -> None:
    parser = argparse.ArgumentParser(description="Reads the facts of edition 2026 out of what the SDKs say.")
    for name in ("operations", "models", "earlier", "output"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    said, models, earlier = (
        json.loads(path.read_text("utf-8")) for path in (given.operations, given.models, given.earlier)
    )
    known = {facts["id"]: facts for facts in earlier["operations"]}
    facts = {
        "operations": [operation(id_, each, known) for id_, each in said.items()],
        "models": {
            **{name: model(name, each, earlier["models"]) for name, each in models.items()},
            "Empty": earlier["models"]["Empty"],
        },
    }
    given.output.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
