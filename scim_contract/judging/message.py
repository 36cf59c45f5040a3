"""The text of a failure: one screen, for a person who does not know this code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

from scim_contract.contract import Atom
from scim_contract.judging.excerpt import About, excerpt
from scim_contract.judging.problem import Problem
from scim_contract.transport import CUT, CUT_OFF, MADE_UP_PASSWORD, Exchange, Masker, curl

_SCREEN = 25
_MOST_PROBLEMS = 8
_PROBLEM_LINES = 9
_MOST_STEPS = 8
_FEWEST_STEPS = 2
_BODY = 500
_LINE = 400
_INDENT = " " * 13


def headline(atom: Atom) -> str:
    """Which promise, where: the first line of every message."""
    where = " · ".join(w for w in (atom.operation, atom.prefix, atom.client, atom.case) if w)
    return f"{atom.claim} ({atom.level}) — {where}"


def failure(atom: Atom, problems: Sequence[Problem], trail: Sequence[Exchange], masker: Masker) -> str:
    """The message of a violated claim: statement, source, expected, came, curl, and what led there."""
    lines = [headline(atom), f"  Promise:   {atom.statement}", f"  Source:    {atom.source}"]
    lines += _problems(problems, masker)
    exchange = shown(problems)
    if exchange is not None:
        about = About.of(" ".join(f"{p.expected} {p.came}" for p in problems[:_MOST_PROBLEMS]))
        lines += _exchange(exchange, about, masker)
        lines += _led(atom, exchange, trail, masker, _SCREEN - len(lines))
    return "\n".join(lines)


def shown(problems: Sequence[Problem]) -> Exchange | None:
    """The exchange that a failure shows: the first one that a problem names."""
    return next((p.exchange for p in problems if p.exchange is not None), None)


def steps(trail: Sequence[Exchange], masker: Masker, until: Exchange | None = None) -> tuple[str, ...]:
    """The requests of a trail, a line each with its step id, up to an exchange."""
    return tuple(f"{masker.text(str(e))}  [{e.step}]" for e in _up_to(trail, until))


def body_text(exchange: Exchange, masker: Masker, about: About, limit: int = _BODY) -> str:
    """The body of an answer as text, secrets masked, cut to a length; what `about` names is not cut out."""
    answer = exchange.answer
    try:
        told = "" if answer.json is None else masker.text(excerpt(masker.document(answer.json), about, limit))
    except RecursionError:
        told = ""
    whole = told or masker.text(" ".join(answer.body.decode("utf-8", "replace").split()))
    told = told or (whole if len(whole) <= limit else f"{whole[:limit]}…")
    return f"{told} ({len(answer.body)} bytes in all)" if "…" in told else told


# problems -----------------------------------------------------------------------------------------


def _problems(problems: Sequence[Problem], masker: Masker) -> list[str]:
    """Expected and came, what is expected said once, what came again counted."""
    lines: list[str] = []
    told = 0
    for expected, same in groupby(problems[:_MOST_PROBLEMS], key=lambda problem: problem.expected):
        rows = [problem.came for problem in same]
        distinct = list(dict.fromkeys(rows))
        if lines and len(lines) + 1 + len(distinct) > _PROBLEM_LINES:
            break
        lines.append(f"  Expected:  {_cut(masker.text(expected))}")
        for number, came in enumerate(distinct):
            times = f" ({rows.count(came)} times)" if rows.count(came) > 1 else ""
            lines.append(f"{_INDENT if number else '  Came:      '}{_cut(masker.text(came))}{times}")
        told += len(rows)
    if told < len(problems):
        lines.append(f"  … and {len(problems) - told} more like these")
    return lines


# the exchange --------------------------------------------------------------------------------------


def _exchange(exchange: Exchange, about: About, masker: Masker) -> Iterator[str]:
    answer = exchange.answer
    yield f"  Request:   {curl(exchange.request, masker)}"
    yield f"{_INDENT}{_token(exchange)}"
    filters = parse_qs(urlsplit(exchange.request.url).query).get("filter", []) if "%" in exchange.path else []
    yield from (f"{_INDENT}filter: {_cut(masker.text(each))}" for each in filters)
    facts = [answer.line]
    for name in ("Content-Type", "ETag", "Location", "WWW-Authenticate"):
        if answer.header(name) is not None:
            facts.append(f"{name}: {_cut(masker.text(answer.header(name) or ''), 120)}")
    yield f"  Answer:    {' · '.join(facts)}"
    yield f"{_INDENT}{body_text(exchange, masker, about) if answer.body else 'no body'}"
    yield f"{_INDENT}{_correlation(exchange)}"
    if exchange.retries:
        yield f"{_INDENT}before that: {_cut('; '.join(exchange.retries))}"


def _token(exchange: Exchange) -> str:
    credential = exchange.request.header("Authorization")
    if credential is None or credential.strip().lower() == "bearer":
        return "sent without a token"
    if credential == MADE_UP_PASSWORD:
        return "sent with the name and the password of nobody"
    if credential.endswith(CUT_OFF):
        return f"sent with a token less its last {CUT} characters; $TOKEN is the whole of it"
    if exchange.client == "made-up token":
        return "sent with a token that was never issued"
    return f"$TOKEN is of a client with {exchange.client}"


def _correlation(exchange: Exchange) -> str:
    return f"ININ-Correlation-Id: {exchange.answer.correlation_id or 'none was sent'}"


# what led there -------------------------------------------------------------------------------------


def _led(atom: Atom, exchange: Exchange, trail: Sequence[Exchange], masker: Masker, room: int) -> Iterator[str]:
    """The requests before the one that is shown, the last ones if there is no room for all.

    Where the shown one is not the operation that the claim is about, as a read after a write is not,
    the last request of that operation is there as curl, too.
    """
    before = [each for each in _up_to(trail, exchange) if each is not exchange]
    if not before:
        return
    about = None
    if exchange.operation is None or exchange.operation.id != atom.operation:
        about = next(
            (e for e in reversed(before) if e.operation is not None and e.operation.id == atom.operation), None
        )
    rows = [(row, len(list(same))) for row, same in groupby(_row(e, masker) + _curl(e, about, masker) for e in before)]
    most = max(_FEWEST_STEPS, min(_MOST_STEPS, room - (4 if about else 2)))
    yield "  Led there by:"
    hidden, last = rows[:-most], rows[-most:]
    if hidden:
        number = sum(times for _, times in hidden)
        yield f"    … {number} request{'s' if number > 1 else ''} before these"
    for row, times in last:
        first, *more = row
        yield f"    {first}{f' ({times} times)' if times > 1 else ''}"
        yield from more


def _row(exchange: Exchange, masker: Masker) -> tuple[str, ...]:
    """A request in one line; a write with what the step calls it."""
    place = f"/{exchange.operation.id}/" if exchange.operation else "/"
    label = exchange.step.rpartition("#")[0].partition(place)[2]
    told = f" ({label})" if label and exchange.request.method != "GET" else ""
    return (f"{_cut(masker.text(str(exchange)), 200)}{masker.text(told)}",)


def _curl(exchange: Exchange, about: Exchange | None, masker: Masker) -> tuple[str, ...]:
    if exchange is not about:
        return ()
    return f"      {curl(exchange.request, masker)}", f"      {_token(exchange)} · {_correlation(exchange)}"


def _up_to(trail: Sequence[Exchange], last: Exchange | None) -> Iterator[Exchange]:
    """Each exchange once, although what checks share may be on the trail again."""
    for exchange in {each.step: each for each in trail}.values():
        yield exchange
        if exchange is last:
            return


def _cut(text: str, limit: int = _LINE) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit]}…"
