"""What stops a run before anything is judged, and what does not."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest

from scim_contract.org import Workspace
from scim_contract.plugin import run as runs
from scim_contract.plugin.ending import finish
from scim_contract.plugin.options import Settings
from tests.commands import Told, call, directory, invoke, report
from tests.servers import Reply, Seen, Server, Tamper, serving

GROUP = "ConformanceSandbox"
FIRST_CLIENT = "the client that holds directory:group:edit (id clie…)"
HTML = {"content-type": "text/html"}
NO_LIST = Reply(200, {"content-type": "application/json"}, b'{"hello":"world"}')


def page(status: int) -> Reply:
    """An answer as a web server or a proxy gives it."""
    return Reply(status, dict(HTML), b"<html>sorry</html>")


def empty_list() -> Reply:
    """A well-formed list without resources."""
    document = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
    }  # fmt: skip
    return Reply(200, {"content-type": "application/json"}, json.dumps(document).encode())


def stopped(server: Server, folder: Path, **profile: object) -> Told:
    """A run that preflight stops."""
    targets = server.write_profile(folder, **profile)
    return invoke("run", "--target", "broken", "--targets", str(targets), "--reports", str(folder / "reports"))


@contextmanager
def begun(server: Server, folder: Path, **profile: object) -> Iterator[Workspace]:
    """A run that preflight lets through, before it judges anything."""
    targets = server.write_profile(folder, **profile)
    run = runs.begin(Settings(target="broken", targets=str(targets), ledger=str(folder / "ledger")))
    try:
        yield run.workspace
    finally:
        finish(run)


def group_id(server: Server) -> str:
    groups = directory(server.url)["groups"]
    return next(str(g["id"]) for g in groups if g["content"]["displayName"] == GROUP)


# ---- the token endpoint


def token_answers(reply: Reply) -> Tamper:
    return Tamper(before=lambda seen: reply if seen.path == "/oauth/token" else None)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_are_a_matter_of_configuration(status: int, tmp_path: Path) -> None:
    with serving(token_answers(page(status))) as server:
        told = stopped(server, tmp_path)
    where = f"{server.url}/oauth/token"
    assert told == Told(2, f"scim-contract: {where} refused {FIRST_CLIENT} with {status}: check its id and secret\n")


@pytest.mark.parametrize("reply", [page(500), page(502), page(503), page(200), NO_LIST], ids=lambda r: str(r.status))
def test_token_endpoint_that_gives_no_token_is_inconclusive(reply: Reply, tmp_path: Path) -> None:
    with serving(token_answers(reply)) as server:
        told = stopped(server, tmp_path)
    where = f"{server.url}/oauth/token"
    assert told == Told(3, f"scim-contract: {where} answered {reply.status} without a token for {FIRST_CLIENT}\n")


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


@contextmanager
def closed() -> Iterator[int]:
    """A port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@pytest.mark.parametrize(("port", "says"), [(silent, "no answer within the timeout"), (closed, "no connection (")])
def test_token_endpoint_that_does_not_answer_is_inconclusive(
    port: Callable[[], Iterator[int]], says: str, tmp_path: Path
) -> None:
    with serving() as server, port() as number:  # type: ignore[attr-defined]
        where = f"http://127.0.0.1:{number}/oauth/token"
        told = stopped(server, tmp_path, token_url=where, timeout_seconds=0.2)
    assert told.code == 3
    assert told.text.startswith(f"scim-contract: {where} gave no answer: {says}")
    assert told.text.count("\n") == 1


def test_host_name_that_does_not_exist_is_inconclusive(tmp_path: Path) -> None:
    with serving() as server:
        told = stopped(server, tmp_path, token_url="https://login.no-such-host.invalid/oauth/token")
    assert told.code == 3
    assert told.text.startswith("scim-contract: https://login.no-such-host.invalid/oauth/token gave no answer: ")


def test_failing_tls_is_inconclusive(tmp_path: Path) -> None:
    with serving() as server:
        told = stopped(server, tmp_path, token_url=f"{server.url.replace('http:', 'https:')}/oauth/token")
    assert told.code == 3
    assert "/oauth/token gave no answer: no connection ([SSL" in told.text


def test_every_client_has_to_sign_in(tmp_path: Path) -> None:
    """The last client is refused, though the first would do for what is asked first."""
    with serving() as server:
        *others, last = server.clients
        strange = type(last)(last.id, "another-secret", last.permissions)
        told = stopped(server, tmp_path, clients=(*others, strange))
    assert (told.code, "the client that holds no permission" in told.text) == (2, True), told.text
    assert "another-secret" not in told.text


