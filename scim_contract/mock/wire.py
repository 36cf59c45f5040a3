"""Requests and answers on their way into and out of the mock, for what breaks or bends them there."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from scim_contract.contract import Operation
from scim_contract.mock.directory import Directory

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


@dataclass
class Seen:
    """A request on its way to the mock, which sees what is made of it here.

    `operation` is the id of the operation that it is for, None where it is for none. `path` is as it
    was sent, percent signs and all; header names are in lower case. `memory` lives as long as the
    server and belongs to one plant; `note` is a place for what `after` must know of `before`.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    operation: str | None = None
    directory: Directory | None = None
    memory: dict[str, Any] = field(default_factory=dict)
    note: dict[str, Any] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        """The body as JSON, None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def put(self, document: Any) -> None:
        """Replace the body by a JSON document."""
        self.body = _encoded(document)

    @property
    def item(self) -> str:
        """The last segment of the path, decoded: of a request for one resource, its id."""
        return unquote(self.path.rpartition("/")[2])

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters, decoded."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def ask(self, **parameters: str | None) -> None:
        """Set parameters of the query; None removes one."""
        asked = {**self.parameters, **parameters}
        self.query = urlencode({k: v for k, v in asked.items() if v is not None}, quote_via=quote)


@dataclass
class Reply:
    """An answer on its way to the client, who sees what is made of it here. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON, None where there is none."""
        return json.loads(self.body) if self.body else None

    def put(self, document: Any) -> None:
        """Replace the body by a JSON document."""
        self.body = _encoded(document)

    @property
    def ok(self) -> bool:
        """Whether it tells of success."""
        return 200 <= self.status < 300


def _encoded(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Tamper:
    """What is done to requests before the mock sees them, and to answers before the client does.

    `before` may answer in the mock's place by returning a Reply.
    `seconds` is how long every answer is held back. Where `operations` are given, it meets only their requests.
    """

    before: Callable[[Seen], Reply | None] = lambda seen: None
    after: Callable[[Seen, Reply], None] = lambda seen, reply: None
    seconds: float = 0
    operations: frozenset[str] | None = None
    memory: dict[str, Any] = field(default_factory=dict)

    def meets(self, seen: Seen) -> bool:
        """Whether a request is one that it meets."""
        return self.operations is None or seen.operation in self.operations


def tampered(
    app: Asgi,
    tampers: Sequence[Tamper],
    operations: Iterable[Operation] = (),
    directory: Directory | None = None,
    log: Callable[[Seen], None] = lambda seen: None,
) -> Asgi:
    """An application with tampers around it, the first one nearest to the client.

    :param operations: of the contract, so that a request is known by its operation.
    :param directory: what the application keeps, for a tamper that changes it.
    :param log: is told of every request as it came.
    """
    known = [(operation.method, _pattern(operation.path), operation.id) for operation in operations]

    async def wrapped(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        seen = await _seen(scope, receive)
        seen.operation = next((i for m, p, i in known if m == seen.method and p.fullmatch(seen.path)), None)
        seen.directory = directory
        log(seen)
        met = [tamper for tamper in tampers if tamper.meets(seen)]
        await asyncio.sleep(sum(tamper.seconds for tamper in met))
        await _sent(await _through(app, scope, seen, met), send)

    return wrapped


async def _through(app: Asgi, scope: MutableMapping[str, Any], seen: Seen, met: Sequence[Tamper]) -> Reply:
    passed: list[Tamper] = []
    reply = None
    for tamper in met:
        seen.memory = tamper.memory
        reply = tamper.before(seen)
        if reply is not None:
            break
        passed.append(tamper)
    if reply is None:
        reply = await _asked(app, scope, seen)
    for tamper in reversed(passed):
        seen.memory = tamper.memory
        tamper.after(seen, reply)
    return reply


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


async def _seen(scope: MutableMapping[str, Any], receive: Receive) -> Seen:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers: dict[str, str] = {}
    for name, value in ((k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in scope["headers"]):
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    return Seen(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)


async def _asked(app: Asgi, scope: MutableMapping[str, Any], seen: Seen) -> Reply:
    raw = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in seen.headers.items() if k != "content-length"]
    if seen.body:
        raw.append((b"content-length", str(len(seen.body)).encode()))
    inner = {**scope, "method": seen.method, "query_string": seen.query.encode("latin-1"), "headers": raw}
    if seen.path.encode("latin-1") != scope.get("raw_path", scope["path"].encode()):
        inner |= {"path": unquote(seen.path), "raw_path": seen.path.encode("latin-1")}
    reply = Reply(0, {}, b"")

    async def receive() -> Message:
        return {"type": "http.request", "body": seen.body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in message["headers"]}
        else:
            reply.body += message.get("body", b"")

    await app(inner, receive, send)
    return reply


async def _sent(reply: Reply, send: Send) -> None:
    headers = {k: v for k, v in reply.headers.items() if k.lower() != "content-length"}
    if "transfer-encoding" not in headers and (reply.body or reply.status not in (204, 304)):
        headers["content-length"] = str(len(reply.body))
    raw = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": reply.body})
