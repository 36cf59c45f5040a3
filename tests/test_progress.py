"""What a run shows while it runs: on a terminal a line that moves, elsewhere pytest's dots."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import call

CLAIM = ("--claim", "etags.stable", "--claim", "etags.header-quoted")


def on_a_terminal(folder: Path, *words: str) -> tuple[int, str]:
    """A run on a terminal of its own; gives its exit code and all that it wrote there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "140"}
    command = [sys.executable, "-m", "scim_contract", "run", *words]
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        written = bytearray()
        while True:
            try:
                some = os.read(ours, 65_536)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            written += some
    os.close(ours)
    return process.returncode, written.decode("utf-8", "replace")


@pytest.mark.parametrize("more", [(), ("--", "-n", "1")], ids=["alone", "a-worker"])
def test_a_terminal_sees_claims_and_requests_move(tmp_path: Path, more: tuple[str, ...]) -> None:
    code, written = on_a_terminal(tmp_path, *CLAIM, *more)
    assert code == 0, written
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written)
    seen = re.findall(r"(\d+) of 12 checks · (\d+) claims · (\d+) requests", plain)
    assert seen, plain
    assert int(seen[-1][0]) > 0
    assert int(seen[-1][2]) > 0
    assert not re.search(r"\.{5}|passed in", plain), "the dots and the last line of pytest have made room"
    assert "CONFORMS" in plain
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h"), "the cursor is back"


def test_who_asks_pytest_to_talk_gets_that(tmp_path: Path) -> None:
    code, written = on_a_terminal(tmp_path, *CLAIM, "--", "-v")
    assert code == 0, written
    assert "test_etags.py" in written
    assert " checks · " not in written


def test_a_log_gets_no_line_that_moves(tmp_path: Path) -> None:
    told = call(tmp_path, "run", *CLAIM, FORCE_COLOR="1")
    assert "\x1b[?25l" not in told.text
    assert re.search(r"^\.{12} +\[100%\]$", re.sub(r"\x1b\[[0-9;]*m", "", told.text), re.MULTILINE)
    assert " checks · " not in told.text
