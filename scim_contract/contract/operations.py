"""The operations of an edition, read from its openapi.yaml: the one place that knows a path or a permission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_KINDS = {"POST": "create", "PUT": "replace", "PATCH": "modify", "DELETE": "delete"}


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation, under its name on the wire; `place` is path, query or header."""

    name: str
    place: str
    required: bool
    type: str
    default: Any = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One of the contract's operations, with what the reference says of it.

    `name` is the operationId without its prefix's mark, the same in v1 and v2; `kind` is list, read,
    create, replace, modify or delete; `permissions` stand in the reference's order ("Requires ANY");
    `open` asks for none of them, and `signs_in` tells whether a token may be asked for all the same.
    """

    id: str
    name: str
    prefix: str
    method: str
    path: str
    resource: str
    kind: str
    parameters: tuple[Parameter, ...]
    permissions: tuple[str, ...]
    open: bool
    signs_in: bool
    request_model: str | None
    response_model: str | None
    request_types: tuple[str, ...]
    answer_types: tuple[str, ...]
    success: int

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name on the wire, None where the operation has none such."""
        return next((p for p in self.parameters if p.name == name), None)

    @property
    def path_parameter(self) -> str | None:
        """Name of the parameter in the path, None where the path is fixed."""
        return next((p.name for p in self.parameters if p.place == "path"), None)

    @property
    def writes(self) -> bool:
        """Whether the operation changes the directory."""
        return self.method != "GET"

    @property
    def requires_filter(self) -> bool:
        """Whether the reference lists the filter among the required parameters."""
        parameter = self.parameter("filter")
        return parameter is not None and parameter.required

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Every operation of an OpenAPI document, in the document's order."""
    return tuple(
        _operation(path, method, item)
        for path, methods in document["paths"].items()
        for method, item in methods.items()
        if method in _METHODS
    )


def _operation(path: str, method: str, item: Mapping[str, Any]) -> Operation:
    prefix = "v2" if path.startswith("/api/v2/scim/v2/") else "v1"
    rest = path.removeprefix("/api/v2/scim/v2/" if prefix == "v2" else "/api/v2/scim/")
    resource, *tail = rest.split("/")
    kind = _KINDS.get(method.upper()) or ("read" if tail or not resource.endswith("s") else "list")
    success = next(int(code) for code in item["responses"] if str(code).startswith("2"))
    answer = item["responses"].get(str(success), {}).get("content", {})
    request = item.get("requestBody", {}).get("content", {})
    required = item.get("x-inin-requires-permissions", {})
    return Operation(
        id=item["operationId"],
        name=_name(kind, resource),
        prefix=prefix,
        method=method.upper(),
        path=path,
        resource=resource,
        kind=kind,
        parameters=tuple(_parameter(p) for p in item.get("parameters", ())),
        permissions=tuple(required.get("permissions", ())),
        open=not required.get("permissions"),
        signs_in=bool(item.get("security")),
        request_model=_model(request),
        response_model=_model(answer),
        request_types=tuple(request),
        answer_types=tuple(answer),
        success=success,
    )


def _name(kind: str, resource: str) -> str:
    verb = "get" if kind == "read" else kind
    noun = resource if kind == "list" else resource.removesuffix("s")
    return f"{verb}_{noun}"


def _parameter(item: Mapping[str, Any]) -> Parameter:
    schema = item.get("schema", {})
    return Parameter(
        name=item["name"],
        place=item["in"],
        required=bool(item.get("required", False)),
        type=schema.get("type", "string"),
        default=schema.get("default"),
        values=tuple(schema.get("enum", ())),
    )


def _model(content: Mapping[str, Any]) -> str | None:
    for media in content.values():
        match = re.search(r"(\w+)\.json$", media.get("schema", {}).get("$ref", ""))
        if match:
            return match.group(1)
    return None
