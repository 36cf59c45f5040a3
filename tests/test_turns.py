"""The turn with a target's group: one at a time, given back by whoever ends, and not waited for without end."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scim_contract.org.turns import Turn
from scim_contract.targets import Target

HERE = Target("here", "http://127.0.0.1:1", group="Disposable")
HOLD = """
import sys, time
from scim_contract.org.turns import Turn
from scim_contract.targets import Target
turn = Turn(Target("elsewhere", "http://127.0.0.1:1", group="Disposable"))
assert turn.take(0, lambda: None)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def never() -> None:
    raise AssertionError("it was to be had at once")


def test_a_turn_is_had_by_one_at_a_time() -> None:
    told: list[str] = []
    one, other = Turn(HERE), Turn(HERE)
    assert one.take(0, never)
    begun = time.monotonic()
    assert not other.take(0.5, lambda: told.append("waiting"))
    assert time.monotonic() - begun >= 0.5
    assert told == ["waiting"]
    one.give_back()
    assert other.take(0, never)
    other.give_back()


def test_other_groups_and_other_servers_are_nobodys_business() -> None:
    turns = [Turn(HERE), Turn(replace(HERE, group="Other")), Turn(replace(HERE, base_url="http://127.0.0.1:2"))]
    assert all(turn.take(0, never) for turn in turns)
    for turn in turns:
        turn.give_back()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdout=subprocess.PIPE,
        text=True,
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    mine = Turn(HERE)
    assert not mine.take(0, lambda: None)
    process.kill()
    process.communicate()
    assert mine.take(5, lambda: None)
    mine.give_back()
