"""Writes that move no ETag, though two reads around them show that they changed something."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from scim_contract.judging.sendings import Otherwise
from scim_contract.org.documents import ENTERPRISE, plain
from scim_contract.transport import Exchange

MOVES = "etags.changes-with-writes"
_DERIVED = ("meta", "groups")


class Unmoving:
    """Remembers the last read of each resource, by prefix, and what was written to it since."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._read: dict[tuple[str, str], Exchange] = {}
        self._since: dict[tuple[str, str], list[Exchange]] = {}

    def see(self, exchange: Exchange) -> Iterator[Otherwise]:
        """What a read shows of the one write since the last: another state under the same ETag."""
        operation = exchange.operation
        if operation is None or operation.resource not in ("users", "groups") or exchange.strange:
            return
        if threading.get_ident() != self._thread or "?" in exchange.path:
            return
        if operation.kind in ("replace", "modify") and exchange.answer.ok:
            written = exchange.path.rpartition("/")[2]
            for key in [key for key in self._since if key[1] == written]:
                self._since[key].append(exchange)
        elif operation.kind == "delete":  # who is deleted leaves groups, which need not move their ETags
            self._read.clear()
        elif operation.kind == "read" and exchange.request.method == "GET" and exchange.status == 200:
            yield from self._compare(exchange, (operation.prefix, str(exchange.document.get("id"))))

    def _compare(self, read: Exchange, key: tuple[str, str]) -> Iterator[Otherwise]:
        last, since = self._read.get(key), self._since.get(key, [])
        self._read[key], self._since[key] = read, []
        if last is None or len(since) != 1 or not read.answer.etag or last.answer.etag != read.answer.etag:
            return
        (write,) = since
        if write.operation is not None and _own(last.document) != _own(read.document):
            expected = f"another ETag than {last.answer.etag}, which stood for what it was before"
            came = f"ETag: {read.answer.etag}"
            yield Otherwise(MOVES, "", "", write.operation, expected, came, read, (last, write, read))


def _own(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is the resource's own: a manager's name is the manager's."""
    own: dict[str, Any] = dict(plain(document, _DERIVED))
    extension = own.get(ENTERPRISE)
    if isinstance(extension, dict):
        own = {**own, ENTERPRISE: {name: value for name, value in extension.items() if name != "manager"}}
    return own
