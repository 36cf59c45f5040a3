"""Servers for tests: the mock over a real socket, with what a test makes of its requests and answers."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvicorn

from scim_contract.contract import load
from scim_contract.mock.app import create_app
from scim_contract.mock.settings import Client, Settings

Message = MutableMapping[str, Any]
Asgi = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


@dataclass
class Seen:
    """A request as a test sees it; what it changes goes on to the mock."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """An answer as a test sees it; what it changes is what the client gets."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    def put(self, document: Any) -> None:
        """Replace the body by a JSON document."""
        self.body = json.dumps(document, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Tamper:
    """What to do to requests before the mock sees them, and to answers before the client does.

    `before` may answer in the mock's place by returning a Reply.
    """

    before: Callable[[Seen], Reply | None] = lambda seen: None
    after: Callable[[Seen, Reply], None] = lambda seen, reply: None


@dataclass
class Server:
    """A running server, with a profile for it."""

    url: str
    clients: tuple[Client, ...]
    log: list[Seen] = field(default_factory=list)

    def profile(self, name: str = "broken", clients: tuple[Client, ...] | None = None, **settings: Any) -> str:
        """A targets.toml with this server as a sandbox."""
        values: dict[str, Any] = {
            "base_url": self.url, "token_url": f"{self.url}/oauth/token", "sandbox": True,
            "group": "ConformanceSandbox",
            "wide_user_filter": "active eq true", "wide_group_filter": "displayName pr", "rate_limit": 0, **settings,
        }  # fmt: skip
        lines = [f"[targets.{name}]", *(f"{k} = {json.dumps(v)}" for k, v in values.items() if v is not None)]
        for client in self.clients if clients is None else clients:
            lines += [f"[[targets.{name}.clients]]", f'id = "{client.id}"', f'secret = "{client.secret}"']
            lines.append(f"permissions = {json.dumps(sorted(client.permissions))}")
        return "\n".join(lines) + "\n"

    def write_profile(self, folder: Path, **settings: Any) -> Path:
        """Write `profile` to targets.toml in a folder."""
        path = folder / "targets.toml"
        path.write_text(self.profile(**settings), "utf-8")
        return path


def one_client_each() -> tuple[Client, ...]:
    """A client for each permission, and one with none."""
    permissions = load("2019").permissions
    held = [frozenset({p}) for p in permissions] + [frozenset[str]()]
    return tuple(Client(f"client-{n}", f"secret-of-client-{n}", p) for n, p in enumerate(held, 1))


@contextmanager
def serving(tamper: Tamper | None = None, clients: tuple[Client, ...] | None = None) -> Iterator[Server]:
    """The mock, tampered with, on a free port in a thread of this process."""
    given = one_client_each() if clients is None else clients
    settings = Settings(clients=given, admin=True)
    server = Server("", given)
    app = _tampered(create_app(settings), tamper or Tamper(), server.log)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False, date_header=False
        )
        uvicorn_server = uvicorn.Server(config)
        thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            uvicorn_server.should_exit = True
            thread.join(timeout=10)


def _tampered(app: Asgi, tamper: Tamper, log: list[Seen]) -> Asgi:
    async def tampered(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        seen = await _seen(scope, receive)
        log.append(seen)
        reply = tamper.before(seen)
        if reply is None:
            reply = await _ask(app, scope, seen)
            tamper.after(seen, reply)
        headers = {k: v for k, v in reply.headers.items() if k.lower() != "content-length"}
        if reply.body or reply.status not in (204, 304):
            headers["content-length"] = str(len(reply.body))
        raw = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await send({"type": "http.response.body", "body": reply.body})

    return tampered


async def _seen(scope: MutableMapping[str, Any], receive: Any) -> Seen:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    return Seen(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)


async def _ask(app: Asgi, scope: MutableMapping[str, Any], seen: Seen) -> Reply:
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
