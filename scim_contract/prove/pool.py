"""Trials side by side, each in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from scim_contract.prove import trial as trials
from scim_contract.prove.trial import OUTPUT, RESULT, Outcome, Trial

LONGEST = 600.0


@dataclass(frozen=True)
class Pool:
    """Where trials are carried out: so many at a time, each with a folder under `reports`.

    The folder of a trial that went as it should is removed by `forget`.
    """

    jobs: int
    reports: Path

    def run(self, given: Sequence[Trial], done: Callable[[Trial, Outcome], None]) -> dict[str, Outcome]:
        """Carry out trials; `done` is told of each as it ends. Gives the outcomes by name.

        Raises:
            KeyboardInterrupt: as it comes, once the processes are stopped.
        """
        outcomes: dict[str, Outcome] = {}
        context = _context()
        processes: set[multiprocessing.process.BaseProcess] = set()
        executor = ThreadPoolExecutor(self.jobs)
        try:
            waiting = {executor.submit(self._one, context, trial, processes): trial for trial in given}
            for future in as_completed(waiting):
                trial = waiting[future]
                outcomes[trial.name] = future.result()
                done(trial, outcomes[trial.name])
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            for process in list(processes):
                process.terminate()
            raise
        executor.shutdown()
        return outcomes

    def folder(self, name: str) -> Path:
        """The folder of a trial."""
        short = re.sub(r"[^\w.-]+", "-", name)
        return self.reports / (short if len(short) < 100 else f"{short[:90]}-{zlib.crc32(name.encode()):08x}")

    def forget(self, names: Iterable[str]) -> None:
        """Remove the folders of trials."""
        for name in names:
            shutil.rmtree(self.folder(name), ignore_errors=True)

    def _one(
        self,
        context: multiprocessing.context.BaseContext,
        trial: Trial,
        processes: set[multiprocessing.process.BaseProcess],
    ) -> Outcome:
        folder = self.folder(trial.name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        process = context.Process(target=trials.run, args=(trial, folder.absolute()))  # type: ignore[attr-defined]
        processes.add(process)
        process.start()
        process.join(LONGEST)
        if process.is_alive():
            process.kill()
            process.join()
            return Outcome(-1, why=f"it did not end within {LONGEST:g} seconds")
        processes.discard(process)
        result = folder / RESULT
        if not result.exists():
            return Outcome(-1, why=f"its process ended with {process.exitcode}; see {folder / OUTPUT}")
        told = json.loads(result.read_text("utf-8"))
        return Outcome(**{**told, "rows": tuple(told["rows"])})


def _context() -> multiprocessing.context.BaseContext:
    """Processes that find everything imported already where the system can fork, fresh ones elsewhere."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["scim_contract.prove.preload"])
    return context
