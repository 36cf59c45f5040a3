"""What is seen of a run while it runs: claims judged, requests sent, and what is waited for."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from scim_contract.plugin.hooks import TRAFFIC
from scim_contract.plugin.run import Run
from scim_contract.verdicts import Verdict

_TIMES_A_SECOND = 4
_TALKS = {"-v", "-vv", "--verbose", "-s", "--capture=no", "--pdb", "--trace"}


class Progress:
    """Counts what the processes of a run report; pytest's dots make room for it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._begun = time.monotonic()
        self._checks = 0
        self._done = 0
        self._area = ""
        self._traffic: dict[str, tuple[int, float]] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many checks there are."""
        self._checks = max(self._checks, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: list[str]) -> None:
        """Learn it from a worker."""
        self._checks = max(self._checks, len(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a check that has ended."""
        worker, requests, waited = getattr(report, TRAFFIC, ("", 0, 0.0))
        if worker:
            self._done += 1
            self._area = report.nodeid.rpartition("/")[2].partition(".py")[0].removeprefix("test_").replace("_", " ")
            self._traffic[worker] = (requests, waited)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """No dot for a check: the counts say the same, and more."""
        return "", "", ""

    def __rich__(self) -> Table:
        """The line as it is now."""
        line = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=max(self._checks, 1), completed=self._done, width=24)
        line.add_row(bar, Text(self.told(), overflow="ellipsis", no_wrap=True))
        return line

    def told(self) -> str:
        """The line in words."""
        counts = Counter(row.verdict for row in list(self._run.tally.results.values()))
        requests = sum(number for number, _ in self._traffic.values())
        waited = sum(seconds for _, seconds in self._traffic.values())
        words = [f"{self._done} of {self._checks} checks", f"{counts.total()} claims"]
        words += [f"{counts[v]} {v.value}" for v in (Verdict.VIOLATED, Verdict.INCONCLUSIVE) if counts[v]]
        words.append(f"{requests} requests")
        if self._run.workspace.transport.waiting:
            words.append("waiting for a rate limit or a retry")
        elif waited >= 1:
            words.append(f"{waited:.0f} s waited")
        seconds = int(time.monotonic() - self._begun)
        words.append(f"{seconds // 60}:{seconds % 60:02}")
        return " · ".join([*words, *([self._area] if self._area else [])])


@contextmanager
def showing(console: Console, run: Run, pytest_args: Sequence[str] = ()) -> Generator[list[Any], None, None]:
    """Show the progress of a run on a terminal; gives the plugins that pytest needs for it, none elsewhere.

    pytest takes standard output away while a check runs, so that the line goes to a copy of it. Who asks pytest to
    say more itself gets that instead. A log that takes colours is no terminal.
    """
    if not console.is_terminal or console.is_dumb_terminal or not os.isatty(1) or _TALKS & set(pytest_args):
        yield []
        return
    progress = Progress(run)
    with os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace") as copy:
        own = Console(file=copy, width=console.width, force_terminal=True, color_system="auto")
        with Live(progress, console=own, transient=True, refresh_per_second=_TIMES_A_SECOND, redirect_stdout=False):
            yield [progress]
