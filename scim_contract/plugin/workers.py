"""The workers of a run, as its controlling process sees them: told to stop when it is interrupted, and waited for."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_LONGEST = 60.0


class Workers:
    """xdist's workers.

    pytest's own way out of an interrupt leaves them at work until they are killed: what they create meanwhile nobody
    would clean up. So they are told by a file to ask no more questions and end, before the cleaning up begins.
    """

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def none(self) -> bool:
        """Whether none has been taken in so far."""
        return not self._nodes

    def add(self, node: Any) -> str:
        """Take a worker in; gives the file whose being there tells it to stop."""
        self._nodes.append(node)
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="scim-contract-", ignore_cleanup_errors=True)
        return str(self._file)

    def stop(self) -> bool:
        """Tell those that are still there to stop, and wait until they have cleaned up after themselves.

        Returns:
            Whether all of them have ended.
        """
        there = [node for node in self._nodes if not _has_ended(node)]
        if self._folder is None or not there:
            return True
        self._file.touch()
        for node in there:
            node.shutdown()
        end = time.monotonic() + _LONGEST
        while time.monotonic() < end and not all(map(_has_ended, there)):
            time.sleep(0.05)
        return all(map(_has_ended, there))

    def close(self) -> None:
        """Remove the file."""
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def _file(self) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / "stop"


def _has_ended(node: Any) -> bool:
    """Whether a worker has ended; the channel of one that was killed stays open on our side."""
    return bool(node.channel.isclosed() or not node.gateway.hasreceiver())


def told_to_stop(file: str) -> Callable[[], bool]:
    """Whether a worker was told to stop."""
    return lambda: os.path.exists(file)
