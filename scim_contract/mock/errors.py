"""Refusals, and the ScimError document that tells of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimProblem(Exception):
    """A request is refused.

    The detail is written for a client: it never repeats a value of the request, which could be a
    password, and never the words of a library.
    """

    def __init__(
        self, status: int, detail: str, scim_type: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.scim_type = scim_type
        self.headers = dict(headers or {})


def error_document(problem: ScimProblem) -> dict[str, Any]:
    """The ScimError of a refusal; its status is a string (RFC 7644, 3.12)."""
    document: dict[str, Any] = {
        "schemas": [ERROR_URN],
        "status": str(problem.status),
        "detail": problem.detail,
    }
    if problem.scim_type is not None:
        document["scimType"] = problem.scim_type
    return document


def invalid_value(detail: str) -> ScimProblem:
    return ScimProblem(400, detail, "invalidValue")


def invalid_syntax(detail: str) -> ScimProblem:
    return ScimProblem(400, detail, "invalidSyntax")


def invalid_filter(detail: str) -> ScimProblem:
    return ScimProblem(400, detail, "invalidFilter")


def invalid_path(detail: str) -> ScimProblem:
    return ScimProblem(400, detail, "invalidPath")


def no_target(detail: str) -> ScimProblem:
    return ScimProblem(400, detail, "noTarget")


def mutability(detail: str) -> ScimProblem:
    return ScimProblem(400, detail, "mutability")


def not_found(what: str) -> ScimProblem:
    return ScimProblem(404, f"There is no such {what}.")


def internal() -> ScimProblem:
    return ScimProblem(500, "The server could not answer this request.")
