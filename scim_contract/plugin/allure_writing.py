"""Allure's results on their way to the disk: ours take the place of allure-pytest's own writer."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import allure_commons
import pytest
from allure_commons.logger import AllureFileLogger
from attr import asdict
from pluggy import HookimplMarker

from scim_contract.contract import Atom
from scim_contract.judging.judge import Tried
from scim_contract.org import Workspace
from scim_contract.plugin import allure_results
from scim_contract.plugin.allure_steps import Step, Steps
from scim_contract.verdicts import Result

_hookimpl = HookimplMarker("allure")


@dataclass(frozen=True)
class _Told:
    """What a check said, until allure-pytest hands its result over."""

    planned: Sequence[Atom]
    cases: Sequence[str]
    rows: Sequence[Result]
    tried: Sequence[Tried]


class Writer:
    """Completes each result that allure-pytest made, and writes it.

    Containers, which tell of pytest's fixtures, are left out: three files a test, and of no use to who reads about
    a server.
    """

    def __init__(self, folder: Path, workspace: Workspace) -> None:
        self._folder = folder
        self._target = workspace.target.name
        self._steps = Steps(workspace.worker, workspace.transport.masker, workspace.strangers, self._write)
        self._told: _Told | None = None

    def tell(
        self, planned: Sequence[Atom], cases: Sequence[str], rows: Sequence[Result], tried: Sequence[Tried]
    ) -> None:
        """What the running check owes, the cases it names, and what it came to; its result comes when it has ended."""
        self._told = _Told(planned, cases, rows, tried)

    @_hookimpl
    def report_result(self, result: Any) -> None:
        """Complete a check's result and write it; what is no check of ours is written as it is."""
        told, self._told = self._told, None
        steps: list[Step] = []
        if told is not None and told.planned:
            allure_results.fill(result, told.planned, told.rows, self._target, told.cases)
            steps = self._steps.of(told.tried, told.rows, result.start)
        self._result(result, steps)

    @_hookimpl
    def report_container(self, container: Any) -> None:
        """Leave it out."""

    @_hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write an attachment."""
        (self._folder / file_name).write_bytes(body.encode() if isinstance(body, str) else body)

    @_hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        """Write an attachment."""
        shutil.copy(source, self._folder / file_name)

    def observed(self, row: Result, outcome: str) -> None:
        """Write a result for an observed claim, which has no test."""
        self._result(allure_results.observed(row, outcome, self._target, time.time()), [])

    def _result(self, result: Any, steps: list[Step]) -> None:
        document = asdict(result, filter=lambda _, value: bool(value) or value is False)
        self._write(f"{uuid4()}-result.json", json.dumps({**document, "steps": [*document.get("steps", ()), *steps]}))

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, "utf-8")


def begin(config: pytest.Config, workspace: Workspace, folder: str) -> Writer:
    """Put a writer in the place of allure-pytest's own."""
    manager = allure_commons.plugin_manager
    theirs = [plugin for plugin in manager.get_plugins() if isinstance(plugin, AllureFileLogger)]
    for plugin in theirs:
        manager.unregister(plugin)
    place = Path(folder).absolute()
    place.mkdir(parents=True, exist_ok=True)
    writer = Writer(place, workspace)
    manager.register(writer)

    def end() -> None:
        manager.unregister(writer)
        for plugin in theirs:  # allure-pytest takes its own away at the end, and must find it
            manager.register(plugin)

    config.add_cleanup(end)
    return writer
