"""Filters that the reference gives as examples, and what a list of users shows without one."""

from scim_contract.checks import Expect, Judge, Operation, Org, Untested, claim
from scim_contract.judging.lists import finds, missing, nothing_but, steady, unless_refused
from scim_contract.org.documents import ids, resources, said, total
from scim_contract.org.examples import Example, example, inactive
from scim_contract.org.finding import findable
from scim_contract.org.lists import unfiltered
from scim_contract.org.pages import Listing

INACTIVE = "active-false"


@claim("filters.documented-examples")
def test_documented_examples_find_what_they_say(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            findable(org, operation)
            if case == INACTIVE:
                finds_the_inactive(expect, org, operation)
            else:
                finds_the_example(expect, example(org, operation, case))


@claim("filters.default-active")
def test_without_a_filter_the_active_users_are_listed(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        findable(org, operation)
        org.person(operation.prefix, "inactive", active=False) if org.workspace.target.sandbox else None
        for look in steady(unfiltered(org, operation), expect):
            page = look.page()
            expect.need(expect.status(page, 200, part="only-active"))
            strays = [f"{user.get('id')} with active {said(user.get('active'))}" for user in resources(page.document)
                      if user.get("active") is not True]  # fmt: skip
            expect.nothing(strays, "active users alone", page, part="only-active")
            filtered = Listing(org, operation, "active", {"filter": "active eq true"}, fresh=look.fresh)
            try:
                number = total(unless_refused(filtered.page()).document)
            except Untested as error:
                expect.untested("all", str(error))
                continue
            wanted = f"totalResults {said(number)}, as with active eq true"
            came = f"totalResults {said(page.document.get('totalResults'))}"
            expect.that(total(page.document) == number, wanted, came, page, part="all")


def finds_the_example(expect: Expect, known: Example) -> None:
    """What is looked for is there, and nothing with another value; of many matches it may be on a later page."""
    for look in steady(known.look, expect):
        page = look.page()
        if not expect.status(page, 200):
            return
        nothing_but(expect, page, known.attribute, known.value)
        if look.size <= len(ids(page.document)):
            finds(expect, page, known.resource.id, known.attribute, known.value)
        elif (walk := look.walk()).whole:
            there = known.resource.id in walk.ids
            wanted = f"{known.resource.id}, whose {known.attribute} is {said(known.value)}, on one of the pages"
            expect.that(there, wanted, "it is on none", page)


def finds_the_inactive(expect: Expect, org: Org, operation: Operation) -> None:
    """Inactive users alone, and the run's own among them."""
    own, listing = inactive(org, operation)
    for look in steady(listing, expect):
        page = look.page()
        if not expect.status(page, 200):
            return
        strays = [f"{user.get('id')} with active {said(user.get('active'))}" for user in resources(page.document)
                  if user.get("active") is not False]  # fmt: skip
        expect.nothing(strays, "inactive users alone", page)
        if own is not None and look.walk().whole:
            expect.that(own.id in look.walk().ids, f"{own.id}, which is inactive", missing(page), page)
