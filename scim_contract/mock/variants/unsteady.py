"""What goes wrong on the way and with time: answers that are lost, servers that are busy, tokens that run out."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from email.utils import formatdate
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.admin import PREFIX
from scim_contract.mock.planting import Plant, Variant
from scim_contract.mock.variants.making import OPEN, document_of, scim
from scim_contract.mock.wire import Asgi, Message, Receive, Reply, Seen, Send

_SHARE = 0.05
_CHALLENGE = {"www-authenticate": 'Bearer realm="scim", error="invalid_token"'}
_WAYS = ("429", "503", "before", "within", "after")
_GATEWAY = ("502", "504", "502 after")


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    guarded = frozenset(operation.id for operation in contract.operations if not operation.open)
    yield Variant(
        "unsteady",
        "Of a hundred requests five, for a token too, are answered with 429 or 503, or their connection breaks: before "
        "they are done, after, or in the midst of the answer.",
        OPEN + "a 429 is waited out; a broken network is never a violation",
        lambda: Plant(wrap=_unsteady(_SHARE, _WAYS)),
    )
    yield Variant(
        "gateway-fails",
        "Of a hundred requests two are answered by a gateway that says 502 or 504, before they are done or after.",
        "errors.never-5xx: 502 and 504 if a retry passes",
        lambda: Plant(wrap=_unsteady(_SHARE * 2 / 5, _GATEWAY)),
    )
    yield Variant(
        "busy-until-a-date-of-its-own-clock",
        "Every 150th request is answered with 429, and Retry-After is a date of a clock that is an hour ahead.",
        "RFC 9110, 10.2.3: Retry-After is a date or a number of seconds; 6.6.1: Date is the server's",
        lambda: Plant(before=_busy_by_another_clock(150)),
    )
    yield Variant(
        "busy-for-a-while",
        "After 300 requests each is answered with 429 for the rest of a second, which Retry-After rounds to 0.",
        "RFC 9110, 10.2.3: Retry-After is a number of whole seconds",
        lambda: Plant(before=_busy_for_a_while(300, 0.8)),
    )
    yield Variant(
        "tokens-short",
        "Tokens are good for three seconds, as is said when they are given.",
        "RFC 6749, 4.2.2: expires_in",
        lambda: _tokens_of(3.0, guarded),
    )
    yield Variant(
        "tokens-revoked",
        "A token is revoked after 150 requests, though it was said to be good for a day.",
        "RFC 6750, 3.1: invalid_token: the access token is expired, revoked …; the client MAY request a new one",
        lambda: Plant(before=_revoking(150, guarded)),
    )


def _unsteady(share: float, ways: Sequence[str]) -> Callable[[Asgi, int], Asgi]:
    def wrap(app: Asgi, seed: int) -> Asgi:
        chance = random.Random(seed)

        async def unsteady(scope: Message, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"].startswith(PREFIX) or chance.random() >= share:
                await app(scope, receive, send)
                return
            way = chance.choice(ways)
            status, _, done = way.partition(" ")
            if status.isdigit():
                await (app(scope, receive, _nobody) if done else _read(receive))
                await _busy(int(status), send)
                return
            if way != "before":
                await app(scope, receive, _half(send) if way == "within" else _nobody)
            await _broken_off(receive)

        return unsteady

    return wrap


def _busy_by_another_clock(every: int) -> Callable[[Seen], Reply | None]:
    requests = itertools.count(1)

    def before(seen: Seen) -> Reply | None:
        if not scim(seen) or next(requests) % every:
            return None
        now = time.time() + 3600
        return Reply(429, {"date": formatdate(now, usegmt=True), "retry-after": formatdate(now + 1, usegmt=True)}, b"")

    return before


def _busy_for_a_while(every: int, seconds: float) -> Callable[[Seen], Reply | None]:
    requests, until = itertools.count(1), [0.0]

    def before(seen: Seen) -> Reply | None:
        if not scim(seen):
            return None
        if until[0] < time.monotonic() and next(requests) % every == 0:
            until[0] = time.monotonic() + seconds
        return Reply(429, {"retry-after": "0"}, b"") if time.monotonic() < until[0] else None

    return before


async def _read(receive: Receive) -> None:
    """Take a request to its end, so that the connection can be used again."""
    while (await receive()).get("more_body"):
        pass


async def _busy(status: int, send: Send) -> None:
    headers = [(b"retry-after", b"0")] if status in (429, 503) else [(b"content-type", b"text/html")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _nobody(message: Message) -> None:
    """Where an answer goes that is lost."""


def _half(send: Send) -> Send:
    """Sends an answer's head and half of its body; nothing at all of an answer that has none."""
    heads: list[Message] = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            heads.append(message)
        elif heads and message.get("body"):
            await send(heads.pop())
            await send({**message, "body": message["body"][: len(message["body"]) // 2], "more_body": True})

    return sending


async def _broken_off(receive: Receive) -> None:
    """Break the connection without a word. ASGI knows of no such thing, so it is uvicorn's own that is taken."""
    connection: Any = getattr(receive, "__self__", None)
    if connection is None:
        raise RuntimeError("only a mock behind a socket can break a connection")
    connection.transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def _tokens_of(seconds: float, guarded: frozenset[str]) -> Plant:
    given: dict[str, float] = {}

    def before(seen: Seen) -> Reply | None:
        token = _token(seen)
        over = token in given and time.monotonic() - given[token] > seconds
        return _refusal(seen, guarded) if over else None

    def after(seen: Seen, reply: Reply) -> None:
        document = document_of(reply) if not scim(seen) and reply.ok else None
        if document is not None and "access_token" in document:
            given[document["access_token"]] = time.monotonic()
            reply.put({**document, "expires_in": seconds})

    return Plant(before, after)


def _revoking(most: int, guarded: frozenset[str]) -> Callable[[Seen], Reply | None]:
    used: Counter[str] = Counter()

    def before(seen: Seen) -> Reply | None:
        token = _token(seen)
        used[token] += 1
        return _refusal(seen, guarded) if token and used[token] > most else None

    return before


def _token(seen: Seen) -> str:
    scheme, _, token = seen.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _refusal(seen: Seen, guarded: frozenset[str]) -> Reply | None:
    """What a token that is over gets; operations that are open to anyone do not look at it."""
    return Reply(401, {**_CHALLENGE}, b"") if seen.operation in guarded else None
