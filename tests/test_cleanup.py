"""Nothing of a run stays behind: the ledger, the end of a run, and `scim-contract cleanup`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from scim_contract.org import Ledger, Org, Workspace, new_run_id
from scim_contract.org.ledger import leftovers, read, run_of
from scim_contract.plugin import run as runs
from scim_contract.plugin.options import Settings
from tests.commands import Told, call, directory, invoke, report
from tests.servers import Reply, Seen, Server, Tamper, serving

USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@contextmanager
def begun(server: Server, **profile: Any) -> Iterator[Workspace]:
    """A run after its preflight; when the block ends it is gone without a word, as after a kill."""
    server.write_profile(Path(), **profile)
    run = runs.begin(Settings(target="broken"))
    try:
        yield run.workspace
    finally:
        run.workspace.ledger.close()
        run.workspace.transport.close()
        assert run.turn is not None
        run.turn.give_back()


def lines(workspace: Workspace) -> list[dict[str, Any]]:
    return [json.loads(line) for line in workspace.ledger.path.read_text("utf-8").splitlines()]


def users(server: Server) -> set[str]:
    return {user["content"]["userName"] for user in directory(server.url)["users"]}


def a_token(server: Server, permission: str) -> str:
    client = next(c for c in server.clients if c.permissions == {permission})
    answer = httpx.post(
        f"{server.url}/oauth/token", data={"grant_type": "client_credentials"}, auth=(client.id, client.secret)
    )
    return str(answer.json()["access_token"])


def create(server: Server, *user_names: str) -> None:
    """Somebody creates users."""
    bearer = {"Authorization": f"Bearer {a_token(server, 'directory:user:add')}"}
    for user_name in user_names:
        body = {"schemas": [USER], "userName": user_name, "displayName": "Somebody"}
        answer = httpx.post(f"{server.url}/api/v2/scim/v2/users", json=body, headers=bearer)
        assert answer.status_code == 201, answer.text


# ---- the ledger


def test_userName_is_in_the_ledger_before_it_is_sent(tmp_path: Path) -> None:
    held: list[list[str]] = []

    def before(seen: Seen) -> None:
        if seen.method == "POST" and seen.path.endswith("/users"):
            text = "".join(p.read_text("utf-8") for p in tmp_path.glob(".scim-contract/broken/*.jsonl"))
            held.append([json.loads(seen.body)["userName"], text])

    with serving(Tamper(before)) as server, begun(server) as workspace:
        org = Org(workspace, "test")
        person = org.person("v2", "someone")
        created = org.write(org.operation("v1", "create_user"))
        assert len(held) == 2
        assert all(f'"userName": "{name}"' in text for name, text in held)
        assert read(workspace.ledger.path).users == {
            person.user_name: person.id, created.created_as: created.asked.document["id"]
        }  # fmt: skip


def test_group_is_in_the_ledger_whole_before_it_is_changed(tmp_path: Path) -> None:
    held: list[str] = []

    def before(seen: Seen) -> None:
        if seen.method == "PATCH" and "/groups/" in seen.path:
            held.append("".join(p.read_text("utf-8") for p in tmp_path.glob(".scim-contract/broken/*.jsonl")))

    with serving(Tamper(before)) as server:
        stored = directory(server.url)["groups"]
        with begun(server) as workspace:
            org = Org(workspace, "test")
            for _ in range(2):
                assert org.write(org.operation("v2", "modify_group")).applied
            kept = [line for line in lines(workspace) if line["kind"] == "changing-group"]
    group = next(g["content"] for g in stored if g["content"]["displayName"] == "ConformanceSandbox")
    assert len(kept) == 1
    assert '"changing-group"' in held[0]
    assert kept[0]["body"]["displayName"] == "ConformanceSandbox"
    members = [member["value"] for member in kept[0]["body"].get("members") or []]
    assert members == [m["value"] if isinstance(m, dict) else m for m in group.get("members") or []]


def test_userNames_bear_the_runs_marker() -> None:
    with serving() as server, begun(server, user_domain="corp.example") as workspace:
        name = Org(workspace, "test").person("v1", "someone").user_name
        assert name.startswith(f"conformance-{workspace.ledger.run}-")
        assert name.endswith("@corp.example")
        assert run_of(name.upper()) == workspace.ledger.run


@pytest.mark.parametrize(
    ("kinds", "open_users", "open_group"),
    [
        (["creating"], {"a": None}, None),
        (["creating", "created"], {"a": "1"}, None),
        (["creating", "created", "removed"], {}, None),
        (["creating", "absent"], {}, None),
        (["changing-group"], {}, ("g", {"displayName": "G"})),
        (["changing-group", "restored-group"], {}, None),
        (["creating", "changing-group", "created", "absent"], {}, ("g", {"displayName": "G"})),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_ledger_tells_what_is_open(
    kinds: list[str], open_users: dict[str, str | None], open_group: tuple[str, Any] | None, tmp_path: Path
) -> None:
    facts: dict[str, dict[str, Any]] = {
        "created": {"userName": "a", "id": "1"},
        "changing-group": {"id": "g", "body": {"displayName": "G"}},
        "restored-group": {"id": "g"},
    }
    ledger = Ledger(tmp_path, "t", new_run_id())
    for kind in kinds:
        ledger.write(kind, **facts.get(kind, {"userName": "a"}))
    left = read(ledger.path)
    ledger.close()
    assert (left.users, left.group) == (open_users, open_group)


def test_line_cut_short_by_a_kill_is_passed_over() -> None:
    left = leftovers(['{"kind": "creating", "userName": "a"}', '{"kind": "created", "userN'])
    assert left.users == {"a": None}


# ---- cleanup by the ledger


def test_cleanup_removes_users_and_restores_the_group_by_the_ledger() -> None:
    """The second user's create was sent, but its answer never came: only the name is known."""
    with serving() as server:
        before = directory(server.url)
        with begun(server) as workspace:
            org = Org(workspace, "test")
            org.person("v1", "someone")
            org.write(org.operation("v1", "replace_group"))
            orphan = f"conformance-{workspace.ledger.run}-orphan@example.com"
            workspace.ledger.write("creating", userName=orphan)
            workspace.ledger.write("creating", userName="conformance-never-sent@example.com")
            create(server, orphan)
        assert directory(server.url) != before
        told = invoke("cleanup")
        assert told == Told(0, f"broken, run {workspace.ledger.run}: 3 users and the group cleaned up.\n")
        assert directory(server.url) == before
    assert not workspace.ledger.path.exists()


