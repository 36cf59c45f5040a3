"""One item: its judge, its outcome for pytest, and its verdicts on the report that reaches the controller."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from datetime import date
from typing import Any

import pytest

from scim_contract.contract import Atom
from scim_contract.contract.plan import atoms
from scim_contract.judging import Judge
from scim_contract.org import Org, spoiled
from scim_contract.plugin.hooks import RESULTS, TRAFFIC, Plugin
from scim_contract.plugin.run import TIME_IS_UP
from scim_contract.sdk.library import Library
from scim_contract.verdicts import Result, Verdict, result
from scim_contract.waivers import cover

_PAUSES_BEFORE_AGAIN = (0.0, 0.2, 0.5, 1.0)
RAISED = "not finished: the check itself raised {error}; `pytest suites` shows where"


class InconclusiveError(Exception):
    """A check that proved nothing; Allure shows it as broken, not as failed."""


class Items:
    """The hooks around each check of a process that judges."""

    def __init__(self, plugin: Plugin) -> None:
        self.plugin = plugin
        self._judges: dict[str, Judge] = {}
        self._raised: dict[str, str] = {}

    def judge(self, request: pytest.FixtureRequest) -> Judge:
        """The judge of one item."""
        node = request.node
        self._judges[node.nodeid] = Judge(self.plugin.workspace_of(node), self._planned(node), node.nodeid)
        return self._judges[node.nodeid]

    def org(self, request: pytest.FixtureRequest) -> Org:
        """The org as one item sees it."""
        claim = request.node.get_closest_marker("claim").args[0]
        operation = request.node.callspec.params["operation"]
        return Org(self.plugin.workspace_of(request.node), f"{claim}:{operation.id}")

    def library(self) -> Library:
        """The release under judgement; only a gate has one."""
        run = self.plugin.run
        assert run is not None
        assert run.library is not None
        return run.library

    def _planned(self, item: pytest.Item) -> tuple[Atom, ...]:
        marker = item.get_closest_marker("claim")
        assert marker is not None
        operation = item.callspec.params["operation"]  # type: ignore[attr-defined]
        contract = self.plugin.contract()
        planned = atoms(contract, contract.claims[marker.args[0]], operation)
        return tuple(a for a in planned if not marker.args[1:] or a.value in marker.args[1:])

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Run a check, then make pytest's outcome of its verdicts."""
        judge = self._judges.get(pyfuncitem.nodeid)
        if judge is None:
            return (yield)
        planned = self._planned(pyfuncitem)
        seconds = self.plugin.settings.max_seconds
        if seconds and time.time() - self.plugin.started > seconds:
            reason = TIME_IS_UP.format(seconds=seconds)
            judge.results = [result(a, Verdict.UNTESTED, reason=reason, test=pyfuncitem.nodeid) for a in planned]
            pytest.skip(reason)
        if f"{pyfuncitem.path.name}::{pyfuncitem.originalname}" in self.plugin.settings.hollow:
            pyfuncitem.obj = lambda **given: None
        returned = yield
        self._ask_lost_again(pyfuncitem, judge)
        self._conclude(pyfuncitem, judge, planned)
        return returned

    def _ask_lost_again(self, item: pytest.Function, judge: Judge) -> None:
        """Carry a check out again, some times at most, where the network took answers from it.

        Only the cases that were cut off take their verdicts from it: no verdict that was reached is changed by it.
        """
        workspace = self.plugin.workspace_of(item)
        arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        for pause in _PAUSES_BEFORE_AGAIN:
            if not judge.lost or workspace.transport.breaker.open:
                return
            workspace.transport.sleep(pause)
            spoiled.clear(workspace)
            lost, held = judge.begin_again()
            item.obj(**arguments)
            found = {row.key: row for row in judge.results}
            judge.results = [found.get(row.key, row) if row.key in lost else row for row in held]
            judge.lost &= lost

    def _conclude(self, item: pytest.Function, judge: Judge, planned: tuple[Atom, ...]) -> None:
        missing = {a.key for a in planned} - {row.key for row in judge.results}
        if missing:
            pytest.fail(f"the check did not report {', '.join(sorted(missing))}", pytrace=False)
        rows = judge.results = cover(judge.results, self.plugin.waivers(), date.today())
        if self.plugin.allure is not None:
            marker = item.get_closest_marker("claim")
            cases = marker.args[1:] if marker is not None else ()
            self.plugin.allure.tell(planned, cases, rows, judge.tried)
        strict = self.plugin.settings.strict
        failing = [r for r in rows if r.verdict is Verdict.VIOLATED and (strict or r.level != "inferred")]
        told = [r for r in rows if r.verdict in (Verdict.VIOLATED, Verdict.WAIVED) and r not in failing]
        unclear = [r for r in rows if r.verdict is Verdict.INCONCLUSIVE]
        if failing:
            pytest.fail("\n\n".join(r.message or "" for r in [*failing, *told]), pytrace=False)
        if unclear:
            raise InconclusiveError("; ".join(dict.fromkeys(r.reason or "" for r in unclear)))
        if told:
            words = [f"waived, {r.waiver}" if r.waiver else "only reported, since inferred" for r in told]
            pytest.xfail("\n\n".join(f"{w}\n{r.message}" for w, r in zip(words, told, strict=True)))
        if all(r.verdict is Verdict.UNTESTED for r in rows):
            pytest.skip("; ".join(dict.fromkeys(r.reason or "" for r in rows)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Attach the verdicts to the report of the last phase, by which they reach the controller."""
        report = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, InconclusiveError):
            report.longrepr = f"inconclusive: {call.excinfo.value}"
        if call.excinfo is not None and report.failed and item.get_closest_marker("claim") is not None:
            self._raised.setdefault(item.nodeid, self._told(call.excinfo.value))
        if call.when == "teardown" and item.get_closest_marker("claim") is not None:
            self._note_steps(item)
            rows = self._rows(item)
            if self.plugin.observer is not None:
                rows += self.plugin.observer.take()
            setattr(report, RESULTS, json.dumps([row.as_json() for row in rows]))
            if self.plugin.workspace is not None:
                setattr(report, TRAFFIC, self.plugin.workspace.traffic())
        return report

    def _note_steps(self, item: pytest.Item) -> None:
        judge, spool = self._judges.get(item.nodeid), self.plugin.spool
        marker = item.get_closest_marker("claim")
        if judge is not None and spool is not None and marker is not None:
            spool.serve(str(marker.args[0]), judge.steps)

    def _rows(self, item: pytest.Item) -> list[Result]:
        judge = self._judges.pop(item.nodeid, None)
        rows = list(judge.results) if judge is not None else []
        reported = {row.key for row in rows}
        left = [a for a in self._planned(item) if a.key not in reported]
        reason = RAISED.format(error=self._raised.pop(item.nodeid, "nothing and reported nothing"))
        return rows + [result(a, Verdict.INCONCLUSIVE, reason=reason, test=item.nodeid) for a in left]

    def _told(self, error: BaseException) -> str:
        assert self.plugin.workspace is not None
        text = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return self.plugin.workspace.transport.masker.text(text)
