"""How requests go over the wire: over real sockets, to servers that are kind, slow, broken or hostile."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.org import Workspace
from scim_contract.org.asking import Asked, ask
from scim_contract.org.clients import ANONYMOUS, Who
from scim_contract.org.ledger import Ledger
from scim_contract.org.workspace import Resource
from scim_contract.targets import Client, Target
from scim_contract.transport import (
    Exchange,
    Masker,
    Refused,
    Secret,
    TokenTrouble,
    Transport,
    Unreachable,
    Wire,
)
from scim_contract.transport import http as http_module
from tests.exchanges import quick_trust
from tests.servers import Reply, Seen, Tamper, serving
from tests.sockets import Say, answer, hang_up, speaking

CONTRACT = load("2019")
GET_USER = CONTRACT.operation("get_scim_user")
ANN = Client("ann", Secret("secret-of-ann"), frozenset({"directory:user:view"}))
BEN = Client("ben", Secret("secret-of-ben"), frozenset({"directory:group:edit"}))
JSON_HEADERS = {"content-type": "application/json"}
BUSY = answer("503 Service Unavailable")


def wire(url: str, method: str = "GET", client: Client | None = None, **more: Any) -> Wire:
    values: dict[str, Any] = {"headers": (), "body": None, "token": "" if client is None else None, **more}
    return Wire("read/get_scim_user/plain#1", GET_USER, method, url, client=client, **values)


@contextmanager
def transport(url: str, *clients: Client, token_url: str = "", workers: int = 1, **more: Any) -> Iterator[Transport]:
    values = {"rate_limit": 0, "timeout_seconds": 5, **more}
    target = Target("test", url, token_url=token_url or f"{url}/oauth/token", clients=clients, **values)
    opened = Transport(target, Masker(), workers)
    yield opened
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


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick_trust(monkeypatch, tmp_path)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, not waited for."""
    pauses: list[float] = []
    monkeypatch.setattr(http_module, "time", SimpleNamespace(**{**vars(time), "sleep": pauses.append}))
    return pauses


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
    clients = tuple(_mock_client(c) for c in (ANN, BEN))
    with serving(clients=clients) as server, transport(server.url, ANN, BEN) as sender:
        for client in (ANN, BEN, ANN, BEN, ANN):
            sender.send(wire(f"{server.url}/api/v2/scim/resourcetypes", client=client))
        asked = [seen for seen in server.log if seen.path != "/oauth/token"]
    tokens = [seen.headers["authorization"] for seen in asked]
    assert len(server.log) - len(asked) == 2
    assert all(token.startswith("Bearer ") for token in tokens)
    assert [tokens.index(token) for token in tokens] == [0, 1, 0, 1, 0]
    assert sender.requests == Counter({"directory:user:view": 3, "directory:group:edit": 2})


def _mock_client(client: Client) -> Any:
    from scim_contract.mock.settings import Client as MockClient

    return MockClient(client.id, str(client.secret), client.permissions)


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


def token(value: str = "the-token-itself", **more: Any) -> bytes:
    return answer("200 OK", json.dumps({"access_token": value, "token_type": "bearer", **more}).encode())


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


# waiting and asking again -------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_retry_after_is_waited_out_for_every_method(slept: list[float], status: str, method: str) -> None:
    exchange = fetch(
        answer(status, b"", "Retry-After: 7"), answer(status, b"", "Retry-After: 0"), answer(), method=method
    )
    assert exchange.status == 200
    assert slept == [7.0, 0.0]
    assert exchange.retries == (f"{status}, asked again after 7 s", f"{status}, asked again after 0 s")


def test_retry_after_may_be_a_date(slept: list[float]) -> None:
    fetch(answer("429 Wait", b"", f"Retry-After: {formatdate(time.time() + 9, usegmt=True)}"), answer())
    assert len(slept) == 1
    assert 7 < slept[0] <= 9


