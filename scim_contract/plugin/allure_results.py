"""What Allure shows of a check: where it belongs, how much it weighs, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence

import allure
import pytest

from scim_contract.contract import Atom
from scim_contract.verdicts import Result, Verdict

_SEVERITY = {
    "documented": allure.severity_level.CRITICAL,
    "standard": allure.severity_level.NORMAL,
    "inferred": allure.severity_level.MINOR,
}


def describe(item: pytest.Function, planned: Sequence[Atom], rows: Sequence[Result]) -> None:
    """Label the running test and attach a table of its verdicts, and each failure's text."""
    if not item.config.getoption("allure_report_dir", None) or not planned:
        return
    first = planned[0]
    allure.dynamic.epic(first.prefix)
    allure.dynamic.feature(first.claim.split(".")[0])
    allure.dynamic.story(first.operation)
    allure.dynamic.label("claim", first.claim)
    allure.dynamic.severity(_SEVERITY[min((a.level for a in planned), key=list(_SEVERITY).index)])
    allure.dynamic.description(f"{first.statement}\n\nSource: {first.source}")
    text = "\n".join(f"{row.verdict:<12} {row.key}" + (f"  {row.reason}" if row.reason else "") for row in rows)
    allure.attach(text, "verdicts", allure.attachment_type.TEXT)
    for row in rows:
        if row.verdict is Verdict.VIOLATED and row.message:
            allure.attach(row.message, row.key, allure.attachment_type.TEXT)
