"""changes.json: what a run found otherwise than the one before, for a webhook and for whoever was asleep."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from scim_contract import __version__
from scim_contract.reports.merging import NAME, read
from scim_contract.reports.report import Report
from scim_contract.reports.summary import fitted
from scim_contract.verdicts import Outcome, Result, Verdict, outcome

_BROKEN = (Verdict.VIOLATED, Verdict.WAIVED)
_MOST_LINES = 12


@dataclass(frozen=True)
class Change:
    """One atomic claim then and now: `row` is its newest result, `before` and `now` its verdicts, None for none."""

    row: Result
    before: Verdict | None
    now: Verdict | None


@dataclass(frozen=True)
class Changes:
    """What a run found, held against a baseline; without one, everything violated is new.

    `unclear` was violated, and was not judged this time: nothing says that it is fixed.
    """

    report: Report
    baseline: Report | None
    fail_on: str
    new: tuple[Change, ...] = ()
    fixed: tuple[Change, ...] = ()
    still: tuple[Change, ...] = ()
    unclear: tuple[Change, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The run's verdict and exit code; on `new` what the baseline had violated too fails nothing."""
        if self.fail_on != "new":
            return self.report.outcome
        known = {change.row.key for change in self.still}
        rows = [replace(r, verdict=Verdict.WAIVED) if r.key in known else r for r in self.report.results]
        red = (*self.report.leftovers, *self.report.red_waivers)
        broken = self.report.interrupted or bool(self.report.broken)
        return outcome(rows, strict=self.report.strict, red=red, broken=broken)

    @property
    def parts(self) -> dict[str, tuple[Change, ...]]:
        """The changes by their kind, in the order in which they matter."""
        return {"new": self.new, "fixed": self.fixed, "still": self.still, "unclear": self.unclear}

    @property
    def headline(self) -> str:
        """How many changed in which way, and since when."""
        told = [f"{len(changes)} {_WORDS[kind]}" for kind, changes in self.parts.items() if changes]
        since = f"since run {self.baseline.run_id}" if self.baseline else "with no earlier run to compare with"
        return f"{self.report.target}: {', '.join(told) or 'nothing is violated'} {since}"

    def text(self) -> str:
        """The headline and the first of what is newly violated and of what is fixed, a line each."""
        lines = [f"{_WORDS[kind]}: {headline(c.row)}" for kind in ("new", "fixed") for c in self.parts[kind]]
        more = [f"… and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
        return "\n".join([self.headline, *lines[:_MOST_LINES], *more])

    def as_json(self) -> dict[str, Any]:
        """The changes as changes.json has them."""
        report, baseline = self.report, self.baseline
        return {
            "tool": "scim-contract",
            "version": __version__,
            "text": self.text(),
            "target": report.target,
            "base_url": report.base_url,
            "edition": report.edition,
            "run": report.run_id,
            "baseline": baseline.run_id if baseline else None,
            "fail_on": self.fail_on,
            "verdict": self.outcome.verdict,
            "exit_code": self.outcome.exit_code,
            "counts": {kind: len(changes) for kind, changes in self.parts.items()},
            **{kind: [_entry(change) for change in changes] for kind, changes in self.parts.items()},
        }

    def write(self, folder: Path) -> Path:
        """Write changes.json into a folder, and its text below the title of a summary.md there; gives its path."""
        path, summary = folder / "changes.json", folder / "summary.md"
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        if summary.exists():
            title, _, rest = summary.read_text("utf-8").partition("\n")
            summary.write_text(fitted(f"{title}\n\n~~~~\n{self.text()}\n~~~~\n{rest}"), "utf-8")
        return path

    def show(self, console: Console) -> None:
        """Print the changes, and the exit code where it is another than the run's own."""
        console.print(f"\n{self.text()}", markup=False, highlight=False, soft_wrap=True)
        if self.outcome.exit_code != self.report.outcome.exit_code:
            console.print(f"By --fail-on {self.fail_on}: exit {self.outcome.exit_code}")


_WORDS = {"new": "newly violated", "fixed": "fixed", "still": "still violated", "unclear": "not judged this time"}


def since(report: Report, baseline: Report | None, fail_on: str = "any") -> Changes:
    """What a report says otherwise than a baseline.

    A waived violation of the baseline is a known one: when its waiver has ended, it is not new. Keys are
    permanent, so a baseline of another edition or version will do.
    """
    before = {row.key: row for row in baseline.results} if baseline else {}
    now = {row.key: row for row in report.results}
    changes = [_change(before.get(key), now.get(key)) for key in dict.fromkeys([*now, *before])]
    known = [change for change in changes if change.before in _BROKEN]
    return Changes(
        report,
        baseline,
        fail_on,
        new=tuple(c for c in changes if c.now is Verdict.VIOLATED and c.before not in _BROKEN),
        fixed=tuple(c for c in known if c.now is Verdict.CONFORMS),
        still=tuple(c for c in known if c.now is Verdict.VIOLATED),
        unclear=tuple(c for c in known if c.now in (None, Verdict.UNTESTED, Verdict.INCONCLUSIVE)),
    )


def find_baseline(place: Path, target: str) -> Report | None:
    """The baseline of a target: a report.json, or a folder with one in a folder of the target's name.

    Returns:
        None where the folder has none of this target, as before its first night.

    Raises:
        ConfigurationError: the report cannot be read.
    """
    if not place.is_dir():
        return read(place)
    path = place / target / NAME
    return read(path) if path.exists() else None


def headline(row: Result) -> str:
    """Which promise, where: the first line of the result's message, or as much of it as is known without one."""
    if row.message:
        return row.message.splitlines()[0]
    where = " · ".join(word for word in (row.operation, row.prefix, row.client, row.case) if word)
    return f"{row.claim} ({row.level}) — {where}"


def _change(before: Result | None, now: Result | None) -> Change:
    row = now or before
    assert row is not None
    return Change(row, before.verdict if before else None, now.verdict if now else None)


def _entry(change: Change) -> dict[str, Any]:
    row = change.row
    kept = ("key", "claim", "level", "statement", "source", "operation", "prefix", "client", "case", "reason")
    document = row.as_json()
    return {
        **{name: document[name] for name in kept},
        "before": change.before,
        "now": change.now,
        "message": "\n".join(_head((row.message or headline(row)).splitlines())),
        "curl": row.curl,
        "correlation_id": row.correlation_id,
    }


def _head(lines: Iterable[str]) -> Iterable[str]:
    """A message's lines as far as what came: the request and all after it are in report.json."""
    for line in lines:
        if line.startswith("  Request:"):
            return
        yield line