@pytest.mark.parametrize("value", ["soon", "-3", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 2026", "nan", ""])
def test_a_strange_retry_after_is_no_long_wait(slept: list[float], value: str) -> None:
    assert fetch(answer("429 Wait", b"", f"Retry-After: {value}"), answer()).status == 200
    assert len(slept) == 1
    assert 0 <= slept[0] <= 0.5


@pytest.mark.parametrize("value", ["3600", "1e9", "inf"])
def test_a_retry_after_beyond_reason_is_not_waited_for(slept: list[float], value: str) -> None:
    what, sent = unanswered(answer("429 Too Many Requests", b"", f"Retry-After: {value}"))
    assert (what, sent, slept) == ("GET /x: 429 Too Many Requests", 1, [])


@pytest.mark.parametrize(
    ("status", "method", "sent"),
    [
        ("429 Too Many Requests", "GET", 5),
        ("429 Too Many Requests", "POST", 5),
        ("503 Service Unavailable", "GET", 3),
        ("503 Service Unavailable", "DELETE", 1),
    ],
)
def test_a_server_that_stays_busy_is_given_up(slept: list[float], status: str, method: str, sent: int) -> None:
    what, count = unanswered(answer(status), method=method)
    after = f" after {sent - 1} retries" if sent > 1 else ""
    assert (what, count) == (f"{method} /x: {status}{after}", sent)
    assert len(slept) == sent - 1


def test_an_answer_that_was_given_up_is_kept(slept: list[float]) -> None:
    with (
        speaking(answer("429 Too Many Requests", b"slow down")) as server,
        transport(server.url) as sender,
        pytest.raises(Unreachable) as told,
    ):
        sender.send(wire(f"{server.url}/x"))
    assert told.value.exchange is not None
    assert told.value.exchange.answer.body == b"slow down"
    assert len(told.value.exchange.retries) == 4
    assert sender.waited == sum(slept) == 7.5


@pytest.mark.parametrize(("status", "sent"), [("502 Bad Gateway", 2), ("504 Gateway Timeout", 2), ("500 Oops", 1)])
def test_a_gateway_that_fails_is_asked_once_more_and_its_answer_stands(
    slept: list[float], status: str, sent: int
) -> None:
    with speaking(answer(status)) as server, transport(server.url) as sender:
        assert sender.send(wire(f"{server.url}/x")).answer.status == int(status[:3])
        assert len(server.requests) == sent


def test_a_write_that_a_gateway_failed_is_not_sent_again(slept: list[float]) -> None:
    with speaking(answer("502 Bad Gateway"), answer()) as server, transport(server.url) as sender:
        assert sender.send(wire(f"{server.url}/x", "POST")).status == 502
        assert len(server.requests) == 1


CUT_SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (hang_up, "the connection broke while the answer was read ([Errno 104] Connection reset by peer)"),
        (CUT_SHORT, "what came is no complete HTTP answer "
         "(peer closed connection without sending complete message body "
         "(received 1 bytes, expected 1000))"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "what came is no complete HTTP answer (illegal status line: "
         "bytearray(b'SSH-2.0-OpenSSH_9'))"),
        (b"", "what came is no complete HTTP answer (Server disconnected without sending a response.)"),
    ],
    ids=["reset", "cut-short", "not-http", "nothing"],
)  # fmt: skip
@pytest.mark.parametrize(("method", "sent"), [("GET", 3), ("POST", 1), ("PUT", 1), ("PATCH", 1), ("DELETE", 1)])
def test_a_lost_connection_is_tried_again_for_reads_only(
    slept: list[float], said: Say, what: str, method: str, sent: int
) -> None:
    after = " after 2 retries" if sent > 1 else ""
    assert unanswered(said, method=method) == (f"{method} /x: {what}{after}", sent)


def test_a_read_that_succeeds_after_a_lost_connection_tells_of_it(slept: list[float]) -> None:
    exchange = fetch(CUT_SHORT, answer("404 Not Found"))
    assert exchange.status == 404
    assert [retry.split(" (")[0] for retry in exchange.retries] == ["what came is no complete HTTP answer"]
    assert slept == [0.2]


def test_an_address_that_cannot_be_asked_for_is_no_crash(slept: list[float]) -> None:
    with speaking(answer()) as server, transport(server.url) as sender, pytest.raises(Unreachable) as told:
        sender.send(wire(f"{server.url}/a\x7fb", "POST"))
    assert "the address cannot be asked for (Invalid non-printable ASCII character" in told.value.what


