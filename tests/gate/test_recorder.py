"""The recording server keeps what came over the wire, byte for byte, and answers what it is told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from scim_contract.sdk.recorder import Recorder, Scripted


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    made = Recorder()
    made.start()
    yield made
    made.stop()


def raw(recorder: Recorder, text: bytes) -> bytes:
    """What the server answers to some bytes."""
    with socket.create_connection(("127.0.0.1", recorder.port), timeout=5) as connection:
        connection.sendall(text)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def test_target_and_headers_are_kept_as_they_came(recorder: Recorder) -> None:
    recorder.script = Scripted.json(200, {"a": 1})
    line = b"PATCH //x/%2f%2F/../a+b?c=%20+&c=d HTTP/1.1\r\n"
    answer = raw(recorder, line + b'Host: h\r\nIf-Match: W/"4 2"\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}')
    (seen,) = recorder.take()
    assert (seen.method, seen.target) == ("PATCH", "//x/%2f%2F/../a+b?c=%20+&c=d")
    assert seen.header("if-match") == 'W/"4 2"'
    assert seen.body == b"{}"
    assert answer.endswith(b'{"a": 1}')
    assert recorder.take() == ()


def test_a_body_in_chunks_is_whole(recorder: Recorder) -> None:
    httpx.post(f"{recorder.url}/x", content=iter([b"ab", b"", b"cd"]))
    assert recorder.take()[0].body == b"abcd"


def test_what_is_no_http_is_kept_too(recorder: Recorder) -> None:
    raw(recorder, b"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n")
    (seen,) = recorder.take()
    assert seen.malformed
    assert seen.target == "/a b HTTP/1.1"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("text/html, application/scim+json;q=0.9", "application/scim+json"),
        ("*/*", "application/json"),
    ],
)
def test_answers_are_in_a_type_that_was_asked_for(recorder: Recorder, accept: str, kind: str) -> None:
    recorder.script = Scripted.json(404, {})
    answer = httpx.get(f"{recorder.url}/x", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, kind)


def test_a_token_is_given_out_and_nothing_else_there(recorder: Recorder) -> None:
    recorder.script = Scripted(500)
    granted = httpx.post(f"{recorder.url}/oauth/token", data={"grant_type": "client_credentials"})
    assert granted.json()["access_token"] == str(recorder.token)
    assert httpx.get(f"{recorder.url}/oauth/token").status_code == 500
    assert recorder.total == 2


def test_a_connection_can_be_reset(recorder: Recorder) -> None:
    recorder.script = Scripted(reset=True)
    with pytest.raises(httpx.ReadError):
        httpx.get(f"{recorder.url}/x")
    assert len(recorder.take()) == 1


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_keeps_the_connection(recorder: Recorder, status: int) -> None:
    recorder.script = Scripted(status, headers=(("ETag", '"42"'),))
    with httpx.Client() as client:
        assert [client.get(f"{recorder.url}/x").status_code for _ in range(2)] == [status, status]
