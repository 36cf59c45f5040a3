"""Defects of lists in front of the mock, whose messages are looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from tests.harness import Defect
from tests.servers import Reply, Seen

USERS_1, USERS_2 = "/api/v2/scim/users", "/api/v2/scim/v2/users"
GROUPS_1, GROUPS_2 = "/api/v2/scim/groups", "/api/v2/scim/v2/groups"

Query = dict[str, str]
Before = Callable[[Seen], Reply | None]
After = Callable[[Seen, Reply], None]


def query(seen: Seen) -> Query:
    return dict(parse_qsl(seen.query, keep_blank_values=True))


def asking(*paths: str, change: Callable[[Query], Reply | None]) -> Before:
    """A change of the query with which a list is asked, or an answer in its place."""

    def before(seen: Seen) -> Reply | None:
        if seen.method != "GET" or seen.path not in paths:
            return None
        asked = query(seen)
        reply = change(asked)
        seen.query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        return reply

    return before


def answering(*paths: str, change: Callable[[Query, Any], None]) -> After:
    """A change of what a list answers."""

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == "GET" and seen.path in paths and reply.status == 200:
            document = reply.json
            change(query(seen), document)
            reply.put(document)

    return after


def refusal(status: int, kind: str) -> Reply:
    error = "urn:ietf:params:scim:api:messages:2.0:Error"
    body = {"schemas": [error], "status": str(status), "scimType": kind, "detail": "Refused by a test."}
    return Reply(status, {"content-type": "application/json"}, json.dumps(body).encode())


def setting(name: str, value: str, when: Callable[[Query], bool]) -> Callable[[Query], None]:
    def change(asked: Query) -> None:
        if when(asked):
            asked[name] = value

    return change


def filters(pattern: str, instead: str) -> Callable[[Query], None]:
    """The filter rewritten before it is read."""

    def change(asked: Query) -> None:
        if "filter" in asked:
            asked["filter"] = re.sub(pattern, instead, asked["filter"])

    return change


def refusing(pattern: str, kind: str = "invalidFilter") -> Callable[[Query], Reply | None]:
    def change(asked: Query) -> Reply | None:
        return refusal(400, kind) if re.search(pattern, asked.get("filter", "")) else None

    return change


def counting_the_page(_: Query, document: Any) -> None:
    document["totalResults"] = len(document["Resources"])


def items_per_page_as_asked(asked: Query, document: Any) -> None:
    if asked.get("count", "25").isdigit():
        document["itemsPerPage"] = int(asked.get("count", "25"))


DEFECTS = [
    Defect("the second page begins one too early", "paging.walk-complete", ("get_scim_groups",),
           before=asking(GROUPS_1, change=setting("startIndex", "25", lambda q: q.get("startIndex") == "26"))),
    Defect("count=0 taken as the default", "paging.count-zero", ("get_scim_users",),
           before=asking(USERS_1, change=setting("count", "25", lambda q: q.get("count") == "0"))),
    Defect("10 by default", "paging.count-default", ("get_scim_v2_users",),
           before=asking(USERS_2, change=setting("count", "10", lambda q: "count" not in q))),
    Defect("totalResults counted after slicing", "paging.total-independent", ("get_scim_v2_groups",),
           after=answering(GROUPS_2, change=counting_the_page)),
    Defect("itemsPerPage as asked, not as given", "paging.items-per-page", ("get_scim_users",),
           after=answering(USERS_1, change=items_per_page_as_asked)),
    Defect("an unknown attribute finds everybody", "filters.equality", ("get_scim_v2_users",),
           before=asking(USERS_2, change=filters(r"^emails\..*", "userName pr"))),
    Defect("the documented, unquoted example refused", "filters.documented-example", ("get_scim_v2_groups",),
           before=asking(GROUPS_2, change=refusing(r" eq \w+$"))),
    Defect("% is a wildcard", "filters.value-is-data", ("get_scim_groups",),
           before=asking(GROUPS_1, change=filters(r'eq "(.*)%"$', r'sw "\1"'))),
    Defect("%2B decoded twice", "filters.encoding", ("get_scim_users",),
           before=asking(USERS_1, change=filters(r"\+", " "))),
    Defect("parentheses dropped", "filters.logical", ("get_scim_v2_users",),
           before=asking(USERS_2, change=filters(r"^(.*) and \((.*)\)$", r"\1 and \2"))),
]  # fmt: skip
