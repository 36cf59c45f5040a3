"""The ledger: what the run is about to create or change, on disk before the request goes out."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
        self._lines: list[str] = []

    def write(self, kind: str, **facts: Any) -> None:
        """Append one line and wait until the disk has it.

        Raises:
            OSError: the disk does not take it; then nothing may be written to the target either.
        """
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        line = json.dumps({"kind": kind, **facts}) + "\n"
        os.write(self._file, line.encode())
        os.fsync(self._file)
        self._lines.append(line)

    def own_leftovers(self) -> Leftovers:
        """What the lines that this process wrote leave open."""
        return leftovers(self._lines)

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
    users: dict[str, str | None] = {}
    group: tuple[str, dict[str, Any]] | None = None
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        match entry.get("kind"):
            case "creating":
                users.setdefault(entry["userName"], None)
            case "created":
                users[entry["userName"]] = entry["id"]
            case "absent" | "removed":
                users.pop(entry["userName"], None)
            case "changing-group":
                group = group or (entry["id"], entry["body"])
            case "restored-group":
                group = None
    return Leftovers(users, group)


def read(path: Path) -> Leftovers:
    """What the ledger at a path leaves open; nothing where there is no such file."""
    try:
        return leftovers(path.read_text("utf-8").splitlines())
    except FileNotFoundError:
        return Leftovers({}, None)
