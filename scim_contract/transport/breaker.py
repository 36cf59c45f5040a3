"""When to stop asking: a target that died must not cost a timeout for each request that is left."""

from __future__ import annotations

import threading
from collections import Counter

from scim_contract.transport.exchange import Request

MOST = 5


class Breaker:
    """Counts the requests in a row that got no answer, of an operation and of the target as a whole.

    Five in a row of one operation end the asking of that operation; five in a row of more than one the asking of
    the target, since an operation that always breaks the connection must not take the others with it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_a_row: list[str] = []
        self._of: Counter[str] = Counter()
        self._busy = 0

    def why_not(self, operation: str) -> str | None:
        """Why a request should not be sent any more; None where it may."""
        with self._lock:
            who = "the target" if self._dead() else operation if self._of[operation] >= MOST else None
            if who is None:
                return None
            if self._busy >= MOST:
                return f"{who} keeps putting off what it is asked: {MOST} requests in a row got 429 or 503 to the last"
            return f"{who} stopped answering: {MOST} requests in a row got no answer"

    @property
    def open(self) -> bool:
        """Whether the target is not asked any more."""
        with self._lock:
            return self._dead()

    def answered(self, operation: str) -> None:
        """Note an answer."""
        with self._lock:
            self._in_a_row.clear()
            self._of.pop(operation, None)
            self._busy = 0

    def failed(self, operation: str, *, busy: bool = False) -> None:
        """Note a request that got none, or, from a target that is `busy`, none but to ask later."""
        with self._lock:
            self._busy = self._busy + 1 if busy else 0
            self._in_a_row.append(operation)
            self._of[operation] += 1

    def reset(self) -> None:
        """Forget what was: the target is given another chance."""
        with self._lock:
            self._in_a_row.clear()
            self._of.clear()
            self._busy = 0

    def _dead(self) -> bool:
        return len(self._in_a_row) >= MOST and len(set(self._in_a_row)) > 1


def name_of(operation: str | None, request: Request) -> str:
    """What a request is counted under."""
    return operation or f"{request.method} {request.url}"
