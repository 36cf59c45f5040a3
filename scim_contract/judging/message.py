"""The text of a failure: one screen, for a person who does not know this code."""

from __future__ import annotations

import json
from collections.abc import Sequence

from scim_contract.contract import Atom
from scim_contract.judging.problem import Problem
from scim_contract.transport import Exchange, Masker, curl

_MOST_PROBLEMS = 8
_MOST_STEPS = 8
_BODY = 600
_LINE = 400


def headline(atom: Atom) -> str:
    """Which promise, where: the first line of every message."""
    where = " · ".join(w for w in (atom.operation, atom.prefix, atom.client, atom.case) if w)
    return f"{atom.claim} ({atom.level}) — {where}"


def failure(atom: Atom, problems: Sequence[Problem], trail: Sequence[Exchange], masker: Masker) -> str:
    """The message of a violated claim: statement, source, expected, came, curl, and what led there."""
    lines = [headline(atom), f"  Promise:   {atom.statement}", f"  Source:    {atom.source}"]
    for problem in problems[:_MOST_PROBLEMS]:
        lines.append(f"  Expected:  {_cut(masker.text(problem.expected))}")
        lines.append(f"  Came:      {_cut(masker.text(problem.came))}")
    if len(problems) > _MOST_PROBLEMS:
        lines.append(f"  … and {len(problems) - _MOST_PROBLEMS} more like these")
    exchange = shown(problems)
    if exchange is not None:
        lines += _exchange(exchange, masker)
        lines += _steps(exchange, trail, masker)
    return "\n".join(lines)


def shown(problems: Sequence[Problem]) -> Exchange | None:
    """The exchange that a failure shows: the first one that a problem names."""
    return next((p.exchange for p in problems if p.exchange is not None), None)


def steps(trail: Sequence[Exchange], masker: Masker, until: Exchange | None = None) -> tuple[str, ...]:
    """The requests of a trail, a line each with its step id, up to an exchange."""
    rows: list[str] = []
    for exchange in trail:
        rows.append(f"{masker.text(str(exchange))}  [{exchange.step}]")
        if exchange is until:
            break
    return tuple(dict.fromkeys(rows))


def body_text(body: bytes, masker: Masker, limit: int = _BODY) -> str:
    """A body as text, pretty where it is JSON, secrets masked, cut to a length."""
    text = body.decode("utf-8", "replace")
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = " ".join(text.split())
    text = masker.text(text)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(body)} bytes)"


def _exchange(exchange: Exchange, masker: Masker) -> list[str]:
    answer = exchange.answer
    facts = [answer.line]
    for name in ("Content-Type", "ETag", "Location", "WWW-Authenticate"):
        if answer.header(name) is not None:
            facts.append(f"{name}: {_cut(masker.text(answer.header(name) or ''), 120)}")
    lines = [f"  Request:   {curl(exchange.request, masker)}", f"             as {exchange.client}"]
    lines.append(f"  Answer:    {' · '.join(facts)}")
    lines.append(f"             {body_text(answer.body, masker) if answer.body else 'no body'}")
    lines.append(f"             ININ-Correlation-Id: {answer.correlation_id or 'none was sent'}")
    lines += [f"             before that: {retry}" for retry in exchange.retries]
    return lines


def _steps(exchange: Exchange, trail: Sequence[Exchange], masker: Masker) -> list[str]:
    led = steps(trail, masker, until=exchange)[:-1]
    if not led:
        return []
    first = [f"  … {len(led) - _MOST_STEPS} requests before these"] if len(led) > _MOST_STEPS else []
    return ["  Led there by:", *first, *(f"    {_cut(row, 200)}" for row in led[-_MOST_STEPS:])]


def _cut(text: str, limit: int = _LINE) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit]}…"
