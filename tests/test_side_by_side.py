"""Requests whose order does not matter: side by side in a worker, one after the other in a run without."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from scim_contract.org import Org, Workspace
from scim_contract.org.cleanup import clean
from scim_contract.org.crowd import SIZE, gather_own
from scim_contract.org.workspace import Resource
from scim_contract.plugin import run as runs
from scim_contract.plugin.ending import finish
from scim_contract.plugin.options import Settings
from scim_contract.transport import Exchange, Unreachable, Wire
from tests.commands import directory
from tests.exchanges import VIEWER, exchange, workspace
from tests.servers import Reply, Seen, Server, Tamper, serving

USERS = ("first", "lost", "third", "fourth")


def asked_about(users: tuple[str, ...], own: Workspace) -> list[Exchange | Unreachable]:
    org = Org(own, "test")
    questions = [{"resource": Resource("users", user), "case": user} for user in users]
    return list(org.ask_together(org.operation("v1", "get_user"), questions))


@pytest.mark.parametrize("at_once", [1, 4])
def test_answers_are_taken_down_in_the_order_of_the_questions(
    at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, together, seen = workspace(tmp_path, VIEWER), threading.Barrier(at_once), list[str]()
    own.at_once = at_once
    own.observers.append(lambda each: seen.append(each.step))

    def send(wire: Wire) -> Exchange:
        together.wait(timeout=10)
        if "lost" in wire.url:
            raise Unreachable("no answer", exchange().request)
        return exchange(step=wire.step)

    monkeypatch.setattr(own.transport, "send", send)
    found = asked_about(USERS, own)
    steps = [f"test/get_scim_user/{user}#1" for user in USERS if user != "lost"]
    assert isinstance(found[1], Unreachable)
    assert [each.step for each in found if isinstance(each, Exchange)] == steps
    assert seen == steps == [each.step for each in own.trail]


def in_a_worker(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> runs.Run:
    monkeypatch.chdir(folder)
    server.write_profile(folder)
    run = runs.begin(Settings(target="broken"))
    run.workspace.at_once = 4
    return run


def test_crowd_of_a_worker_is_created_and_deleted_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One delete fails at first; that user is deleted by itself."""
    failed: list[str] = []

    def before(seen: Seen) -> Reply | None:
        if seen.method == "DELETE" and not failed and sum(each.method == "DELETE" for each in server.log) > 3:
            failed.append(seen.path)
            return Reply(500, {}, b"")
        return None

    with serving(Tamper(before)) as server:
        there = directory(server.url)
        run = in_a_worker(server, tmp_path, monkeypatch)
        members = gather_own(Org(run.workspace, "test")).members
        assert len({member.id for member in members}) == SIZE
        assert run.workspace.ledger.own_leftovers().users == {each.user_name: each.id for each in members}
        assert clean(run.workspace, run.workspace.ledger.own_leftovers()) == []
        assert not run.workspace.ledger.own_leftovers()
        assert directory(server.url) == there
        assert failed
        deletes = sum(each.method == "DELETE" for each in server.log)
        finish(run)
    assert deletes == SIZE + 1
