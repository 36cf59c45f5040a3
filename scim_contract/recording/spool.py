"""What a process of a run has seen, on disk until the run ends: a line an exchange, with no secret in it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scim_contract.contract import Contract
from scim_contract.org.strangers import Strangers, alias
from scim_contract.recording.recorded import Recorded, from_row, to_row
from scim_contract.targets import ConfigurationError
from scim_contract.transport import Exchange, Masker


class Spool:
    """The exchanges of one process, written beside the recording that they are to become.

    Raises:
        ConfigurationError: nothing can be written there.
    """

    def __init__(self, recording: Path, run: str, worker: str, masker: Masker) -> None:
        self.path = _part(recording, run, worker)
        self._masker = masker
        self._strangers = Strangers(alias)
        self._lock = threading.Lock()
        try:
            recording.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"{recording}: cannot be written ({error.strerror or error})") from None

    def see(self, exchange: Exchange) -> None:
        """Write an exchange down, secrets masked, and strangers under aliases."""
        started = time.time() - exchange.answer.seconds
        with self._lock:
            self._strangers.meet(exchange)
            shown = _masked(exchange, self._masker, self._strangers)
        self._write({"exchange": to_row(Recorded(shown, started))})

    def serve(self, claim: str, steps: Iterable[str]) -> None:
        """Write down which steps a claim was judged by."""
        self._write({"claim": claim, "steps": sorted(steps)})

    def close(self) -> None:
        """End it; what comes later is not written."""
        self._file.close()

    def _write(self, row: dict[str, object]) -> None:
        with self._lock:
            if not self._file.closed:
                self._file.write(json.dumps(row) + "\n")


def collect(recording: Path, run: str, contract: Contract) -> tuple[Recorded, ...]:
    """The exchanges of all processes of a run in the order in which they were sent; their spools are removed.

    The last line of a process that was killed may be half a line: it is left out.
    """
    found: list[Recorded] = []
    claims: dict[str, set[str]] = {}
    for part in sorted(recording.parent.glob(_part(Path(recording.name), run, "*").name)):
        for line in part.read_text("utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if "exchange" in row:
                found.append(from_row(row["exchange"], contract))
            for step in row.get("steps", ()):
                claims.setdefault(step, set()).add(row["claim"])
        part.unlink()
    found.sort(key=lambda each: each.started)
    return tuple(replace(each, claims=tuple(sorted(claims.get(each.step, ())))) for each in found)


def _part(recording: Path, run: str, worker: str) -> Path:
    return recording.with_name(f"{recording.name}.{run}.{worker}.part")


def _masked(exchange: Exchange, masker: Masker, strangers: Strangers) -> Exchange:
    """The exchange without secrets and strangers; its headers bear none already."""
    request, answer = exchange.request, exchange.answer
    body = answer.body
    if answer.json is not None:
        hidden = strangers.document(answer.json)
        body = body if hidden == answer.json else json.dumps(hidden, ensure_ascii=False).encode("utf-8", "replace")
    url = strangers.url(masker.text(request.url))
    shown = replace(request, url=url, body=_bytes(request.body, masker))
    return replace(exchange, request=shown, answer=replace(answer, body=_bytes(body, masker) or b""))


def _bytes(body: bytes | None, masker: Masker) -> bytes | None:
    if not body:
        return body
    for encoding in ("utf-8", "latin-1"):
        try:
            return masker.text(body.decode(encoding)).encode(encoding)
        except UnicodeDecodeError:
            continue
    return body
