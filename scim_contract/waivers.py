"""Waivers: violations that a target's owner knows of, each with a reason and a date on which it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from scim_contract.contract import Contract
from scim_contract.targets import ConfigurationError, known, nearest, toml_entries
from scim_contract.verdicts import Result, Verdict

_REQUIRED = ("claim", "reason", "expires")
_JUDGED = (Verdict.CONFORMS, Verdict.VIOLATED, Verdict.WAIVED)


@dataclass(frozen=True)
class Waiver:
    """One entry of a waivers file.

    It covers a violation of `claim` where `operation` and `prefix`, if given, are the violation's, and
    `signature`, if given, is part of its message.
    """

    claim: str
    reason: str
    expires: date
    operation: str = ""
    prefix: str = ""
    signature: str = ""
    ticket: str = ""
    since: date | None = None

    def names(self, row: Result) -> bool:
        """Whether the waiver is about this atomic claim, whatever its verdict."""
        return row.claim == self.claim and self.operation in ("", row.operation) and self.prefix in ("", row.prefix)

    def covers(self, row: Result, today: date) -> bool:
        """Whether the waiver covers this violation today."""
        return self.expires >= today and self.fits(row)

    def fits(self, row: Result) -> bool:
        """Whether the waiver would cover this violation, were it in force."""
        violated = row.verdict in (Verdict.VIOLATED, Verdict.WAIVED)
        return violated and self.names(row) and self.signature in (row.message or "")

    def __str__(self) -> str:
        where = " ".join(word for word in (self.claim, self.operation, self.prefix) if word)
        ticket = f", {self.ticket}" if self.ticket else ""
        return f"{where}: {self.reason} (until {self.expires}{ticket})"


@dataclass(frozen=True)
class Waived:
    """Results with their waivers applied; `red` waivers fail the run, `idle` ones are only told of."""

    results: tuple[Result, ...]
    red: tuple[str, ...]
    idle: tuple[str, ...]


def cover(rows: Iterable[Result], waivers: Sequence[Waiver], today: date) -> list[Result]:
    """The results, each covered violation turned into `waived` with the waiver's words."""
    covered: list[Result] = []
    for row in rows:
        waiver = next((w for w in waivers if row.verdict is Verdict.VIOLATED and w.covers(row, today)), None)
        covered.append(row if waiver is None else replace(row, verdict=Verdict.WAIVED, waiver=str(waiver)))
    return covered


def apply(rows: Sequence[Result], waivers: Sequence[Waiver], today: date) -> Waived:
    """Cover what the waivers cover, and say which of them are expired, stale, or were not put to the test."""
    covered = cover(rows, waivers, today)
    red: list[str] = []
    idle: list[str] = []
    for waiver in waivers:
        judged = [row for row in covered if waiver.names(row) and row.verdict in _JUDGED]
        if waiver.expires < today:
            red.append(f"expired waiver, renew or remove it: {waiver}")
        elif any(waiver.fits(row) for row in covered):
            continue
        elif judged:
            red.append(f"stale waiver, nothing needs it any more: {waiver}")
        else:
            idle.append(f"waiver not put to the test in this run: {waiver}")
    return Waived(tuple(covered), tuple(red), tuple(idle))


def load_waivers(path: Path, contract: Contract) -> tuple[Waiver, ...]:
    """The waivers of a file.

    Raises:
        ConfigurationError: the file cannot be read, or an entry cannot be used.
    """
    rows = toml_entries(path, "waiver")
    return tuple(_waiver(row, f"{path}: waiver {n}", contract) for n, row in enumerate(rows, 1))


def _waiver(row: Any, where: str, contract: Contract) -> Waiver:
    if not isinstance(row, dict):
        raise ConfigurationError(f"{where}: is not a table")
    known(row, {f.name for f in fields(Waiver)}, where)
    for key in _REQUIRED:
        if not row.get(key):
            raise ConfigurationError(f"{where}: {key} is missing; a waiver needs claim, reason and expires")
    for key, value in row.items():
        wanted: type = date if key in ("expires", "since") else str
        if not isinstance(value, wanted):
            example = "2026-12-31, a date without quotes" if wanted is date else "a text"
            raise ConfigurationError(f"{where}: {key} is {example}, not {value!r}")
    ids = [claim.id for claim in contract.claims.claims]
    for key, given, right in (
        ("claim", row["claim"], ids),
        ("operation", row.get("operation"), [op.id for op in contract.operations]),
        ("prefix", row.get("prefix"), list(contract.prefixes)),
    ):
        if given and given not in right:
            raise ConfigurationError(f"{where}: no {key} {given!r}{_near(given, right)}")
    dates = {k: date(v.year, v.month, v.day) for k, v in row.items() if isinstance(v, date)}
    return Waiver(**{**row, **dates})


def _near(word: str, right: list[str]) -> str:
    hint = nearest(word, right)
    return hint if "did you mean" in hint else ""
