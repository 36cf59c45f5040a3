"""ETags of users and groups: each read has one, and around writes that were refused nothing moves it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.judging.sendings import Otherwise
from scim_contract.org.documents import plain
from scim_contract.org.workspace import Workspace
from scim_contract.transport import Exchange

STABLE = "etags.stable"
HEADER = "etags.header-quoted"
_MOST_SHOWN = 6
_NOT_DONE = ("429 ", "503 ")
"""The answers of a server that puts off what it was asked."""


@dataclass(frozen=True)
class _Last:
    """The last read of a resource, how many writes there had been by then, and how many of them were seen here."""

    read: Exchange
    writes: int
    seen: int


class Unmoved:
    """Remembers the last read of each resource, and the writes of anything."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._thread = threading.get_ident()
        self._read: dict[tuple[str, str], _Last] = {}
        self._written: list[Exchange] = []

    def see(self, exchange: Exchange) -> Iterator[Otherwise]:
        """What a read shows of an ETag that is not there, or moved though whoever wrote meanwhile was refused."""
        operation = exchange.operation
        if operation is None or threading.get_ident() != self._thread:
            return  # of two at once nobody knows which was the last one
        if operation.resource not in ("users", "groups"):
            return
        if exchange.request.method not in ("GET", "HEAD", "OPTIONS"):
            self._written.append(exchange)
        elif operation.kind == "read" and exchange.status == 200 and not exchange.strange:
            if exchange.answer.etag:
                yield from self._compare(exchange)
            elif exchange.request.method == "GET" and exchange.document.get("id"):
                yield Otherwise(HEADER, "", "", operation, "an ETag header", "no ETag header", exchange, (exchange,))

    def _compare(self, read: Exchange) -> Iterator[Otherwise]:
        operation = read.operation
        assert operation is not None
        key, writes = (operation.prefix, str(read.document.get("id"))), self._writes()
        last = self._read.get(key)
        self._read[key] = _Last(read, writes, len(self._written))
        if last is None or last.read.answer.etag == read.answer.etag:
            return
        meanwhile = self._written[last.seen :]
        if writes - last.writes != len(meanwhile) or any(_may_move(each, last.read, read) for each in meanwhile):
            return
        own = [each for each in meanwhile if key[1] in each.path]
        if own and plain(read.document, ("meta",)) == plain(last.read.document, ("meta",)):
            expected = (
                f"the ETag {last.read.answer.etag} of before, since all that was written to it meanwhile was refused"
            )
            trail = (last.read, *own[:_MOST_SHOWN], read)
            yield Otherwise(STABLE, "", "", operation, expected, f"ETag {read.answer.etag}", read, trail)

    def _writes(self) -> int:
        return self._workspace.writes["users"] + self._workspace.writes["groups"]


def _may_move(write: Exchange, before: Exchange, after: Exchange) -> bool:
    """Whether a write may move the ETag of a resource as it was read before and after.

    One that was refused, be it after it was put off, may not, nor may one of another user whom neither the resource
    names nor who names it. A write of a group may move the ETag of whoever is in it.
    """
    assert write.operation is not None
    if 400 <= write.status < 500 and all(told.startswith(_NOT_DONE) for told in write.retries):
        return False
    created = write.operation.kind == "create"
    its_id, other = str(after.document.get("id")), str(write.document.get("id")) if created else _last_word(write.path)
    if write.operation.resource == "groups" or its_id in write.path or its_id in _text(write.request.document):
        return True
    return any(other in _text(read.document) for read in (before, after))


def _last_word(path: str) -> str:
    return path.partition("?")[0].rpartition("/")[2]


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document)
