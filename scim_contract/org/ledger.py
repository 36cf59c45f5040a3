"""The ledger: what the run is about to create or change, on disk before the request goes out."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_STILL = 2.0
try:
    import fcntl
except ImportError:  # Windows has none: there a run that is under way is not told from one that was killed
    fcntl = None  # type: ignore[assignment]

MARKER = "conformance-"
_RUN = re.compile(r"conformance-(\d{8}t\d{6}-[0-9a-f]{4})-")


def new_run_id(now: datetime | None = None) -> str:
    """A run's id: UTC time and a random part, such as `20261124t070001-4f2a`."""
    return f"{(now or datetime.now(UTC)):%Y%m%dt%H%M%S}-{secrets.token_hex(2)}"


def run_of(user_name: str) -> str | None:
    """The id of the run whose marker a userName bears, None where it bears none."""
    match = _RUN.search(user_name.lower())
    return match.group(1) if match else None


def started(run: str) -> datetime:
    """When a run began, read from its id."""
    return datetime.strptime(run.split("-")[0], "%Y%m%dt%H%M%S").replace(tzinfo=UTC)


class Ledger:
    """One run's file, only ever appended to; every line is on the disk before `write` returns."""

    def __init__(self, folder: Path, target: str, run: str) -> None:
        self.path = folder / target / f"{run}.jsonl"
        self.run = run
        self._file: int | None = None
        self._open = _Open()

    def write(self, kind: str, **facts: Any) -> None:
        """Append one line and wait until the disk has it.

        Raises:
            OSError: the disk does not take it; then nothing may be written to the target either.
        """
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_SH)
        line = json.dumps({"kind": kind, **facts}) + "\n"
        os.write(self._file, line.encode())
        os.fsync(self._file)
        self._open.add(json.loads(line))

    def own_leftovers(self) -> Leftovers:
        """What the lines that this process wrote leave open."""
        return self._open.left()

    def close(self) -> None:
        """Close the file; a later `write` opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def discard(self) -> None:
        """Remove the file of a run that left nothing behind, and the folders that it alone was in."""
        self.close()
        self.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # other runs have ledgers there
            self.path.parent.rmdir()
            self.path.parent.parent.rmdir()


@dataclass(frozen=True)
class Leftovers:
    """What a ledger says may still be there: users by userName (with the id where it is known), the group."""

    users: dict[str, str | None]
    group: tuple[str, dict[str, Any]] | None

    def __str__(self) -> str:
        words = [f"{len(self.users)} user{'s' if len(self.users) > 1 else ''}"] if self.users else []
        return " and ".join([*words, *(["the group"] if self.group else [])])

    def __bool__(self) -> bool:
        return bool(self.users or self.group)


def leftovers(lines: Iterable[str]) -> Leftovers:
    """What the lines of a ledger leave open; a line cut short by a kill is passed over."""
    found = _Open()
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        found.add(entry)
    return found.left()


@dataclass
class _Open:
    """What the lines read so far leave open; of what is closed nothing is remembered."""

    users: dict[str, str | None] = field(default_factory=dict)
    group: tuple[str, dict[str, Any]] | None = None

    def add(self, entry: dict[str, Any]) -> None:
        match entry.get("kind"):
            case "creating":
                self.users.setdefault(entry["userName"], None)
            case "created":
                self.users[entry["userName"]] = entry["id"]
            case "absent" | "removed":
                self.users.pop(entry["userName"], None)
            case "changing-group":
                self.group = self.group or (entry["id"], entry["body"])
            case "restored-group":
                self.group = None

    def left(self) -> Leftovers:
        return Leftovers(dict(self.users), self.group)


def in_use(path: Path) -> bool:
    """Whether a process still writes a ledger; the system forgets one that was killed."""
    if fcntl is None:
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def settle(path: Path) -> None:
    """Wait until a ledger has been still for a while: what its process had just asked for may yet be carried out."""
    with contextlib.suppress(OSError):
        time.sleep(max(0.0, path.stat().st_mtime + _STILL - time.time()))


def read(path: Path) -> Leftovers:
    """What the ledger at a path leaves open; nothing where there is no such file."""
    try:
        return leftovers(path.read_text("utf-8").splitlines())
    except FileNotFoundError:
        return Leftovers({}, None)
