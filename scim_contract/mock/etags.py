"""ETags and the preconditions that name them."""

from __future__ import annotations

import re

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def etag(version: int) -> str:
    """The strong, quoted ETag of a version; meta.version is the same string, quotes included."""
    return f'"{version}"'


def if_match_holds(header: str | None, current: str) -> bool:
    """Whether a write may go on: no If-Match, `*`, or the current ETag among those listed.

    Source: the parameter If-Match of the reference; RFC 9110, 13.1.1 (compared strongly).
    """
    return header is None or header.strip() == "*" or current in _TAG.findall(header)


def if_none_match_hits(header: str | None, current: str) -> bool:
    """Whether a read is answered with 304: `*`, or the current ETag among those listed.

    Source: the parameter If-None-Match of the reference; RFC 9110, 13.1.2 (compared weakly).
    """
    if header is None:
        return False
    return header.strip() == "*" or current in [tag.removeprefix("W/") for tag in _TAG.findall(header)]
