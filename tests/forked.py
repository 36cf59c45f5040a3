"""Programs in processes forked from one that has everything imported, which a fresh one takes a second or two for."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path

# What a run imports: the suite with all that reports and generates, and the command itself.
_PRELOADED = (
    "scim_contract.prove.preload",
    "scim_contract.cli.run",
    "scim_contract.fleet",
    "scim_contract.fuzz.bodies",
    "scim_contract.reports.junit",
)


def start() -> None:
    """Start the process that others are forked from: where it starts decides which code it imports."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(list(_PRELOADED))
    forkserver.ensure_running()


def carried_out(
    module: str, words: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 300
) -> tuple[int, str]:
    """`python -m module words…` with a folder as the current one; gives its exit code and all that it wrote.

    Raises:
        TimeoutError: it did not end in time.
    """
    context = multiprocessing.get_context("forkserver")
    with tempfile.NamedTemporaryFile() as output:
        process = context.Process(target=_become, args=(module, [*words], folder, {**environment}, output.name))
        process.start()
        process.join(seconds)
        if process.is_alive():
            assert process.pid
            os.killpg(process.pid, signal.SIGKILL)
            process.join()
            raise TimeoutError(f"{module} {' '.join(words)}: {Path(output.name).read_text('utf-8', 'replace')}")
        assert process.exitcode is not None
        return process.exitcode, Path(output.name).read_text("utf-8", "replace")


def _become(module: str, words: Sequence[str], folder: Path, environment: Mapping[str, str], output: str) -> None:
    """Be that program: its folder, environment, session and outputs, and its own name in the list of words."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [part for part in environment.get("PYTHONPATH", "").split(os.pathsep) if part]
    with Path(output).open("ab") as written:
        os.dup2(written.fileno(), 1)
        os.dup2(written.fileno(), 2)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
