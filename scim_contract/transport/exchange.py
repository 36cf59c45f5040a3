"""What went over the wire: a request, its answer, and the two as one exchange."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any

from scim_contract.contract.operations import Operation

MAX_BODY = 16 * 1024 * 1024
_DEEPEST = 100
_TOO_DEEP = "the body is JSON nested too deeply to read"
CORRELATION_HEADER = "ININ-Correlation-Id"


@dataclass(frozen=True)
class Request:
    """A request as it was sent; credentials in `headers` are masked already."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None where there is none."""
        return _header(self.headers, name)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON object that was sent; an empty one where it was something else."""
        try:
            sent = json.loads(self.body or b"")
        except (ValueError, RecursionError):
            return {}
        return sent if isinstance(sent, dict) else {}


@dataclass(frozen=True)
class Answer:
    """An answer as it came, its headers masked.

    `broken` says what made its body unreadable, None where nothing did; `unmasked` are the values of the
    headers before they were masked, to be searched and never to be shown.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float = 0.0
    broken: str | None = None
    unmasked: str = field(default="", repr=False)

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None where there is none."""
        return _header(self.headers, name)

    @property
    def media_type(self) -> str | None:
        """The Content-Type without parameters, in lower case; None where there is none."""
        value = self.header("Content-Type")
        return value.split(";")[0].strip().lower() if value else None

    @property
    def etag(self) -> str | None:
        """The ETag header, exactly as received."""
        return self.header("ETag")

    @property
    def correlation_id(self) -> str | None:
        """What the vendor's support asks for."""
        return self.header(CORRELATION_HEADER)

    @property
    def line(self) -> str:
        """The status as a person reads it: `409 Conflict`."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)

    @property
    def ok(self) -> bool:
        """Whether the status is a success."""
        return 200 <= self.status < 300

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None where it is not JSON (see `json_problem`)."""
        return self._parsed[0]

    @cached_property
    def json_problem(self) -> str | None:
        """Why the body is not JSON, None where it is."""
        return self._parsed[1]

    @property
    def document(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one where it is something else."""
        return self.json if isinstance(self.json, dict) else {}

    @cached_property
    def _parsed(self) -> tuple[Any, str | None]:
        if self.broken:
            return None, self.broken
        if not self.body.strip():
            return None, "the body is empty"
        try:
            value = json.loads(self.body.decode("utf-8"), parse_constant=_no_json)
        except UnicodeDecodeError:
            return None, "the body is not UTF-8"
        except RecursionError:
            return None, _TOO_DEEP
        except ValueError as error:
            return None, f"the body is not JSON: {error}"
        return (None, _TOO_DEEP) if _deeper(value, _DEEPEST) else (value, None)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, with the step that it was.

    `client` is the label of the client that asked; `retries` tells of attempts before this answer;
    `strange` is a request that no operation documents (another method, an id of no real shape), which
    the platform in front may answer in its own words.
    """

    step: str
    operation: Operation | None
    client: str
    request: Request
    answer: Answer
    retries: tuple[str, ...] = ()
    strange: bool = False

    @property
    def status(self) -> int:
        """The answer's status."""
        return self.answer.status

    @property
    def document(self) -> dict[str, Any]:
        """The answer's body as a JSON object; an empty one where it is something else."""
        return self.answer.document

    @property
    def path(self) -> str:
        """Path and query of the request."""
        rest = self.request.url.split("://", 1)[-1]
        return "/" + rest.split("/", 1)[1] if "/" in rest else "/"

    def __str__(self) -> str:
        return f"{self.request.method} {self.path} → {self.answer.line}"


def _deeper(value: Any, levels: int) -> bool:
    """Whether a JSON value is nested deeper than some levels: what reads it later goes down by recursion."""
    layer = [value]
    for _ in range(levels):
        layer = [m for v in layer if isinstance(v, (dict, list)) for m in (v.values() if isinstance(v, dict) else v)]
    return bool(layer)


def _no_json(word: str) -> None:
    raise ValueError(f"{word} is no JSON value")


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