# ---- the host


def test_host_that_knows_no_open_operation_is_the_wrong_one(tmp_path: Path) -> None:
    with serving(Tamper(before=lambda seen: page(404) if "/scim/" in seen.path else None)) as server:
        told = stopped(server, tmp_path)
        asked = {seen.path for seen in server.log if seen.method == "GET"}
    assert told == Told(
        2,
        f"scim-contract: {server.url} answers 404 without JSON to every open operation: "
        "base_url is the server's address without /api/v2/scim; is it right?\n",
    )
    assert {path.split("/scim/")[1] for path in asked} == {
        "resourcetypes", "resourcetypes/User", "serviceproviderconfig",
        "v2/resourcetypes", "v2/resourcetypes/User", "v2/serviceproviderconfig",
    }  # fmt: skip


def open_answer(reply: Reply, only: str = "") -> Tamper:
    """Open operations answer so (where the path has `only`, if given); all the others, where given, with 404."""

    def before(seen: Seen) -> Reply | None:
        if not any(word in seen.path for word in ("resourcetypes", "serviceproviderconfig")):
            return None
        return reply if only in seen.path else page(404)

    return Tamper(before)


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(open_answer(Reply(404, {"content-type": "application/json"}, b'{"status":"404"}')), id="404 JSON"),
        pytest.param(open_answer(page(500)), id="500"),
        pytest.param(open_answer(page(401)), id="401"),
        pytest.param(open_answer(NO_LIST, "/v2/serviceproviderconfig"), id="one open operation is there"),
    ],
)
def test_host_whose_open_operations_answer_wrongly_is_judged(tamper: Tamper, tmp_path: Path) -> None:
    with serving(tamper) as server, begun(server, tmp_path) as workspace:
        assert workspace.group_id == group_id(server)


def test_unreachable_host_is_inconclusive(tmp_path: Path) -> None:
    with serving() as server, closed() as number:
        told = stopped(server, tmp_path, base_url=f"http://127.0.0.1:{number}")
    assert told.code == 3
    assert told.text.startswith("scim-contract: target broken cannot be reached: GET http://127.0.0.1:")
    assert told.text.count("\n") == 1


# ---- the group


def is_groups(seen: Seen, prefix: str = "") -> bool:
    inside = {"v1": "/api/v2/scim/groups", "v2": "/api/v2/scim/v2/groups", "": seen.path}[prefix]
    return seen.method == "GET" and seen.path == inside and seen.path.endswith("/groups")


def not_quoted(seen: Seen) -> Reply | None:
    return page(400) if is_groups(seen) and '"' in unquote(seen.query) else None


def no_quotes_known(seen: Seen) -> Reply | None:
    return empty_list() if is_groups(seen) and '"' in unquote(seen.query) else None


def no_filter_by_name(seen: Seen) -> Reply | None:
    return empty_list() if is_groups(seen) and "displayName eq" in unquote(seen.query) else None


def not_in(prefix: str, reply: Callable[[], Reply]) -> Callable[[Seen], Reply | None]:
    return lambda seen: reply() if is_groups(seen, prefix) else None


def one_a_page(seen: Seen) -> Reply | None:
    seen.query = seen.query.replace("count=100", "count=1")
    return no_filter_by_name(seen)


def only_walking_in_v2(seen: Seen) -> Reply | None:
    return page(500) if is_groups(seen, "v1") else no_filter_by_name(seen)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(lambda seen: None, id="by the quoted filter"),
        pytest.param(not_quoted, id="by the unquoted filter, the quoted one being refused"),
        pytest.param(no_quotes_known, id="by the unquoted filter, the quoted one finding nothing"),
        pytest.param(no_filter_by_name, id="by walking"),
        pytest.param(one_a_page, id="by walking through pages of one"),
        pytest.param(not_in("v1", empty_list), id="in v2, v1 listing nothing"),
        pytest.param(not_in("v1", lambda: page(500)), id="in v2, v1 being broken"),
        pytest.param(only_walking_in_v2, id="by walking in v2, with the wide filter"),
        pytest.param(not_in("v2", lambda: page(500)), id="in v1, v2 being broken"),
    ],
)
def test_group_is_found(before: Callable[[Seen], Reply | None], tmp_path: Path) -> None:
    with serving(Tamper(before)) as server, begun(server, tmp_path) as workspace:
        assert workspace.group_id == group_id(server)


