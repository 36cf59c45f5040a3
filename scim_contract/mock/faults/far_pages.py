"""Faults of lists that are seen only where more match than the run creates."""

from __future__ import annotations

from collections.abc import Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import asking, changing
from scim_contract.mock.faults.lists import USERS, Query, number, start_read_as
from scim_contract.mock.planting import Fault, Plant


def faults(_: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield Fault(
        "total-is-50-at-most",
        "paging.past-the-end",
        USERS,
        "totalResults is never more than 50, though the pages go on.",
        lambda: Plant(after=changing(lambda d: d.update(totalResults=min(d["totalResults"], 50)))),
        also=("paging.walk-complete",),
    )
    yield Fault(
        "past-40-the-list-begins-anew",
        "paging.walk-complete",
        USERS,
        "A startIndex above 40 gives the first page.",
        lambda: Plant(before=asking(start_read_as(lambda start: 1 if start > 40 else start))),
        also=("paging.past-the-end",),
    )
    yield Fault(
        "past-50-there-is-nothing",
        "paging.walk-complete",
        USERS,
        "No page shows what stands beyond 50, though all are counted.",
        lambda: Plant(before=asking(_nothing_beyond_50)),
    )


def _nothing_beyond_50(query: Query) -> None:
    if number(query, "startIndex", 1) > 50:
        query["count"] = "0"
