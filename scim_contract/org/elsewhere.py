"""Links that point at another host than the target's: whether anybody can be there for those who follow them."""

from __future__ import annotations

import errno
import ipaddress
import socket
from urllib.parse import SplitResult
from urllib.request import getproxies, proxy_bypass

from scim_contract.org.org import Org

_PORTS = {"http": 80, "https": 443}
_SECONDS = 5.0
_WITHIN = (".local", ".localhost", ".localdomain", ".internal", ".lan", ".svc")
_NOBODY = (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ECONNRESET)


def nobody_at(org: Org, link: SplitResult) -> str | None:
    """Why a link to another host leads nowhere; None where somebody answers, or nobody here can tell.

    It can be told of a host that is known within some network alone, such as the one behind a proxy that its server
    takes for its own: whoever reached the server would reach that, too. Other hosts may be there for others. Nothing
    is sent but a HEAD of its root.
    """
    host, port = link.hostname, link.port or _PORTS.get(link.scheme)
    if host is None or port is None or not _within(host) or _proxied(link.scheme, host):
        return None
    why: str | None = org.once(("nobody at", host, port), lambda: _no_answer(host, port, link.scheme == "http"))
    return why and f"nothing answers at {host}:{port} ({why})"


def _within(host: str) -> bool:
    """Whether a host is known within a network alone: a private address, or a name that no registry gives."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.rstrip(".").lower()
        return "." not in name or name.endswith(_WITHIN)
    return address.is_private or address.is_loopback or address.is_link_local


def _proxied(scheme: str, host: str) -> bool:
    """Whether this machine asks such hosts through a proxy, which alone knows them."""
    return scheme in getproxies() and not proxy_bypass(host)


def _no_answer(host: str, port: int, plainly: bool) -> str | None:
    try:
        with socket.create_connection((host, port), timeout=_SECONDS) as connection:
            if plainly:  # without TLS, that is
                connection.sendall(f"HEAD / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
                return None if connection.recv(1) else "the connection is closed without an answer"
    except TimeoutError:
        return f"nothing within {_SECONDS:g} seconds"
    except socket.gaierror as error:
        return "the name is unknown" if error.errno in (socket.EAI_NONAME, socket.EAI_NODATA) else None
    except (OSError, UnicodeError) as error:
        number = error.errno if isinstance(error, OSError) else None
        return str(error.args[-1]) if number in _NOBODY else None
    return None
