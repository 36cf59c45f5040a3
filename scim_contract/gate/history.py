"""Releases side by side: a table release × claim, in the terminal, as Markdown and as data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scim_contract.contract import Contract
from scim_contract.plugin.catalogue import GATED
from scim_contract.reports.report import Report
from scim_contract.verdicts import Verdict

_WORDS = {
    Verdict.VIOLATED: "broken",
    Verdict.WAIVED: "waived",
    Verdict.INCONCLUSIVE: "unclear",
    Verdict.UNTESTED: "untested",
}


@dataclass(frozen=True)
class Release:
    """One release and what it came to: a report, or why there is none."""

    label: str
    code: int
    report: Report | None = None
    why: str = ""

    @property
    def edition(self) -> str:
        """The edition that it was held against; empty where it was not."""
        return self.report.edition if self.report else ""


def claims_of(contract: Contract) -> tuple[str, ...]:
    """The claims about a client library, in the catalogue's order."""
    return tuple(claim.id for claim in contract.claims.claims if claim.area == GATED)


def short(claim: str) -> str:
    """A claim's name without its area."""
    return claim.removeprefix(f"{GATED}.")


def cell(release: Release, claim: str) -> str:
    """What a release came to by one claim: `keeps`, or at how many methods and cases it does not."""
    if release.report is None:
        return "untested"
    counts = Counter(row.verdict for row in release.report.results if row.claim == claim)
    if not counts:
        return "-"
    return ", ".join(f"{counts[v]} {word}" for v, word in _WORDS.items() if counts[v]) or "keeps"


def show(console: Console, releases: Sequence[Release], contract: Contract) -> None:
    """Print the table, and why some were not judged."""
    table = Table(title="Releases", title_justify="left", title_style="bold")
    table.box, table.padding, table.show_edge = box.SIMPLE_HEAD, 0, False
    for name in ("release", "of", *map(short, claims_of(contract))):
        table.add_column(name.replace("-", "-\n").replace("credentials", "creden-\ntials"), no_wrap=True)
    for release in releases:
        cells = (_sign(cell(release, claim)) for claim in claims_of(contract))
        table.add_row(escape(release.label.partition("==")[2]), release.edition, *cells)
    console.print()
    console.print(table)
    console.print("✓ kept, n✗ broken at n methods and cases, w waived, ? inconclusive, - untested")
    for release in releases:
        if release.report is None:
            console.print(f"{release.label}: {release.why}", markup=False, highlight=False, soft_wrap=True)


def _sign(words: str) -> str:
    for word, sign in {"keeps": "✓", " broken": "✗", " waived": "w", " unclear": "?", " untested": "-"}.items():
        words = words.replace(word, sign)
    return words.replace("untested", "-").replace(", ", " ")


def write(releases: Sequence[Release], contract: Contract, folder: Path) -> Path:
    """Write history.md and history.json into a folder; gives the first one's path."""
    claims = claims_of(contract)
    lines = ["# Releases, each against its edition of the contract", ""]
    lines.append(f"| release | edition | {' | '.join(map(short, claims))} |")
    lines.append("|---" * (len(claims) + 2) + "|")
    for each in releases:
        lines.append(f"| {each.label} | {each.edition} | {' | '.join(cell(each, claim) for claim in claims)} |")
    lines += ["", *(f"- {each.label}: {each.why}" for each in releases if each.report is None)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "history.json").write_text(json.dumps(_as_json(releases, claims), indent=1) + "\n", "utf-8")
    path = folder / "history.md"
    path.write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    return path


def _as_json(releases: Sequence[Release], claims: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "release": release.label,
            "edition": release.edition or None,
            "exit_code": release.code,
            "why": release.why or None,
            "claims": {claim: cell(release, claim) for claim in claims},
        }
        for release in releases
    ]
