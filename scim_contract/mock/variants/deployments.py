"""What stands between a real service and its clients: gateways, compression, latency, limits."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate

from starlette.middleware.gzip import GZipMiddleware

from scim_contract.contract import Contract
from scim_contract.mock.planting import Plant, Variant
from scim_contract.mock.variants.making import OPEN, document_of, scim
from scim_contract.mock.wire import Asgi, Message, Receive, Reply, Seen, Send

_PLATFORM = (401, 403, 405, 406, 413, 414, 415, 429, 431)
_PLATFORM_SOURCE = OPEN + "401, 403, 405 … come from the platform in front"
_HTTP = "RFC 9110"


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield from _answers()
    yield from _gateways()
    yield from _limits()


def _answers() -> Iterator[Variant]:
    yield Variant("slow", "Every answer takes 50 ms.", "the contract promises no speed", lambda: Plant(seconds=0.05))
    yield Variant(
        "scim-json-by-default",
        "Who names no media type is answered in application/scim+json.",
        "content-types.accept-any: one of the two",
        lambda: Plant(before=_prefer_scim),
    )
    yield Variant(
        "charset-everywhere",
        "Every media type of an answer comes with a charset.",
        "content-types.accept-json: parameters such as charset allowed",
        lambda: Plant(after=_with_charset),
    )
    yield Variant("chunked", "Bodies come in chunks, without a length.", _HTTP, lambda: Plant(wrap=_chunked))
    yield Variant(
        "gzip",
        "Bodies are compressed for whoever takes that.",
        _HTTP,
        lambda: Plant(wrap=lambda app, seed: GZipMiddleware(app, minimum_size=1)),
    )
    yield Variant(
        "connection-closed",
        "The connection is closed after each answer.",
        _HTTP,
        lambda: Plant(after=lambda seen, reply: reply.headers.update(connection="close")),
    )
    yield Variant(
        "json-in-ascii",
        "JSON is indented, its names sorted, and everything outside ASCII escaped.",
        "RFC 8259",
        lambda: Plant(after=_in_ascii),
    )
    yield Variant(
        "headers-of-a-platform",
        "Cookies, caching and security headers, an ETag on everything, no correlation id.",
        OPEN + "more headers",
        lambda: Plant(after=_more_headers),
    )
    yield Variant(
        "clock-ahead",
        "The server's clock is an hour ahead.",
        "representations.meta: lastModified is held against the answer's own Date",
        lambda: Plant(after=_hour_ahead),
    )


def _gateways() -> Iterator[Variant]:
    shapes: dict[str, tuple[str, Callable[[Reply], None]]] = {
        "json": ("JSON of its own, the status a number", _own_json),
        "html": ("HTML", _html),
        "empty": ("nothing", _empty),
    }
    for name, (words, dress) in shapes.items():
        yield Variant(
            f"gateway-{name}",
            f"What the platform in front refuses, and paths that do not exist, it tells in {words}.",
            _PLATFORM_SOURCE,
            lambda dress=dress: Plant(after=_dressed(dress)),  # type: ignore[misc]
        )
    yield Variant(
        "platform-answers-odd-ids",
        "Ids with a NUL or a slash, empty or very long, are answered by the platform: 301, 414, a page in HTML.",
        "errors.unknown-id: any 3xx or 4xx with any body",
        lambda: Plant(before=_odd_ids),
    )
    yield Variant(
        "size-limits",
        "Longer addresses than 4,000 characters are answered with 414, larger headers with 431, by the platform.",
        OPEN + "413, 414, 431",
        lambda: Plant(before=_too_long),
    )
    for status, dress in ((400, _own_json), (403, _own_json), (404, _html), (501, _empty)):
        yield Variant(
            f"methods-{status}",
            f"A method that a path does not have is answered with {status}, in the platform's words.",
            "errors.undocumented-methods: 400, 401, 403, 404, 405 or 501",
            lambda status=status, dress=dress: Plant(after=_for_no_method(status, dress)),  # type: ignore[misc]
        )
    yield Variant(
        "methods-401",
        "A method that a path does not have is answered with 401 and a challenge.",
        "errors.undocumented-methods: 400, 401, 403, 404, 405 or 501",
        lambda: Plant(after=_for_no_method(401, _challenging)),
    )
    yield Variant(
        "no-head-no-options",
        "HEAD is answered with 404, OPTIONS with 403.",
        OPEN + "HEAD and OPTIONS: anything but 500",
        lambda: Plant(before=lambda seen: {"HEAD": _bare(404), "OPTIONS": _bare(403)}.get(seen.method)),
    )


def _limits() -> Iterator[Variant]:
    yield Variant(
        "rate-limited",
        "More than 60 requests of a token in 2 seconds are answered with 429 and Retry-After: 1.",
        OPEN + "a 429 is waited out",
        lambda: Plant(before=_limiting(60, 2.0)),
    )
    yield Variant(
        "busy-now-and-then",
        "Every 150th request is answered with 503 and Retry-After: 1.",
        "errors.never-5xx: 503 if a retry passes",
        lambda: Plant(before=_now_and_then(150, lambda: "1")),
    )
    yield Variant(
        "busy-until-a-date",
        "Every 150th request is answered with 503, and Retry-After is a date.",
        "RFC 9110, 10.2.3: Retry-After is a date or a number of seconds",
        lambda: Plant(before=_now_and_then(150, lambda: formatdate(time.time() + 1, usegmt=True))),
    )


def _prefer_scim(seen: Seen) -> None:
    if scim(seen) and seen.headers.get("accept", "*/*").strip() in ("", "*/*"):
        seen.headers["accept"] = "application/scim+json"


def _with_charset(seen: Seen, reply: Reply) -> None:
    if reply.headers.get("content-type", "").startswith("application/") and ";" not in reply.headers["content-type"]:
        reply.headers["content-type"] += ";charset=UTF-8"


def _chunked(app: Asgi, _seed: int) -> Asgi:
    async def chunking(scope: Message, receive: Receive, send: Send) -> None:
        async def in_pieces(message: Message) -> None:
            if message["type"] == "http.response.start":
                bare = message["status"] in (204, 304)
                kept = [(k, v) for k, v in message["headers"] if bare or k.lower() != b"content-length"]
                await send({**message, "headers": kept})
                return
            body = message.get("body", b"")
            middle = len(body) // 2  # may be in the midst of a character
            await send({"type": "http.response.body", "body": body[:middle], "more_body": True})
            await send({**message, "body": body[middle:]})

        await app(scope, receive, in_pieces)

    return chunking


def _in_ascii(seen: Seen, reply: Reply) -> None:
    document = document_of(reply) if scim(seen) else None
    if document is not None:
        reply.body = json.dumps(document, ensure_ascii=True, indent=2, sort_keys=True).encode()


def _more_headers(seen: Seen, reply: Reply) -> None:
    reply.headers.pop("inin-correlation-id", None)
    more = {
        "set-cookie": "session=1; HttpOnly",
        "cache-control": "no-cache, no-store",
        "strict-transport-security": "max-age=600",
        "vary": "Accept, Origin",
        "server": "proxy",
        "x-request-id": "1",
    }
    reply.headers |= more
    if scim(seen):
        reply.headers.setdefault("etag", 'W/"of-the-answer"')


def _hour_ahead(seen: Seen, reply: Reply) -> None:
    if not scim(seen):
        return
    reply.headers["date"] = formatdate(time.time() + 3600, usegmt=True)
    document = document_of(reply) if reply.ok else None
    if document is not None:
        for resource in [document, *(document.get("Resources") or [])]:
            modified = resource.get("meta", {}).get("lastModified")
            if modified and modified.endswith("Z"):
                # The same digits an hour further west are an hour later.
                resource["meta"]["lastModified"] = f"{modified[:-1]}-01:00"
        reply.put(document)


def _bare(status: int) -> Reply:
    return Reply(status, {}, b"")


def _own_json(reply: Reply) -> None:
    reply.headers["content-type"] = "application/json"
    reply.put({"message": "No.", "code": "not.available", "status": reply.status, "contextId": "1", "details": []})


def _html(reply: Reply) -> None:
    reply.headers["content-type"] = "text/html; charset=iso-8859-1"
    reply.body = f"<html><head><title>{reply.status}</title></head><body>Désolé</body></html>".encode("latin-1")


def _empty(reply: Reply) -> None:
    reply.headers.pop("content-type", None)
    reply.body = b""


def _challenging(reply: Reply) -> None:
    _empty(reply)
    reply.headers["www-authenticate"] = "Bearer"


def _dressed(dress: Callable[[Reply], None]) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        if scim(seen) and (reply.status in _PLATFORM or (seen.operation is None and reply.status >= 400)):
            dress(reply)

    return after


def _odd_ids(seen: Seen) -> Reply | None:
    if scim(seen) and seen.path.endswith("/"):
        return Reply(301, {"location": seen.path.rstrip("/")}, b"") if seen.method == "GET" else _bare(404)
    if "%00" in seen.path or "%2f" in seen.path.lower() or len(seen.path) > 2000:
        return Reply(414, {"content-type": "text/html"}, b"<h1>414 URI Too Long</h1>")
    return None


def _too_long(seen: Seen) -> Reply | None:
    if len(seen.path) + len(seen.query) > 4000:
        return Reply(414, {"content-type": "text/html"}, b"<h1>414 URI Too Long</h1>")
    return _bare(431) if sum(map(len, seen.headers.values())) > 8000 else None


def _for_no_method(status: int, dress: Callable[[Reply], None]) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        if scim(seen) and reply.status == 405:
            reply.status = status
            reply.headers.pop("allow", None)
            dress(reply)

    return after


def _limiting(most: int, seconds: float) -> Callable[[Seen], Reply | None]:
    windows: dict[str, tuple[float, int]] = {}

    def before(seen: Seen) -> Reply | None:
        if not scim(seen):
            return None
        who, now = seen.headers.get("authorization", ""), time.monotonic()
        began, count = windows.get(who, (now, 0))
        windows[who] = (now, 1) if now - began >= seconds else (began, count + 1)
        return Reply(429, {"retry-after": "1"}, b"") if windows[who][1] > most else None

    return before


def _now_and_then(every: int, when: Callable[[], str]) -> Callable[[Seen], Reply | None]:
    requests = itertools.count(1)

    def before(seen: Seen) -> Reply | None:
        if not scim(seen) or next(requests) % every:
            return None
        return Reply(503, {"retry-after": when(), "content-type": "text/html"}, b"<h1>Busy</h1>")

    return before
