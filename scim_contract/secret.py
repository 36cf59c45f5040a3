"""A text that no output shows; below targets and transport, which both hold some."""

from __future__ import annotations

MASK = "***"


class Secret(str):
    """A string that does not show itself: repr, tracebacks and `--showlocals` print a mask."""

    __slots__ = ()

    def __repr__(self) -> str:
        return MASK