def test_who_is_in_no_list_is_not_there_though_the_list_is_null() -> None:
    def null(seen: Seen, reply: Reply) -> None:
        if seen.path.endswith("/users") and seen.method == "GET" and not (reply.json or {}).get("Resources"):
            reply.body = json.dumps({**(reply.json or {}), "Resources": None}).encode()

    with serving(Tamper(after=null)) as server:
        with begun(server) as workspace:
            workspace.ledger.write("creating", userName="conformance-never-sent@example.com")
        told = invoke("cleanup")
        assert told.code == 0, told.text
    assert not workspace.ledger.path.exists()


def test_cleanup_of_one_run_leaves_the_other_alone() -> None:
    with serving() as server:
        names = []
        for _ in range(2):
            with begun(server) as workspace:
                names.append(Org(workspace, "test").person("v2", "someone").user_name)
        first, second = (run_of(name) for name in names)
        assert invoke("cleanup", "--run", str(second)).code == 0
        assert set(names) & users(server) == {names[0]}
        assert [p.stem for p in Path(".scim-contract/broken").glob("*.jsonl")] == [first]


def test_cleanup_without_anything_to_go_by_says_so() -> None:
    told = invoke("cleanup")
    assert told == Told(0, "No ledger in .scim-contract/. With --target NAME the directory is searched.\n")


def test_cleanup_of_a_target_that_is_only_read_is_refused() -> None:
    with serving() as server:
        server.write_profile(Path(), sandbox=False)
        told = invoke("cleanup", "--target", "broken")
        assert not server.log
    assert told.code == 2
    assert "does not say `sandbox = true`" in told.text


def test_cleanup_of_an_unreachable_target_keeps_the_ledger() -> None:
    with serving() as server, begun(server) as workspace:
        Org(workspace, "test").person("v2", "someone")
    assert invoke("cleanup").code != 0
    assert workspace.ledger.path.exists()


# ---- cleanup by the marker


def marked(hours: float, word: str = "someone") -> str:
    run = new_run_id(datetime.now(UTC) - timedelta(hours=hours))
    return f"conformance-{run}-{word}@example.com"


def test_without_a_ledger_cleanup_takes_marked_users_of_runs_older_than_six_hours() -> None:
    old, older, young = marked(6.1), marked(48).upper(), marked(5.9)
    alike = ["conformance-team@example.com", "my-conformance-20240101t000000-zzzz-x@example.com"]
    with serving() as server:
        before = directory(server.url)
        create(server, old, older, young, *alike)
        server.write_profile(Path())
        told = invoke("cleanup", "--target", "broken")
        assert told == Told(0, "broken: 2 users of runs older than 6 hours were found by their marker.\n")
        assert users(server) == {u["content"]["userName"] for u in before["users"]} | {young, *alike}


def test_cleanup_of_a_named_run_takes_its_users_whatever_their_age() -> None:
    mine, other = marked(0.1), marked(48)
    with serving() as server:
        create(server, mine, other)
        server.write_profile(Path())
        told = invoke("cleanup", "--target", "broken", "--run", str(run_of(mine)))
        assert told == Told(0, f"broken: 1 users of run {run_of(mine)} were found by their marker.\n")
        assert {mine, other} & users(server) == {other}


def test_marked_users_cannot_be_found_without_a_wide_filter() -> None:
    with serving() as server:
        server.write_profile(Path(), wide_user_filter=None)
        told = invoke("cleanup", "--target", "broken")
    assert told.code == 2
    assert told.text.startswith("scim-contract: [targets.broken]: wide_user_filter is missing, ")


# ---- what cannot be undone


