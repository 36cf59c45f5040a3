"""The ignore file: differences that a team knows and lives with, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from scim_contract.compare.difference import Difference, Kind
from scim_contract.targets import ConfigurationError, known, nearest, toml_entries


@dataclass(frozen=True)
class Ignore:
    """One entry: `path` as a difference's `where` has it, `*` for anything; of any kind or operation where empty."""

    path: str
    reason: str
    operation: str = ""
    kind: str = ""

    @property
    def told(self) -> str:
        """The entry in a line."""
        rest = [word for word in (self.operation, self.kind) if word]
        return f"{self.path}{f' ({chr(44).join(rest)})' if rest else ''}: {self.reason}"

    def covers(self, difference: Difference) -> bool:
        """Whether a difference is what it leaves out, or lies under it."""
        if self.operation and self.operation != difference.operation:
            return False
        if self.kind and self.kind != difference.kind.value:
            return False
        pattern = self.path.replace("[*]", "[[]*]")
        return any(fnmatchcase(difference.where, pattern + end) for end in ("", ".*", "[[]*"))


def load_ignores(path: Path) -> tuple[Ignore, ...]:
    """The entries of an ignore file.

    Raises:
        ConfigurationError: it cannot be read, or an entry has no path or no reason.
    """
    rows = toml_entries(path, "ignore")
    return tuple(_ignore(row, f"{path}: entry {number}") for number, row in enumerate(rows, 1))


def _ignore(row: Any, where: str) -> Ignore:
    if not isinstance(row, dict):
        raise ConfigurationError(f"{where}: is not a table")
    known(row, {field.name for field in fields(Ignore)}, where)
    for name in row:
        if not isinstance(row[name], str) or not row[name].strip():
            raise ConfigurationError(f"{where}: {name} is no text")
    for name in ("path", "reason"):
        if name not in row:
            raise ConfigurationError(f"{where}: {name} is missing")
    kinds = [kind.value for kind in Kind]
    if row.get("kind", kinds[0]) not in kinds:
        raise ConfigurationError(f"{where}: no kind {row['kind']!r}{nearest(row['kind'], kinds)}")
    return Ignore(**row)
