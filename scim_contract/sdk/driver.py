"""A driver at work: the process that holds the SDK, asked by JSON lines, restarted when it hangs or dies."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from scim_contract.org.errors import Lost
from scim_contract.secret import Secret

_STARTING = 120.0
_MOST_LOST = 3
_TAIL = 600
_LEFT_OUT = ("pythonpath", "pythonhome", "http_proxy", "https_proxy", "all_proxy", "rubylib", "node_options")


class Driver:
    """One driver process, started when it is first asked.

    `seconds` is how long one call may take; `authority` the certificate by which the host is to be trusted;
    `hosts` are what the SDK may reach besides.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        host: str,
        seconds: float = 20.0,
        authority: Path | None = None,
        hosts: Sequence[str] = (),
    ) -> None:
        self._command = tuple(command)
        self._more = dict(environment)
        self._opening: dict[str, Any] = {"do": "open", "host": host, "hosts": list(hosts)}
        if authority is not None:
            self._opening["authority"] = str(authority)
        self._seconds = seconds
        self._home = tempfile.TemporaryDirectory(prefix="scim-contract-driver-")
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._credentials: tuple[str, Secret, Secret] | None = None
        self._asked = 0
        self._lost = 0
        self.opened: dict[str, Any] = {}

    def open(self) -> dict[str, Any]:
        """Start the process and have it load the SDK; gives its version and methods.

        Raises:
            Lost: it does not start, or the SDK cannot be loaded.
        """
        if self._process is None:
            if self._lost >= _MOST_LOST:
                raise Lost(f"the driver was lost {self._lost} times and is not started again: {self._errors()}")
            self._start()
            self.opened = self._ask(self._opening, _STARTING)
        return self.opened

    def sign_in(self, client: str, secret: Secret, token: Secret) -> dict[str, Any]:
        """Have the SDK sign in by client credentials; gives the driver's answer, `failed` where it did not.

        One that cannot sign in is handed the token, as a caller would: the rest of it can still be judged.
        """
        self.open()
        self._credentials = (client, secret, token)
        question = {"do": "sign_in", "client": client, "secret": str(secret)}
        answer = self._ask(question, self._seconds, may_fail=True)
        if "failed" in answer:
            self._ask({"do": "take_token", "token": str(token)}, self._seconds)
        return answer

    def call(self, method: str, arguments: Mapping[str, Any], signed_in: bool) -> dict[str, Any]:
        """Have the SDK call a method.

        Raises:
            Lost: the driver hung or died over it.
        """
        fresh = self._process is None
        self.open()
        if fresh and self._credentials is not None:
            self.sign_in(*self._credentials)
        question = {"do": "call", "method": method, "arguments": dict(arguments), "signed_in": signed_in}
        return self._ask(question, self._seconds)

    def close(self) -> None:
        """End the process."""
        self._stop()
        self._home.cleanup()

    def _start(self) -> None:
        kept = {k: v for k, v in os.environ.items() if k.lower() not in _LEFT_OUT}
        environment = {**kept, "HOME": self._home.name, "NO_PROXY": "*", "PYTHONUTF8": "1", **self._more}
        self._lines = queue.Queue()
        with (Path(self._home.name) / "stderr").open("wb") as errors:
            try:
                self._process = subprocess.Popen(
                    self._command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                    text=True, encoding="utf-8", start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                self._lost = _MOST_LOST
                raise Lost(f"the driver did not start: {self._command[0]}: {error.strerror or error}") from None
        threading.Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True).start()

    def _ask(self, question: dict[str, Any], seconds: float, *, may_fail: bool = False) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        self._asked += 1
        try:
            self._process.stdin.write(json.dumps({"id": self._asked, **question}) + "\n")
            self._process.stdin.flush()
            line = self._lines.get(timeout=seconds)
        except (OSError, ValueError):
            line = None
        except queue.Empty:
            raise self._given_up(f"the driver did not answer within {seconds:g} s") from None
        if line is None:
            code = self._process.wait()
            raise self._given_up(f"the driver ended with exit code {code}")
        answer: dict[str, Any] = _parsed(line)
        if answer.get("id") != self._asked:
            raise self._given_up(f"the driver answered out of turn: {line[:200]!r}")
        if "failed" in answer and not may_fail:
            raise self._given_up(f"the driver could not do it: {answer['failed']}")
        return answer

    def _given_up(self, what: str) -> Lost:
        self._lost += 1
        self._stop()
        return Lost(f"{what}; its standard error: {self._errors()}")

    def _errors(self) -> str:
        text = (Path(self._home.name) / "stderr").read_text("utf-8", "replace").strip()
        return f"…{text[-_TAIL:]}" if len(text) > _TAIL else text or "empty"

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _close(stream)


def _close(stream: IO[str]) -> None:
    try:
        stream.close()
    except OSError:  # what was left to write has nobody to read it
        return


def _parsed(line: str) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    try:
        for line in stream:
            lines.put(line)
    except ValueError:  # closed meanwhile
        pass
    lines.put(None)
