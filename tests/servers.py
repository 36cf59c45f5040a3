"""Servers for tests: the mock over a real socket, with what a test makes of its requests and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scim_contract.contract import load
from scim_contract.mock.app import create_app
from scim_contract.mock.serve import running_app
from scim_contract.mock.settings import Client, Settings
from scim_contract.mock.wire import Reply, Seen, Tamper, tampered

__all__ = ["Reply", "Seen", "Server", "Tamper", "is_on", "one_client_each", "serving"]


def is_on(seen: Seen, method: str, path: str) -> bool:
    """Whether a request is of a method, on a path that holds a text."""
    return seen.method == method and path in seen.path


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
def serving(
    tamper: Tamper | None = None,
    clients: tuple[Client, ...] | None = None,
    variants: tuple[str, ...] = (),
    faults: tuple[str, ...] = (),
) -> Iterator[Server]:
    """The mock, tampered with, on a free port in a thread of this process."""
    given = one_client_each() if clients is None else clients
    settings = Settings(clients=given, admin=True, variants=frozenset(variants), faults=frozenset(faults))
    server = Server("", given)
    app = tampered(create_app(settings), [tamper or Tamper()], log=server.log.append)
    with running_app(app) as server.url:
        yield server
