"""The judge's words for lists: pages that are the same, what a filter found, and lists that others move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scim_contract.judging.expect import Expect
from scim_contract.org.documents import ids, resources, said, total
from scim_contract.org.errors import Blocked, Unsettled, Untested
from scim_contract.org.finding import values
from scim_contract.org.lists import refused
from scim_contract.org.pages import Listing
from scim_contract.transport import Exchange

_TRIES = 3
_EXACT = ("id", "externalId")


def steady(listing: Listing, expect: Expect) -> Iterator[Listing]:
    """The list to judge; asked anew, where something was wrong, until it stood still for as long as it was looked at.

    What is wrong twice in a list that looked the same before and after is wrong: once, somebody may have gone and
    somebody come in between.

    Raises:
        Unsettled: it moved too often.
    """
    before = len(expect.problems)
    yield listing
    if listing.still or len(expect.problems) == before:
        return
    again, still = listing.settled(), 0
    for _ in range(_TRIES):
        del expect.problems[before:]
        stood = _facts(again.page())
        yield again
        still += stood == _facts(again.page())
        if len(expect.problems) == before or still == 2:
            return
    del expect.problems[before:]
    raise Unsettled(f"the list of {listing.operation.resource} changed each of the {_TRIES} times it was looked at")


def _facts(page: Exchange) -> tuple[Any, ...]:
    return page.status, page.document.get("totalResults"), ids(page.document)


# pages --------------------------------------------------------------------------------------------


def same_page(expect: Expect, page: Exchange, reference: Exchange, part: str = "") -> bool:
    """The same Resources in the same order as another answer's."""
    if not expect.status(page, 200, part=part):
        return False
    wanted, seen = ids(reference.document), ids(page.document)
    expected = f"the {len(wanted)} Resources that {reference.path} gives"
    return expect.that(seen == wanted, expected, _unlike(wanted, seen), page, part)


def _unlike(wanted: list[str], seen: list[str]) -> str:
    place = next((n for n, (a, b) in enumerate(zip(wanted, seen, strict=False)) if a != b), None)
    count = f"{len(seen)} Resources"
    if place is None:
        return count
    return f"{count}, at place {place + 1} {seen[place]} and not {wanted[place]}"


def no_resources(expect: Expect, page: Exchange, part: str = "") -> bool:
    """Success with Resources empty or absent."""
    if not expect.status(page, 200, part=part):
        return False
    return expect.that(not resources(page.document), "no Resources", f"{len(ids(page.document))} Resources", page, part)


def holds_exactly(expect: Expect, look: Listing, page: Exchange, count: int, part: str) -> None:
    """As many Resources as there are to give: the count, the matches or the declared filter.maxResults."""
    seen, wanted = len(ids(page.document)), min(count, look.size)
    if seen < wanted:
        try:
            wanted = min(wanted, look.max_results or wanted)
        except Blocked as error:
            expect.untested(part, f"blocked by: {error.what}, so its maxResults is not known")
            return
    expect.that(seen == wanted, f"{wanted} Resources, since {look.size} match", f"{seen} Resources", page, part)


def counts(expect: Expect, page: Exchange, number: int | None, what: str, part: str = "") -> bool:
    """A totalResults of that number; `what` says where the number comes from."""
    seen = f"totalResults {said(page.document.get('totalResults'))}"
    same = page.status == 200 and number is not None and total(page.document) == number
    return expect.that(same, f"totalResults {number}, {what}", seen if page.answer.ok else f"{page}", page, part)


# filters ------------------------------------------------------------------------------------------


def finds(expect: Expect, page: Exchange, resource_id: str, attribute: str, value: str, part: str = "") -> bool:
    """Success with that resource, and with no other but such as have the value as well: with a userName nobody.

    Raises:
        Blocked: what the answer calls Resources is no list, which is the schema's business.
    """
    if not expect.status(page, 200, part=part):
        return False
    held = page.document.get("Resources")
    if held is not None and not isinstance(held, list):
        raise Blocked(f"its Resources is no list but {'an object' if isinstance(held, dict) else said(held)}", page)
    found = ids(page.document)
    times = found.count(resource_id)
    there = expect.that(
        times == 1,
        f"{resource_id}, whose {attribute} is {said(value)}, once in Resources",
        f"it is there {times} times" if times else missing(page),
        page,
        part,
    )
    alone = nothing_but(expect, page, attribute, value, part=part)
    if alone and attribute == "userName":
        others = [each for each in found if each != resource_id]
        wanted = f"nobody but {resource_id}, since no two users have one userName"
        alone = expect.that(not others, wanted, f"{' and '.join(others[:3])} as well", page, part)
    return alone and there


def missing(page: Exchange) -> str:
    """That a resource is not in a list, and how many others are."""
    others = len(ids(page.document))
    return f"it is not in Resources, which has {others or 'no'} other{'s' if others != 1 else ''}"


def nothing_but(expect: Expect, page: Exchange, attribute: str, *allowed: str, part: str = "") -> bool:
    """No resource whose attribute has none of the values."""
    others = [item for item in resources(page.document) if not any(_has(item, attribute, each) for each in allowed)]
    shown = [
        f"{item.get('id')} with {attribute} {' and '.join(map(said, values(item, attribute))) or 'absent'}"
        for item in others[:3]
    ]
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    wanted = f"only what has the {attribute} {' or '.join(map(said, allowed))}" if allowed else "nothing"
    return expect.that(not others, wanted, "; ".join(shown) + more, page, part)


def _has(item: Mapping[str, Any], attribute: str, value: str) -> bool:
    held = values(item, attribute)
    if attribute in _EXACT:
        return value in held
    return value.casefold() in [each.casefold() for each in held]


def does_not_find(expect: Expect, page: Exchange, resource_id: str, why: str, part: str = "") -> bool:
    """A success without that resource.

    Raises:
        Blocked: it was no success, which says nothing of what the filter would find.
    """
    if page.status != 200:
        raise Blocked("the list could not be had", page)
    listed, counted = resources(page.document), total(page.document)
    if not listed and "count=" not in page.path:
        came = f"totalResults {counted}, and no Resources"
        expect.that(not counted, f"totalResults 0 where nothing is found, since {why}", came, page, part)
    there = resource_id in ids(page.document)
    return expect.that(
        not there,
        f"a list without {resource_id}, since {why}",
        "it is in Resources",
        page,
        part,
    )


def unless_refused(page: Exchange) -> Exchange:
    """The answer to a filter that a server need not know.

    Raises:
        Untested: it refuses it with 400 invalidFilter, as it may.
    """
    if refused(page):
        raise Untested("the target refuses this filter with invalidFilter, as it may: it need not know it")
    return page
