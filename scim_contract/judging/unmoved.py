"""ETags of users and groups around writes that were refused: what changed nothing moves nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from scim_contract.judging.sendings import Otherwise
from scim_contract.org.documents import plain
from scim_contract.org.workspace import Workspace
from scim_contract.transport import Exchange

STABLE = "etags.stable"
_MOST_SHOWN = 6


@dataclass(frozen=True)
class _Last:
    """The last read of a resource, and how many writes of whatever there had been by then."""

    read: Exchange
    writes: int
    refused: int


class Unmoved:
    """Remembers the last read of each resource, and the writes of anything that were refused."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._thread = threading.get_ident()
        self._read: dict[tuple[str, str], _Last] = {}
        self._refused: list[Exchange] = []

    def see(self, exchange: Exchange) -> Iterator[Otherwise]:
        """What a read shows of an ETag that moved though nothing but refused writes came between."""
        operation = exchange.operation
        if operation is None or threading.get_ident() != self._thread:
            return  # of two at once nobody knows which was the last one
        if operation.kind == "read" and operation.resource in ("users", "groups"):
            if exchange.status == 200 and exchange.answer.etag and not exchange.strange:
                yield from self._compare(exchange)
        elif _refused(exchange):
            self._refused.append(exchange)

    def _compare(self, read: Exchange) -> Iterator[Otherwise]:
        operation = read.operation
        assert operation is not None
        key, writes = (operation.prefix, str(read.document.get("id"))), self._writes()
        last, refused = self._read.get(key), len(self._refused)
        self._read[key] = _Last(read, writes, refused)
        if last is None or last.read.answer.etag == read.answer.etag or writes - last.writes != refused - last.refused:
            return
        own = [each for each in self._refused[last.refused :] if key[1] in each.path]
        if own and plain(read.document, ("meta",)) == plain(last.read.document, ("meta",)):
            expected = f"the ETag {last.read.answer.etag} of before, since all that was written meanwhile was refused"
            trail = (last.read, *own[:_MOST_SHOWN], read)
            yield Otherwise(STABLE, "", "", operation, expected, f"ETag {read.answer.etag}", read, trail)

    def _writes(self) -> int:
        return self._workspace.writes["users"] + self._workspace.writes["groups"]


def _refused(exchange: Exchange) -> bool:
    """Whether it was a write of a user or a group that was refused, and at the first attempt."""
    operation = exchange.operation
    if operation is None or operation.resource not in ("users", "groups") or exchange.retries:
        return False
    return exchange.request.method not in ("GET", "HEAD", "OPTIONS") and 400 <= exchange.status < 500
