"""The nights of a target: what each run found broken, kept beside its reports, and what has changed since."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from scim_contract.reports.report import Report
from scim_contract.verdicts import Verdict

NAME = "history.jsonl"
MOST = 60
_BROKEN = (Verdict.VIOLATED, Verdict.WAIVED)
_JUDGED = (Verdict.CONFORMS, *_BROKEN)


@dataclass(frozen=True)
class Night:
    """One run as the nights after it need it: `broken` are the keys violated or waived, `judged` those it put to the
    test among all that were ever broken; a key that is in neither says nothing."""

    run: str
    started: float
    verdict: str
    exit_code: int
    counts: dict[str, int]
    requests: int
    seconds: float
    broken: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trend:
    """The last nights, the oldest first, and by key what has become of it: new, fixed or flapping."""

    nights: tuple[Night, ...]
    new: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    flapping: tuple[str, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)


def night_of(report: Report, before: Iterable[Night] = ()) -> Night:
    """A report as a night; `before` says which keys were ever broken."""
    broken = tuple(row.key for row in report.results if row.verdict in _BROKEN)
    ever = {key for night in before for key in night.broken}.union(broken)
    judged = tuple(row.key for row in report.results if row.key in ever and row.verdict in _JUDGED)
    return Night(
        run=report.run_id,
        started=report.started,
        verdict=report.outcome.verdict,
        exit_code=report.outcome.exit_code,
        counts=report.counts,
        requests=sum(report.requests.values()),
        seconds=round(report.seconds, 1),
        broken=broken,
        judged=judged,
    )


def nights_of(reports: Iterable[Report], kept: Iterable[Night] = ()) -> tuple[Night, ...]:
    """The nights of one target's reports and of its history, each run once, the oldest first."""
    known = {night.run: night for night in kept}
    reports = sorted(reports, key=lambda report: report.started)
    ever = [*known.values(), *(night_of(report) for report in reports)]
    known |= {report.run_id: night_of(report, ever) for report in reports}
    return tuple(sorted(known.values(), key=lambda night: night.started))[-MOST:]


def trend(nights: Sequence[Night]) -> Trend:
    """What the last of some nights found otherwise than those before it.

    A key is held against the last night that judged it. It flaps where its verdict has changed twice or more:
    violated, kept and violated again, or the other way round.
    """
    if not nights:
        return Trend(())
    marks: dict[str, str] = {}
    for key in dict.fromkeys(key for night in nights for key in night.broken):
        told = [key in night.broken for night in nights if key in night.broken or key in night.judged]
        changes = sum(one != other for one, other in pairwise(told))
        last = nights[-1]
        if changes > 1:
            marks[key] = "flapping"
        elif key in last.broken and len(nights) > 1 and (len(told) == 1 or not told[-2]):
            marks[key] = "new"
        elif key in last.judged and key not in last.broken and len(told) > 1 and told[-2]:
            marks[key] = "fixed"
    having = {word: tuple(k for k, mark in marks.items() if mark == word) for word in ("new", "fixed", "flapping")}
    return Trend(tuple(nights), **having, marks=marks)


def read(folder: Path) -> tuple[Night, ...]:
    """The nights that a target's folder remembers; a line that cannot be read is left out: it is no reason to fail."""
    try:
        lines = (folder / NAME).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return ()
    return tuple(night for night in map(_night, lines) if night is not None)


def remember(folder: Path, report: Report) -> tuple[Night, ...]:
    """Add a report to the nights that its folder remembers, at most 60; gives them, the oldest first."""
    nights = nights_of([report], read(folder))
    lines = [json.dumps(asdict(night), ensure_ascii=False) for night in nights]
    (folder / NAME).write_text("\n".join(lines) + "\n", "utf-8")
    return nights


def carry(source: Path, folder: Path) -> None:
    """Let a target's folder remember what another one does, where it remembers nothing itself: a job begins empty."""
    if (source / NAME).is_file() and not (folder / NAME).exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / NAME, folder)


def _night(line: str) -> Night | None:
    try:
        row: dict[str, Any] = json.loads(line)
        return Night(**{**row, "broken": tuple(row["broken"]), "judged": tuple(row["judged"])})
    except (ValueError, TypeError, KeyError):
        return None
