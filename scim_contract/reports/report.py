"""A run's report: everything that was found, as data; report.json is this written out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scim_contract import __version__
from scim_contract.contract import Contract
from scim_contract.reports.latency import Latency
from scim_contract.verdicts import BEHIND, Outcome, Result, Verdict, outcome


@dataclass(frozen=True)
class Report:
    """What a run found; `requests` by the client's label, `red` the reasons to fail that are no verdicts."""

    target: str
    base_url: str
    edition: str
    run_id: str
    started: float
    seconds: float
    waited: float
    requests: dict[str, int]
    results: tuple[Result, ...]
    interrupted: bool
    strict: bool
    settings: dict[str, Any]
    leftovers: tuple[str, ...] = ()
    red_waivers: tuple[str, ...] = ()
    idle_waivers: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    latency: dict[str, Latency] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """The run's verdict and exit code."""
        red = (*self.leftovers, *self.red_waivers)
        return outcome(self.results, strict=self.strict, red=red, broken=self.interrupted or bool(self.broken))

    @property
    def counts(self) -> dict[str, int]:
        """How many atomic claims got each verdict."""
        counted = Counter(row.verdict for row in self.results)
        return {verdict.value: counted[verdict] for verdict in Verdict}

    def having(self, verdict: Verdict) -> list[Result]:
        """The results of one verdict."""
        return [row for row in self.results if row.verdict is verdict]

    def as_json(self) -> dict[str, Any]:
        """The report as report.json has it."""
        return {
            "tool": "scim-contract",
            "version": __version__,
            "edition": self.edition,
            "target": self.target,
            "base_url": self.base_url,
            "run": self.run_id,
            "started": datetime.fromtimestamp(self.started, UTC).isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 3),
            "seconds_waited": round(self.waited, 3),
            "requests": sum(self.requests.values()),
            "requests_by_client": dict(sorted(self.requests.items())),
            "verdict": self.outcome.verdict,
            "exit_code": self.outcome.exit_code,
            "counts": self.counts,
            "interrupted": self.interrupted,
            "settings": self.settings,
            "leftovers": list(self.leftovers),
            "waivers": {"red": list(self.red_waivers), "idle": list(self.idle_waivers)},
            "errors": list(self.broken),
            "latency": {operation: latency.as_json() for operation, latency in self.latency.items()},
            "results": [row.as_json() for row in self.results],
        }

    def write(self, folder: Path) -> Path:
        """Write report.json into a folder; gives its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "report.json"
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        return path


def took(report: Report) -> str:
    """What the run took, one line: requests, seconds, and what was waited for the limits of both sides."""
    said = f"{sum(report.requests.values())} requests in {report.seconds:.1f} s"
    if report.waited < 0.1:
        return said
    return f"{said}; {report.waited:.1f} s waited for rate limits and retries, over all processes"


def roots(report: Report) -> list[Result]:
    """The violated results, the likely root first.

    First reads that are behind, since whatever looks at what was written is misled by them. Last what only comes of
    another promise that is broken as well, by the status that came. Before that those of the
    operation that blocked the most others first, and of one operation a crash (errors.never-5xx) before what else came
    of it; then documented before standard before inferred, in the catalogue's order.
    """
    broken = {row.claim for row in report.having(Verdict.VIOLATED)}
    blocked = Counter(row.blocked_by for row in report.results if row.blocked_by)
    ranks = {"documented": 0, "standard": 1, "inferred": 2}
    return sorted(
        report.having(Verdict.VIOLATED),
        key=lambda r: (
            BEHIND not in (r.reason or ""),
            _comes_of_another(r, broken),
            -blocked[r.operation],
            r.claim != "errors.never-5xx",
            ranks[r.level],
        ),
    )


_COME_OF: Mapping[str, str] = MappingProxyType(
    {
        "came 401 ": "permissions.",
        "came 403 ": "permissions.",
        "came 409 ": "lifecycle.user-name-unique",
        "scimType tooMany": "paging.",
    }
)
"""What an answer that came out of place says, and the promises whose breach it comes of."""


def _comes_of_another(row: Result, broken: Set[str]) -> bool:
    """Whether an answer came that is the business of other promises, one of which is broken, too."""
    for came, others in _COME_OF.items():
        if came in (row.reason or "") and not row.claim.startswith(others):
            return any(claim.startswith(others) for claim in broken)
    return False


@dataclass(frozen=True)
class Failure:
    """One violated claim of one area, with every atomic claim of it that is violated in the same way."""

    first: Result
    others: tuple[Result, ...]


def grouped(rows: Iterable[Result]) -> list[Failure]:
    """Violations of one claim and level together: one defect is read once."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for row in rows:
        groups.setdefault((row.claim, row.level), []).append(row)
    return [Failure(first, tuple(others)) for first, *others in groups.values()]


def areas(report: Report, contract: Contract) -> Sequence[str]:
    """The areas that the report has results of, in the catalogue's order."""
    there = {row.claim.split(".")[0] for row in report.results}
    return [area for area in contract.claims.areas if area in there]


def cell(report: Report, area: str, prefix: str) -> Counter[Verdict]:
    """How many results of an area and prefix got each verdict."""
    return Counter(r.verdict for r in report.results if r.prefix == prefix and r.claim.split(".")[0] == area)
