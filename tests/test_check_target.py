"""check-target: what it says of a target before anything is written, and that a real run then agrees."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.mock.settings import Client
from scim_contract.mock.wire import Reply, Seen, Tamper
from tests.commands import call, directory, invoke, report
from tests.servers import one_client_each, serving

ONE_PREFIX = ("--prefix", "v1")  # the other one is as long again
TOLD = re.compile(r"^ +(\d+) × (.*)$", re.MULTILINE)
NOTHING = 'title eq "no such title"'
ALL = load("2019").permissions


def poor_config(seen: Seen, reply: Reply) -> None:
    """A service provider configuration that declares less."""
    if seen.path.lower().endswith("serviceproviderconfig") and reply.ok and reply.body:
        document = reply.json
        document["filter"].pop("maxResults", None)
        document.pop("etag", None)
        reply.put(document)


def untested(folder: Path) -> dict[str, int]:
    """How often a run gave each reason for leaving something untested."""
    rows = report(folder, "broken")["results"]
    return dict(Counter(row["reason"] for row in rows if row["verdict"] == "untested"))


@pytest.mark.parametrize(
    ("held", "tamper", "settings"),
    [
        ([set(ALL) - {"directory:user:setPassword"}, set()], Tamper(after=poor_config), {"group": ""}),
        ([set(ALL)], Tamper(), {"sandbox": False, "wide_user_filter": None, "wide_group_filter": "displayName xx 3"}),
    ],
    ids=["two clients, no group, little declared", "reads only, no filter for users, a refused one for groups"],
)
def test_a_real_run_leaves_untested_what_was_foretold(
    held: list[set[str]], tamper: Tamper, settings: dict[str, Any], tmp_path: Path
) -> None:
    clients = tuple(Client(f"client-{n}", f"secret-{n}", frozenset(each)) for n, each in enumerate(held))
    with serving(tamper, clients) as server:
        server.write_profile(tmp_path, **settings)
        told = call(tmp_path, "check-target", "broken", *ONE_PREFIX)
        assert told.code == 0, told.text
        call(tmp_path, "run", "--target", "broken", *ONE_PREFIX, "--fuzz", "0")
    foretold = {reason: int(number) for number, reason in TOLD.findall(told.text)}
    assert foretold == untested(tmp_path)
    number = sum(foretold.values())
    assert f"What it cannot show: {number} of {len(report(tmp_path, 'broken')['results'])} atomic claims" in told.text


def test_nothing_is_written_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with serving() as server:
        server.write_profile(tmp_path, group="NoSuchGroup")
        before = directory(server.url)
        told = invoke("check-target", "broken")
        assert directory(server.url) == before
        assert {seen.method for seen in server.log if seen.path != "/oauth/token"} == {"GET"}
    assert told.code == 2
    assert "[no] target broken has no group 'NoSuchGroup'; create it, or name another in the profile" in told.text
    assert told.last == "Not ready: exit 2"
    assert [path.name for path in tmp_path.iterdir()] == ["targets.toml"]


def test_every_client_that_is_refused_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second, *others = one_client_each()
    wrong = tuple(Client(client.id, "wrong", client.permissions) for client in (first, second))
    with serving() as server:
        (tmp_path / "targets.toml").write_text(server.profile(clients=(*wrong, *others)), "utf-8")
        told = invoke("check-target", "broken")
    assert told.code == 2
    assert told.text.count("[no] ") == 2
    assert told.text.count("[ok] ") == len(others)
    assert "wrong" not in told.text


def test_a_server_that_is_not_there_is_the_networks_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = invoke("check-target", "http://127.0.0.1:9")
    assert (told.code, told.last) == (3, "Not ready: exit 3")
    assert "[no] target 127.0.0.1-9 cannot be reached: " in told.text
    assert invoke("check-target", "nobody").code == 2
    assert "no area 'etag'; did you mean 'etags'?" in invoke("check-target", "mock", "--area", "etag").text


def test_filters_that_find_nothing_or_are_refused_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scim_contract.readiness.command.rehearse", lambda *given: json.loads("null"))
    monkeypatch.setattr("scim_contract.readiness.shown.show_rehearsal", lambda *given: None)
    with serving() as server:
        server.write_profile(tmp_path, wide_user_filter=NOTHING, wide_group_filter="displayName xx 3")
        told = invoke("check-target", "broken")
    assert f"[no] v1: {NOTHING}: matches no users" in told.text
    assert "[no] v2: displayName xx 3: answered 400 Bad Request without a list" in told.text
    assert told.code == 0
