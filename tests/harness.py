"""Planting a defect in front of the mock and looking at what the suite says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.commands import call
from tests.servers import Reply, Seen, Tamper, serving

SEED = "1"
"""Of what is generated, unless a test gives another: a test that failed fails again. Checks run in order likewise."""


@dataclass(frozen=True)
class Defect:
    """A defect, the claim that it breaks and the operations that must be told of.

    `also` are claim ids that may be violated besides, since the defect breaks them as well.
    """

    name: str
    claim: str
    operations: tuple[str, ...]
    before: Callable[[Seen], Reply | None] = lambda seen: None
    after: Callable[[Seen, Reply], None] = lambda seen, reply: None
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def run(folder: Path, url_profile: str, *arguments: str, name: str = "broken") -> tuple[int, dict[str, Any], str]:
    """`scim-contract run` in a folder with a targets.toml; gives exit code, report.json and what it printed."""
    (folder / "targets.toml").write_text(url_profile, "utf-8")
    words = [*(() if "--seed" in arguments else ("--seed", SEED)), *arguments]
    words += [] if "--" in arguments else ["--", "-p", "no:randomly"]
    told = call(folder, "run", "--target", name, *words)
    report = folder / "reports" / name / "report.json"
    document = json.loads(report.read_text("utf-8")) if report.exists() else {}
    return told.code, document, told.text


def violated(report: dict[str, Any]) -> dict[str, set[str]]:
    """The operations at which each claim is violated."""
    found: dict[str, set[str]] = {}
    for row in report["results"]:
        if row["verdict"] == "violated":
            found.setdefault(row["claim"], set()).add(row["operation"])
    return found


def assert_found(defect: Defect, folder: Path, *arguments: str) -> None:
    """The defect is found by its own claim at its operations, and by no other claim that it does not break."""
    with serving(Tamper(defect.before, defect.after)) as server:
        _, report, printed = run(folder, server.profile(), "--claim", defect.claim, *arguments)
    assert report, printed
    found = violated(report)
    assert set(defect.operations) <= found.get(defect.claim, set()), _told(report, printed)
    stray = set(found) - {defect.claim, *defect.also}
    assert not stray, f"also violated: {sorted(stray)}\n{_told(report, printed)}"


def assert_tolerated(tamper: Tamper, folder: Path, claims: Sequence[str], **settings: Any) -> None:
    """A legal difference that makes nothing violated and nothing inconclusive."""
    words = [word for claim in claims for word in ("--claim", claim)]
    with serving(tamper) as server:
        _, report, printed = run(folder, server.profile(**settings), *words)
    assert report, printed
    wrong = [r for r in report["results"] if r["verdict"] in ("violated", "inconclusive")]
    assert not wrong, _told(report, printed)


def _told(report: dict[str, Any], printed: str) -> str:
    rows = [f"{r['verdict']} {r['key']}: {r['reason']}" for r in report["results"] if r["verdict"] != "conforms"]
    return "\n".join([*[r for r in rows if "no request of this run" not in r][:40], printed[-3000:]])
