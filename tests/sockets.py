"""A server that says exactly the bytes a test gives it, and keeps exactly the bytes it was sent."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Say = bytes | Callable[[socket.socket], None]


@dataclass
class Spoken:
    """A running server and the requests that came, head and body as bytes."""

    url: str
    requests: list[bytes] = field(default_factory=list)

    @property
    def head(self) -> bytes:
        """The head of the last request."""
        return self.requests[-1].split(b"\r\n\r\n")[0]

    @property
    def names(self) -> list[bytes]:
        """The names of the headers of the last request, in lower case."""
        return [line.split(b":")[0].lower() for line in self.head.split(b"\r\n")[1:]]


def answer(status: str = "200 OK", body: bytes = b"{}", *headers: str) -> bytes:
    """A whole answer that ends its connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def hang_up(connection: socket.socket) -> None:
    """Break the connection without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def speaking(*says: Say, tls: ssl.SSLContext | None = None) -> Iterator[Spoken]:
    """Answer the first request with the first thing to say, and so on; the last one goes on for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        spoken = Spoken(f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}")
        threading.Thread(target=_serve, args=(listener, spoken, says, tls), daemon=True).start()
        try:
            yield spoken
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, spoken: Spoken, says: tuple[Say, ...], tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, spoken, says, tls), daemon=True).start()


def _answer(connection: socket.socket, spoken: Spoken, says: tuple[Say, ...], tls: ssl.SSLContext | None) -> None:
    with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
        stack.enter_context(connection)
        if tls is not None:
            connection = stack.enter_context(tls.wrap_socket(connection, server_side=True))
        request = _request(connection)
        if not request:
            return
        say = says[min(len(spoken.requests), len(says) - 1)]
        spoken.requests.append(request)
        if isinstance(say, bytes):
            connection.sendall(say)
        else:
            say(connection)


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    while len(body) < int(length.group(1) if length else 0):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
