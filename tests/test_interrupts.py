"""Signals and kills: however a run ends, nothing of it stays in the directory, and nothing hangs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.commands import call, directory, report, spawn
from tests.servers import Reply, Seen, Server, Tamper, serving

WRITES = ("--target", "broken", "--claim", "etags.current-if-match-applies", "--claim", "etags.changes-with-writes")
FUZZING = ("--target", "broken", "--area", "fuzzed", "--fuzz", "40", "--seed", "1")
KILLS = int(os.environ.get("SCIM_CONTRACT_KILLS", "5"))


class Watched:
    """A server that is slow once a user exists and the group is changed, until the test has seen what that is for."""

    def __init__(self) -> None:
        self.group_changed, self.user_created, self.cleaning, self.hurried = Event(), Event(), Event(), Event()

    def before(self, seen: Seen) -> None:
        if self.group_changed.is_set() and self.user_created.is_set():
            self.hurried.wait(0.15)
        if seen.method == "DELETE":
            self.cleaning.set()

    def after(self, seen: Seen, reply: Reply) -> None:
        if seen.method in ("PUT", "PATCH") and "/groups/" in seen.path and reply.status == 200:
            self.group_changed.set()
        if seen.method == "POST" and seen.path.endswith("/users") and reply.status == 201:
            self.user_created.set()


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple[Server, Any, Watched, subprocess.Popen[str]]]:
    """A run under way, with its server and what the server held before it."""
    watched = Watched()
    with serving(Tamper(watched.before, watched.after)) as server:
        server.write_profile(folder)
        held = directory(server.url)
        process = spawn(folder, "run", *words)
        try:
            assert watched.group_changed.wait(60)
            assert watched.user_created.wait(60)
            yield server, held, watched, process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()


def ledgers(folder: Path) -> list[Path]:
    return list((folder / ".scim-contract").rglob("*.jsonl"))


@pytest.mark.parametrize(
    "words", [WRITES, (*WRITES, "--", "-n", "2"), FUZZING], ids=["alone", "with workers", "fuzzing"]
)
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_two_signals_to_the_first_process_end_a_run_that_still_cleans_up(
    sent: signal.Signals, words: tuple[str, ...], tmp_path: Path
) -> None:
    """As CI does: one signal, and some seconds later another, to the process that it started and to no other."""
    with running(tmp_path, *words) as (server, held, watched, process):
        watched.cleaning.clear()
        process.send_signal(sent)
        assert watched.cleaning.wait(60)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        watched.hurried.set()
        printed, _ = process.communicate(timeout=90)
        assert directory(server.url) == held, printed
        time.sleep(0.5)
        assert directory(server.url) == held, "something came later"
    assert process.returncode == 3, printed
    assert report(tmp_path, "broken")["interrupted"] is True
    assert "Traceback" not in printed
    assert not ledgers(tmp_path)


def test_a_third_signal_leaves_the_rest_to_cleanup(tmp_path: Path) -> None:
    with running(tmp_path, *WRITES) as (server, held, watched, process):
        watched.cleaning.clear()
        process.send_signal(signal.SIGINT)
        assert watched.cleaning.wait(60)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.1)
        printed, _ = process.communicate(timeout=60)
        assert process.returncode == 3, printed
        assert "still cleaning up; once more leaves the rest to `scim-contract cleanup`" in printed
        assert "cleaning up was cut off: `scim-contract cleanup --target broken` removes what" in printed
        assert "Traceback" not in printed
        assert ledgers(tmp_path)
        told = call(tmp_path, "cleanup")
        assert told.code == 0, told.text
        assert directory(server.url) == held
    assert not ledgers(tmp_path)


def test_a_run_that_is_under_way_is_not_cleaned_up(tmp_path: Path) -> None:
    with running(tmp_path, *WRITES) as (server, held, watched, process):
        told = call(tmp_path, "cleanup")
        assert told.code == 0, told.text
        assert "is still under way, and left alone." in told.text
        assert directory(server.url) != held
        watched.hurried.set()
        printed, _ = process.communicate(timeout=120)
        assert process.returncode == 0, printed
        assert directory(server.url) == held


@pytest.mark.parametrize("number", range(KILLS))
def test_cleanup_after_a_kill_at_any_moment_leaves_the_directory_as_it_was(number: int, tmp_path: Path) -> None:
    """The whole suite, alone or with workers, or generated requests; the number decides when the kill comes."""
    chance = random.Random(number)
    words = [(), ("--", "-n", "2"), FUZZING[2:]][number % 3]
    with serving() as server:
        server.write_profile(tmp_path)
        held = directory(server.url)
        process = spawn(tmp_path, "run", "--target", "broken", "--seed", str(number), *words)
        until = time.monotonic() + 60
        while not any(seen.method == "POST" and seen.path.endswith("/users") for seen in server.log):
            assert time.monotonic() < until
            time.sleep(0.02)
        requests = len(server.log) + chance.randrange(0, 1200)
        until = time.monotonic() + 60
        while len(server.log) < requests and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        told = call(tmp_path, "cleanup", "--target", "broken")
        assert told.code == 0, told.text
        assert directory(server.url) == held, f"killed after {requests} requests: {told.text}"
    assert not ledgers(tmp_path)


def test_of_two_runs_at_once_the_second_waits_for_the_group(tmp_path: Path) -> None:
    """Each in a folder of its own, as two jobs on one machine; what they do to users may overlap."""
    folders = [tmp_path / name for name in ("one", "other")]
    with serving() as server:
        held = directory(server.url)
        processes = []
        for folder in folders:
            folder.mkdir()
            server.write_profile(folder)
            processes.append(spawn(folder, "run", *WRITES))
        told = [process.communicate(timeout=120)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0], told
        assert directory(server.url) == held
    waited = ["another run on this machine has the group 'ConformanceSandbox' of broken" in text for text in told]
    assert sum(waited) == 1, told
    for folder in folders:
        rows = report(folder, "broken")["results"]
        groups = {row["verdict"] for row in rows if row["claim"].startswith("etags.ch") and "group" in row["operation"]}
        assert groups == {"conforms"}
