"""Servers that break off, say nothing, or say what nobody can read: an answer or a sentence, never a crash."""

from __future__ import annotations

import gzip
import json
import socket
import time
from pathlib import Path

import pytest

from scim_contract.transport import Unreachable
from tests.exchanges import quick_trust
from tests.sockets import Say, answer, hang_up, speaking
from tests.wires import fetch, transport, unanswered, wire, without_sleep


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick_trust(monkeypatch, tmp_path)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return without_sleep(monkeypatch)


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
    what, sent = unanswered(silent, method="POST", timeout_seconds=0.2)
    assert (what, sent) == ("POST /x: no answer within the timeout (timed out)", 1)


def test_a_body_that_drips_for_ever_is_given_up_after_the_timeout(slept: list[float]) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)

    what, sent = unanswered(drip, method="POST", timeout_seconds=0.3)
    assert (what.split(" (")[0], sent) == ("POST /x: no answer within the timeout", 1)


def test_a_slow_answer_within_the_timeout_is_an_answer() -> None:
    def slowly(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(answer())

    exchange = fetch(slowly)
    assert (exchange.status, exchange.retries) == (200, ())
    assert exchange.answer.seconds >= 0.3


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
