"""Faults of paging: numbers that are none, and more than the server gives at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.faults.acting import asking, changing, error
from scim_contract.mock.faults.lists import (
    GROUPS_1,
    GROUPS_2,
    USERS_1,
    USERS_2,
    given,
    number,
    start_read_as,
)
from scim_contract.mock.paging import MAX_RESULTS, Page, integer
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.wire import Reply, Seen

Document = dict[str, Any]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this part of the area; the others are in pages and paging."""
    yield from _odd_numbers(contract)
    yield Fault(
        "start-at-a-whole-page",
        "paging.one-based",
        (USERS_2, GROUPS_2),
        "A page begins at a multiple of its count, as if startIndex counted pages.",
        lambda: Plant(before=asking(_at_a_whole_page)),
        also=("paging.items-per-page",),
    )
    yield from _too_many(contract)


def _at_a_whole_page(query: dict[str, str]) -> None:
    start, count = query.get("startIndex", ""), query.get("count", "")
    if start.isdigit() and count.isdigit() and int(start) > 0 and int(count) > 0:
        query["startIndex"] = str((int(start) - 1) // int(count) * int(count) + 1)


def _odd_numbers(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "odd-numbers-are-the-default",
        "paging.not-a-number",
        "A startIndex or a count that is no number is taken as not given.",
        lambda: replacing(integer=_lenient),
    )
    yield Fault(
        "count-fraction-cut-off",
        "paging.not-a-number",
        (USERS_2, GROUPS_1),
        "A count of 1.5 is taken as 1.",
        lambda: Plant(before=asking(given("count", "1", lambda q: q.get("count") == "1.5"))),
    )
    yield Fault(
        "start-word-is-1",
        "paging.not-a-number",
        (USERS_1, GROUPS_2),
        "A startIndex that is a word is taken as 1.",
        lambda: Plant(before=asking(given("startIndex", "1", lambda q: q.get("startIndex", "1").isalpha()))),
    )
    yield Fault(
        "odd-number-refused-in-other-words",
        "paging.not-a-number",
        (USERS_1, USERS_2, GROUPS_1, GROUPS_2),
        "What is no number is refused with 400 in the platform's own words, not as a ScimError.",
        lambda: Plant(after=_in_other_words),
    )
    yield Fault(
        "enormous-start-overflows",
        "paging.not-a-number",
        (USERS_1, GROUPS_1),
        "A startIndex of 10^30 overflows and gives the first page.",
        lambda: Plant(before=asking(given("startIndex", "1", lambda q: len(q.get("startIndex", "")) > 19))),
    )
    yield Fault(
        "start-beyond-32-bits-begins-anew",
        "paging.not-a-number",
        (USERS_2, GROUPS_2),
        "Of a startIndex only the lower 32 bits count.",
        lambda: Plant(before=asking(start_read_as(lambda start: start % 2**32))),
    )
    yield Fault(
        "enormous-count-breaks",
        "paging.not-a-number",
        (USERS_2, GROUPS_2),
        "A count of 10^30 is answered with 500.",
        lambda: Plant(before=asking(lambda q: error(500) if len(q.get("count", "")) > 19 else None)),
        also=("errors.never-5xx",),
    )


def _too_many(contract: Contract) -> Iterator[Fault]:
    claim = "paging.huge-count"
    every = ranging(contract, claim)
    for name, operations in (("all", every), *((each, (each,)) for each in (USERS_2, GROUPS_1))):
        yield Fault(
            "more-than-max-results" if name == "all" else f"more-than-max-results:{name}",
            claim,
            operations,
            f"The declared maximum is 20, but {' and '.join(operations)} give more.",
            lambda operations=operations: _maximum_declared(20, frozenset(operations)),  # type: ignore[misc]
            also=("discovery.flags-are-true",),
        )
    yield from family(
        contract,
        "count-above-the-maximum-heeded",
        claim,
        "A count above the declared maximum is given in full, which is seen only where more match.",
        lambda: replacing(page_asked=lambda start, count: Page(max(start, 1), max(count, 0))),
        also=("discovery.flags-are-true",),
    )
    yield from family(
        contract,
        "too-many-not-called-so",
        claim,
        "A count above the declared maximum is refused with 400 and scimType invalidValue in place of tooMany.",
        lambda: Plant(
            before=asking(lambda q: _refused("invalidValue") if number(q, "count", 25) > MAX_RESULTS else None)
        ),
    )
    yield Fault(
        "huge-count-breaks",
        claim,
        (USERS_1, GROUPS_2),
        "A count above the declared maximum is answered with 500.",
        lambda: Plant(before=asking(lambda q: error(500) if number(q, "count", 25) > MAX_RESULTS else None)),
        also=("errors.never-5xx", "paging.not-a-number"),
    )


def _refused(scim_type: str = "invalidValue") -> Reply:
    return error(400, "This page cannot be given.", scim_type)


def _lenient(name: str, text: str | None, default: int) -> int:
    try:
        return integer(name, text, default)
    except ScimProblem:
        return default


def _in_other_words(seen: Seen, reply: Reply) -> None:
    odd = [v for k, v in seen.parameters.items() if k != "filter" and not v.lstrip("-").isdigit()]
    if reply.status == 400 and odd:
        reply.put({"message": f"{odd[0]} is not a number", "code": "bad.request", "status": 400})


def _maximum_declared(most: int, unbounded: frozenset[str]) -> Plant:
    """A maximum that the configuration declares and every list keeps but those that are named."""

    def before(seen: Seen) -> None:
        query = seen.parameters
        listed = seen.operation is not None and seen.operation.endswith(("_users", "_groups")) and seen.method == "GET"
        if listed and seen.operation not in unbounded and number(query, "count", 25) > most:
            seen.ask(count=str(most))

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation is not None and seen.operation.endswith("_serviceproviderconfig"):
            changing(lambda document: document["filter"].update(maxResults=most))(seen, reply)

    return Plant(before=before, after=after, everywhere=True)
