"""Whose turn it is with the one group that a run may change: two runs of this machine must not change it at once."""

from __future__ import annotations

import getpass
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from scim_contract.targets import Target

LONGEST = 600.0
_LOOK_AGAIN = 0.2


class Turn:
    """The right to change a target's group; the system takes it back from a process that was killed."""

    def __init__(self, target: Target) -> None:
        folder = Path(tempfile.gettempdir()) / f"scim-contract-{_user()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        name = hashlib.sha256(f"{target.base_url} {target.group}".encode()).hexdigest()[:16]
        self._lock = FileLock(folder / f"{name}.turn")

    def take(self, longest: float, waiting: Callable[[], None]) -> bool:
        """Wait for it, for so many seconds at most; `waiting` is called when it is not to be had at once."""
        end, told = time.monotonic() + longest, False
        while True:
            try:
                self._lock.acquire(blocking=False)
            except Timeout:
                if time.monotonic() >= end:
                    return False
                if not told:
                    waiting()
                    told = True
                time.sleep(_LOOK_AGAIN)
            else:
                return True

    def give_back(self) -> None:
        """Let the next one have it."""
        self._lock.release(force=True)


def _user() -> str:
    """Whose process it is: not by a variable of the environment, which a job may lack."""
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()


def waiting_for(target: Target) -> str:
    """What a user is told meanwhile."""
    return f"{another_has(target)}; waiting for it, {LONGEST / 60:g} minutes at most"


def another_has(target: Target) -> str:
    """Why the group is not to be had."""
    return f"another run on this machine has the group {target.group!r} of {target.name}"
