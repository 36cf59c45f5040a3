"""The results of a report as a page carries them: every text once, the evidence packed until somebody asks for it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from typing import Any

from scim_contract.reports.page.matrix import area_of
from scim_contract.reports.report import Report, roots
from scim_contract.verdicts import Result

# Of the packed evidence; the page as a whole stays below 3 MB.
ROOM = 1_800_000
_SHORTEST = 500
_CUT = "… (cut here for the size of this page; report.json has it whole)"


class Texts:
    """Texts by number, each kept once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        """The number of a text; -1 of none."""
        if not text:
            return -1
        known = self._numbers.get(text)
        if known is None:
            known = self._numbers[text] = len(self.all)
            self.all.append(text)
        return known


def packed(report: Report, names: dict[str, str], marks: dict[str, str]) -> dict[str, Any]:
    """The results as rows of numbers and the texts that these stand for, the likely roots first.

    Args:
        report: the report.
        names: the operations' names, the same in each prefix.
        marks: by key, what has become of a result since the nights before.
    """
    texts = Texts()
    first = {row.key: place for place, row in enumerate(roots(report))}
    rows = sorted(report.results, key=lambda row: first.get(row.key, len(first)))
    return {
        "rows": [
            [
                texts.number(row.claim),
                texts.number(area_of(row)),
                texts.number(names[row.operation]),
                texts.number(row.operation),
                texts.number(row.prefix),
                texts.number(row.client),
                texts.number(row.case),
                texts.number(row.verdict.value),
                texts.number(row.level),
                texts.number(row.statement),
                texts.number(row.source),
                texts.number(_short(row.reason, _SHORTEST)),
                texts.number(row.waiver),
                texts.number(marks.get(row.key)),
            ]
            for row in rows
        ],
        "texts": texts.all,
        "evidence": evidence(rows),
    }


def evidence(rows: Iterable[Result], room: int = ROOM) -> str:
    """What was seen, of each result with any: deflated, in Base64, no longer than there is room.

    Where it does not fit, the longest texts give way first.
    """
    told = [_told(row) for row in rows]
    limit = max((len(text) for each in told for text in _strings(each)), default=0)
    while True:
        cut = [{name: _cut_to(value, limit) for name, value in each.items()} for each in told]
        raw = json.dumps(cut, ensure_ascii=True, separators=(",", ":")).encode()
        text = base64.b64encode(zlib.compress(raw, 6)).decode()
        if len(text) <= room or limit <= _SHORTEST // 4:
            return text if len(text) <= room else ""
        limit = min(limit, 32_000) // 2


def _told(row: Result) -> dict[str, Any]:
    """What a result carries beyond its verdict; its own headline, promise and source are on the page already."""
    seen, token = _seen(row)
    facts = {
        "message": "\n".join(seen),
        "curl": row.curl,
        "token": token,
        "steps": list(row.steps) if not row.message else [],
        "reason": row.reason if row.reason and len(row.reason) > _SHORTEST else None,
        "correlation": row.correlation_id,
        "test": row.test,
    }
    return {name: value for name, value in facts.items() if value}


def _seen(row: Result) -> tuple[list[str], str]:
    """The message's lines as far as nothing else on the page says them, and whose token the curl line needs."""
    lines = (row.message or "").splitlines()[1:]
    kept = [line for line in lines if not line.startswith(("  Promise:", "  Source:"))]
    place = next((n for n, line in enumerate(kept) if line.startswith("  Request:")), None)
    if place is None or not row.curl or row.curl not in kept[place]:
        return kept, ""
    token = kept[place + 1].strip() if place + 1 < len(kept) else ""
    if not token.startswith(("$TOKEN is", "sent ")):
        return [*kept[:place], *kept[place + 1 :]], ""
    return [*kept[:place], *kept[place + 2 :]], token


def _strings(each: dict[str, Any]) -> Iterable[str]:
    for value in each.values():
        yield from value if isinstance(value, list) else [value]


def _cut_to(value: Any, limit: int) -> Any:
    return [_short(item, limit) for item in value] if isinstance(value, list) else _short(value, limit)


def _short(text: str | None, limit: int) -> str | None:
    return text if text is None or len(text) <= limit else text[:limit] + _CUT
