"""Limits of both sides: the client's own rate, Retry-After, a server that stays busy, and the breaker."""

from __future__ import annotations

import multiprocessing
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from scim_contract.transport import Unreachable
from scim_contract.transport.limits import Limits
from tests.exchanges import quick_trust
from tests.harness import run
from tests.servers import Reply, Seen, Tamper, serving
from tests.sockets import answer, speaking
from tests.wires import ANN, BEN, CONTRACT, GET_USER, fetch, mock_client, transport, unanswered, wire, without_sleep

OTHER = CONTRACT.operation("get_scim_users")


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick_trust(monkeypatch, tmp_path)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return without_sleep(monkeypatch)


# waiting and asking again -------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_retry_after_is_waited_out_for_every_method(slept: list[float], status: str, method: str) -> None:
    exchange = fetch(
        answer(status, b"", "Retry-After: 7"), answer(status, b"", "Retry-After: 0"), answer(), method=method
    )
    assert exchange.status == 200
    assert slept == [7.0, 0.5], "0 was too little, since it was asked again already"
    assert exchange.retries == (f"{status}, asked again after 7 s", f"{status}, asked again after 0.5 s")


def test_a_server_that_always_says_at_once_is_given_time_all_the_same(slept: list[float]) -> None:
    fetch(*[answer("429 Wait", b"", "Retry-After: 0")] * 4, answer())
    assert slept == [0.0, 0.5, 1.0, 2.0]


def test_retry_after_may_be_a_date(slept: list[float]) -> None:
    fetch(answer("429 Wait", b"", f"Retry-After: {formatdate(time.time() + 9, usegmt=True)}"), answer())
    assert len(slept) == 1
    assert 7 < slept[0] <= 9


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_date_in_retry_after_is_one_of_the_servers_clock(slept: list[float], hours: int) -> None:
    now = time.time() + hours * 3600
    dates = f"Date: {formatdate(now, usegmt=True)}", f"Retry-After: {formatdate(now + 9, usegmt=True)}"
    fetch(answer("429 Wait", b"", *dates), answer())
    assert slept == [9.0]


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


@pytest.mark.parametrize(("status", "sent"), [("502 Bad Gateway", 3), ("504 Gateway Timeout", 3), ("500 Oops", 1)])
def test_a_gateway_that_fails_is_asked_again_and_its_answer_stands(slept: list[float], status: str, sent: int) -> None:
    with speaking(answer(status)) as server, transport(server.url) as sender:
        assert sender.send(wire(f"{server.url}/x")).answer.status == int(status[:3])
        assert len(server.requests) == sent


def test_a_write_that_a_gateway_failed_is_in_doubt_and_not_sent_again(slept: list[float]) -> None:
    with speaking(answer("502 Bad Gateway"), answer()) as server, transport(server.url) as sender:
        with pytest.raises(Unreachable, match="502 Bad Gateway"):
            sender.send(wire(f"{server.url}/x", "POST"))
        assert len(server.requests) == 1


def test_what_a_gateway_says_of_every_write_is_the_answer(slept: list[float]) -> None:
    with speaking(answer("504 Gateway Timeout")) as server, transport(server.url) as sender:
        for _ in range(2):
            with pytest.raises(Unreachable):
                sender.send(wire(f"{server.url}/x", "PUT"))
        assert sender.send(wire(f"{server.url}/x", "PUT")).status == 504


def test_what_a_gateway_says_of_some_writes_stays_in_doubt(slept: list[float]) -> None:
    replies = [answer("504 Gateway Timeout"), answer(), answer()] * 4
    with speaking(*replies) as server, transport(server.url) as sender:
        for _ in range(4):
            with pytest.raises(Unreachable):
                sender.send(wire(f"{server.url}/x", "PUT"))
            assert [sender.send(wire(f"{server.url}/x", "PUT")).status for _ in range(2)] == [200, 200]


# breaker and limit --------------------------------------------------------------------------------


