"""The models of an edition as JSON Schemas, and their validators."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs


@dataclass(frozen=True)
class Models:
    """JSON Schemas by model name; validators are compiled once, when first asked for."""

    schemas: Mapping[str, Mapping[str, Any]]
    _validators: dict[str, jsonschema_rs.Draft202012Validator] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def validator(self, name: str) -> jsonschema_rs.Draft202012Validator:
        """The validator of a model; KeyError where the edition has none such."""
        if name not in self._validators:
            self._validators[name] = self.validator_for(self.schemas[name])
        return self._validators[name]

    def validator_for(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """A validator of any schema that may refer to the models."""
        pairs = [(str(s["$id"]), dict(s)) for s in self.schemas.values()]
        return jsonschema_rs.Draft202012Validator(dict(schema), registry=jsonschema_rs.Registry(pairs))

    def faults(self, name: str, document: Any) -> tuple[str, ...]:
        """What is wrong with a document by a model: `at /a/b: …` each, nothing where it validates."""
        return tuple(
            f"at /{'/'.join(str(part) for part in error.instance_path)}: {_short(error.message)}"
            for error in self.validator(name).iter_errors(encodable(document))
        )

    def named(self, name: str, document: Any) -> Any:
        """A document without what its model does not name, at any depth; servers may say more than was asked."""
        return self._named(self.schemas[name], document)

    def _named(self, schema: Mapping[str, Any], value: Any) -> Any:
        reference = schema.get("$ref")
        if reference is not None:
            schema = self.schemas[str(reference).removesuffix(".json")]
        properties, items = schema.get("properties"), schema.get("items")
        if isinstance(value, dict) and properties:
            return {key: self._named(properties[key], held) for key, held in value.items() if key in properties}
        if isinstance(value, list) and items:
            return [self._named(items, each) for each in value]
        return value


def encodable(value: Any) -> Any:
    """A JSON value that a validator can read: half a surrogate pair is no character, so another stands for it."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {encodable(key): encodable(item) for key, item in value.items()}
    return [encodable(item) for item in value] if isinstance(value, list) else value


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:140]} … {message[-140:]}"


def load_models(folder: Path) -> Models:
    """The models in a folder of JSON Schemas, a file each."""
    return Models({path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))})
