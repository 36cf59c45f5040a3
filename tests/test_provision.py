"""provision: the plan of what an org lacks; its curl lines work when run, and its profile loads."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.provision.plan import token_url_of
from scim_contract.targets import load_target
from tests.commands import Told, invoke
from tests.servers import one_client_each, serving

PERMISSIONS = load("2019").permissions


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@contextmanager
def platform() -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """The platform's API as far as the curl lines use it; gives its address, and what it was asked."""
    asked: list[tuple[str, str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path, json.loads(body) if body else None))
            told = json.dumps({"id": f"id-{len(asked)}", "secret": f"it's $ecret {len(asked)}"}).encode()
            self.send_response(200 if self.headers["Authorization"] == "Bearer mine" else 401)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def bash(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash"], input=script, env={"PATH": "/usr/bin:/bin", **environment}, text=True,
                          capture_output=True, timeout=60, check=False)  # fmt: skip


def provision(part: str, *words: str) -> str:
    told = invoke("provision", "--target", "us-east", "--part", part, *words)
    assert told.code == 0, told.text
    return told.text


def test_lines_run_as_they_are_make_clients_that_the_printed_profile_takes(tmp_path: Path) -> None:
    with platform() as (url, asked):
        done = bash(provision("curl", "--base-url", url), TOKEN="mine")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    env = tmp_path / "us-east.env"
    assert env.stat().st_mode & 0o077 == 0
    (tmp_path / "targets.toml").write_text(provision("profile", "--base-url", url), "utf-8")
    shown = bash(f"set -a; . {env}; env -0").stdout.split("\0")
    target = load_target(Path("targets.toml"), "us-east", dict(line.split("=", 1) for line in shown if line))
    assert target is not None
    assert [set(c.permissions) for c in target.clients] == [*({p} for p in PERMISSIONS), set()]
    made = [body for _, path, body in asked if path == "/api/v2/oauth/clients"]
    numbers = [n for n, (_, path, _) in enumerate(asked, 1) if path == "/api/v2/oauth/clients"]
    assert [(c.id, str(c.secret)) for c in target.clients] == [(f"id-{n}", f"it's $ecret {n}") for n in numbers]
    assert [body["authorizedGrantType"] for body in made] == ["CLIENT-CREDENTIALS"] * 7
    assert (target.sandbox, target.group) == (True, "ConformanceSandbox")


def test_each_role_has_one_permission_and_is_the_clients_only_one() -> None:
    with platform() as (url, asked):
        assert bash(provision("curl", "--base-url", url), TOKEN="mine").returncode == 0
    roles = {f"id-{n}": body for n, (_, path, body) in enumerate(asked, 1) if path == "/api/v2/authorization/roles"}
    policies = [body["permissionPolicies"] for body in roles.values()]
    told = [
        [f"{p['domain']}:{p['entityName']}:{action}" for p in each for action in p["actionSet"]] for each in policies
    ]
    assert told == [*([p] for p in PERMISSIONS), []]
    given = [body["roleDivisions"] for _, path, body in asked if path == "/api/v2/oauth/clients"]
    assert given == [[{"roleId": role, "divisionId": "id-2"}] for role in roles]
    for role in roles:
        for word in ("add", "remove"):
            assert ("PUT", f"/api/v2/authorization/roles/{role}/users/{word}", ["id-1"]) in asked
    assert asked[-1][:2] == ("POST", "/api/v2/groups")


def test_lines_stop_at_the_first_refusal() -> None:
    with platform() as (url, asked):
        script = provision("curl", "--base-url", url)
        assert bash(script, TOKEN="another's").returncode != 0
        assert len(asked) == 1
        without = bash(script)
        assert without.returncode != 0
        assert "TOKEN: is not set" in without.stderr
        assert len(asked) == 1


def test_what_the_org_has_is_left_out(tmp_path: Path) -> None:
    view, *others = one_client_each()[::-1]
    with serving() as server:
        (tmp_path / "targets.toml").write_text(server.profile("us-east", clients=(view, *others[2:])), "utf-8")
        before = len(server.log)
        needs, script = provision("needs"), provision("curl")
        assert {seen.method for seen in server.log[before:] if seen.path != "/oauth/token"} == {"GET"}
    assert needs.count("[no]") == 2
    assert "[ok] the group ConformanceSandbox" in needs
    assert script.count("/api/v2/oauth/clients") == 2
    assert "/api/v2/groups" not in script


def test_nothing_lacking_is_told(tmp_path: Path) -> None:
    with serving() as server:
        server.write_profile(tmp_path, name="us-east")
        assert provision("curl") == "# Nothing is lacking.\n"
        assert provision("steps") == "Nothing: all that a full run needs is there.\n"
        server.write_profile(tmp_path, name="us-east", group="NotThere")
        assert "1. Admin, Groups: the group NotThere, " in provision("steps")


def test_names_and_settings_of_the_profile_are_kept(tmp_path: Path) -> None:
    text = """[targets.us-east]
base_url = "https://api.example.com"
token_url = "https://login.example.com/oauth/token"
rate_limit = 60
roles = ["agent"]
[[targets.us-east.clients]]
id = { env = "OUR_ID" }
secret = { env = "OUR_SECRET" }
permissions = ["directory:user:view"]
"""
    (tmp_path / "targets.toml").write_text(text, "utf-8")
    profile = provision("profile")
    assert 'id = { env = "OUR_ID" }' in profile
    assert 'roles = ["agent"]' in profile
    assert "rate_limit = 60" in profile
    assert profile.count("[[targets.us-east.clients]]") == 7


def test_mistakes_in_a_profile_are_told_as_everywhere(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text('[targets.us-east]\nbase_urll = "x"\n', "utf-8")
    says = "scim-contract: targets.toml: [targets.us-east]: unknown key 'base_urll'; did you mean 'base_url'?\n"
    assert invoke("provision", "--target", "us-east") == Told(2, says)
    assert invoke("provision", "--target", "new", "--base-url", "nowhere").code == 2


@pytest.mark.parametrize("region", ["mypurecloud.com", "mypurecloud.de", "usw2.pure.cloud"])
def test_clients_sign_in_at_their_region(region: str) -> None:
    assert token_url_of(f"https://api.{region}") == f"https://login.{region}/oauth/token"
