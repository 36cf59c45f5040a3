"""No output tells a secret, and the curl lines that are shown really run."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.org.documents import PATCH_OP, USER
from scim_contract.targets import Client, Target
from scim_contract.transport import Exchange, Masker, Request, Secret, Transport, Wire, curl
from tests.commands import call_pytest
from tests.exchanges import quick_trust
from tests.servers import Server, one_client_each, serving

CONTRACT = load("2019")
SECRET = 'p4ss"wörd/+'


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick_trust(monkeypatch, tmp_path)


@pytest.fixture
def masker() -> Masker:
    made = Masker()
    made.learn(SECRET)
    return made


# text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"client-id:" + SECRET.encode()).decode().join(["Basic ", ""]),
        "p4ss%22w%C3%B6rd%2F%2B",
        "p4ss%22w%C3%B6rd/%2B",
        "p4ss%22w%c3%b6rd%2f%2b",
    ],
)
def test_a_known_secret_is_masked_in_every_shape(masker: Masker, shape: str) -> None:
    masked = masker.text(f"before {shape} after")
    assert shape.removeprefix("Basic ") not in masked
    assert masked.startswith("before ")
    assert masked.endswith("*** after")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"password": "hunter2"}', '{"password": "***"}'),
        ('{"Password":"hun\\"ter2"}', '{"Password":"***"}'),
        ('{"access_token":"abc"}', '{"access_token":"***"}'),
        ('{"client_secret" : "abc"}', '{"client_secret" : "***"}'),
        ('{"refresh_token":"abc"}', '{"refresh_token":"***"}'),
        ('{"op":"replace","path":"password","value":"hunter2"}', '{"op":"replace","path":"password","value":"***"}'),
        ('{"value":"hunter2","path":"password"}', '{"value":"***","path":"password"}'),
        ("Authorization: Bearer abcdef123", "Authorization: Bearer ***"),
        ("authorization: basic YTpiYzEyMw==", "authorization: basic ***"),
        ("the bearer of news", "the bearer of news"),
        ('{"passwordless": "yes", "title": "password"}', '{"passwordless": "yes", "title": "password"}'),
        ('{"password": null}', '{"password": null}'),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_looks_like_a_secret_is_masked_and_nothing_else(text: str, masked: str) -> None:
    assert Masker().text(text) == masked


def test_a_password_that_is_cut_short_is_masked_as_well() -> None:
    assert "hunter" not in Masker().text('{"title": "a", "password": "hunter2 and then the bo')


def test_a_short_secret_would_mask_everything_and_is_left_out() -> None:
    masker = Masker()
    masker.learn("abc", "")
    assert masker.text("abc") == "abc"


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    masker = Masker()
    masker.learn("secret", "secret-and-more")
    assert masker.text("secret-and-more secret") == "*** ***"


def test_masking_twice_is_masking_once(masker: Masker) -> None:
    once = masker.text(f'{{"password": "{SECRET}"}} Bearer abcdefghi')
    assert masker.text(once) == once


def test_headers_that_carry_credentials_are_masked_whole(masker: Masker) -> None:
    given = (
        ("Authorization", "Bearer x"),
        ("cookie", "a=b"),
        ("SET-COOKIE", "a=b"),
        ("Proxy-Authorization", "y"),
        ("X-Echo", f"you said {SECRET}"),
        ("ETag", '"1"'),
    )
    assert masker.headers(given) == (
        ("Authorization", "***"),
        ("cookie", "***"),
        ("SET-COOKIE", "***"),
        ("Proxy-Authorization", "***"),
        ("X-Echo", "you said ***"),
        ("ETag", '"1"'),
    )


def test_a_document_keeps_its_shape(masker: Masker) -> None:
    document = {
        "Password": "hunter2", "access_token": "t", "title": f"a {SECRET}", "n": 7, "none": None,
        "list": [{"password": "x", "ok": True}, SECRET], "password": {"value": "kept apart"},
    }  # fmt: skip
    assert masker.document(document) == {
        "Password": "***", "access_token": "***", "title": "a ***", "n": 7, "none": None,
        "list": [{"password": "***", "ok": True}, "***"], "password": {"value": "kept apart"},
    }  # fmt: skip


def test_a_patch_of_a_password_is_masked_in_a_document() -> None:
    operation = {"op": "replace", "path": "password", "value": "hunter2"}
    assert Masker().document({"Operations": [operation]}) == {"Operations": [{**operation, "value": "***"}]}


# secrets ------------------------------------------------------------------------------------------


def test_a_secret_shows_itself_only_where_it_is_used() -> None:
    secret = Secret("hunter2")
    assert (repr(secret), f"{secret!r}", repr([secret]), repr({"a": secret})) == ("***", "***", "[***]", "{'a': ***}")
    assert f"{secret}" == secret == "hunter2"


def test_a_traceback_with_locals_shows_no_secret(tmp_path: Path) -> None:
    script = tmp_path / "raises.py"
    script.write_text(
        "from scim_contract.transport import Secret\n"
        "from scim_contract.targets import Client\n"
        "def test_it():\n"
        "    secret = Secret('hun' + 'ter2')\n"
        "    client = Client('id', secret, frozenset())\n"
        "    assert client is None\n",
        "utf-8",
    )
    told = call_pytest(tmp_path, "--showlocals", "-q", "-p", "no:randomly", "--rootdir", str(tmp_path), str(script))
    assert told.code == 1, told.text
    assert "client     = Client(" in told.text
    assert "hunter2" not in told.text


def _environment(**more: str) -> dict[str, str]:
    import sys

    root = Path(__file__).parent.parent
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "SCIM_"))}
    return {**kept, "PATH": path, "PYTHONPATH": str(root), **more}


# curl lines ---------------------------------------------------------------------------------------


def line(method: str = "GET", url: str = "https://h/a", *headers: tuple[str, str], body: bytes | None = None) -> str:
    masker = Masker()
    masker.learn("top-secret-word")
    return curl(Request(method, url, headers, body), masker)


JSON = ("Accept", "application/json")
TYPED = (JSON, ("Content-Type", "application/json"))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (line("GET", "https://h/a", JSON), "curl -sS -i https://h/a -H 'Accept: application/json'"),
        (line(), "curl -sS -i https://h/a -H 'Accept:'"),
        (line("GET", "https://h/a?b=c&d='e'", JSON),
         """curl -sS -i 'https://h/a?b=c&d='"'"'e'"'"'' -H 'Accept: application/json'"""),
        (line("GET", "https://h/../a", JSON), "curl -sS -i --path-as-is https://h/../a -H 'Accept: application/json'"),
        (
            line("GET", "https://h/a?b[c]={d}", JSON),
            "curl -sS -i -g 'https://h/a?b[c]={d}' -H 'Accept: application/json'",
        ),
        (line("GET", "https://h/a", JSON, ("Authorization", "Bearer ***")),
         "curl -sS -i https://h/a -H 'Accept: application/json' -H \"Authorization: Bearer $TOKEN\""),
        (line("GET", "https://h/a", JSON, ("Authorization", "Bearer made-up")),
         "curl -sS -i https://h/a -H 'Accept: application/json' -H 'Authorization: Bearer made-up'"),
        (line("HEAD", "https://h/a", JSON), "curl -sS -i --head https://h/a -H 'Accept: application/json'"),
        (line("DELETE", "https://h/a", JSON), "curl -sS -i -X DELETE https://h/a -H 'Accept: application/json'"),
        (line("GET", "https://h/a", *TYPED, body=b"{}"),
         "curl -sS -i -X GET https://h/a -H 'Accept: application/json' -H 'Content-Type: application/json' "
         "--data-raw '{}'"),
        (line("PUT", "https://h/a", *TYPED, body=b'{"a": "it\'s"}'),
         "curl -sS -i -X PUT https://h/a -H 'Accept: application/json' -H 'Content-Type: application/json' "
         """--data-raw '{"a": "it'"'"'s"}'"""),
        (line("POST", "https://h/a", JSON, body=b"{}"),
         "curl -sS -i -X POST https://h/a -H 'Accept: application/json' -H 'Content-Type:' --data-raw '{}'"),
        (line("POST", "https://h/a", *TYPED, body=b"\xff\xfe"),
         "curl -sS -i -X POST https://h/a -H 'Accept: application/json' -H 'Content-Type: application/json' "
         "--data-binary @body.bin  # 2 bytes that are not UTF-8"),
        (line("POST", "https://h/a", *TYPED, body=b"x" * 5000),
         "curl -sS -i -X POST https://h/a -H 'Accept: application/json' -H 'Content-Type: application/json' "
         "--data-binary @body.json  # 5000 bytes, in the attachment"),
        (line("PATCH", "https://h/a?x=top-secret-word", *TYPED, body=b'{"password": "hunter2"}'),
         "curl -sS -i -X PATCH 'https://h/a?x=***' -H 'Accept: application/json' -H 'Content-Type: application/json' "
         """--data-raw '{"password": "***"}'"""),
        (line("GET", "https://h/a", JSON, ("If-Match", ""), ("X-A", "top-secret-word")),
         "curl -sS -i https://h/a -H 'Accept: application/json' -H 'If-Match;' -H 'X-A: ***'"),
    ],
)  # fmt: skip
def test_a_curl_line_says_the_request(shown: str, expected: str) -> None:
    assert shown == expected


@dataclass(frozen=True)
class Shell:
    """The mock, a way to ask it, and a way to ask it again by a curl line."""

    server: Server
    transport: Transport
    client: Client
    user: str

    def send(self, method: str, path: str, **more: Any) -> Exchange:
        values: dict[str, Any] = {
            "headers": (("Accept", "application/json"),), "body": None, "client": self.client, **more,
        }  # fmt: skip
        url = f"{self.server.url}/api/v2/scim{path.replace('USER', self.user)}"
        return self.transport.send(Wire("a/b/c#1", None, method, url, **values))

    def again(self, exchange: Exchange) -> str:
        """What the curl line of an exchange prints when it is pasted into a shell."""
        shown = curl(exchange.request, self.transport.masker)
        token = str(self.transport.tokens.token(self.client))
        assert token not in shown
        done = subprocess.run(
            ["sh", "-c", shown], env={**os.environ, "TOKEN": token}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{shown}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def mock() -> Iterator[Server]:
    everything = frozenset(CONTRACT.permissions)
    client = type(one_client_each()[0])("all", "secret-of-all", everything)
    with serving(clients=(client,)) as server:
        yield server


@pytest.fixture
def shell(mock: Server) -> Iterator[Shell]:
    client = Client("all", Secret("secret-of-all"), frozenset(CONTRACT.permissions))
    target = Target("m", mock.url, token_url=f"{mock.url}/oauth/token", clients=(client,), rate_limit=0)
    opened = Transport(target, Masker())
    listed = Shell(mock, opened, client, "").send("GET", "/users?filter=active%20eq%20true&count=1")
    yield Shell(mock, opened, client, listed.document["Resources"][0]["id"])
    opened.close()


def patch(value: str) -> bytes:
    operation = {"op": "replace", "path": "title", "value": value}
    return json.dumps({"schemas": [PATCH_OP], "Operations": [operation]}, ensure_ascii=False).encode()


SCIM = (("Accept", "application/scim+json"), ("Content-Type", "application/scim+json"))


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/users/USER", {}, 200),
        ("GET", "/users/USER", {"headers": ()}, 200),
        ("GET", "/users/USER", {"headers": (("Accept", "text/csv"),)}, 406),
        ("GET", "/users/USER", {"token": ""}, 401),
        ("GET", "/users/USER", {"token": "made-up"}, 401),
        ("GET", "/users/no-such-user", {}, 404),
        ("GET", "/users/%2E%2E", {}, 404),
        ("GET", "/users?filter=userName%20eq%20%22it's%22&count=2", {}, 200),
        ("GET", "/users?filter=emails[type%20eq%20%22work%22]", {}, 200),
        ("GET", "/users?filter=$HOME`id`", {}, 400),
        ("GET", "/users", {}, 400),
        ("HEAD", "/users/USER", {}, 200),
        ("PUT", "/users", {"headers": TYPED, "body": b"{}"}, 405),
        ("PATCH", "/users/USER", {"headers": TYPED, "body": patch('it\'s "quoted" $HOME `id` \\n é 😀')}, 200),
        ("PATCH", "/users/USER", {"headers": SCIM, "body": patch("a\nb")}, 200),
        ("PATCH", "/users/USER", {"headers": (*TYPED, ("If-Match", '"no-such-version"')), "body": patch("x")}, 400),
        ("PATCH", "/users/USER", {"headers": (("Accept", "*/*"), ("Content-Type", "text/plain")), "body": b"x"}, 415),
        ("PATCH", "/users/USER", {"headers": TYPED, "body": b"@/etc/hostname"}, 400),
        ("POST", "/users", {"headers": TYPED, "body": b""}, 400),
        ("POST", "/users", {"headers": TYPED, "body": b'{"schemas": ["' + USER.encode() + b'"]}'}, 400),
        ("DELETE", "/users/no-such-user", {}, 404),
    ],
)
def test_a_curl_line_runs_in_a_shell_and_gives_the_same_status(
    shell: Shell, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    exchange = shell.send(method, path, **more)
    printed = shell.again(exchange)
    assert exchange.status == status
    assert printed.split()[1] == str(status), printed


def test_a_curl_line_sends_the_same_body(shell: Shell) -> None:
    value = 'it\'s "quoted" \\ $HOME `id` %41 é 😀 \t end'
    shell.again(shell.send("PATCH", "/users/USER", headers=TYPED, body=patch(value)))
    sent = [seen.body for seen in shell.server.log[-2:]]
    assert sent[0] == sent[1] == patch(value)


def test_a_curl_line_sends_no_header_that_was_not_there(shell: Shell) -> None:
    shell.again(shell.send("PATCH", "/users/USER", headers=(), body=patch("x")))
    first, again = (set(seen.headers) - {"user-agent", "accept-encoding"} for seen in shell.server.log[-2:])
    assert first == again
    assert "accept" not in first
    assert "content-type" not in first
