"""No output of a run tells a secret, however it fails and whatever pytest is asked to show."""

from __future__ import annotations

import base64
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from scim_contract.mock.faults.acting import error
from tests.commands import call, directory, report
from tests.servers import Reply, Seen, Tamper, is_on, one_client_each, serving

RAISER = """
from scim_contract.org.org import Org
look = Org.look
def raising(self, resource, prefix, **more):
    seen = look(self, resource, prefix, **more)
    if prefix == "v1" and "has-etag" in self.act or "header-quoted" in self.act:
        token = str(self.workspace.transport.tokens.token(self.workspace.target.clients[0])) and None
        raise RuntimeError(f"a defect of the suite, with {self.workspace.target!r} and {seen!r}")
    return seen
Org.look = raising
"""
CLAIMS = ("filters.equality", "etags.header-quoted", "permissions.lacking-refused", "lifecycle.set-password")
SHORTEST = 6
KINDS = ("userName", "displayName", "externalId")


@dataclass
class Canaries:
    """What nobody may be told, by what it is."""

    found: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, value: Any) -> None:
        if isinstance(value, str) and len(value) >= SHORTEST:
            self.found.setdefault(kind, set()).add(value)

    def shapes(self) -> Iterator[tuple[str, str]]:
        """Each in every shape in which it may stand in a text."""
        for kind, values in self.found.items():
            for value in values:
                for shape in {value, quote(value), quote(value, safe=""), json.dumps(value)[1:-1]}:
                    yield kind, shape
                if kind in ("secret", "token", "password"):
                    yield kind, base64.b64encode(value.encode()).decode()


def hear(canaries: Canaries, seen: Seen, reply: Reply | None) -> None:
    """Take tokens and passwords from what goes over the wire."""
    if reply is not None and seen.path == "/oauth/token" and reply.ok:
        canaries.add("token", reply.json["access_token"])
    for value in re.findall(rb'"password"\s*:\s*"([^"]+)"', seen.body):
        canaries.add("password", value.decode())
    for value in re.findall(rb'"path"\s*:\s*"password"[^}]*"value"\s*:\s*"([^"]+)"', seen.body):
        canaries.add("password", value.decode())


def know_strangers(canaries: Canaries, users: list[dict[str, Any]]) -> None:
    for user in users:
        content = user["content"]
        for name in KINDS:
            canaries.add(f"a stranger's {name}", content.get(name))
        for each in (*content.get("emails", ()), *content.get("phoneNumbers", ())):
            canaries.add("a stranger's address", each.get("value"))


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_no_output_of_a_failing_run_tells_a_secret(workers: tuple[str, ...], tmp_path: Path) -> None:
    canaries = Canaries()
    clients = tuple(
        replace(client, secret=f"sécret/of={number}-{client.id}") for number, client in enumerate(one_client_each())
    )

    def before(seen: Seen) -> Reply | None:
        hear(canaries, seen, None)
        if is_on(seen, "PATCH", "/scim/users/"):  # an answer that tells what it was asked with
            return error(500, f"Cannot do {seen.headers} with {seen.body.decode('utf-8', 'replace')}")
        if is_on(seen, "GET", "/scim/v2/users") and "filter" in seen.parameters:
            seen.ask(filter="active eq true")  # finds everybody
        if is_on(seen, "DELETE", "/users/"):
            return Reply(204, {}, b"")  # so that the ledger stays
        return None

    with serving(Tamper(before, lambda seen, reply: hear(canaries, seen, reply)), clients) as server:
        for client in clients:
            canaries.add("secret", client.secret)
        know_strangers(canaries, directory(server.url)["users"])
        server.write_profile(tmp_path)
        (tmp_path / "raiser.py").write_text(RAISER, "utf-8")
        words = [word for claim in CLAIMS for word in ("--claim", claim)]
        loud = (
            "-l",
            "--showlocals",
            "--tb=long",
            "--log-level=debug",
            "--log-cli-level=debug",
            "-rA",
            "-s",
            "-p",
            "raiser",
        )
        told = call(
            tmp_path, "run", "--target", "broken", *words, "--record", "night.har", "--", *loud, *workers,
            PYTHONPATH=os.pathsep.join([str(tmp_path), *sys.path]),
        )  # fmt: skip
    assert told.code == 1, told.text
    document = report(tmp_path, "broken")
    assert document["counts"]["violated"] > 0
    assert any("a defect of the suite" in (row["reason"] or "") for row in document["results"])
    assert {"secret", "token", "password", "a stranger's userName"} <= set(canaries.found)
    outputs = {"what it printed": told.text}
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name not in ("targets.toml", "raiser.py") and path.suffix != ".pyc":
            outputs[str(path.relative_to(tmp_path))] = path.read_text("utf-8", "replace")
    names = " ".join(outputs)
    for part in ("junit.xml", "allure-results/", "report.json", "summary.md", "night.har", ".jsonl"):
        assert part in names
    heads = {text[n : n + SHORTEST] for text in outputs.values() for n in range(len(text))}
    shapes = [(kind, shape) for kind, shape in sorted(set(canaries.shapes())) if shape[:SHORTEST] in heads]
    betrayed = [
        f"{kind} in {name}: …{text[max(0, text.index(shape) - 80) : text.index(shape) + 60]}…"
        for name, text in outputs.items()
        for kind, shape in shapes
        if shape in text
    ]
    assert not betrayed, "\n".join(betrayed[:20]) + f"\n{len(betrayed)} in all"
