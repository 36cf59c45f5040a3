"""Faults of paging: where a page begins, and how long it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import answering, asking, become, error
from scim_contract.mock.faults.lists import (
    GROUPS_1,
    GROUPS_2,
    USERS_1,
    USERS_2,
    both,
    given,
    later,
    number,
    start_read_as,
)
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

Document = dict[str, Any]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this part of the area; the others are in pages and page_numbers."""
    yield from _starts(contract)
    yield from _counts(contract)
    yield from _ends(contract)


def _starts(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "no-start-index-skips-the-first",
        "paging.start-index-default",
        "Without startIndex the list begins with its second item.",
        lambda: Plant(before=asking(given("startIndex", "2", lambda q: "startIndex" not in q))),
        also=("paging.count-zero", "filters.equality"),
    )
    yield Fault(
        "no-start-index-but-a-count-skips-the-first",
        "paging.start-index-default",
        (USERS_2, GROUPS_1),
        "Without startIndex, but with a count, the list begins with its second item.",
        lambda: Plant(before=asking(given("startIndex", "2", lambda q: "count" in q and "startIndex" not in q))),
        also=("paging.count-default", "paging.walk-complete"),
    )
    yield Fault(
        "start-index-counted-from-0-where-not-asked",
        "paging.start-index-default",
        (USERS_1, GROUPS_2),
        "Without startIndex the answer says that it begins at 0.",
        lambda: Plant(after=answering(lambda q, d: "startIndex" in q or d.update(startIndex=0))),
        also=("paging.items-per-page",),
    )
    yield from family(
        contract,
        "start-index-counts-from-0",
        "paging.one-based",
        "A startIndex that is given is counted from 0, so that 1 is the second item.",
        lambda: Plant(before=asking(start_read_as(lambda start: start + 1))),
        also=("paging.start-index-default", "paging.walk-complete", "paging.items-per-page"),
    )
    yield Fault(
        "start-index-2-is-1",
        "paging.one-based",
        (USERS_1, GROUPS_2),
        "A startIndex of 2 gives the first item, as a server has it that counts from 0 and reads 1 as 0.",
        lambda: Plant(before=asking(start_read_as(lambda start: 1 if start == 2 else start))),
        also=("paging.items-per-page",),
    )
    yield Fault(
        "start-index-1-skips-the-first-of-a-short-page",
        "paging.one-based",
        (USERS_2,),
        "A startIndex of 1 with a count of 1 gives the second item.",
        lambda: Plant(before=asking(given("startIndex", "2", lambda q: both(q) == ("1", "1")))),
        also=("paging.start-index-default",),
    )
    yield Fault(
        "late-start-index-one-off",
        "paging.one-based",
        (GROUPS_1,),
        "From startIndex 20 on a page of one begins one item early.",
        lambda: Plant(before=asking(start_read_as(lambda start: start - 1 if start >= 20 else start, count="1"))),
    )


def _counts(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "ten-by-default",
        "paging.count-default",
        "Without count there are 10 Resources and not 25.",
        lambda: Plant(before=asking(given("count", "10", lambda q: "count" not in q))),
    )
    yield Fault(
        "everything-by-default",
        "paging.count-default",
        (USERS_1, GROUPS_1),
        "Without count everything comes at once, up to the declared maximum.",
        lambda: Plant(before=asking(given("count", "200", lambda q: "count" not in q))),
    )
    yield Fault(
        "full-page-one-short",
        "paging.count-default",
        (USERS_2, GROUPS_2),
        "A page of 25, asked for or not, has 24 Resources although more match.",
        lambda: Plant(before=asking(given("count", "24", lambda q: q.get("count", "25") == "25"))),
        also=("paging.count-respected",),
    )
    yield from family(
        contract,
        "count-ignored",
        "paging.count-respected",
        "A count above 0 is ignored: every page has 25 Resources.",
        lambda: Plant(before=asking(given("count", None, lambda q: number(q, "count", 0) > 0))),
    )
    yield Fault(
        "count-ignored-from-the-second-page-on",
        "paging.count-respected",
        (USERS_1, USERS_2, GROUPS_1, GROUPS_2),
        "A count is heeded on the first page only: with a startIndex above 1 everything that is left comes.",
        lambda: Plant(before=asking(given("count", "200", lambda q: "count" in q and later(q)))),
    )
    for operation, asked, got in (
        (USERS_1, "1", "2"),
        (GROUPS_2, "2", "3"),
        (USERS_2, "25", "26"),
        (GROUPS_1, "26", "27"),
        (GROUPS_1, "1", "0"),
        (USERS_2, "2", "1"),
        (GROUPS_2, "25", "24"),
    ):
        yield Fault(
            f"count-{asked}-gives-{got}",
            "paging.count-respected",
            (operation,),
            f"A count of {asked} gives {got} Resources.",
            lambda asked=asked, got=got: Plant(  # type: ignore[misc]
                before=asking(given("count", got, lambda q: q.get("count") == asked and not later(q)))
            ),
        )
    yield Fault(
        "never-more-than-25",
        "paging.count-respected",
        (USERS_1, GROUPS_2),
        "A page never has more than 25 Resources, though the declared maximum is higher.",
        lambda: Plant(before=asking(given("count", "25", lambda q: q.get("count") == "26"))),
    )
    yield from family(
        contract,
        "count-0-is-the-default",
        "paging.count-zero",
        "A count of 0 is taken as no count.",
        lambda: Plant(before=asking(given("count", None, lambda q: q.get("count") == "0"))),
    )
    yield Fault(
        "count-0-counts-nothing",
        "paging.count-zero",
        (USERS_2, GROUPS_1),
        "With a count of 0 totalResults is 0 as well.",
        lambda: Plant(after=answering(lambda q, d: q.get("count") == "0" and d.update(totalResults=0))),
    )
    yield Fault(
        "count-0-refused",
        "paging.count-zero",
        (USERS_1, GROUPS_2),
        "A count of 0 is refused.",
        lambda: Plant(before=asking(lambda q: _refused() if q.get("count") == "0" else None)),
    )
    yield Fault(
        "count-0-gives-one",
        "paging.count-zero",
        (GROUPS_2,),
        "A count of 0 gives one Resource.",
        lambda: Plant(before=asking(given("count", "1", lambda q: q.get("count") == "0"))),
    )


