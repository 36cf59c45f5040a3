"""The mock on a port."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn

from scim_contract.mock.app import create_app
from scim_contract.mock.settings import Settings
from scim_contract.mock.wire import Asgi

HOST = "127.0.0.1"
_STOPS = (signal.SIGTERM, signal.SIGINT)


def serve(settings: Settings, port: int, ready: Callable[[str], None]) -> None:
    """Serve a mock until SIGTERM or SIGINT; requests under way are answered first.

    :param port: where to listen on 127.0.0.1; 0 takes a free port.
    :param ready: called with the base URL as soon as connections are accepted.
    :raises FileNotFoundError: where there is no such edition.
    :raises OSError: where the port is taken.
    """
    serve_app(create_app(settings), port, ready)


def serve_app(app: Asgi, port: int, ready: Callable[[str], None]) -> None:
    """Serve an application in the same way."""
    with _listening(port) as listener, _quiet_after_stop():
        ready(_url(listener))
        _server(app).run(sockets=[listener])


@contextmanager
def running(settings: Settings, wrap: Callable[[Asgi], Asgi] = lambda app: app) -> Iterator[str]:
    """A mock on a free port, in a thread of this process; gives its base URL.

    :param wrap: puts something around the application, such as the latency of a far server.
    """
    with running_app(wrap(create_app(settings))) as url:
        yield url


@contextmanager
def running_app(app: Asgi) -> Iterator[str]:
    """An application on a free port, in a thread of this process; gives its base URL.

    It ends at once: whoever has it in its own process has had its answers, and uvicorn's way out takes 0.2 seconds.
    """
    with _listening(0) as listener:
        server, loop = _server(app), asyncio.new_event_loop()
        thread = threading.Thread(target=_serve_until_cancelled, args=(server, loop, listener), daemon=True)
        thread.start()
        try:
            yield _url(listener)
        finally:
            loop.call_soon_threadsafe(_cancel, server)
            thread.join(timeout=10)


def _serve_until_cancelled(server: uvicorn.Server, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner, suppress(asyncio.CancelledError):
        runner.run(server.serve(sockets=[listener]))


def _cancel(server: uvicorn.Server) -> None:
    """Close every connection and have all that runs in this loop end."""
    for each in server.servers if server.started else ():
        each.close()
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    for task in asyncio.all_tasks():
        task.cancel()


def _server(app: Asgi) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=1_000_000,
        )
    )


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """A socket that takes connections already: those that come before the server runs wait for it."""
    # The protocol is named since asyncio switches Nagle off only where it is; else each answer waits 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
        yield listener


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"


@contextmanager
def _quiet_after_stop() -> Iterator[None]:
    """uvicorn raises the signal that stopped it again once it has stopped: then it means nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in _STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
