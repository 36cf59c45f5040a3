"""Exchanges made by hand, and a workspace that sends nothing: for judging what no server was asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import certifi
import pytest

from scim_contract.contract import Atom, load, plan
from scim_contract.org import Workspace
from scim_contract.org.ledger import Ledger
from scim_contract.targets import Client, Target
from scim_contract.transport import Answer, Exchange, Masker, Request, Secret, Transport

CONTRACT = load("2019")
URL = "https://scim.test"
VIEWER = Client("viewer", Secret("secret-of-viewer"), frozenset({"directory:user:view"}))


def exchange(
    operation: str = "get_scim_user",
    status: int = 200,
    body: Any = None,
    *,
    path: str | None = None,
    method: str | None = None,
    sent: Mapping[str, str] | None = None,
    sent_body: bytes | None = None,
    headers: Iterable[tuple[str, str]] = (("Content-Type", "application/json"),),
    client: str = "directory:user:view",
    retries: tuple[str, ...] = (),
    strange: bool = False,
    step: str = "read/get_scim_user/plain#1",
    broken: str | None = None,
) -> Exchange:
    """An exchange; a body that is no bytes is sent as JSON."""
    asked = CONTRACT.operation(operation)
    url = URL + (path or asked.path.replace("{userId}", "u1").replace("{groupId}", "g1"))
    given = {"Accept": "application/json"} if sent is None else sent
    request = Request(method or asked.method, url, tuple(given.items()), sent_body)
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    answer = Answer(status, tuple(headers), raw, broken=broken)
    return Exchange(step, asked, client, request, answer, retries, strange)


def workspace(folder: Path, *clients: Client, sandbox: bool = True) -> Workspace:
    """A workspace whose target is never asked."""
    target = Target("test", URL, token_url=f"{URL}/oauth/token", sandbox=sandbox, clients=clients)
    masker = Masker()
    return Workspace(CONTRACT, target, Transport(target, masker), Ledger(folder, "test", "20261124t070001-4f2a"))


def quick_trust(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Trust one authority in place of all, which take a tenth of a second to read for each transport."""
    first = Path(certifi.where()).read_text("utf-8").split("-----END CERTIFICATE-----")[0]
    path = folder / "one-authority.pem"
    path.write_text(f"{first}-----END CERTIFICATE-----\n", "utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


def atoms_of(claim: str, operation: str) -> tuple[Atom, ...]:
    """The atomic claims of a claim for one operation."""
    return tuple(a for a in plan(CONTRACT, claims=[claim]) if a.claim == claim and a.operation == operation)


def bad(status: int = 500, **more: object) -> Exchange:
    """A refusal, or a breakdown, with few words."""
    return exchange(status=status, body={"detail": "no luck", "status": str(status)}, **more)  # type: ignore[arg-type]