def test_after_five_requests_without_an_answer_an_operation_is_not_asked_any_more() -> None:
    with speaking(b"", b"", b"", b"", b"", answer()) as server, transport(server.url) as sender:
        for _ in range(8):
            with pytest.raises(Unreachable) as told:
                sender.send(wire(f"{server.url}/x", "POST"))
        assert told.value.what == "get_scim_user stopped answering: 5 requests in a row got no answer"
        assert len(server.requests) == 5
        assert sender.send(wire(f"{server.url}/x", operation=OTHER)).status == 200
        assert not sender.breaker.open


def test_after_five_requests_of_several_operations_without_an_answer_nothing_is_asked_any_more() -> None:
    with speaking(b"") as server, transport(server.url) as sender:
        for number in range(8):
            with pytest.raises(Unreachable) as told:
                sender.send(wire(f"{server.url}/x", "POST", operation=OTHER if number == 4 else GET_USER))
        assert told.value.what == "the target stopped answering: 5 requests in a row got no answer"
        assert len(server.requests) == 5
        assert sender.breaker.open


def test_an_answer_between_them_starts_the_count_anew() -> None:
    with speaking(b"", b"", b"", b"", answer("500 Oops"), b"") as server, transport(server.url) as sender:
        for number in range(9):
            if number == 4:
                sender.send(wire(f"{server.url}/x", "POST"))
                continue
            with pytest.raises(Unreachable) as told:
                sender.send(wire(f"{server.url}/x", "POST"))
            assert "stopped answering" not in told.value.what


def test_a_client_sends_no_more_than_its_limit_and_the_time_is_told() -> None:
    with serving(clients=tuple(mock_client(c) for c in (ANN, BEN))) as server:
        url = f"{server.url}/api/v2/scim/resourcetypes"
        with transport(server.url, ANN, BEN) as sender:
            sender.limits = Limits(3, ("ann", "ben"), seconds=0.4)
            sender.send(wire(url, client=BEN))
            before, begun = sender.waited, time.monotonic()
            for _ in range(7):
                sender.send(wire(url, client=ANN))
            took, waited = time.monotonic() - begun, sender.waited - before
            sender.send(wire(url, client=BEN))
            assert sender.waited - before - waited < 0.4, "the limit is each client's own"
    assert took > 0.75
    assert 0 < waited <= took


def test_processes_share_a_limit_exactly() -> None:
    context = multiprocessing.get_context("spawn")
    limits = Limits(40, ("ann", "ben"), seconds=0.5)
    path = limits.path()
    assert path is not None
    times = context.Queue()
    others = [context.Process(target=hurry, args=(path, times)) for _ in range(3)]
    for other in others:
        other.start()
    passed = sorted(each for _ in others for each in times.get(timeout=60))
    for other in others:
        other.join()
    limits.close()
    assert not path.exists()
    assert len(passed) == 3 * 80
    most = max(sum(begin <= each < begin + 0.49 for each in passed) for begin in passed)
    assert most == 40


def hurry(path: Path, times: Any) -> None:
    """Another process: sends as fast as it may, and tells when."""
    limits = Limits(40, ("ann", "ben"), path, seconds=0.5)
    passed: list[float] = []
    for _ in range(80):
        limits.wait("ann")
        passed.append(time.time())
    limits.close()
    times.put(passed)


def test_without_a_limit_nothing_waits() -> None:
    with speaking(answer()) as server, transport(server.url, rate_limit=0) as sender:
        for _ in range(50):
            sender.send(wire(f"{server.url}/x"))
        assert sender.waited == 0


def test_a_run_tells_how_long_it_waited(tmp_path: Path) -> None:
    busy: list[str] = []

    def before(seen: Seen) -> Reply | None:
        if "/scim/" not in seen.path or seen.path in busy or len(busy) >= 2:
            return None
        busy.append(seen.path)
        return Reply(429, {"retry-after": "1"}, b"")

    with serving(Tamper(before)) as server:
        words = ("--claim", "etags.stable", "--", "-n", "2")
        code, document, printed = run(tmp_path, server.profile(rate_limit=300), *words)
    assert code == 0, printed
    assert 2 <= document["seconds_waited"] < 5
    said = f"{document['seconds_waited']:.1f} s waited for rate limits and retries, over all processes"
    assert said in printed
    assert said in (tmp_path / "reports" / "broken" / "summary.md").read_text("utf-8")
