"""What a check asks of a library: parameters and bodies by the case, and the answers that it is to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.org.documents import ERROR, GROUP, PATCH_OP, USER
from scim_contract.sdk.documents import full
from scim_contract.sdk.recorder import Scripted

_ID = "5f4bc742-a019-4e38-8e2a-d39d5bc0b0f3"


@dataclass(frozen=True)
class Values:
    """An id, a value to filter by and an ETag, all with the characters of one case."""

    id: str = _ID
    word: str = "ann"
    etag: str = '"42"'


VALUES = {
    "plain": Values(),
    "space": Values("a b", "Ann Lee"),
    "slash": Values("a/b", "a/b", '"a/b"'),
    "plus": Values("a+b", "a+b", '"a+b"'),
    "percent": Values("a%2Fb", "100%25", '"a%2Fb"'),
    "quotes": Values("a\"b'c", "O'Neill", 'W/"it\'s"'),
    "unicode": Values("zoë-日本-😀", "Zoë 日本 😀"),
    "reserved": Values("a?b#c&d=e;f", "a&b=c#d?e;f", '"a?b#c&d"'),
}


def parameters(operation: Operation, case: str = "plain") -> dict[str, Any]:
    """Every documented parameter of an operation by its name on the wire, with the values of a case."""
    values = VALUES[case]
    return {parameter.name: _value(operation, parameter.name, values) for parameter in operation.parameters}


def required(operation: Operation) -> dict[str, Any]:
    """The required ones of the parameters."""
    given = parameters(operation)
    return {p.name: given[p.name] for p in operation.parameters if p.required or p.place == "path"}


def _value(operation: Operation, name: str, values: Values) -> Any:
    match name:
        case "filter":
            attribute = "displayName" if operation.resource == "groups" else "userName"
            return f'{attribute} eq "{values.word}"'
        case "startIndex":
            return 26
        case "count":
            return 7
        case "resourceType":
            return "User"
        case "schemaId":
            return USER
        case "attributes" | "excludedAttributes":
            return ["title", "roles"]
        case "If-Match" | "If-None-Match":
            return values.etag
        case _:
            return values.id


def small_body(operation: Operation) -> Any:
    """The smallest body that an operation takes; None where it takes none."""
    match operation.kind:
        case "create" | "replace" if operation.resource == "users":
            return {"schemas": [USER], "userName": "ann@example.com",
                    "displayName": "Ann"}  # fmt: skip
        case "replace":
            return {"schemas": [GROUP], "displayName": "Sales"}
        case "modify":
            return {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "displayName", "value": "Ann"}]}
    return None


def full_body(contract: Contract, operation: Operation) -> Any:
    """A body with every property of the operation's model."""
    assert operation.request_model is not None
    return full(contract.models, operation.request_model)


def success(contract: Contract, operation: Operation) -> Scripted:
    """The answer of a server to which all is well: every property of the model."""
    if operation.response_model is None:
        return Scripted(204)
    return Scripted.json(operation.success, full_answer(contract, operation))


def full_answer(contract: Contract, operation: Operation) -> Any:
    """A document with every property that an answer of an operation may have."""
    assert operation.response_model is not None
    return full(contract.models, operation.response_model, answer=True)


def scim_error(status: int, scim_type: str | None = None) -> dict[str, Any]:
    """A ScimError."""
    kind = {"scimType": scim_type} if scim_type else {}
    return {"schemas": [ERROR], "status": str(status), **kind, "detail": f"made up for a {status}"}


def platform_error(status: int) -> dict[str, Any]:
    """An error in the words of the platform that stands in front of SCIM."""
    return {"message": f"made up for a {status}", "code": "made.up", "status": status, "errors": [], "details": []}


ERRORS: dict[str, tuple[int, Any, tuple[tuple[str, str], ...]]] = {
    "status-400": (400, scim_error(400, "invalidSyntax"), ()),
    "status-401": (401, platform_error(401), (("WWW-Authenticate", 'Bearer realm="scim"'),)),
    "status-403": (403, platform_error(403), ()),
    "status-404": (404, scim_error(404), ()),
    "status-409": (409, scim_error(409, "uniqueness"), ()),
    "status-429": (429, platform_error(429), (("Retry-After", "0"),)),
    "status-500": (500, "<html><body><h1>500 Internal Server Error</h1></body></html>", ()),
}


def failure(case: str) -> Scripted:
    """The answer that a case of sdk.errors is about."""
    status, body, headers = ERRORS[case]
    if isinstance(body, str):
        return Scripted(status, body.encode(), (("Content-Type", "text/html"), *headers))
    return Scripted.json(status, body, *headers)
