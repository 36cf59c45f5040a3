"""Documents of a model for the library to write and to read: every property of it, made from the JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scim_contract.contract.models import Models

DATE = "2019-06-01T12:00:00.123Z"
DATES = {
    "without a fraction": "2019-06-01T12:00:00Z",
    "with microseconds": "2019-06-01T12:00:00.123456Z",
    "with an offset": "2019-06-01T14:00:00.123+02:00",
    "with an offset without a colon": "2019-06-01T12:00:00.123+0000",
}
STRANGE = "notYetKnown"
_JSON: tuple[Any, ...] = ({"text": "a", "list": ["b", {"deep": True}]}, "c", True, ["d", 4])


def full(models: Models, model: str, *, answer: bool = False) -> dict[str, Any]:
    """A document with every property of a model; in an answer without those that only requests have."""
    document = _Maker(models, answer).value({"$ref": f"{model}.json"}, "")
    assert isinstance(document, dict)
    return document


def changed(models: Models, model: str, document: Any, change: Callable[[Mapping[str, Any], Any], Any]) -> Any:
    """A document with `change` applied to the value of every property, outermost last; it gets schema and value."""
    return _changed(models, models.schemas[model], document, change)


def strange_enums(models: Models, model: str, document: Any) -> Any:
    """A document whose enum values are ones that the model does not list."""
    return changed(models, model, document, lambda schema, value: STRANGE if "enum" in schema else value)


def nulls(models: Models, model: str, document: Any) -> Any:
    """A document whose properties are null, but for id, schemas and what its Resources hold."""
    document = dict(document)
    if "Resources" in document:
        item = str(models.schemas[model]["properties"]["Resources"]["items"]["$ref"]).removesuffix(".json")
        return {**document, "Resources": [nulls(models, item, each) for each in document["Resources"]]}
    return {name: value if name in ("id", "schemas") else None for name, value in document.items()}


def with_date(models: Models, model: str, document: Any, date: str) -> Any:
    """A document whose dates are all written in one form."""
    return changed(models, model, document, lambda schema, value: date if is_date(schema) else value)


def with_unknown(value: Any) -> Any:
    """A document with a property that no model names, at every depth."""
    if isinstance(value, dict):
        return {**{name: with_unknown(held) for name, held in value.items()}, "notInTheModel": {"of": ["any", {}]}}
    return [with_unknown(item) for item in value] if isinstance(value, list) else value


def is_date(schema: Mapping[str, Any]) -> bool:
    """Whether a property is a point in time."""
    return schema.get("format") == "date-time"


def resolved(models: Models, schema: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A property's schema with the name of the model that it refers to, empty where to none."""
    reference = schema.get("$ref")
    if reference is None:
        return "", schema
    name = str(reference).removesuffix(".json")
    return name, models.schemas[name]


@dataclass(frozen=True)
class _Maker:
    """Makes values by schemas; `within` are the models on the way, so that one that holds itself comes to an end."""

    models: Models
    answer: bool
    within: tuple[str, ...] = ()

    def value(self, schema: Mapping[str, Any], name: str, number: int = 0) -> Any:
        referred, schema = resolved(self.models, schema)
        maker = replace(self, within=(*self.within, referred)) if referred else self
        kind = schema.get("type")
        if "enum" in schema:
            return schema["enum"][number % len(schema["enum"])]
        if is_date(schema):
            return DATE
        if kind == "object":
            known = schema.get("properties", {})
            return {key: maker.value(held, key, number) for key, held in known.items() if maker.wanted(held)}
        if kind == "array":
            return [maker.value(schema["items"], name, each) for each in range(2)]
        text = f"{name} {number} of {maker.within[-1]} · é日"
        plain = {"boolean": number % 2 == 0, "integer": 17 + number, "number": 1.5 + number, "string": text}
        return plain[kind] if kind in plain else _JSON[number % len(_JSON)]

    def wanted(self, schema: Mapping[str, Any]) -> bool:
        """Whether a property has a place in the document."""
        referred, held = resolved(self.models, schema.get("items", schema))
        return referred not in self.within and not (self.answer and schema.get("writeOnly", held.get("writeOnly")))


def _changed(models: Models, schema: Mapping[str, Any], value: Any, change: Callable[..., Any]) -> Any:
    _, schema = resolved(models, schema)
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        value = {k: _changed(models, known[k], held, change) if k in known else held for k, held in value.items()}
    elif isinstance(value, list) and "items" in schema:
        value = [_changed(models, schema["items"], item, change) for item in value]
    return change(schema, value)
