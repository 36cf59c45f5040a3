"""Pages of a list: startIndex, count, and the ListResponse around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from scim_contract.mock.errors import invalid_value

T = TypeVar("T")
LIST_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
MAX_RESULTS = 30
"""Fewer than there are groups or users, so that whoever asks for more can see what becomes of it."""
_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")


@dataclass(frozen=True)
class Page:
    """A page that was asked for: 1-based start, and the most items it may hold."""

    start: int
    count: int


def integer(name: str, text: str | None, default: int) -> int:
    """The integer of a query parameter.

    :param default: what holds where the parameter is absent, as documented.
    :raises ScimProblem: 400 invalidValue where the text is no integer.
    """
    if text is None:
        return default
    if not _INTEGER.fullmatch(text.strip()):
        raise invalid_value(f"The parameter {name} is not an integer.")
    return int(text)


def page_asked(start: int, count: int) -> Page:
    """The page for a startIndex and a count, both read as RFC 7644, 3.4.2.4 says: a startIndex
    below 1 is 1, a count below 0 is 0, a count above the declared maximum is that maximum."""
    return Page(max(start, 1), min(max(count, 0), MAX_RESULTS))


def cut(items: Sequence[T], page: Page) -> Sequence[T]:
    """The items of the page."""
    return items[page.start - 1 : page.start - 1 + page.count]


def list_response(resources: Sequence[dict[str, Any]], total: int, page: Page) -> dict[str, Any]:
    """The ListResponse of a page (RFC 7644, 3.4.2)."""
    return {
        "schemas": [LIST_URN],
        "totalResults": total,
        "startIndex": page.start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }
