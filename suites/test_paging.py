"""Paging: startIndex counts from 1, count bounds a page, totalResults counts the matches, and walks meet them all."""

from contextlib import suppress

from scim_contract.checks import (
    Blocked,
    Exchange,
    Expect,
    Judge,
    Operation,
    Org,
    Unsettled,
    Untested,
    claim,
    needed,
)
from scim_contract.judging.lists import counts, holds_exactly, no_resources, same_page, steady
from scim_contract.org.documents import ids, total
from scim_contract.org.far import far, one_more, shows_most, too_many
from scim_contract.org.lists import filtered, listing, unfiltered
from scim_contract.org.pages import FULL, Listing, over_25_is_429

LARGE = {"count-26": 26, "count-100": 100}
ENORMOUS = str(10**30)
FAR_OFF = {"v1": ENORMOUS, "v2": str(2**32 + 1)}


@claim("paging.start-index-default")
def test_start_index_is_1_by_default(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(listing(org, operation), expect):
            look.at_least(1)
            unpaged, first = look.first(), needed(look.page(startIndex=1))
            same_page(expect, unpaged, first)
            begins_at(expect, unpaged, 1)
            short, first = look.page(count=1), look.page(startIndex=1, count=1)
            if short.answer.ok and first.answer.ok:
                same_page(expect, short, first)


@claim("paging.count-default")
def test_count_is_25_by_default(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(listing(org, operation), expect):
            look.at_least(FULL + 1)
            unpaged, full = look.first(), needed(look.page(count=FULL))
            same_page(expect, unpaged, full, part="same-page")
            at_most(expect, unpaged, FULL, part="same-page")
            holds_exactly(expect, look, unpaged, FULL, part="full-page")


@claim("paging.count-respected")
def test_count_is_respected(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        count = int(case.removeprefix("count-"))
        with judge(case) as expect:
            for look in steady(listing(org, operation), expect):
                look.at_least(min(count + 1, FULL + 1))
                page = look.page(count=count)
                if too_many(page) and count > (look.max_results or count):
                    raise Untested(f"a count above the declared maxResults was refused, as it may be: {page}")
                if expect.status(page, 200, part="at-most"):
                    at_most(expect, page, count, part="at-most")
                    holds_exactly(expect, look, page, count, part="exactly")
                if count == 1:
                    second = look.page(startIndex=2, count=count)
                    if second.answer.ok:  # whether it is the right one is another claim's business
                        at_most(expect, second, count, part="at-most")


@claim("paging.count-zero")
def test_count_0_counts_only(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(listing(org, operation), expect):
            look.at_least(1)
            unpaged, page = look.first(), look.page(count=0)
            if no_resources(expect, page):
                counts(expect, page, total(unpaged.document), "as without count")


COUNTS = {"v1": 1, "v2": 7}
"""How many are asked for from the last item on; who counts in pages of seven begins elsewhere than at item 25."""


@claim("paging.one-based")
def test_start_index_k_is_item_k(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            for look in steady(listing(org, operation), expect):
                look.at_least(1 if case == "first" else 2)
                items = ids(look.first().document)
                place = {"first": 1, "second": 2, "last": len(items)}[case]
                page = look.page(startIndex=place, count=1 if place < 3 else COUNTS[operation.prefix])
                if expect.status(page, 200):
                    expect.equal(items[place - 1 : place], ids(page.document)[:1], f"item {place}:", page)


@claim("paging.walk-complete")
def test_walk_meets_every_match_once(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(listing(org, operation), expect):
            look.at_least(2)
            walk, again = look.walk(), look.walk(again=True)
            for fault, page in walk.faults():
                expect.that(False, "every match exactly once", fault, page, part="each-once")
            same = walk.ids == again.ids
            came = f"{len(again.ids)} of which {moved(walk.ids, again.ids)} stand elsewhere"
            expect.that(same, f"the same {len(walk.ids)} in the same order", came, again.pages[-1], part="same-order")
        with suppress(Blocked, Untested, Unsettled):  # the run's own users have shown it then as far as they can
            for look in steady(far(org, operation), expect):
                for fault, page in look.walk().faults():
                    expect.that(False, "every match exactly once", fault, page, part="each-once")


@claim("paging.items-per-page", "unpaged")
def test_unpaged_list_describes_itself(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("unpaged") as expect:
        for look in steady(listing(org, operation), expect):
            describes_itself(expect, look.first(), begins=1)


@claim("paging.items-per-page", "partial-page", "start-below-one")
def test_page_describes_itself(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("partial-page") as expect:
        for look in steady(listing(org, operation), expect):
            look.at_least(2)
            describes_itself(expect, needed(look.page(startIndex=2, count=1)), begins=2)
            begins = short_page(look.size)
            describes_itself(expect, needed(look.page(startIndex=begins, count=FULL)), begins=begins)
    with judge("start-below-one") as expect:
        for look in steady(listing(org, operation), expect):
            look.at_least(1)
            describes_itself(expect, needed(look.page(startIndex=0)), begins=1)


@claim("paging.total-independent")
def test_total_is_the_same_on_every_page(operation: Operation, org: Org, judge: Judge) -> None:
    of = {"with-filter": filtered, "without-filter": unfiltered}
    for case in judge.cases:
        with judge(case) as expect:
            for look in steady(of[case](org, operation), expect):
                look.at_least(1)
                number = total(look.first().document)
                for page in (look.page(count=1), look.page(startIndex=2, count=1), look.page(count=FULL)):
                    counts(expect, needed(page), number, f"as {look.first().path} says")


@claim("paging.large-page-may-be-429")
def test_large_page_is_given_or_answered_with_429(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            if over_25_is_429(org, operation):
                continue
            try:
                for look in steady(listing(org, operation), expect):
                    page = look.page(count=LARGE[case])
                    if not (too_many(page) and LARGE[case] > (look.max_results or LARGE[case])):
                        expect.status(page, 200, 429)
            except Untested:
                if not over_25_is_429(org, operation):
                    raise


@claim("paging.past-the-end")
def test_past_the_end_there_is_nothing(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(listing(org, operation), expect):
            number = total(look.first().document)
            page = look.page(startIndex=look.size + 1)
            if no_resources(expect, page):
                counts(expect, page, number, "as on the first page")
        with suppress(Blocked, Untested, Unsettled):
            for look in steady(far(org, operation), expect):
                number = look.size
                page = look.page(startIndex=number + 1)
                grown = (total(page.document) or 0) > number  # then it is no end that is past
                if not grown and no_resources(expect, page):
                    counts(expect, page, number, "as on the first page")


@claim("paging.start-below-one")
def test_start_below_1_is_1(operation: Operation, org: Org, judge: Judge) -> None:
    for case, start in (("zero", 0), ("negative", -7)):
        with judge(case) as expect:
            for look in steady(listing(org, operation), expect):
                look.at_least(1)
                same_page(expect, look.page(startIndex=start), needed(look.page(startIndex=1)))


@claim("paging.count-negative")
def test_negative_count_is_0(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(listing(org, operation), expect):
            look.at_least(1)
            unpaged, page = look.first(), look.page(count=-1)
            if no_resources(expect, page):
                counts(expect, page, total(unpaged.document), "as without count")


@claim("paging.not-a-number")
def test_what_is_no_whole_number_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("start-word") as expect:
        refused_with_scim_error(expect, listed(org, operation).page(startIndex="x"))
    with judge("count-fraction") as expect:
        refused_with_scim_error(expect, listed(org, operation).page(count="1.5"))
    with judge("start-enormous") as expect:
        page = listed(org, operation).page(startIndex=FAR_OFF[operation.prefix])
        if page.answer.ok:
            no_resources(expect, page)
        else:
            refused_with_scim_error(expect, page)
    with judge("count-enormous") as expect:
        look = listed(org, operation)
        page = look.page(count=int(ENORMOUS))
        if page.answer.ok:
            at_most(expect, page, look.max_results or look.size)
        else:
            refused_with_scim_error(expect, page)


@claim("paging.huge-count")
def test_more_than_max_results_is_never_given(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        most = listing(org, operation).max_results
        if most is None:
            raise Untested("the service provider configuration declares no filter.maxResults")
        page = one_more(org, operation, most)
        if page.status == 400:
            expect.scim_type(page, "tooMany")
        elif expect.status(page, 200):
            at_most(expect, page, most)
            if not shows_most(page, most):
                few = f"only {total(page.document)} {operation.resource} match"
                raise Untested(f"{few}; this needs more than {most}, the declared filter.maxResults")


def listed(org: Org, operation: Operation) -> Listing:
    """The list, which is answered as long as nothing odd is asked for."""
    look = listing(org, operation)
    look.first()
    return look


def short_page(size: int) -> int:
    """Where a page begins that has fewer than 25 left to show: where walks ask for one, else with the last but one."""
    return (size - 1) // FULL * FULL + 1 if size > FULL and size % FULL else size - 1


# what a page shows ----------------------------------------------------------------------------------


def at_most(expect: Expect, page: Exchange, number: int, part: str = "") -> None:
    seen = len(ids(page.document))
    expect.that(seen <= number, f"at most {number} Resources", f"{seen} Resources", page, part)


def begins_at(expect: Expect, page: Exchange, place: int) -> None:
    said = page.document.get("startIndex")
    if said is not None:
        expect.equal(place, said, "startIndex", page)


def describes_itself(expect: Expect, page: Exchange, begins: int) -> None:
    """itemsPerPage and startIndex are right where given, and are given where the page is not the whole."""
    document, shown = page.document, len(ids(page.document))
    if document.get("itemsPerPage") is not None:
        expect.equal(shown, document["itemsPerPage"], "itemsPerPage", page)
    if shown:
        begins_at(expect, page, begins)
    if (total(document) or 0) > shown:
        missing = [name for name in ("startIndex", "itemsPerPage") if document.get(name) is None]
        only = f"only {shown} of {total(document)} are shown"
        expect.that(not missing, f"startIndex and itemsPerPage, since {only}", f"no {' and no '.join(missing)}", page)


def refused_with_scim_error(expect: Expect, page: Exchange) -> None:
    if expect.status(page, 400):
        expect.scim_error(page)


def moved(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    return sum(a != b for a, b in zip(first, second, strict=False))
