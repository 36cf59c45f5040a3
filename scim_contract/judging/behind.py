"""Reads by id that are behind: they show a user or group as it was before a write that was answered already."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from scim_contract.judging.sendings import Otherwise
from scim_contract.org.documents import said
from scim_contract.org.times import modified
from scim_contract.transport import Exchange
from scim_contract.verdicts import BEHIND

META = "representations.meta"


class Behind:
    """Remembers, by prefix, the last write of each resource that was answered with an ETag, until it is read."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._written: dict[tuple[str, str], Exchange] = {}

    def see(self, exchange: Exchange) -> Iterator[Otherwise]:
        """What a read shows of a write before it: nothing, where its ETag is another and its time an earlier one."""
        operation = exchange.operation
        if operation is None or operation.resource not in ("users", "groups") or exchange.strange:
            return
        if threading.get_ident() != self._thread or exchange.status != 200 or not exchange.answer.etag:
            return
        key = operation.prefix, str(exchange.document.get("id"))
        if operation.kind in ("replace", "modify"):
            self._written[key] = exchange
        elif operation.kind == "read":
            write = self._written.pop(key, None)
            if write is not None and _is_behind(write, exchange):
                then, now = (said(each.document["meta"]["lastModified"]) for each in (write, exchange))
                expected = f"meta.lastModified not before {then}, which the {write.request.method} before it answered"
                came = f"{now} and ETag {exchange.answer.etag}, {BEHIND}"
                yield Otherwise(META, "never-back", "", operation, expected, came, exchange, (write, exchange))


def _is_behind(write: Exchange, read: Exchange) -> bool:
    then, now = modified(write.document), modified(read.document)
    return then is not None and now is not None and now < then and read.answer.etag != write.answer.etag
