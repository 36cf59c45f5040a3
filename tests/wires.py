"""Sending one request through the transport to a server that a test scripts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.mock.settings import Client as MockClient
from scim_contract.targets import Client, Target
from scim_contract.transport import Exchange, Masker, Secret, Transport, Unreachable, Wire
from scim_contract.transport import http as http_module
from tests.sockets import Say, answer, speaking

CONTRACT = load("2019")
GET_USER = CONTRACT.operation("get_scim_user")
ANN = Client("ann", Secret("secret-of-ann"), frozenset({"directory:user:view"}))
BEN = Client("ben", Secret("secret-of-ben"), frozenset({"directory:group:edit"}))


def wire(url: str, method: str = "GET", client: Client | None = None, **more: Any) -> Wire:
    values: dict[str, Any] = {"headers": (), "body": None, "token": "" if client is None else None, **more}
    values = {"operation": GET_USER, **values}
    return Wire("read/get_scim_user/plain#1", method=method, url=url, client=client, **values)


@contextmanager
def transport(url: str, *clients: Client, token_url: str = "", **more: Any) -> Iterator[Transport]:
    values = {"rate_limit": 0, "timeout_seconds": 5, **more}
    target = Target("test", url, token_url=token_url or f"{url}/oauth/token", clients=clients, **values)
    opened = Transport(target, Masker())
    try:
        yield opened
    finally:
        opened.close()


def fetch(*says: Say, method: str = "GET", **more: Any) -> Exchange:
    """What one request to a server that says these things gives."""
    with speaking(*says) as server, transport(server.url) as sender:
        return sender.send(wire(f"{server.url}/x", method, **more))


def unanswered(*says: Say, method: str = "GET", **settings: Any) -> tuple[str, int]:
    """Why a request to a server that says these things has no answer, and how often it was sent."""
    with speaking(*says) as server, transport(server.url, **settings) as sender:
        with pytest.raises(Unreachable) as told:
            sender.send(wire(f"{server.url}/x", method))
        return told.value.what.replace(server.url, ""), len(server.requests)


def token(value: str = "the-token-itself", **more: Any) -> bytes:
    """What a token endpoint says."""
    return answer("200 OK", json.dumps({"access_token": value, "token_type": "bearer", **more}).encode())


def mock_client(client: Client) -> MockClient:
    """A client as the mock knows it."""
    return MockClient(client.id, str(client.secret), client.permissions)


def without_sleep(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, not waited for."""
    pauses: list[float] = []
    monkeypatch.setattr(http_module, "time", SimpleNamespace(**{**vars(time), "sleep": pauses.append}))
    return pauses