def answering(method: str, part: str, status: int) -> Callable[[Seen], Reply | None]:
    return lambda seen: Reply(status, {}, b"") if seen.method == method and part in seen.path else None


def lying(method: str, part: str) -> Callable[[Seen], Reply | None]:
    """The write is said to be done, and is not."""
    return answering(method, part, 204)


@pytest.mark.parametrize(
    "before", [answering("DELETE", "/users/", 500), lying("DELETE", "/users/")], ids=["500", "a lie"]
)
def test_user_that_cannot_be_deleted_is_listed_with_its_curl_line(before: Callable[[Seen], Reply | None]) -> None:
    with serving(Tamper(before)) as server:
        with begun(server) as workspace:
            person = Org(workspace, "test").person("v2", "someone")
        told = invoke("cleanup")
        assert person.user_name in users(server)
    assert told.code == 1, told.text
    assert told.text.startswith(f"broken: left behind: user {person.user_name} (id {person.id}): curl ")
    assert f"/users/{person.id}" in told.text
    assert "-X DELETE" in told.text
    assert not any(client.secret in told.text for client in server.clients)
    assert workspace.ledger.path.exists()


@pytest.mark.parametrize("prefix", ["/scim/users/", "/scim/v2/users/"])
def test_user_is_deleted_by_the_other_prefix_where_one_is_broken(prefix: str) -> None:
    with serving(Tamper(answering("DELETE", prefix, 500))) as server:
        before = directory(server.url)
        with begun(server) as workspace:
            Org(workspace, "test").person("v2", "someone")
        assert invoke("cleanup").code == 0
        assert directory(server.url) == before


@pytest.mark.parametrize(
    "before", [answering("PUT", "/groups/", 500), lying("PUT", "/groups/")], ids=["PUT is broken", "PUT lies"]
)
def test_group_is_restored_by_patch_where_put_cannot(before: Callable[[Seen], Reply | None]) -> None:
    with serving(Tamper(before)) as server:
        stored = directory(server.url)
        with begun(server) as workspace:
            org = Org(workspace, "test")
            assert org.write(org.operation("v2", "modify_group")).applied
        assert directory(server.url) != stored
        assert invoke("cleanup").code == 0
        assert directory(server.url) == stored


def test_group_that_cannot_be_restored_is_listed_with_its_curl_line() -> None:
    broken: list[bool] = []

    def before(seen: Seen) -> Reply | None:
        return Reply(500, {}, b"") if broken and seen.method in ("PUT", "PATCH") and "/groups/" in seen.path else None

    with serving(Tamper(before)) as server:
        with begun(server) as workspace:
            org = Org(workspace, "test")
            assert org.write(org.operation("v2", "modify_group")).applied
        broken.append(True)
        told = invoke("cleanup")
    assert told.code == 1, told.text
    assert told.text.startswith("broken: left behind: group 'ConformanceSandbox' (id ")
    assert "is not as it was: curl " in told.text
    assert "500" in told.text


# ---- a whole run

WRITES = ("run", "--target", "broken", "--claim", "etags.current-if-match-applies")


def test_leftovers_make_a_run_red() -> None:
    """Nothing is violated: users are deleted only at the end, which is said to work and does not."""
    with serving(Tamper(lying("DELETE", "/users/"))) as server:
        server.write_profile(Path())
        told = call(Path(), *WRITES, "--", "-k", "put_scim_v2_user")
        document = report(Path(), "broken")
        left = [user for user in directory(server.url)["users"] if "conformance-" in str(user)]
    assert (told.code, document["verdict"]) == (1, "violated"), told.text
    assert document["counts"]["violated"] == 0
    assert len(document["leftovers"]) == len(left) >= 1
    for leftover in document["leftovers"]:
        assert "curl " in leftover
        assert f"left behind: {leftover}" in told.text


def test_users_of_others_are_never_written() -> None:
    with serving() as server:
        foreign = {user["id"] for user in directory(server.url)["users"]}
        groups = {
            g["id"] for g in directory(server.url)["groups"] if g["content"]["displayName"] != "ConformanceSandbox"
        }
        before = directory(server.url)
        server.write_profile(Path())
        told = call(Path(), *WRITES)
        assert directory(server.url) == before, told.text
        written = {
            unquote(seen.path.rsplit("/", 1)[1]) for seen in server.log if seen.method in ("PUT", "PATCH", "DELETE")
        }
    assert len(written) > 2
    assert not written & (foreign | groups)


def test_without_sandbox_a_run_only_reads() -> None:
    with serving() as server:
        server.write_profile(Path(), sandbox=False)
        told = call(Path(), *WRITES)
        sent = {(seen.method, seen.path if seen.method != "GET" else "") for seen in server.log}
    assert sent == {("GET", ""), ("POST", "/oauth/token")}
    rows = [row for row in report(Path(), "broken")["results"] if row["claim"] == "etags.current-if-match-applies"]
    assert {(row["verdict"], row["reason"]) for row in rows} == {
        ("untested", "the run only reads: this target's profile does not say `sandbox = true`")
    }, told.text
    assert not Path(".scim-contract").exists()
