"""Observed claims among pytest's and Allure's results: they have no test, so each gets an entry of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

from scim_contract.contract import Contract
from scim_contract.plugin.run import NOT_ASKED
from scim_contract.verdicts import Result, Verdict

if TYPE_CHECKING:
    from scim_contract.plugin.allure_writing import Writer


def seen(contract: Contract, row: Result) -> bool:
    """Whether a result is of an observed claim, or a violation that was seen beside what a check looks at."""
    broken = row.verdict in (Verdict.VIOLATED, Verdict.WAIVED)
    return contract.claims[row.claim].observed or (broken and row.test is None)


def show(config: pytest.Config, rows: Sequence[Result], allure: Writer | None, *, strict: bool) -> None:
    """Report the observed claims that any request asked about, as if each were a test."""
    for row in rows:
        if row.reason == NOT_ASKED:
            continue
        outcome, longrepr = _outcome(row, strict)
        for when in ("setup", "call", "teardown"):
            called = when == "call"
            config.hook.pytest_runtest_logreport(
                report=pytest.TestReport(
                    nodeid=node_id(row),
                    location=("observed", None, node_id(row)),
                    keywords={},
                    outcome=outcome if called else "passed",
                    longrepr=longrepr if called else None,
                    when=when,
                )
            )
        if allure is not None:
            allure.observed(row, outcome)


def node_id(row: Result) -> str:
    """The name of the entry: `observed/errors.py::never-5xx[v1-get_scim_user-case]`."""
    area, _, name = row.claim.partition(".")
    tail = "-".join(word for word in (row.prefix, row.operation, row.case.replace("/", "-")) if word)
    return f"observed/{area}.py::{name}[{tail}]"


def is_entry(node: str) -> bool:
    """Whether a node id is that of such an entry."""
    return node.startswith("observed/")


def _outcome(row: Result, strict: bool) -> tuple[Any, Any]:
    match row.verdict:
        case Verdict.VIOLATED if strict or row.level != "inferred":
            return "failed", row.message
        case Verdict.INCONCLUSIVE:
            return "failed", f"inconclusive: {row.reason}"
        case Verdict.CONFORMS:
            return "passed", None
    words = {Verdict.WAIVED: f"waived, {row.waiver}", Verdict.VIOLATED: f"only inferred: {row.message}"}
    return "skipped", ("observed", 0, f"Skipped: {words.get(row.verdict, row.reason)}")