def test_a_server_that_is_not_there_is_told_as_such(slept: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with transport(url) as sender, pytest.raises(Unreachable) as told:
        sender.send(wire(f"{url}/x"))
    assert told.value.what == f"GET {url}/x: no connection ([Errno 111] Connection refused) after 2 retries"
    assert told.value.request is not None
    assert told.value.exchange is None


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def test_a_server_that_says_nothing_is_given_up_after_the_timeout(slept: list[float]) -> None:
    begun = time.monotonic()
    what, sent = unanswered(silent, method="POST", timeout_seconds=0.2)
    assert (what, sent) == ("POST /x: no answer within the timeout (timed out)", 1)
    assert time.monotonic() - begun < 2


def test_a_body_that_drips_for_ever_is_given_up_after_the_timeout(slept: list[float]) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)

    begun = time.monotonic()
    what, sent = unanswered(drip, method="POST", timeout_seconds=0.3)
    assert (what.split(" (")[0], sent) == ("POST /x: no answer within the timeout", 1)
    assert time.monotonic() - begun < 2


def test_a_slow_answer_within_the_timeout_is_an_answer() -> None:
    def slowly(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(answer())

    exchange = fetch(slowly)
    assert (exchange.status, exchange.retries) == (200, ())
    assert exchange.answer.seconds >= 0.3


# breaker and limit --------------------------------------------------------------------------------


def test_after_five_requests_without_an_answer_no_more_are_sent() -> None:
    with speaking(b"") as server, transport(server.url) as sender:
        for _ in range(8):
            with pytest.raises(Unreachable) as told:
                sender.send(wire(f"{server.url}/x", "POST"))
        assert told.value.what == "the target stopped answering: 5 requests in a row got no answer"
        assert len(server.requests) == 5


def test_an_answer_between_them_starts_the_count_anew() -> None:
    with speaking(b"", b"", b"", b"", answer("500 Oops"), b"") as server, transport(server.url) as sender:
        for number in range(9):
            if number == 4:
                sender.send(wire(f"{server.url}/x", "POST"))
                continue
            with pytest.raises(Unreachable) as told:
                sender.send(wire(f"{server.url}/x", "POST"))
            assert "stopped answering" not in told.value.what


@pytest.mark.parametrize(("rate", "workers"), [(3, 1), (12, 4)])
def test_a_client_sends_no_more_than_its_share_of_the_limit(
    monkeypatch: pytest.MonkeyPatch, rate: int, workers: int
) -> None:
    monkeypatch.setattr(http_module, "Duration", SimpleNamespace(MINUTE=400))
    with serving(clients=tuple(_mock_client(c) for c in (ANN, BEN))) as server:
        url = f"{server.url}/api/v2/scim/resourcetypes"
        with transport(server.url, ANN, BEN, rate_limit=rate, workers=workers) as sender:
            sender.send(wire(url, client=BEN))
            begun = time.monotonic()
            for _ in range(7):
                sender.send(wire(url, client=ANN))
            took = time.monotonic() - begun
            waited = sender.waited
            sender.send(wire(url, client=BEN))
            assert sender.waited - waited < 0.1, "the limit is each client's own"
    assert 0.75 < took < 3
    assert 0.5 < waited <= took


def test_without_a_limit_nothing_waits() -> None:
    with speaking(answer()) as server, transport(server.url, rate_limit=0) as sender:
        for _ in range(50):
            sender.send(wire(f"{server.url}/x"))
        assert sender.waited == 0


# hostile answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (answer("200 OK", b" " * 20_000_000), "the body is longer than 16 MB"),
        (answer("200 OK", gzip.compress(b" " * 20_000_000), "Content-Encoding: gzip"), "the body is longer than 16 MB"),
        (answer("200 OK", b"[" * 200_000), "the body is JSON nested too deeply to read"),
        (answer("200 OK", b'{"a":' * 200_000), "the body is JSON nested too deeply to read"),
        (answer("200 OK", b"[" * 500 + b"]" * 500), "the body is JSON nested too deeply to read"),
        (answer("200 OK", "{\"a\": \"é\"}".encode("latin-1")), "the body is not UTF-8"),
        (answer("200 OK", "{}".encode("utf-16")), "the body is not UTF-8"),
        (answer("200 OK", b"\xef\xbb\xbf{}"), "the body is not JSON: Unexpected UTF-8 BOM (decode using utf-8-sig): "
         "line 1 column 1 (char 0)"),
        (answer("200 OK", b"<html><body>Sorry</body></html>", "Content-Type: text/html"),
         "the body is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (answer("200 OK", b'{"a": NaN}'), "the body is not JSON: NaN is no JSON value"),
        (answer("200 OK", b'{"a": 1} {"b": 2}'), "the body is not JSON: Extra data: line 1 column 10 (char 9)"),
        (answer("200 OK", b"  "), "the body is empty"),
        (answer("200 OK", b""), "the body is empty"),
        (answer("200 OK", b"plain", "Content-Encoding: gzip"),
         "the body cannot be unpacked as its Content-Encoding says: "
         "Error -3 while decompressing data: incorrect header check"),
        (answer("200 OK", b"\x00\x01\x02"), "the body is not JSON: Expecting value: line 1 column 1 (char 0)"),
    ],
    ids=["20-mb", "gzip-bomb", "deep-list", "deep-object", "whole-but-deep", "latin-1", "utf-16", "bom", "html", "nan",
         "two-documents", "blank", "empty", "bad-gzip", "binary"],
)  # fmt: skip
def test_a_hostile_body_is_an_answer_that_says_what_is_wrong_with_it(said: bytes, problem: str) -> None:
    exchange = fetch(said)
    assert exchange.status == 200
    assert exchange.answer.json_problem == problem
    assert exchange.answer.json is None
    assert exchange.document == {}
    assert len(exchange.answer.body) <= 16 * 1024 * 1024


