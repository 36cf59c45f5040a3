"""An exchange as a person reads it: the curl line, the request and the answer with headers and pretty JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from scim_contract.org.strangers import Strangers
from scim_contract.transport import Exchange, Masker, curl
from scim_contract.verdicts import UNSEEN, printable

MOST = 200_000
_LEVELS = 4
_encode = json.JSONEncoder(ensure_ascii=False).encode


def http_text(exchange: Exchange, masker: Masker, strangers: Strangers) -> str:
    """The text; secrets are masked, and what tells of people whom the run did not create.

    A body that is longer than 200,000 characters is cut.
    """
    request, answer = exchange.request, exchange.answer
    url = strangers.url(request.url)
    lines = [
        curl(request, masker).replace(request.url, url),
        f"# step {exchange.step}; asked by {exchange.client}",
        *(f"# before that: {text}" for text in exchange.retries),
        "",
        f"{request.method} {strangers.url(exchange.path)}",
        *_headers(request.headers),
        "",
        *_body(request.body or b"", masker, None),
        f"{answer.line}   ({answer.seconds * 1000:.0f} ms)",
        *_headers(answer.headers),
        "",
        *_body(answer.body, masker, strangers),
    ]
    if answer.broken:
        lines.append(f"# {answer.broken}")
    return UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", printable(masker.text("\n".join(lines))))


def pretty(value: Any, indent: str = "", levels: int = _LEVELS) -> Iterator[str]:
    """A JSON value, a member a line, what lies deeper than four levels in one line.

    json.dumps does the same with `indent`, but ten times as slowly: a run writes thousands of these.
    """
    inner = indent + "  "
    if levels == 0 or not value or not isinstance(value, (dict, list)):
        yield _encode(value)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    members = value.items() if isinstance(value, dict) else ((None, each) for each in value)
    yield f"{opening}\n"
    for number, (name, member) in enumerate(members):
        yield ",\n" if number else ""
        yield inner if name is None else f"{inner}{_encode(name)}: "
        yield from pretty(member, inner, levels - 1)
    yield f"\n{indent}{closing}"


def _headers(headers: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]


def _body(body: bytes, masker: Masker, strangers: Strangers | None) -> list[str]:
    if not body:
        return []
    try:
        value = json.loads(body)
        value = strangers.document(value) if strangers is not None else masker.document(value)
        text = "".join(pretty(value))
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
    if len(text) > MOST:
        # Masked before it is cut: half a secret at the end would not be known for one.
        text = f"{masker.text(text)[:MOST]}\n… cut here: {len(body)} bytes in all; --record FILE.har keeps them"
    return [text, ""]
