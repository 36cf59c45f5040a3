"""What faults of lists are made of: the query read otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable

from scim_contract.mock.faults.acting import error
from scim_contract.mock.wire import Reply

Query = dict[str, str]
USERS_1, USERS_2 = "get_scim_users", "get_scim_v2_users"
GROUPS_1, GROUPS_2 = "get_scim_groups", "get_scim_v2_groups"
USERS, GROUPS = (USERS_1, USERS_2), (GROUPS_1, GROUPS_2)
LISTS = (*USERS, *GROUPS)


def number(query: Query, name: str, default: int) -> int:
    try:
        return int(query.get(name, default))
    except ValueError:
        return default


def both(query: Query) -> tuple[str, str]:
    return query.get("startIndex", ""), query.get("count", "")


def later(query: Query) -> bool:
    return number(query, "startIndex", 1) > 1


def given(name: str, value: str | None, when: Callable[[Query], object]) -> Callable[[Query], None]:
    """A parameter taken as another, or as not given, in some requests."""

    def change(query: Query) -> None:
        if when(query):
            query.pop(name, None)
            query.update({} if value is None else {name: value})

    return change


def start_read_as(other: Callable[[int], int], count: str | None = None) -> Callable[[Query], None]:
    """A startIndex that is a number taken as another one; with one `count` only, where it is given."""

    def change(query: Query) -> None:
        text = query.get("startIndex", "")
        if text.lstrip("-").isdigit() and count in (None, query.get("count")):
            query["startIndex"] = str(other(int(text)))

    return change


def rewritten(pattern: str, instead: str) -> Callable[[Query], None]:
    """The filter read as another one."""

    def change(query: Query) -> None:
        if "filter" in query:
            query["filter"] = re.sub(pattern, instead, query["filter"])

    return change


def refusing(pattern: str) -> Callable[[Query], Reply | None]:
    """400 invalidFilter for some filters."""

    def change(query: Query) -> Reply | None:
        found = re.search(pattern, query.get("filter", ""))
        return error(400, "This filter is not understood.", "invalidFilter") if found else None

    return change


def where_missing(text: str) -> Callable[[Query], None]:
    """A filter taken where none is given."""

    def change(query: Query) -> None:
        query.setdefault("filter", text)

    return change
