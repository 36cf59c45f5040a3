"""Reports made up for tests: results of a claim's atomic claims, and a report around them."""

from __future__ import annotations

from typing import Any

from scim_contract.contract import load, plan
from scim_contract.reports.report import Report
from scim_contract.verdicts import Result, Verdict, result

CONTRACT = load("2019")


def results(claim: str, verdict: Verdict, **more: Any) -> list[Result]:
    """A result of one verdict for every atomic claim of a claim."""
    return [result(a, verdict, **more) for a in plan(CONTRACT, claims=[claim]) if a.claim == claim]


def report(*rows: Result, **more: Any) -> Report:
    """A report of some results."""
    values: dict[str, Any] = {
        "target": "nightly", "base_url": "https://api.example.com", "edition": "2019", "run_id": "20261124t070001-4f2a",
        "started": 1795503601.0, "seconds": 41.5, "waited": 2.0, "requests": {"directory:user:view": 12},
        "interrupted": False, "strict": False, "settings": {"target": "nightly"},
    }  # fmt: skip
    return Report(results=rows, **{**values, **more})
