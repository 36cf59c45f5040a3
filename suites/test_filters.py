"""Filters as a language: required where documented, they find what they say and nothing else."""

from contextlib import suppress
from typing import Any

from scim_contract.checks import Blocked, Exchange, Expect, Judge, Operation, Org, Untested, claim
from scim_contract.judging.lists import (
    counts,
    does_not_find,
    finds,
    no_resources,
    nothing_but,
    same_page,
    steady,
    unless_refused,
)
from scim_contract.org.documents import differences, ids, resources, said, total
from scim_contract.org.endpoints import unfiltered as without_filter
from scim_contract.org.finding import ATTRIBUTES, MUST_BE_KNOWN, NAMING, Known, by_name, find, findable, someone, two
from scim_contract.org.lists import counted, listing, read_besides, side_by_side, unfiltered, wide
from scim_contract.org.pages import Listing, Walk
from scim_contract.org.provoking import bad_request
from scim_contract.org.values import eq

BROKEN = {"users": "&conformance=%zz", "groups": "&filter=%zz"}
"""No filter, whether what is no escape sequence is dropped or taken for itself."""


@claim("filters.required")
def test_filter_is_required(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        findable(org, operation)
        asked = without_filter(org, operation)
        only_number = f"count=0{BROKEN[operation.resource]}" if operation.prefix == "v2" else "count=0"
        expect.refused(org.ask(operation, query=only_number, case="only the number"), part="refused")
        expect.refused(asked, part="refused")
        expect.status(asked, 400, part="status")
        expect.scim_type(asked, "invalidFilter", part="scim-type")


@claim("filters.optional")
def test_without_a_filter_all_groups_are_listed(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(listing(org, operation), expect):
            expect.need(expect.status(look.page(), 200))
            known, walk = someone(org, operation), look.walk()
            if walk.whole:
                there = known.resource.id in walk.ids
                expect.that(
                    there,
                    f"the group {said(known.name)} among all groups",
                    f"it is not among the {len(walk.ids)}",
                    walk.pages[-1],
                )
            narrow = by_name(org, operation).first()
            other = widely(org, operation, look)
            if other is not None and walk.whole:
                left_out = len(set(other.walk().ids) - set(walk.ids))
                wanted = f"every group that {other.first().path} finds among all groups"
                expect.that(not left_out, wanted, f"{left_out} of them not among the {len(walk.ids)}", walk.pages[-1])
            enough = (total(look.page().document) or 0) >= (total(narrow.document) or 0)
            expect.that(enough, "as many groups as with a filter, or more", f"fewer than {narrow.path}", look.page())


@claim("filters.equality")
def test_equality_finds_what_has_the_value(operation: Operation, org: Org, judge: Judge) -> None:
    for case in (case for case in judge.cases if case in ATTRIBUTES):
        attribute = ATTRIBUTES[case]
        with judge(case) as expect:
            known = someone(org, operation)
            value = known.value(attribute)
            found = find(org, operation, eq(attribute, value), known, f"{attribute} eq")
            if attribute not in MUST_BE_KNOWN[operation.resource]:
                unless_refused(found)
            finds(expect, found, known.resource.id, attribute, value)
            for near in almost(org, operation, attribute, value):
                does_not_find(expect, near, known.resource.id, f"its {attribute} is {said(value)}")
    with judge("item-as-read") as expect:
        for look in steady(by_name(org, operation), expect):
            known = findable(org, operation)
            read = org.look(known.resource, operation.prefix, fresh=look.fresh)
            item = next(item for item in resources(look.first().document) if item.get("id") == known.resource.id)
            unlike = unlike_read(org, look.first(), item, read)
            expect.nothing(unlike, "the item as a read by its id gives it", look.first())
        if any(unlike_read(org, *each) for each in read_besides(org, operation)):
            for page, item, read in read_besides(org, operation, again=True):
                among = f"the item {item.get('id')} among several as a read by its id gives it"
                expect.nothing(unlike_read(org, page, item, read), among, page)


@claim("filters.no-match")
def test_no_match_is_an_empty_list(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        findable(org, operation)
        found = of_nobody(org, operation)
        if no_resources(expect, found):
            counts(expect, found, 0, "since nothing matches")


@claim("filters.malformed", "unclosed-quote", "missing-operand", "unknown-operator", "empty")
def test_malformed_filter_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            findable(org, operation)
            refused_as_invalid(expect, malformed(org, operation, case))


@claim("filters.malformed", "empty-on-v1", "empty-as-absent")
def test_empty_filter_is_refused_or_as_if_absent(operation: Operation, org: Org, judge: Judge) -> None:
    with judge(*judge.cases) as expect:
        for look in steady(unfiltered(org, operation), expect):
            empty = Listing(org, operation, "empty filter", {"filter": ""}, fresh=look.fresh).page()
            if empty.answer.ok:
                same_page(expect, empty, look.first())
                counts(expect, empty, total(look.first().document), "as without a filter")
            else:
                refused_as_invalid(expect, empty)


@claim("filters.case-insensitive-names")
def test_names_and_operators_may_be_in_other_case(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        known = findable(org, operation)
        other = f"{known.naming.upper()} {'EQ' if operation.prefix == 'v1' else 'Eq'}"
        text = eq(known.naming, known.name).replace(f"{known.naming} eq", other, 1)
        finds(expect, find(org, operation, text, known, "upper case"), known.resource.id, known.naming, known.name)


@claim("filters.case-of-values", "user-name")
def test_user_name_is_found_in_any_case(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("user-name") as expect:
        known = findable(org, operation)
        found = find(org, operation, eq("userName", other_case(known.name)), known, "userName in other case")
        finds(expect, found, known.resource.id, "userName", known.name)


@claim("filters.case-of-values", "external-id", "id")
def test_exact_values_are_not_found_in_other_case(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        attribute = ATTRIBUTES[case]
        with judge(case) as expect:
            known = findable(org, operation)
            other = other_case(known.value(attribute))
            found = org.ask(operation, params={"filter": eq(attribute, other)}, case=case)
            if attribute not in MUST_BE_KNOWN[operation.resource]:
                unless_refused(found)
            does_not_find(expect, found, known.resource.id, f"its {attribute} is {said(known.value(attribute))}")


@claim("filters.not-a-prefix-match")
def test_part_of_a_value_does_not_match(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            known = findable(org, operation)
            does_not_find(
                expect, by_part(org, operation, case), known.resource.id, f"its {known.naming} is {said(known.name)}"
            )


@claim("filters.counts-matches")
def test_total_counts_the_matches(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("total") as expect:
        for look in steady(counted(org, operation), expect):
            look.at_least(1)
            counts(expect, look.first(), matches(look), "the number of matches")
        one_is_off = side_by_side(org, operation)
        for look in steady(one_is_off, expect) if one_is_off else ():
            first, walk = look.first(), look.walk()
            number, met = total(first.document) or 0, len(set(walk.ids))
            expect.that(met >= number, f"{number} users, as totalResults says", f"{met} on all pages", first)
    with judge("paged") as expect:
        for look in steady(counted(org, operation), expect):
            look.at_least(1)
            second = look.page(startIndex=2, count=1)
            if expect.status(second, 200):
                counts(expect, second, matches(look), "the number of matches")
                is_item_2(expect, second, look.walk().ids[1:2], tuple(ids(second.document)[:1]))
        many = None if operation.requires_filter else wide(org, operation)  # else paging itself is tried on it
        for look in steady(many, expect) if many else ():
            second, first = look.page(startIndex=2, count=1), look.first()
            if expect.status(second, 200):
                counts(expect, second, total(first.document), f"as {first.path} says")
                is_item_2(expect, second, tuple(ids(first.document)[1:2]), tuple(ids(second.document)))


@claim("filters.logical")
def test_logical_filters_mean_what_they_say(operation: Operation, org: Org, judge: Judge) -> None:
    for case, pairs in LOGIC.items():
        with judge(case) as expect:
            findable(org, operation)
            first, second = two(org, operation, listing(org, operation).first())
            text, wanted = pairs[0] if operation.prefix == "v1" else pairs[-1]
            filter_ = text.format(A=eq(first.naming, first.name), B=eq(second.naming, second.name))
            found = unless_refused(org.ask(operation, params={"filter": filter_}, case=case))
            finds_just(expect, found, {"A": first, "B": second}, wanted)


@claim("filters.same-in-both-prefixes")
def test_both_prefixes_find_the_same(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for look in steady(counted(org, operation), expect):
            look.at_least(1)
            alike_in_both(expect, look)
        many, twin = wide(org, operation), wide(org, org.twin(operation))
        for look in steady(many, expect) if many and twin and many.walk().whole else ():
            alike_in_both(expect, look)


# asking ---------------------------------------------------------------------------------------------

PARTS = {"prefix": slice(None, -1), "suffix": slice(1, None), "substring": slice(1, -1)}
LOGIC = {
    "and": (("{A} and {B}", ""),),
    "or": (("{A} or {B}", "AB"),),
    "not": (("({A} or {B}) and not ({A} and ({A} or {B}))", "B"),),
    "parentheses": (("{A} and ({A} or {B})", "A"), ("{B} or {A} and {A}", "AB")),
}
"""For each case the filters to try, the prefixes taking turns, and which of two resources each finds; A and B stand
for the eq of a name."""


def almost(org: Org, operation: Operation, attribute: str, value: str) -> list[Exchange]:
    """What filters find that are not quite on the value: with a blank behind it, or with a tag in an address."""
    others = {("v1", "externalId"): f"{value} ", ("v2", "userName"): value.replace("@", "+tag@", 1)}
    other = others.get((operation.prefix, attribute), value)
    if other == value:
        return []
    asked = org.ask(operation, params={"filter": eq(attribute, other)}, case=f"not quite the {attribute}")
    return [asked] if asked.answer.ok else []


def malformed(org: Org, operation: Operation, case: str) -> Exchange:
    """A filter that does not parse; a word too much after one that does is an operator that there is none of."""
    if case == "unclosed-quote":
        return bad_request(org, operation)
    name = NAMING[operation.resource]
    unknown = f'{name} eq "abc" zz' if operation.prefix == "v1" else f'{name} zz "abc"'
    text = {"missing-operand": f"{name} eq", "unknown-operator": unknown, "empty": ""}[case]
    return org.ask(operation, params={"filter": text}, case=case)


def by_part(org: Org, operation: Operation, case: str) -> Exchange:
    """A filter on a part of a resource's name, asked once.

    Raises:
        Untested: the name has no such parts.
    """
    known = someone(org, operation)
    if len(known.name) < 3:
        raise Untested(f"the name {known.name!r} is too short to ask for a part of it")
    params = {"filter": eq(known.naming, known.name[PARTS[case]])}
    shared = org.acting("shared/parts")
    return org.once(("part", operation.id, case), lambda: shared.ask(operation, params=params, case=case))


def of_nobody(org: Org, operation: Operation) -> Exchange:
    """A filter that nothing matches: on a part of a name, or on a name of nobody's where the part finds something.

    In v1 a name that a pattern would take for one that there is: `_` is any letter to some databases.
    """
    name = someone(org, operation).name
    if operation.prefix == "v1" and len(name) > 3:
        middle = len(name) // 2
        return org.ask(
            operation, params={"filter": eq(NAMING[operation.resource], f"{name[:middle]}__{name[middle + 2 :]}")}
        )
    with suppress(Untested):
        part = by_part(org, operation, "suffix")
        if not resources(part.document):
            return part
    nobody = eq(NAMING[operation.resource], f"nobody-{org.workspace.token('nobody')}")
    return org.ask(operation, params={"filter": nobody})


def widely(org: Org, operation: Operation, look: Listing) -> Listing | None:
    """The groups under the profile's wide filter, asked anew where a list that is compared with them is."""
    found = wide(org, operation)
    return found.afresh() if found is not None and look.fresh else found


def matches(look: Listing) -> int:
    return len(set(look.walk().ids)) if look.known is None else look.known


# what was found -------------------------------------------------------------------------------------


def refused_as_invalid(expect: Expect, asked: Exchange) -> None:
    if expect.status(asked, 400):
        expect.scim_type(asked, "invalidFilter")


def finds_just(expect: Expect, found: Exchange, known: dict[str, Known], wanted: str) -> None:
    """Of two resources just these, and nothing that is called otherwise."""
    if wanted and not expect.status(found, 200):
        return
    for key, each in known.items():
        if key not in wanted:
            does_not_find(expect, found, each.resource.id, f"the filter does not let {each.name} through")
    for key in wanted:
        there = known[key].resource.id in ids(found.document)
        expect.that(there, f"{known[key].name} is found", "it is not", found)
    nothing_but(expect, found, known["A"].naming, *(known[key].name for key in wanted))


def alike_in_both(expect: Expect, look: Listing) -> None:
    """The same ids in the prefix at hand and in the other one."""
    here, there = look.walk(), look.in_twin().walk()
    for walk in (here, there):
        consistent(walk)
    apart = sorted(set(here.ids) ^ set(there.ids))
    came = f"found by one prefix alone: {', '.join(apart[:3])}{f' and {len(apart) - 3} more' if apart[3:] else ''}"
    expect.that(not apart, "the same ids in both prefixes", came, there.pages[0])


def unlike_read(org: Org, _: Exchange, item: dict[str, Any], read: Exchange) -> tuple[str, ...]:
    """What an item of a page says otherwise than a read by its id."""
    return differences(*(org.in_model(read, each) for each in (read.document, item)))


def is_item_2(expect: Expect, page: Exchange, wanted: tuple[str, ...], shown: tuple[str, ...]) -> None:
    """What a page of one from startIndex 2 on shows is the second match, or nothing where there is none."""
    expected = f"{wanted[0]} alone, the second match" if wanted else "no Resources, since there is no second match"
    came = f"{len(ids(page.document))} Resources, the first of them {shown[0]}" if shown else "no Resources"
    expect.that(wanted == shown, expected, came, page)


def consistent(walk: Walk) -> None:
    """Raise Blocked where pages contradict each other, which is the paging claims' business."""
    last, met = walk.pages[-1], walk.ids
    if not last.answer.ok or len(met) != len(set(met)) or len(met) != total(walk.pages[0].document):
        raise Blocked("the pages of the list do not make a whole", last)


def other_case(value: str) -> str:
    """The value with its letters in other case.

    Raises:
        Untested: it has no letters.
    """
    if value.swapcase() == value:
        raise Untested(f"{value!r} has no letters to write in other case")
    return value.swapcase()
