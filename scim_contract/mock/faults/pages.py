"""Faults of paging: whether pages make a whole, and what they say of themselves."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import answering, asking, changing
from scim_contract.mock.faults.lists import (
    GROUPS_1,
    GROUPS_2,
    USERS_1,
    USERS_2,
    Query,
    both,
    later,
    number,
    start_read_as,
)
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

Document = dict[str, Any]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this part of the area; the others are in paging and page_numbers."""
    yield from _walks(contract)
    yield from _descriptions(contract)
    yield from _totals(contract)


def _walks(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "second-page-one-early",
        "paging.walk-complete",
        "The page after the first 25 begins with the last item of the first.",
        lambda: Plant(before=asking(start_read_as(lambda start: 25 if start == 26 else start, count="25"))),
        also=("paging.items-per-page",),
    )
    yield Fault(
        "second-page-one-late",
        "paging.walk-complete",
        (USERS_2, GROUPS_1),
        "The page after the first 25 leaves one item out.",
        lambda: Plant(before=asking(start_read_as(lambda start: 27 if start == 26 else start, count="25"))),
    )
    yield Fault(
        "start-index-counts-pages",
        "paging.walk-complete",
        (USERS_1, USERS_2, GROUPS_1, GROUPS_2),
        "startIndex is taken as the number of a page: 26 with a count of 25 begins at item 626.",
        lambda: Plant(before=_by_pages),
        also=("paging.items-per-page",),
    )
    yield Fault(
        "last-match-never-shown",
        "paging.walk-complete",
        (USERS_1, GROUPS_2),
        "The last of all matches is counted, but on no page.",
        lambda: Plant(
            behaviour=lambda b, _: replace(b, cut=lambda items, page: b.cut(items[: max(len(items) - 1, 1)], page))
        ),
        also=("paging.items-per-page",),
    )
    yield Fault(
        "page-says-more-than-it-holds",
        "paging.walk-complete",
        (USERS_2, GROUPS_2),
        "A full page holds 24 Resources and says 25, so that who goes on by itemsPerPage misses one.",
        lambda: Plant(after=changing(_one_lost)),
        also=("paging.items-per-page", "paging.count-default", "paging.count-respected"),
    )
    yield from family(
        contract,
        "order-changes-behind-the-first-page",
        "paging.walk-complete",
        "Behind the first page the order is another each time that is asked, as where nothing sorts the matches.",
        lambda: Plant(after=_restless_order()),
    )


def _descriptions(contract: Contract) -> Iterator[Fault]:
    lists = ranging(contract, "paging.items-per-page", "list_users", "list_groups")
    yield from family(
        contract,
        "items-per-page-one-too-many",
        "paging.items-per-page",
        "itemsPerPage is one more than there are Resources.",
        lambda: Plant(after=changing(lambda d: d.update(itemsPerPage=len(d["Resources"]) + 1))),
        also=("paging.walk-complete",),
    )
    yield from family(
        contract,
        "items-per-page-as-asked",
        "paging.items-per-page",
        "itemsPerPage repeats the count that was asked for, also on the last page, which has fewer.",
        lambda: Plant(after=answering(_as_asked)),
        operations=lists,
    )
    yield Fault(
        "resource-types-say-25-a-page",
        "paging.items-per-page",
        ranging(contract, "paging.items-per-page", "list_resourcetypes"),
        "The list of resource types says that it has 25 items on its page.",
        lambda: Plant(after=changing(lambda d: d.update(itemsPerPage=25))),
    )
    yield Fault(
        "unpaged-list-does-not-say-where-it-is",
        "paging.items-per-page",
        lists,
        "A list that was not asked for a page shows only some of its matches, but neither startIndex nor itemsPerPage.",
        lambda: Plant(after=answering(_silent)),
    )
    yield Fault(
        "page-does-not-say-where-it-is",
        "paging.items-per-page",
        (USERS_1, GROUPS_1),
        "A page that was asked for by startIndex and count has no startIndex.",
        lambda: Plant(after=answering(lambda q, d: "startIndex" in q and "count" in q and d.pop("startIndex"))),
    )
    yield Fault(
        "every-page-begins-at-1",
        "paging.items-per-page",
        (USERS_2, GROUPS_1),
        "startIndex is 1 in every answer.",
        lambda: Plant(after=changing(lambda d: d.update(startIndex=1))),
    )
    yield from family(
        contract,
        "start-index-echoed",
        "paging.items-per-page",
        "A startIndex below 1 is read as 1, but repeated in the answer as it was sent.",
        lambda: Plant(after=answering(_echoed)),
        operations=lists,
    )


def _totals(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "total-counts-the-page",
        "paging.total-independent",
        "totalResults counts the Resources of the page.",
        lambda: Plant(after=changing(lambda d: d.update(totalResults=len(d["Resources"])))),
        also=("paging.walk-complete", "paging.count-zero", "paging.past-the-end", "filters.counts-matches"),
    )
    yield from family(
        contract,
        "total-counts-what-is-left",
        "paging.total-independent",
        "totalResults counts the matches from startIndex on.",
        lambda: Plant(after=answering(_what_is_left)),
        also=("filters.counts-matches",),
    )
    yield Fault(
        "total-counts-the-page-under-a-filter",
        "paging.total-independent",
        (GROUPS_1,),
        "Under a filter totalResults counts the Resources of the page; without one it is right.",
        lambda: Plant(after=answering(lambda q, d: "filter" in q and d.update(totalResults=len(d["Resources"])))),
        also=("filters.counts-matches",),
    )
    yield Fault(
        "total-counts-the-page-without-a-filter",
        "paging.total-independent",
        (GROUPS_1,),
        "Without a filter totalResults is no more than a page can hold.",
        lambda: Plant(after=answering(_capped)),
    )


def _by_pages(seen: Seen) -> None:
    query = seen.parameters
    page, count = number(query, "startIndex", 1), number(query, "count", 25)
    if page > 1 and count > 1:
        seen.ask(startIndex=str((page - 1) * count + 1))


def _one_lost(document: Document) -> None:
    if len(document["Resources"]) == 25:
        document["Resources"].pop()


def _restless_order() -> Callable[[Seen, Reply], None]:
    times = itertools.count()

    def change(query: Query, document: Document) -> None:
        if later(query) and next(times) % 2:
            document["Resources"].reverse()

    return answering(change)


def _as_asked(query: Query, document: Document) -> None:
    document["itemsPerPage"] = max(number(query, "count", 25), 0)


def _silent(query: Query, document: Document) -> None:
    if both(query) == ("", "") and document["totalResults"] > len(document["Resources"]):
        del document["startIndex"], document["itemsPerPage"]


def _echoed(query: Query, document: Document) -> None:
    document["startIndex"] = number(query, "startIndex", 1)


def _what_is_left(query: Query, document: Document) -> None:
    document["totalResults"] = max(document["totalResults"] - max(number(query, "startIndex", 1) - 1, 0), 0)


def _capped(query: Query, document: Document) -> None:
    if "filter" not in query:
        document["totalResults"] = min(document["totalResults"], number(query, "count", 25))