def test_group_that_is_in_no_list_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with serving() as server:
        told = stopped(server, tmp_path, group="ConformanceSandbx")
        asked = [(seen.path, unquote(seen.query)) for seen in server.log if is_groups(seen)]
    assert told == Told(
        2,
        "scim-contract: target broken has no group 'ConformanceSandbx'; create it, or name another in the profile "
        "(if an earlier run was killed it may stand renamed: `scim-contract cleanup` puts it back)\n",
    )
    for path in ("/api/v2/scim/groups", "/api/v2/scim/v2/groups"):
        queries = [query for at, query in asked if at == path]
        assert queries[:2] == ['filter=displayName eq "ConformanceSandbx"', "filter=displayName eq ConformanceSandbx"]
        assert any("startIndex=1" in query for query in queries), queries


@pytest.mark.parametrize(
    ("prefix", "reply", "came"),
    [
        ("v2", page(500), "500 Internal Server Error"),
        ("v1", page(200), "200 OK"),
        ("v2", NO_LIST, "200 OK"),
        ("v1", Reply(200, {"content-type": "application/json"}, b'{"Resources":{},"totalResults":0}'), "200 OK"),
        ("v2", page(404), "404 Not Found"),
    ],
    ids=["500", "HTML", "no list", "Resources no array", "404"],
)
def test_group_that_could_not_be_looked_for_does_not_stop_the_run(
    prefix: str, reply: Reply, came: str, tmp_path: Path
) -> None:
    with (
        serving(Tamper(not_in(prefix, lambda: reply))) as server,
        begun(server, tmp_path, group="Nowhere") as workspace,
    ):
        assert workspace.group_id is None
        assert workspace.group_problem.startswith("blocked by GET /api/v2/scim/")
        assert workspace.group_problem.endswith(f"→ {came}: the group 'Nowhere' could not be looked for")


CLAIM = ("--target", "broken", "--claim", "etags.current-if-match-applies", "--prefix", "v2")


def reasons(folder: Path) -> dict[str, tuple[str, str | None]]:
    """Verdict and reason of the writes, by operation."""
    rows = report(folder, "broken")["results"]
    return {r["operation"]: (r["verdict"], r["reason"]) for r in rows if r["claim"] == "etags.current-if-match-applies"}


def test_claims_about_a_group_that_could_not_be_looked_for_are_untested(tmp_path: Path) -> None:
    with serving(Tamper(lambda seen: page(500) if is_groups(seen) else None)) as server:
        server.write_profile(tmp_path)
        told = call(tmp_path, "run", *CLAIM)
    found = reasons(tmp_path)
    assert (
        found["put_scim_v2_user"] == found["patch_scim_v2_user"] == found["delete_scim_v2_user"] == ("conforms", None)
    )
    for operation in ("put_scim_v2_group", "patch_scim_v2_group"):
        verdict, reason = found[operation]
        assert verdict == "untested", told.text
        assert reason is not None
        assert reason.startswith("blocked by GET /api/v2/scim/groups?filter=")
        assert "500 Internal Server Error" in reason


def test_profile_without_a_group_is_fine(tmp_path: Path) -> None:
    with serving() as server:
        server.write_profile(tmp_path, group=None)
        told = call(tmp_path, "run", *CLAIM)
    found = reasons(tmp_path)
    assert told.code == 0, told.text
    assert found["put_scim_v2_user"] == ("conforms", None)
    assert found["put_scim_v2_group"] == ("untested", "the profile names no group that the run may change")


@pytest.mark.parametrize("listed", [True, False], ids=["as the list shows", "as a read shows"])
def test_group_with_more_members_than_a_server_need_take_at_once_is_left_alone(listed: bool, tmp_path: Path) -> None:
    """It could not be put back for sure."""

    def crowd(seen: Seen, reply: Reply) -> None:
        document = reply.json if reply.ok and "/groups" in seen.path else {}
        shown = document.get("Resources") or [] if listed else [document]
        for group in shown:
            if group.get("displayName") == "ConformanceSandbox":
                group["members"] = [{"type": "User", "value": f"u{number}"} for number in range(101)]
                reply.put(document)

    with serving(Tamper(after=crowd)) as server:
        server.write_profile(tmp_path)
        told = call(tmp_path, "run", "--target", "broken", "--claim", "lifecycle.rename-group")
        assert not [seen for seen in server.log if seen.method in ("PUT", "PATCH") and "/groups" in seen.path]
    document = report(tmp_path, "broken")
    assert document["exit_code"] == 0, told.text
    reasons = {row["reason"] for row in document["results"] if row["claim"] == "lifecycle.rename-group"}
    (reason,) = reasons
    assert "'ConformanceSandbox' has 101 members and is left alone" in reason
