"""How requests go over the wire: what is sent byte for byte, and on whose behalf."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scim_contract.org import Workspace
from scim_contract.org.asking import Asked, ask
from scim_contract.org.clients import ANONYMOUS, Who
from scim_contract.org.ledger import Ledger
from scim_contract.org.workspace import Resource
from scim_contract.transport import Refused, TokenTrouble
from tests.exchanges import quick_trust
from tests.servers import Reply, Seen, Tamper, serving
from tests.sockets import Say, answer, speaking
from tests.wires import ANN, BEN, CONTRACT, GET_USER, mock_client, token, transport, wire

JSON_HEADERS = {"content-type": "application/json"}
BUSY = answer("503 Service Unavailable")


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick_trust(monkeypatch, tmp_path)


# what is sent -------------------------------------------------------------------------------------


def test_only_the_headers_asked_for_are_sent() -> None:
    with speaking(answer()) as server, transport(server.url) as sender:
        sender.send(wire(f"{server.url}/x"))
        assert sorted(server.names) == [b"accept-encoding", b"host", b"user-agent"]


def test_header_bytes_arrive_as_they_were_given() -> None:
    value = b'"\xc3\xa9-\xff"'
    with speaking(answer()) as server, transport(server.url) as sender:
        exchange = sender.send(wire(f"{server.url}/x", headers=(("If-Match", value),)))
        assert b"If-Match: " + value in server.head
    assert exchange.request.header("If-Match") == '"é-�"'


def test_the_same_header_twice_arrives_twice() -> None:
    with speaking(answer()) as server, transport(server.url) as sender:
        sender.send(wire(f"{server.url}/x", headers=(("Accept", "a/b"), ("Accept", "c/d"))))
        assert server.names.count(b"accept") == 2


@pytest.mark.parametrize(
    "path",
    [
        "/a%2Fb",
        "/a%20b",
        "/%2e%2e",
        "/a%00",
        "/%F0%9F%98%80",
        "/a?filter=a%20eq%20%22b%2Bc%22",
        "/a?filter=a+eq+b",
        "/a//b",
    ],
)
def test_an_address_arrives_as_it_was_encoded(path: str) -> None:
    with speaking(answer()) as server, transport(server.url) as sender:
        sender.send(wire(server.url + path))
        assert server.head.split(b"\r\n")[0] == f"GET {path} HTTP/1.1".encode()


@pytest.mark.parametrize("body", [b"", b"{", '{"a": "é"}'.encode(), b"\x00\xff", b"x" * 300_000])
def test_a_body_arrives_byte_for_byte(body: bytes) -> None:
    with speaking(answer()) as server, transport(server.url) as sender:
        sender.send(wire(f"{server.url}/x", "PATCH", body=body))
        assert server.requests[0].partition(b"\r\n\r\n")[2] == body
        assert f"content-length: {len(body)}".encode() in server.head.lower()


@contextmanager
def asking(folder: Path, *says: Say) -> Iterator[tuple[Any, Callable[[Asked], None]]]:
    """A server, and a way to ask it for one user."""
    with speaking(*says) as server, transport(server.url) as sender:
        space = Workspace(CONTRACT, sender.target, sender, Ledger(folder, "test", "20261124t070001-4f2a"))

        def send(asked: Asked) -> None:
            ask(space, "read", GET_USER, asked, ANONYMOUS, "plain")

        yield server, send


def test_no_accept_is_sent_where_none_is_wanted(tmp_path: Path) -> None:
    with asking(tmp_path, answer()) as (server, send):
        send(Asked(Resource("users", "u1"), accept=None))
        assert b"accept" not in server.names
        send(Asked(Resource("users", "u1")))
        assert b"Accept: application/json" in server.head


@pytest.mark.parametrize(
    ("resource_id", "encoded"),
    [
        ("a/b", "a%2Fb"),
        ("a b+c", "a%20b%2Bc"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a..b", "a..b"),
        ("é?#%", "%C3%A9%3F%23%25"),
        ("a-b_c.d~e", "a-b_c.d~e"),
    ],
)
def test_an_id_is_percent_encoded(tmp_path: Path, resource_id: str, encoded: str) -> None:
    with asking(tmp_path, answer()) as (server, send):
        send(Asked(Resource("users", resource_id)))
        assert server.head.split(b" ")[1] == f"/api/v2/scim/users/{encoded}".encode()


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        (Asked(params={"filter": 'a eq "b c"', "count": 2}), "?filter=a%20eq%20%22b%20c%22&count=2"),
        (Asked(params={"filter": "a+b&c='é'"}), "?filter=a%2Bb%26c%3D%27%C3%A9%27"),
        (Asked(query="filter=a+b&x"), "?filter=a+b&x"),
        (Asked(), ""),
    ],
)
def test_parameters_are_percent_encoded_and_a_query_is_left_as_it_is(tmp_path: Path, asked: Asked, query: str) -> None:
    with asking(tmp_path, answer()) as (server, send):
        send(Asked(Resource("users", "u1"), params=asked.params, query=asked.query))
        assert server.head.split(b" ")[1] == f"/api/v2/scim/users/u1{query}".encode()


# who asks -----------------------------------------------------------------------------------------


def test_each_client_asks_with_a_token_of_its_own_that_is_fetched_once() -> None:
    clients = tuple(mock_client(c) for c in (ANN, BEN))
    with serving(clients=clients) as server, transport(server.url, ANN, BEN) as sender:
        for client in (ANN, BEN, ANN, BEN, ANN):
            sender.send(wire(f"{server.url}/api/v2/scim/resourcetypes", client=client))
        asked = [seen for seen in server.log if seen.path != "/oauth/token"]
    tokens = [seen.headers["authorization"] for seen in asked]
    assert len(server.log) - len(asked) == 2
    assert all(token.startswith("Bearer ") for token in tokens)
    assert [tokens.index(token) for token in tokens] == [0, 1, 0, 1, 0]
    assert sender.requests == Counter({"directory:user:view": 3, "directory:group:edit": 2})


def test_nobody_and_a_stranger_ask_without_signing_in() -> None:
    with speaking(answer()) as server, transport(server.url, ANN) as sender:
        nobody = sender.send(wire(f"{server.url}/x", client=ANN, token=""))
        assert b"authorization" not in server.names
        stranger = sender.send(wire(f"{server.url}/x", client=ANN, token="made-up"))
        assert b"Authorization: Bearer made-up" in server.head
        assert len(server.requests) == 2
    assert (nobody.client, stranger.client) == ("anonymous", "made-up token")
    assert nobody.request.header("Authorization") is None
    assert stranger.request.header("Authorization") == "Bearer made-up"


def test_an_exchange_shows_no_token_and_no_cookie() -> None:
    said = answer("200 OK", b"{}", "Set-Cookie: session=abcdef", "X-Echo: Bearer the-token-itself")
    with speaking(token(), said) as server, transport(server.url, ANN) as sender:
        exchange = sender.send(wire(f"{server.url}/x", client=ANN))
        assert b"Authorization: Bearer the-token-itself" in server.head
    assert exchange.request.header("Authorization") == "Bearer ***"
    assert exchange.answer.header("Set-Cookie") == "***"
    assert exchange.answer.header("X-Echo") == "Bearer ***"
    assert "the-token-itself" not in repr(exchange)


def test_a_token_that_ran_out_is_fetched_anew() -> None:
    with speaking(token("first", expires_in=0.2), answer(), token("second"), answer()) as server:
        with transport(server.url, ANN) as sender:
            sender.send(wire(f"{server.url}/x", client=ANN))
            time.sleep(0.15)
            sender.send(wire(f"{server.url}/x", client=ANN))
        assert b"Authorization: Bearer second" in server.head


@pytest.mark.parametrize("lifetime", [None, "soon", 0, -5, True, [], 3600, 1e300])
def test_a_lifetime_that_makes_no_sense_is_not_believed(lifetime: Any) -> None:
    with speaking(token(expires_in=lifetime), answer()) as server, transport(server.url, ANN) as sender:
        sender.send(wire(f"{server.url}/x", client=ANN))
        sender.send(wire(f"{server.url}/x", client=ANN))
        assert len(server.requests) == 3


WHO = "the client that holds directory:user:view (id ann…)"


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_sign_in_says_of_which_client(status: int) -> None:
    with speaking(answer(f"{status} No")) as server, transport(server.url, ANN) as sender:
        with pytest.raises(Refused) as told:
            sender.send(wire(f"{server.url}/x", client=ANN))
        assert str(told.value) == f"{server.url}/oauth/token refused {WHO} with {status}: check its id and secret"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (BUSY, f"answered 503 without a token for {WHO}"),
        (answer("302 Found", b"", "Location: /login"), f"answered 302 without a token for {WHO}"),
        (answer("200 OK", b"<html>"), f"answered 200 without a token for {WHO}"),
        (answer("200 OK", b"[]"), f"answered 200 without a token for {WHO}"),
        (answer("200 OK", b'{"access_token": ""}'), f"answered 200 without a token for {WHO}"),
        (answer("200 OK", b'{"access_token": 7}'), f"answered 200 without a token for {WHO}"),
        (answer("200 OK", b"\xff\xfe"), f"answered 200 without a token for {WHO}"),
        (answer("200 OK", b"[" * 200_000), f"answered 200 without a token for {WHO}"),
        (b"SSH-2.0-OpenSSH_9\r\n", "gave no answer: what came is no complete HTTP answer"),
    ],
    ids=["503", "redirect", "html", "list", "empty", "number", "not-utf8", "deep", "not-http"],
)
def test_a_sign_in_without_a_token_says_what_came(said: bytes, message: str) -> None:
    with speaking(said) as server, transport(server.url, ANN) as sender:
        with pytest.raises(TokenTrouble) as told:
            sender.send(wire(f"{server.url}/x", client=ANN))
        assert str(told.value).startswith(f"{server.url}/oauth/token {message}")


def test_threads_share_a_transport() -> None:
    with serving(Tamper(before=_echo)) as server, transport(server.url) as sender:
        seen: list[str] = []

        def send(number: int) -> None:
            seen.append(sender.send(wire(f"{server.url}/{number}")).document["path"])

        threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(seen, key=lambda path: int(path[1:])) == [f"/{number}" for number in range(12)]
    assert sender.requests["anonymous"] == 12


def _echo(seen: Seen) -> Reply:
    return Reply(200, dict(JSON_HEADERS), json.dumps({"path": seen.path}).encode())


def test_a_client_of_its_own_who_is_asked_for(tmp_path: Path) -> None:
    with speaking(token(), answer()) as server, transport(server.url, ANN) as sender:
        space = Workspace(CONTRACT, sender.target, sender, Ledger(tmp_path, "test", "20261124t070001-4f2a"))
        exchange = ask(space, "read", GET_USER, Asked(Resource("users", "u1")), Who(ANN), "plain")
    assert exchange.client == "directory:user:view"
    assert exchange.step == "read/get_scim_user/plain#1"
    assert space.trail == [exchange]
