"""The recording server: keeps every request as it came over the wire, and answers what it is told to.

The standard library's server, since only raw sockets show a target before anything decodes it, and reset a
connection.
"""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.secret import Secret
from scim_contract.transport import Answer

TOKEN_PATHS = ("/oauth/token", "/token")
_RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends RST


@dataclass(frozen=True)
class Recorded:
    """One request as it came: the target undecoded, the headers unmasked; `malformed` where it is no HTTP."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    answer: Answer
    malformed: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Scripted:
    """What the server is to answer; a content type is chosen by the request's Accept where none is given."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    reset: bool = False

    @classmethod
    def json(cls, status: int, document: Any, *headers: tuple[str, str]) -> Scripted:
        """An answer with a JSON body."""
        return cls(status, json.dumps(document, ensure_ascii=False).encode(), headers)


@dataclass
class Recorder:
    """A recording server on a free port of this machine; `url` is where it is."""

    script: Scripted = field(default_factory=Scripted)
    client: str = "scim-contract-gate"
    secret: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(24)))
    token: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(24)))
    seen: list[Recorded] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    total: int = 0

    def start(self, context: ssl.SSLContext | None = None, name: str = "localhost") -> None:
        """Begin to serve, over TLS and under a name where a context is given."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.recorder = self
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        self.url = f"https://{name}:{self.port}" if context else f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()

    def keep(self, recorded: Recorded) -> None:
        """Note a request."""
        with self.lock:
            self.total += 1
            self.seen.append(recorded)

    def take(self) -> tuple[Recorded, ...]:
        """What came since the last time."""
        with self.lock:
            taken, self.seen = tuple(self.seen), []
        return taken

    def scripted(self, method: str, target: str, accept: str) -> Scripted:
        """The answer to a request: a token at the token endpoints, else what was scripted."""
        if method == "POST" and target.split("?")[0] in TOKEN_PATHS:
            granted = {"access_token": str(self.token), "token_type": "bearer", "expires_in": 86400}
            return Scripted.json(200, granted, ("Content-Type", JSON))
        told = self.script
        if not told.body or any(name.lower() == "content-type" for name, _ in told.headers):
            return told
        return Scripted(told.status, told.body, (("Content-Type", _acceptable(accept)), *told.headers), told.reset)


def _acceptable(accept: str) -> str:
    """The first documented media type that an Accept header names."""
    named = [word.split(";")[0].strip().lower() for word in accept.split(",")]
    return next((word for word in named if word in (JSON, SCIM_JSON)), JSON)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    recorder: Recorder

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is the caller's business; nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1  # an answer in one packet: written in two, the second waits for the first to be acknowledged
    server: _Server
    raw_requestline: bytes

    def parse_request(self) -> bool:
        """Note a request that is no HTTP as well: its first line is the evidence."""
        good = super().parse_request()
        if not good:
            line = str(self.raw_requestline, "latin-1").rstrip("\r\n")
            method, _, target = line.partition(" ")
            answer = Answer(400, (), b"")
            self.server.recorder.keep(Recorded(method, target, (), b"", answer, malformed=True))
        return good

    def answer(self) -> None:
        """Record the request and answer it."""
        recorder = self.server.recorder
        target = self.requestline.split(" ")[1]  # self.path has lost a slash where the target begins with two
        body = self._body()
        told = recorder.scripted(self.command, target, self.headers.get("Accept", ""))
        answer = Answer(told.status, told.headers, told.body)
        recorder.keep(Recorded(self.command, target, tuple(self.headers.items()), body, answer))
        if told.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.connection.close()
            self.close_connection = True
            return
        self.send_response(told.status)
        for name, value in told.headers:
            self.send_header(name, value)
        if told.status not in (204, 304):
            self.send_header("Content-Length", str(len(told.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            parts: list[bytes] = []
            while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""
