"""What the mock tells about itself when it is started with `admin`: for tests, not for clients."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.etags import etag
from scim_contract.mock.representation import timestamp
from scim_contract.mock.routes import CLIENT_KEY

PREFIX = "/_mock/"


@dataclass(frozen=True)
class RequestLog:
    """The requests that came, the oldest forgotten first."""

    entries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=50_000))

    def note(self, scope: Scope, start: Message) -> None:
        """Note a request and the start of its response."""
        sent = dict(start["headers"])
        came = dict(scope["headers"])
        self.entries.append(
            {
                "method": scope["method"],
                "path": scope["path"],
                "query": scope["query_string"].decode("latin-1"),
                "client": scope.get(CLIENT_KEY),
                "status": start["status"],
                "content_type": came.get(b"content-type", b"").decode("latin-1") or None,
                "answer_type": sent.get(b"content-type", b"").decode("latin-1") or None,
                "correlation_id": sent.get(b"inin-correlation-id", b"").decode("latin-1"),
            }
        )


def admin_routes(directory: Directory, log: RequestLog) -> list[Route]:
    """GET /_mock/state and GET /_mock/log."""

    async def state(request: Request) -> Response:
        with directory.lock:
            return JSONResponse(
                {
                    "users": [_state_of(record) for record in directory.users.values()],
                    "groups": [_state_of(record) for record in directory.groups.values()],
                }
            )

    async def requests(request: Request) -> Response:
        return JSONResponse(list(log.entries))

    return [Route(f"{PREFIX}state", state), Route(f"{PREFIX}log", requests)]


def _state_of(record: Record) -> dict[str, Any]:
    """A resource as stored. `version` and `modified` move with writes; the rest is what was written."""
    password = None if record.password is None else hashlib.sha256(record.password.encode()).hexdigest()
    return {
        "id": record.id,
        "content": dict(record.content),
        "password": password,
        "version": etag(record.version),
        "modified": timestamp(record.modified),
    }
