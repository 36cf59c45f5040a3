"""A proxy that tunnels every CONNECT to one server, wherever it was to lead."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """A running proxy, and the heads of the requests that it was sent."""

    url: str
    heads: list[bytes] = field(default_factory=list)


@contextmanager
def proxying(to: str) -> Iterator[Proxy]:
    """A proxy on a free port whose tunnels end at a server of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(f"http://127.0.0.1:{listener.getsockname()[1]}")
        port = urlsplit(to).port
        assert port is not None
        threading.Thread(target=_serve, args=(listener, proxy, port), daemon=True).start()
        try:
            yield proxy
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, proxy: Proxy, port: int) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_tunnel, args=(connection, proxy, port), daemon=True).start()


def _tunnel(connection: socket.socket, proxy: Proxy, port: int) -> None:
    with connection, contextlib.suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65_536)
        proxy.heads.append(head)
        with socket.create_connection(("127.0.0.1", port)) as server:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _pass_on(connection, server)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    while True:
        ready, _, _ = select.select([one, other], [], [])
        for each in ready:
            data = each.recv(65_536)
            if not data:
                return
            (other if each is one else one).sendall(data)
