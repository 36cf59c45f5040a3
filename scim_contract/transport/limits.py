"""Requests a minute and client, counted over all processes of a run."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pyrate_limiter import Limiter, Rate, RateItem, SingleBucketFactory, SQLiteBucket

_LOOK_AGAIN = 0.05
_PATIENCE = 60.0  # seconds until a process that cannot get at the file gives up


class _Bucket(SQLiteBucket):
    """A bucket that several processes fill: counting and writing are one transaction.

    In the library's own bucket another process may write between the two, and more get through than may. An item
    bears the time at which it was let through, not the one at which it began to wait for its turn.
    """

    def put(self, item: RateItem) -> bool:
        with self.lock:
            self.conn.execute("BEGIN IMMEDIATE")
            try:
                item.timestamp = time.time_ns() // 1_000_000
                return super().put(item)
            finally:
                if self.conn.in_transaction:
                    self.conn.rollback()


class Limits:
    """The limit of each client; without a rate there is none.

    Args:
        rate: requests a minute and client; 0 for no limit.
        clients: their ids.
        path: the file in which another process of the run counts; a new one by default, which is removed by `close`.
        seconds: what stands for a minute.
    """

    def __init__(self, rate: int, clients: Iterable[str], path: Path | None = None, seconds: float = 60) -> None:
        self._rate = Rate(rate, int(seconds * 1000)) if rate > 0 else None
        self._clients = tuple(dict.fromkeys(clients)) if rate > 0 else ()
        self._path = path
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._limiters: dict[str, Limiter] = {}
        self._lock = threading.Lock()

    def path(self) -> Path | None:
        """The file in which the requests are counted; None where there is no limit."""
        with self._lock:
            if self._path is None and self._clients:
                self._folder = tempfile.TemporaryDirectory(prefix="scim-contract-", ignore_cleanup_errors=True)
                self._path = Path(self._folder.name) / "limits.sqlite"
                self._prepare(self._path)
            return self._path

    def wait(self, client: str, stopped: Callable[[], bool] | None = None) -> float:
        """Wait until a client may send one more request, or until it is not wanted any more; gives the seconds."""
        path = self.path() if client in self._clients else None
        if path is None or self._rate is None:
            return 0.0
        begun = time.monotonic()
        limiter = self._limiter(client, path, self._rate)
        while not limiter.try_acquire(client, blocking=stopped is None):
            if stopped is not None and stopped():
                break
            time.sleep(_LOOK_AGAIN)
        return time.monotonic() - begun

    def close(self) -> None:
        """Let go of the file, and remove it where this process made it."""
        for limiter in self._limiters.values():
            limiter.close()
        self._limiters.clear()
        if self._folder is not None:
            self._folder.cleanup()

    def _limiter(self, client: str, path: Path, rate: Rate) -> Limiter:
        with self._lock:
            if client not in self._limiters:
                bucket = _Bucket([rate], _connect(path), self._table(client))
                self._limiters[client] = Limiter(SingleBucketFactory(bucket, schedule_leak=False))
            return self._limiters[client]

    def _prepare(self, path: Path) -> None:
        """Make the file once, before any process counts in it."""
        connection = _connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        for table in map(self._table, self._clients):
            connection.execute(f"CREATE TABLE {table} (name VARCHAR, item_timestamp INTEGER)")
            connection.execute(f"CREATE INDEX {table}_by_time ON {table} (item_timestamp)")
        connection.close()

    def _table(self, client: str) -> str:
        return f"client_{self._clients.index(client)}"


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = OFF")  # after a crash of the machine nobody asks for the counts
    return connection