def test_a_gzip_body_that_ends_early_is_not_taken_for_whole() -> None:
    packed = gzip.compress(json.dumps({"a": "b" * 5000, "n": list(range(3000))}).encode())
    exchange = fetch(answer("200 OK", packed[: len(packed) // 2], "Content-Encoding: gzip"))
    assert exchange.answer.json_problem is not None
    assert exchange.document == {}


def test_a_good_gzip_body_is_unpacked() -> None:
    assert fetch(answer("200 OK", gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")).document == {"a": 1}


@pytest.mark.parametrize("body", [b"7", b'"text"', b"null", b"[1]", b"true"])
def test_json_that_is_no_object_is_json_and_an_empty_document(body: bytes) -> None:
    exchange = fetch(answer("200 OK", body))
    assert exchange.answer.json_problem is None
    assert exchange.answer.json == json.loads(body)
    assert exchange.document == {}


def test_headers_without_end_are_no_answer(slept: list[float]) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: " + b"y" * 1000 + b"\r\n")

    what, sent = unanswered(endless, method="POST")
    assert what.startswith("POST /x: what came is no complete HTTP answer")
    assert sent == 1


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with (
        speaking(answer("302 Found", b"", "Location: /elsewhere"), answer()) as server,
        transport(server.url) as sender,
    ):
        assert sender.send(wire(f"{server.url}/x")).answer.line == "302 Found"
        assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "line"), [("299 Odd", "299"), ("599 Odd", "599"), ("418 Tea", "418 I'm a Teapot")])
def test_a_status_is_shown_by_its_registered_name(status: str, line: str) -> None:
    assert fetch(answer(status)).answer.line == line


def test_headers_are_found_whatever_their_case_and_the_first_counts() -> None:
    said = answer("200 OK", b"{}", 'etag: W/"1"', 'ETAG: "2"', "CONTENT-TYPE: Application/SCIM+json ; charset=utf-8")
    found = fetch(said).answer
    assert found.etag == 'W/"1"'
    assert found.media_type == "application/scim+json"
    assert found.correlation_id is None


def test_header_bytes_that_are_no_utf8_are_no_crash() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Odd: \xff\xc3\xa9\r\n\r\n{}"
    assert fetch(said).answer.header("X-Odd") == "ÿÃ©"


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
