"""What a text means in one recording: which part of it is an id, the run's own word, or a moment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from scim_contract.org.documents import resources
from scim_contract.recording import Recorded, Recording

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]*[0-9a-f]{8,}(?![0-9A-Za-z])")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_CLOCKS = timedelta(minutes=5)  # what a server's clock may be off by
_DISCOVERY = ("resourcetypes", "schemas", "serviceproviderconfig")


@dataclass(frozen=True)
class Meaning:
    """The words of one recording that another run would have other ones for; `began` is Unix time in seconds."""

    run: str
    base_url: str
    began: float
    ids: frozenset[str]
    strangers: frozenset[str]

    def plain(self, text: str) -> str:
        """The text with the run's id and the server's address taken out."""
        return text.replace(self.base_url, "<server>").replace(self.run, "<run>") if self.run else text

    def split(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text with a mark for each id in it, and the ids."""
        text = self.plain(text)
        if text in self.ids:
            return "<id>", (text,)
        head, slash, last = text.rpartition("/")
        if slash and last in self.ids:
            return f"{head}/<id>", (last,)
        found = UUID.findall(text)
        return (UUID.sub("<id>", text), tuple(found)) if found else (text, ())

    def during(self, when: datetime, entry: Recorded) -> bool:
        """Whether a moment lies between the run's beginning and an answer, by the server's clock."""
        elapsed = timedelta(seconds=entry.ended - self.began)
        return -_CLOCKS <= _server_time(entry) - when <= elapsed + _CLOCKS

    def own(self, item: Mapping[str, Any]) -> bool:
        """Whether a resource of a list is one that the run made."""
        return any(self.run in str(item.get(name)) for name in ("userName", "displayName")) if self.run else False


def meaning_of(recording: Recording) -> Meaning:
    """The meaning of a recording's words, from what its answers show."""
    ids: set[str] = set()
    strangers: set[str] = set()
    run = recording.about.run
    for item in shown(recording):
        if isinstance(item.get("id"), str) and item["id"]:
            ids.add(item["id"])
        if isinstance(item.get("userName"), str) and run not in item["userName"]:
            strangers.add(item["userName"])
    began = min((entry.started for entry in recording.entries), default=0.0)
    return Meaning(run, recording.about.base_url, began, frozenset(ids), frozenset(strangers))


def shown(recording: Recording) -> Iterator[Mapping[str, Any]]:
    """Every user and group that an answer of a recording shows."""
    for entry in recording.entries:
        operation, answer = entry.exchange.operation, entry.exchange.answer
        if operation is None or operation.resource in _DISCOVERY or not answer.ok:
            continue
        yield answer.document
        yield from resources(answer.document)


def blurred(text: str) -> str:
    """The text without ids, hexadecimal words and moments: what two runs have in common of a question."""
    return _HEX.sub("<word>", UUID.sub("<id>", _MOMENT.sub("<moment>", text)))


def moment(text: str) -> datetime | None:
    """The moment that a text is, None where it is none with an offset."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _server_time(entry: Recorded) -> datetime:
    """When an answer was given: as it tells itself, or by the clock of the run."""
    try:
        return parsedate_to_datetime(entry.exchange.answer.header("Date") or "").astimezone(UTC)
    except (ValueError, TypeError):
        return datetime.fromtimestamp(entry.ended, UTC)


def same_company(one: Meaning, other: Meaning) -> bool:
    """Whether both directories hold the same people besides the runs' own: half of them in both will do."""
    together = one.strangers | other.strangers
    return len(one.strangers & other.strangers) * 2 >= len(together)
