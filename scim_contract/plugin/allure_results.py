"""What Allure shows of a verdict: where it belongs, how much it weighs, and the evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import uuid4

import allure
import pytest
from allure_commons import plugin_manager
from allure_commons.model2 import Label, StatusDetails, TestResult

from scim_contract.contract import Atom
from scim_contract.verdicts import Result, Verdict

_SEVERITY = {"documented": "critical", "standard": "normal", "inferred": "minor"}


def describe(item: pytest.Function, planned: Sequence[Atom], rows: Sequence[Result]) -> None:
    """Label the running test and attach a table of its verdicts, and each failure's text."""
    if not _wanted(item.config) or not planned:
        return
    first = planned[0]
    for name, value in _labels(first.claim, first.prefix, first.operation, _heaviest(planned)):
        allure.dynamic.label(name, value)
    allure.dynamic.description(f"{first.statement}\n\nSource: {first.source}")
    text = "\n".join(f"{row.verdict:<12} {row.key}" + (f"  {row.reason}" if row.reason else "") for row in rows)
    allure.attach(text, "verdicts", allure.attachment_type.TEXT)
    for row in rows:
        if row.verdict is Verdict.VIOLATED and row.message:
            allure.attach(row.message, row.key, allure.attachment_type.TEXT)


def observed(config: pytest.Config, row: Result, outcome: str, now: float) -> None:
    """Write a result for an observed claim, which has no test that allure-pytest could tell of."""
    if not _wanted(config):
        return
    labels = _labels(row.claim, row.prefix, row.operation, row.level)
    plugin_manager.hook.report_result(
        result=TestResult(
            uuid=str(uuid4()),
            historyId=hashlib.sha256(row.key.encode()).hexdigest()[:32],
            testCaseId=hashlib.sha256(row.claim.encode()).hexdigest()[:32],
            name=f"{row.claim} [{row.prefix}-{row.operation}{f' {row.case}' if row.case else ''}]",
            fullName=f"observed#{row.key}",
            status="broken" if row.verdict is Verdict.INCONCLUSIVE else outcome,
            statusDetails=StatusDetails(message=row.message or row.reason or row.waiver),
            description=f"{row.statement}\n\nSource: {row.source}",
            labels=[Label(name=name, value=value) for name, value in labels],
            start=int(now * 1000),
            stop=int(now * 1000),
        )
    )


def _wanted(config: pytest.Config) -> bool:
    return bool(config.getoption("allure_report_dir", None))


def _heaviest(planned: Sequence[Atom]) -> str:
    return min((atom.level for atom in planned), key=list(_SEVERITY).index)


def _labels(claim: str, prefix: str, operation: str, level: str) -> list[tuple[str, str]]:
    return [
        ("epic", prefix),
        ("feature", claim.split(".")[0]),
        ("story", operation),
        ("claim", claim),
        ("severity", _SEVERITY[level]),
    ]
