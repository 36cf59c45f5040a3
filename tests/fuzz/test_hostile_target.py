"""Fuzzing a server that answers now and then with what no client should have to read: verdicts, and a run that ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import call, report
from tests.servers import Reply, Seen, Tamper, serving

JSON = "application/json"


def _body(content_type: str, body: bytes) -> Callable[[Reply], None]:
    def say(reply: Reply) -> None:
        reply.headers["content-type"] = content_type
        reply.body = body

    return say


def _headers(reply: Reply) -> None:
    reply.headers.update({f"x-noise-{n}": "x" * 60 for n in range(900)})


KINDS: dict[str, Callable[[Reply], None]] = {
    "ten-megabytes": _body(JSON, b'{"schemas": ["' + b"x" * 10_000_000 + b'"]}'),
    "deep": _body(JSON, b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "headers": _headers,
    "wrong-encoding": _body(f"{JSON}; charset=utf-8", '{"displayName": "Zoë"}'.encode("latin-1")),
    "html": _body("text/html", b"<html><script>alert(1)</script>\x1b[31m</html>"),
}
READABLE = ("headers",)  # many, and as legal as few
EVERY = {"ten-megabytes": 40}  # one answer of this kind takes a second to read and to show


@pytest.mark.parametrize("kind", KINDS)
def test_fuzzing_a_hostile_target_ends_with_verdicts(kind: str, tmp_path: Path) -> None:
    count = [0]

    def after(seen: Seen, reply: Reply) -> None:
        count[0] += "/scim/" in seen.path
        if count[0] % EVERY.get(kind, 7) == 0 and reply.body and "/scim/" in seen.path:
            KINDS[kind](reply)

    with serving(Tamper(after=after)) as server:
        server.write_profile(tmp_path)
        words = ("--claim", "fuzzed.valid-bodies", "--prefix", "v1", "--fuzz", "3", "--seed", "1")
        told = call(tmp_path, "run", "--target", "broken", *words)
    assert told.code == (0 if kind in READABLE else 1), told.text
    assert "Traceback" not in told.text
    assert max(map(len, told.text.splitlines())) < 4_000
    rows = report(tmp_path, "broken")["results"]
    assert any(row["verdict"] == "violated" for row in rows) is (kind not in READABLE)
    assert not list((tmp_path / ".scim-contract").rglob("*.jsonl"))
