"""A recording as data: the exchanges of a run in the order in which they were sent."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from scim_contract.contract import Contract
from scim_contract.transport import Answer, Exchange, Request


@dataclass(frozen=True)
class About:
    """What a recording says of its run: HAR has no place for it but the log's comment.

    `profile` is the target's as reports show it, `settings` are the run's; `verdicts` are by the keys of
    report.json, an untested one with `blocked` where an answer stood in the way.
    """

    version: str
    edition: str
    run: str
    target: str
    base_url: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The comment of the log."""
        return json.dumps({"tool": "scim-contract", **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True)
class Recorded:
    """One exchange; `started` is Unix time in seconds, `claims` are the ids of those that it was judged by."""

    exchange: Exchange
    started: float
    claims: tuple[str, ...] = ()

    @property
    def step(self) -> str:
        """The step that it was."""
        return self.exchange.step

    @property
    def ended(self) -> float:
        """When its answer was there, Unix time in seconds."""
        return self.started + self.exchange.answer.seconds

    @property
    def operation(self) -> str:
        """The id of the operation that was asked; empty where it was none."""
        return self.exchange.operation.id if self.exchange.operation is not None else ""

    def comment(self) -> dict[str, Any]:
        """What HAR has no place for, as an entry's comment holds it."""
        e = self.exchange
        told = {"step": e.step, "claims": list(self.claims), "operation": self.operation or None, "client": e.client}
        return {**told, "retries": list(e.retries), "strange": e.strange}


@dataclass(frozen=True)
class Recording:
    """A run's exchanges, and what the run was."""

    about: About
    entries: tuple[Recorded, ...]


def to_row(recorded: Recorded) -> dict[str, Any]:
    """A recorded exchange as JSON, its bodies in Base64."""
    e = recorded.exchange
    return {
        **recorded.comment(),
        "started": recorded.started,
        "request": [e.request.method, e.request.url, e.request.headers, _encoded(e.request.body)],
        "answer": [e.answer.status, e.answer.headers, _encoded(e.answer.body), e.answer.seconds, e.answer.broken],
    }


def from_row(row: Mapping[str, Any], contract: Contract) -> Recorded:
    """The recorded exchange that `to_row` gave."""
    method, url, headers, body = row["request"]
    status, came, said, seconds, broken = row["answer"]
    request = Request(method, url, tuple((k, v) for k, v in headers), None if body is None else b64decode(body))
    answer = Answer(status, tuple((k, v) for k, v in came), b64decode(said or ""), seconds, broken)
    operation = contract.operation(row["operation"]) if row["operation"] else None
    retries = tuple(row["retries"])
    exchange = Exchange(row["step"], operation, row["client"], request, answer, retries, row["strange"])
    return Recorded(exchange, row["started"], tuple(row["claims"]))


def _encoded(body: bytes | None) -> str | None:
    return None if body is None else b64encode(body).decode("ascii")
