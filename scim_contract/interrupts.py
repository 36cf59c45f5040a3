"""Signals that end a run: the first ends the judging; cleaning up goes on through a second, and a third leaves it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import click

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PATIENCE = "scim-contract: still cleaning up; once more leaves the rest to `scim-contract cleanup`"


def sigterm_interrupts() -> None:
    """Let SIGTERM, by which clusters and CI end a job, do what Ctrl-C does."""
    signal.signal(signal.SIGTERM, _interrupt)


def ignored() -> None:
    """Leave the ending of this process to the one that started it."""
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)


@dataclass
class Shield:
    """How many signals came while something was shielded from them."""

    came: int = 0

    def note(self, signum: int, frame: FrameType | None) -> None:
        """Take a signal: the first is only noted, and told; the next one interrupts."""
        self.came += 1
        if self.came > 1:
            raise KeyboardInterrupt
        click.echo(_PATIENCE, err=True)


@contextmanager
def shielded() -> Iterator[Shield]:
    """Do something to its end though a signal comes.

    Raises:
        KeyboardInterrupt: a second one came.
    """
    shield = Shield()
    if threading.current_thread() is not threading.main_thread():
        yield shield
        return
    held = {each: signal.getsignal(each) for each in _SIGNALS}
    for each, handler in held.items():
        if handler is not signal.SIG_IGN:
            signal.signal(each, shield.note)
    try:
        yield shield
    finally:
        for each, handler in held.items():
            signal.signal(each, handler)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
