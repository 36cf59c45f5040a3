"""Media types: the one an answer is written in, and the ones a body may come in."""

from __future__ import annotations

from functools import lru_cache

JSON = "application/json"
SCIM = "application/scim+json"
TYPES = (JSON, SCIM)
_CHARSETS = ("utf-8", "utf8", "us-ascii")


@lru_cache(maxsize=256)
def answer_type(accept: str | None) -> str | None:
    """The documented media type that an Accept header likes best; None where it likes neither.

    Source: the headings "HTTP request headers" of the reference; RFC 9110, 12.5.1.

    :param accept: the header, None where there was none.
    """
    if accept is None or not accept.strip():
        return JSON
    best: tuple[float, int] | None = None
    chosen: str | None = None
    for position, part in enumerate(accept.split(",")):
        media_range, weight = _weighed(part)
        for candidate in _matching(media_range):
            if weight > 0 and (best is None or weight > best[0]):
                best, chosen = (weight, position), candidate
                break
    return chosen


def _weighed(part: str) -> tuple[str, float]:
    media_range, *parameters = [piece.strip().lower() for piece in part.split(";")]
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return media_range, float(parameter[2:])
            except ValueError:
                return media_range, 0.0
    return media_range, 1.0


def _matching(media_range: str) -> tuple[str, ...]:
    if media_range in ("*/*", "application/*"):
        return TYPES
    return tuple(candidate for candidate in TYPES if candidate == media_range)


@lru_cache(maxsize=256)
def body_type_supported(content_type: str | None) -> bool:
    """Whether a body of this Content-Type can be read: one of the two types, in UTF-8.

    :param content_type: the header, None where there was none.
    """
    media_type, *parameters = [piece.strip().lower() for piece in (content_type or "").split(";")]
    charsets = [piece[len("charset=") :].strip('"') for piece in parameters if piece.startswith("charset=")]
    return media_type in TYPES and all(charset in _CHARSETS for charset in charsets)
