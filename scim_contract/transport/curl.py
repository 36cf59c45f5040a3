"""A request as a curl line that can be pasted into a shell; the token comes from $TOKEN."""

from __future__ import annotations

import shlex

from scim_contract.transport.exchange import Request
from scim_contract.transport.masking import Masker

MADE_UP_PASSWORD = "Basic bWFkZS11cDptYWRlLXVw"
"""The Authorization of a user and a password that are nobody's: made-up, made-up."""
_LEFT_OUT = {"host", "content-length", "user-agent", "accept-encoding", "connection"}
_LONGEST_BODY = 4_000


def curl(request: Request, masker: Masker) -> str:
    """The curl line of a request, secrets masked.

    An Accept that was not sent is switched off, since curl sends one of its own; a body that no shell
    line can hold (binary, or longer than 4,000 bytes) is described instead.
    """
    words = ["curl", "-sS", "-i"]
    if request.method == "HEAD":
        words.append("--head")
    elif request.method != "GET" or request.body is not None:
        words += ["-X", request.method]
    words.append("--path-as-is" if "/." in request.url else "")
    words.append("-g" if set("[]{}") & set(request.url) else "")
    words.append(shlex.quote(masker.text(request.url)))
    for name, value in request.headers:
        if name.lower() == "authorization":
            words += _credential(value)
        elif name.lower() not in _LEFT_OUT:
            words += ["-H", shlex.quote(f"{name}: {masker.text(value)}" if value else f"{name};")]
    if request.header("Accept") is None:
        words += ["-H", "'Accept:'"]
    if request.body is not None:
        if request.header("Content-Type") is None:
            words += ["-H", "'Content-Type:'"]
        words.append(_body(request.body, masker))
    return " ".join(word for word in words if word)


def _credential(value: str) -> list[str]:
    if value.strip().lower() == "bearer":  # a client library that has none sends it so
        return ["-H", "'Authorization: Bearer '"]
    if value == MADE_UP_PASSWORD:
        return ["-u", "made-up:made-up"]
    if value.endswith(" cut-off"):
        return ["-H", '"Authorization: Bearer ${TOKEN%??????}"']
    return ["-H", '"Authorization: Bearer $TOKEN"' if "made-up" not in value else "'Authorization: Bearer made-up'"]


def _body(body: bytes, masker: Masker) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"--data-binary @body.bin  # {len(body)} bytes that are not UTF-8"
    if len(body) > _LONGEST_BODY or "\x00" in text:
        return f"--data-binary @body.json  # {len(body)} bytes, in the attachment"
    return f"--data-raw {shlex.quote(masker.text(text))}"
