"""Defects of paging and filters, each found by its own claim, and legal differences that are not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import pytest

from tests.defects.harness import Defect, assert_found, assert_tolerated
from tests.servers import Reply, Seen, Tamper

USERS_1, USERS_2 = "/api/v2/scim/users", "/api/v2/scim/v2/users"
GROUPS_1, GROUPS_2 = "/api/v2/scim/groups", "/api/v2/scim/v2/groups"
USERS, GROUPS = (USERS_1, USERS_2), (GROUPS_1, GROUPS_2)
AREAS = ("paging", "filters")

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


def without_members(_: Query, document: Any) -> None:
    for group in document["Resources"]:
        group.pop("members", None)


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
    Defect("past the end the first page", "paging.past-the-end", ("get_scim_users",),
           before=asking(USERS_1, change=setting("startIndex", "1", lambda q: q.get("startIndex") == "28"))),
    Defect("an unknown attribute finds everybody", "filters.equality", ("get_scim_v2_users",),
           before=asking(USERS_2, change=filters(r"^emails\..*", "userName pr"))),
    Defect("items of the list are poorer", "filters.equality", ("get_scim_v2_groups",),
           after=answering(GROUPS_2, change=without_members)),
    Defect("the documented, unquoted example refused", "filters.documented-example", ("get_scim_v2_groups",),
           before=asking(GROUPS_2, change=refusing(r" eq \w+$"))),
    Defect("% is a wildcard", "filters.value-is-data", ("get_scim_groups",),
           before=asking(GROUPS_1, change=filters(r'eq "(.*)%"$', r'sw "\1"'))),
    Defect("%2B decoded twice", "filters.encoding", ("get_scim_users",),
           before=asking(USERS_1, change=filters(r"\+", " "))),
    Defect("eq compares the beginning", "filters.not-a-prefix-match", ("get_scim_users",),
           before=asking(USERS_1, change=filters("userName eq", "userName sw"))),
    Defect("parentheses dropped", "filters.logical", ("get_scim_v2_users",),
           before=asking(USERS_2, change=filters(r"^(.*) and \((.*)\)$", r"\1 and \2"))),
]  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path, "--strict")


def too_many_requests(asked: Query) -> Reply | None:
    count = asked.get("count", "")
    many = count.isdigit() and int(count) > 25
    return Reply(429, {"retry-after": "0"}, b"") if many else None


def sparse(_: Query, document: Any) -> None:
    """What need not be there is not: paging of a whole list, empty Resources."""
    if document["totalResults"] == len(document["Resources"]):
        del document["startIndex"], document["itemsPerPage"]
    for user in document["Resources"]:
        user["nickName"] = "not in the model"
    if not document["Resources"]:
        document["Resources"] = None


def growing() -> After:
    """Somebody else adds a group now and then; the new ones stand at the list's end."""
    asks, models = [0], list[Any]()

    def change(asked: Query, document: Any) -> None:
        if " eq " in unquote(asked.get("filter", "")).lower():
            return
        asks[0] += 1
        models.extend(document["Resources"][:1])
        there, added = document["totalResults"], asks[0] // 25
        first, count = max(1, int(asked.get("startIndex", 1))), max(0, int(asked.get("count", 25)))
        wanted = range(max(first, there + 1), min(first + count, there + added + 1))
        document["Resources"] += [{**models[0], "id": f"late-{n}", "displayName": f"Late {n}"} for n in wanted]
        document["itemsPerPage"] = len(document["Resources"])
        document["totalResults"] = there + added

    return answering(*GROUPS, change=change)


def required_only(asked: Query) -> Reply | None:
    """Nothing but eq on what must be known, and the profile's wide filters."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"', "VALUE", asked.get("filter", "displayName pr"))
    known = re.fullmatch(r"(?i)(displayName|id|userName|externalId) eq \w+|displayName pr|active eq true", bare)
    return None if known else refusal(400, "invalidFilter")


LEGAL: dict[str, tuple[Tamper, dict[str, Any]]] = {
    "only the filters that must be known": (
        Tamper(asking(*USERS, *GROUPS, change=required_only)), {}),
    "neither displayName nor title of users": (
        Tamper(asking(*USERS, change=refusing("^(displayName|title)"))), {"wide_user_filter": None}),
    "429 for more than 25": (Tamper(asking(*USERS, *GROUPS, change=too_many_requests)), {}),
    "sparse lists": (Tamper(after=answering(*USERS, *GROUPS, change=sparse)), {}),
    "others at work": (Tamper(after=growing()), {}),
    "reads only, nothing wide": (
        Tamper(), {"sandbox": False, "wide_user_filter": None, "wide_group_filter": None}),
}  # fmt: skip


@pytest.mark.parametrize("name", LEGAL)
def test_legal_difference_is_tolerated(name: str, tmp_path: Path, claims_of_lists: tuple[str, ...]) -> None:
    tamper, settings = LEGAL[name]
    assert_tolerated(tamper, tmp_path, claims_of_lists, **settings)


@pytest.fixture
def claims_of_lists() -> tuple[str, ...]:
    from scim_contract.contract import load

    return tuple(claim.id for claim in load("2019").claims.claims if claim.area in AREAS)
