"""What a client touches of an API: operations, parameters, permissions, bodies; whatever they were read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What a value is: a scalar's type, a list of something, a model by its name, or anything at all."""

    word: str
    values: tuple[str, ...] = ()
    model: str = ""
    items: Kind | None = None

    @property
    def text(self) -> str:
        """The kind as a person reads it."""
        if self.items is not None:
            return f"a list of {self.items.text.removeprefix('a ').removeprefix('an ')}"
        if self.model:
            return f"an object {self.model}"
        return {"integer": "an integer", "object": "an object", "any": "anything"}.get(self.word, f"a {self.word}")


@dataclass(frozen=True)
class Property:
    """One property of a model."""

    kind: Kind
    required: bool = False
    read_only: bool = False


@dataclass(frozen=True)
class Given:
    """One parameter of an operation; `place` is path, query or header."""

    name: str
    place: str
    required: bool
    kind: Kind
    default: str | None = None


@dataclass(frozen=True)
class Offered:
    """One operation as it is offered: who may ask, how, and what for."""

    id: str
    method: str
    path: str
    parameters: tuple[Given, ...]
    permissions: tuple[str, ...]
    requires_all: bool
    signs_in: bool
    request: Kind | None
    request_required: bool
    answer: Kind | None
    request_types: frozenset[str]
    answer_types: frozenset[str]
    statuses: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Surface:
    """All that a document offers; `name` is what it is called in reports."""

    name: str
    operations: tuple[Offered, ...]
    models: Mapping[str, Mapping[str, Property]] = field(repr=False)


_PREFIX = "/api/v2/scim"
_METHODS = ("get", "post", "put", "patch", "delete")
_TOLD = ("304",)
"""Statuses beside the successes that a client tells apart and that no platform in front gives."""


@dataclass
class Reader:
    """Reads a document, OpenAPI 3 or Swagger 2.0, whose references lead to models by their last word."""

    document: Mapping[str, Any]
    models: dict[str, Mapping[str, Any]]
    found: dict[str, Mapping[str, Property]] = field(default_factory=dict)

    def surface(self, name: str) -> Surface:
        """What the document offers of SCIM."""
        base = str(self.document.get("basePath", "")).rstrip("/")
        operations = tuple(
            self._operation(method, base + path, item, methods.get("parameters", ()))
            for path, methods in self.document["paths"].items()
            if _is_scim(base + path)
            for method, item in methods.items()
            if method in _METHODS
        )
        return Surface(name, operations, self.found)

    def _operation(self, method: str, path: str, item: Mapping[str, Any], shared: Any) -> Offered:
        given = [self._resolved(each) for each in (*shared, *item.get("parameters", ()))]
        body = next((each for each in given if each.get("in") == "body"), None)
        request = item.get("requestBody") or {}
        content = request.get("content", {})
        answers = {str(code): self._resolved(each) for code, each in item.get("responses", {}).items()}
        success = [code for code in answers if code.startswith("2")]
        answer = next((each for code in success if {"schema", "content"} & (each := answers[code]).keys()), {})
        required = item.get("x-inin-requires-permissions") or {}
        types = answer.get("content") or (self._types(item, "produces") if answer else ())
        asked = body["schema"] if body else _of_content(content)
        said = _of_content(answer["content"]) if "content" in answer else answer.get("schema")
        return Offered(
            id=str(item.get("operationId", f"{method} {path}")),
            method=method.upper(),
            path=path,
            parameters=tuple(self._given(each) for each in given if each.get("in") != "body"),
            permissions=tuple(required.get("permissions", ())),
            requires_all=required.get("type") == "ALL",
            signs_in=bool(item.get("security", self.document.get("security", ()))),
            request=self.kind(asked, f"{path} body") if asked else None,
            request_required=bool(body.get("required") if body else request.get("required")),
            answer=self.kind(said, f"{path} answer") if said else None,
            request_types=frozenset(content or (self._types(item, "consumes") if body else ())),
            answer_types=frozenset(types),
            statuses=frozenset({*success, *(code for code in answers if code in _TOLD)}),
        )

    def _types(self, item: Mapping[str, Any], key: str) -> Iterable[str]:
        """The media types of Swagger 2.0, the operation's own or those of all."""
        types: Iterable[str] = item.get(key, self.document.get(key, ()))
        return types

    def _resolved(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a local reference leads to; the item itself where it is none."""
        if not str(item.get("$ref", "")).startswith("#/"):
            return item
        found: Any = self.document
        for step in str(item["$ref"])[2:].split("/"):
            found = found.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, Mapping) else {}
        return found if isinstance(found, Mapping) else {}

    def _given(self, item: Mapping[str, Any]) -> Given:
        schema = item.get("schema", item)
        default = schema.get("default")
        return Given(
            name=str(item.get("name", "")),
            place=str(item.get("in", "query")),
            required=bool(item.get("required", False)),
            kind=self.kind({k: v for k, v in schema.items() if k != "required"}, str(item.get("name"))),
            default=None if default is None else str(default),
        )

    def kind(self, schema: Mapping[str, Any], where: str) -> Kind:
        """The kind of a schema; the models that it leads to are read on the way."""
        parts: list[Mapping[str, Any]] = list(schema.get("allOf") or ())
        if len(parts) == 1 and "properties" not in schema:
            return self.kind(parts[0], where)
        if "$ref" in schema:
            return self._model(str(schema["$ref"]).rpartition("/")[2].removesuffix(".json"))
        word = schema.get("type") or ("object" if "properties" in schema or parts else "any")
        if isinstance(word, list):  # OpenAPI 3.1 lists null beside the type of what may be absent
            word = next((each for each in word if each != "null"), "any")
        if word == "array":
            return Kind("list", items=self.kind(schema.get("items", {}), f"{where}[]"))
        if word == "object" and ("properties" in schema or parts):
            self._read(where, schema)
            return Kind("object", model=where)
        return Kind(str(word), tuple(str(each) for each in schema.get("enum", ()) if each is not None))

    def _model(self, name: str) -> Kind:
        schema = self.models.get(name, {})
        if "properties" not in schema and "allOf" not in schema:
            return self.kind(schema, name) if schema.get("type") not in (None, "object") else Kind("object")
        if name not in self.found:
            self._read(name, schema)
        return Kind("object", model=name)

    def _read(self, name: str, schema: Mapping[str, Any]) -> None:
        held: dict[str, Property] = {}
        self.found[name] = held  # there before it is whole: a model may lead back to itself
        properties, required = _flat(schema, self.models)
        for key, each in properties.items():
            held[key] = Property(self.kind(each, f"{name}.{key}"), key in required, bool(each.get("readOnly")))


def _flat(schema: Mapping[str, Any], models: Mapping[str, Any], depth: int = 0) -> tuple[dict[str, Any], set[str]]:
    """The properties and the required names of a schema, those that it is composed of included."""
    properties, required = dict(schema.get("properties", {})), set(schema.get("required", ()))
    for part in schema.get("allOf", ()) if depth < 8 else ():
        name = str(part.get("$ref", "")).rpartition("/")[2].removesuffix(".json")
        more, needed = _flat(models.get(name, {}) if name else part, models, depth + 1)
        properties, required = {**more, **properties}, required | needed
    return properties, required


def _of_content(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((each["schema"] for each in content.values() if "schema" in each), None)


def _is_scim(path: str) -> bool:
    return path == _PREFIX or path.startswith(f"{_PREFIX}/")
