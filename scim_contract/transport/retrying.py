"""What is asked again, and after how long: 429 and 503 by Retry-After, the rest only where asking does no harm."""

from __future__ import annotations

import math
import time
from email.utils import parsedate_to_datetime

ATTEMPTS = 4
LONGEST_WAIT = 120.0
BUSY = (429, 503)
GATEWAY = (502, 504)


def pause_after(
    status: int, retry_after: str | None, harmless: bool, tried: int, date: str | None = None
) -> float | None:
    """Seconds until a request may be sent again; None where the answer is final.

    What Retry-After asks for was too little where it was asked again already: a second that is cut to 0, above all.

    Args:
        status: of the answer.
        retry_after: its header of that name; seconds or an HTTP date.
        harmless: whether asking twice does no harm.
        tried: how often it was asked again already.
        date: the answer's Date, since the server's clock may be another than ours.
    """
    if status in BUSY:
        asked = _seconds(retry_after, date)
        if asked is not None:
            return max(asked, 0.5 * 2 ** (tried - 1)) if tried else asked
        patient = 4 if status == 429 else 2
        return 0.5 * 2**tried if tried < patient and (harmless or status == 429) else None
    if status in GATEWAY and harmless and tried < 2:  # of a hundred that pass by a bad gateway some meet it twice
        return 1.0 if tried else 0.5
    return None


def pause_after_loss(harmless: bool, tried: int) -> float | None:
    """Seconds until a request may be sent again whose connection was lost; None where it may not."""
    return 0.2 * 2**tried if harmless and tried < 2 else None


def doubts(writes: int) -> int:
    """How many of so many writes a gateway may answer before its answers count as the server's own.

    Half of them: a gateway that fails now and then meets one place more often than another, by chance.
    """
    return max(2, writes // 2)


def _seconds(value: str | None, date: str | None) -> float | None:
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return None if math.isnan(seconds) else max(0.0, seconds)
    then = _timestamp(value)
    if then is None:
        return None
    now = _timestamp(date) if date else None
    return max(0.0, then - (time.time() if now is None else now))


def _timestamp(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
