"""The steps of an Allure result: what was brought about, asked and judged, with each exchange attached.

They are written as plain data, as Allure's files have them: a run has ten thousand, and Allure's own classes would
cost a run more than all its judging.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scim_contract.judging.judge import Tried
from scim_contract.org.strangers import Strangers
from scim_contract.reports.http_text import http_text
from scim_contract.transport import Exchange, Masker
from scim_contract.verdicts import Result, Verdict

Step = dict[str, Any]

_STATUS = {
    Verdict.CONFORMS: "passed",
    Verdict.VIOLATED: "failed",
    Verdict.WAIVED: "skipped",
    Verdict.UNTESTED: "skipped",
    Verdict.INCONCLUSIVE: "broken",
}
_MOST = 60  # of the exchanges of one case; the last ones are those that lead somewhere


class Steps:
    """Makes the steps of a process's results. An exchange that many checks use is written down once.

    Args:
        process: the process's name, since others may have exchanges of the same steps.
        masker: what hides secrets.
        strangers: what hides people whom the run did not create.
        write: writes an attachment, given the name of its file and its text.
    """

    def __init__(self, process: str, masker: Masker, strangers: Strangers, write: Callable[[str, str], None]) -> None:
        self._process = process
        self._masker = masker
        self._write = write
        self._strangers = strangers
        self._written: dict[str, Step] = {}

    def of(self, tried: Sequence[Tried], rows: Sequence[Result], start: int) -> list[Step]:
        """The steps of a check: for each of its cases one, or those of the only case themselves."""
        by_key = {row.key: row for row in rows}
        cases = []
        for each in tried:
            judged = [by_key[key] for key in each.keys if key in by_key]
            steps = list(self._case(each, judged, start))
            cases.append(
                _step(_title(judged), _worst(judged), start, steps[-1]["stop"] - start if steps else 0, steps=steps)
            )
        return cases if len(cases) != 1 else list(cases[0]["steps"])

    def _case(self, tried: Tried, rows: Sequence[Result], start: int) -> Iterator[Step]:
        about = rows[0].operation if rows else ""
        broken = any(row.verdict is Verdict.VIOLATED for row in rows)
        shown = {row.steps[-1].rpartition("[")[2].rstrip("]") for row in rows if row.steps} if broken else set()
        trail = list({exchange.step: exchange for exchange in tried.trail}.values())
        if len(trail) > _MOST:
            yield _step(f"… {len(trail) - _MOST} requests before these", "passed", start)
        asked = False
        for exchange in trail[-_MOST:]:
            own = exchange.operation is not None and exchange.operation.id == about
            word = "Asked" if own else "Looked" if asked else "Brought about"
            asked = asked or own
            took = round(exchange.answer.seconds * 1000)
            known = self._exchange(exchange)
            status = "failed" if exchange.step in shown else "passed"
            yield {**known, "name": f"{word}: {known['name']}", "status": status, "start": start, "stop": start + took}
            start += took
        for row in rows:
            name = f"Judged{f' {row.case}' if row.case else ''}: {row.verdict.value}"
            yield _step(name, _STATUS[row.verdict], start, message=row.reason or row.waiver or "")

    def _exchange(self, exchange: Exchange) -> Step:
        """What all steps of one exchange have in common; its text is written where it is met first."""
        known = self._written.get(exchange.step)
        if known is None:
            word = hashlib.sha256(f"{self._process} {exchange.step}".encode()).hexdigest()[:32]
            source = f"{word}-attachment.txt"
            self._write(source, http_text(exchange, self._masker, self._strangers))
            told = f"{exchange.request.method} {exchange.answer.line}"
            name = self._strangers.url(self._masker.text(str(exchange)))
            attachment = {"name": told, "source": source, "type": "text/plain"}
            known = self._written[exchange.step] = {"name": name, "attachments": [attachment]}
        return known


def _title(rows: Sequence[Result]) -> str:
    if not rows:
        return "a case"
    value = rows[0].case.split("/")[0] if len(rows) > 1 else rows[0].case
    return " · ".join(word for word in (rows[0].client, value) if word) or rows[0].claim


def _worst(rows: Sequence[Result]) -> str:
    statuses = {_STATUS[row.verdict] for row in rows}
    return next((status for status in ("failed", "broken", "passed", "skipped") if status in statuses), "passed")


def _step(name: str, status: str, start: int, took: int = 0, *, steps: Sequence[Step] = (), message: str = "") -> Step:
    step: Step = {"name": name, "status": status, "start": start, "stop": start + took}
    if steps:
        step["steps"] = steps
    if message:
        step["statusDetails"] = {"message": message}
    return step