def _ends(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "past-the-end-is-the-first-page",
        "paging.past-the-end",
        "A startIndex past the end gives the first page again, so that a client walks for ever.",
        lambda: Plant(behaviour=lambda b, _: replace(b, cut=lambda items, page: b.cut(items, page) or items[:25])),
        also=("paging.count-zero",),
    )
    for status in (404, 400):
        yield Fault(
            f"past-the-end-is-{status}",
            "paging.past-the-end",
            (USERS_1, GROUPS_2) if status == 404 else (USERS_2,),
            f"A startIndex past the end is answered with {status}.",
            lambda status=status: Plant(after=_past(lambda reply: become(reply, error(status)))),  # type: ignore[misc]
        )
    yield Fault(
        "past-the-end-counts-nothing",
        "paging.past-the-end",
        (USERS_2, GROUPS_1),
        "Past the end totalResults is 0.",
        lambda: Plant(after=_past(lambda reply: reply.put({**reply.json, "totalResults": 0}))),
    )
    yield Fault(
        "start-index-ignored-without-count",
        "paging.past-the-end",
        (GROUPS_2,),
        "A startIndex is heeded only where a count comes with it.",
        lambda: Plant(before=asking(given("startIndex", None, lambda q: "count" not in q))),
    )
    yield from family(
        contract,
        "start-below-1-refused",
        "paging.start-below-one",
        "A startIndex below 1 is refused.",
        lambda: Plant(before=asking(lambda q: _refused() if number(q, "startIndex", 1) < 1 else None)),
        also=("paging.items-per-page",),
    )
    yield Fault(
        "negative-start-counts-from-the-end",
        "paging.start-below-one",
        (USERS_2, GROUPS_1),
        "A negative startIndex counts from the end of the list.",
        lambda: Plant(before=asking(start_read_as(lambda start: 20 if start < 0 else start))),
    )
    yield Fault(
        "start-0-is-before-the-first",
        "paging.start-below-one",
        (USERS_1, GROUPS_2),
        "With startIndex 0 a page has one Resource less, as if there were an item 0.",
        lambda: Plant(before=asking(given("count", "24", lambda q: q.get("startIndex") == "0"))),
    )
    yield from family(
        contract,
        "negative-count-is-the-default",
        "paging.count-negative",
        "A negative count is taken as no count.",
        lambda: Plant(before=asking(given("count", None, lambda q: number(q, "count", 25) < 0))),
    )
    yield Fault(
        "negative-count-refused",
        "paging.count-negative",
        (USERS_1, GROUPS_2),
        "A negative count is refused.",
        lambda: Plant(before=asking(lambda q: _refused() if number(q, "count", 25) < 0 else None)),
    )
    yield Fault(
        "negative-count-counts-nothing",
        "paging.count-negative",
        (USERS_2,),
        "With a negative count totalResults is 0.",
        lambda: Plant(after=answering(lambda q, d: number(q, "count", 25) < 0 and d.update(totalResults=0))),
    )


def _refused(scim_type: str = "invalidValue") -> Reply:
    return error(400, "This page cannot be given.", scim_type)


def _past(change: Callable[[Reply], object]) -> Callable[[Seen, Reply], None]:
    """Change an answer to what is asked past the end."""

    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok and number(seen.parameters, "startIndex", 1) > reply.json["totalResults"] > 0:
            change(reply)

    return after
