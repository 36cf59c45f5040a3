"""Filters find what was written: names that were given, changed or given up, and texts that are nothing but data."""

from contextlib import suppress

from scim_contract.checks import Blocked, Exchange, Judge, Operation, Org, Untested, claim
from scim_contract.judging.lists import does_not_find, finds, nothing_but
from scim_contract.judging.stored import after, before
from scim_contract.org.documents import ids, said
from scim_contract.org.finding import ATTRIBUTES, MUST_BE_KNOWN, comparing, find, findable, someone, values
from scim_contract.org.lists import listing
from scim_contract.org.moved import deleted, emails_replaced, renamed, retired, to_rename
from scim_contract.org.searching import beginning, phrase, raw_plus, search
from scim_contract.org.values import eq

DEAD_EMAIL = ("v2", "user-name")
"""Where a deleted user is looked for by its email too; the other prefix is asked for an email that was replaced."""


@claim("filters.sees-writes")
def test_writes_are_seen(operation: Operation, org: Org, judge: Judge) -> None:
    if "created" in judge.cases:
        with judge("created") as expect:
            findable(org, operation)
            person = to_rename(org, operation.prefix)
            found = watch(org, operation, eq("userName", person.user_name), "created", person.id, there=True)
            finds(expect, found, person.id, "userName", person.user_name)
    with judge("renamed") as expect:
        comparing(org, operation, lambda: listing(org, operation).page())
        now = renamed(org, operation)
        by_new = watch(org, operation, eq(now.naming, now.new), "new name", now.id, there=True)
        finds(expect, by_new, now.id, now.naming, now.new)
        by_old = watch(org, operation, eq(now.naming, now.old), "old name", now.id, there=False)
        does_not_find(expect, by_old, now.id, f"its {now.naming} is {said(now.new)} now")
        for user, attribute, was in given_up(org, operation):
            by_old = watch(org, operation, eq(attribute, was), f"old {attribute}", user, there=False)
            if by_old.answer.ok or attribute in MUST_BE_KNOWN["users"]:
                does_not_find(expect, by_old, user, f"its {attribute} is {said(was)} no longer")


@claim("filters.forgets-deleted")
def test_deleted_user_is_not_found(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            user = deleted(org, operation.prefix)
            text = eq(ATTRIBUTES[case], str({**user.document, "id": user.id}[ATTRIBUTES[case]]))
            found = watch(org, operation, text, case, user.id, there=False)
            does_not_find(expect, found, user.id, "it was deleted")
            for email in values(user.document, "emails.value")[:1] if (operation.prefix, case) == DEAD_EMAIL else ():
                found = watch(org, operation, eq("emails.value", email), "its email", user.id, there=False)
                if found.answer.ok:
                    does_not_find(expect, found, user.id, "it was deleted")


@claim("filters.documented-example", "unquoted")
def test_documented_example_finds_the_group(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("unquoted") as expect:
        known = someone(org, operation)
        found = find(org, operation, f"displayName eq {known.word}", known, "unquoted")
        finds(expect, found, known.resource.id, "displayName", known.name)


@claim("filters.documented-example", "quoted")
def test_any_name_is_found_in_quotes(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("quoted") as expect:
        looked = phrase(org, operation)
        finds(expect, looked.asked, looked.bearer, looked.attribute, looked.value)
        long = beginning(org, operation)
        if long is not None:
            does_not_find(expect, long.asked, long.bearer, f"its displayName is {said(long.value)}")


@claim("filters.encoding")
def test_percent_encoding_is_undone_once(operation: Operation, org: Org, judge: Judge) -> None:
    for case in ("space", "ampersand", "apostrophe", "utf8", "plus"):
        with judge(case) as expect:
            looked = search(org, operation, case)
            finds(expect, looked.asked, looked.bearer, looked.attribute, looked.value)
    with judge("raw-plus") as expect:
        as_plus, as_space = raw_plus(org, operation)
        both = (as_plus, as_space)
        if all(expect.status(looked.asked, 200) for looked in both):
            read = [looked.value for looked in both if looked.bearer in ids(looked.asked.document)]
            wanted = f"what bears {said(as_plus.value)} or {said(as_space.value)} is found"
            expect.that(bool(read), wanted, "neither is", as_plus.asked)
            for looked in both:
                nothing_but(expect, looked.asked, looked.attribute, as_plus.value, as_space.value)


@claim("filters.value-is-data")
def test_value_matches_itself_alone(operation: Operation, org: Org, judge: Judge) -> None:
    for case in ("quote", "or-true", "sql", "ldap"):
        with judge(case) as expect:
            looked = search(org, operation, case)
            finds(expect, looked.asked, looked.bearer, looked.attribute, looked.value)
    for case in ("star", "percent"):
        with judge(case) as expect:
            looked, as_pattern = search(org, operation, case), search(org, operation, case, "pattern")
            finds(expect, looked.asked, looked.bearer, looked.attribute, looked.value)
            does_not_find(expect, as_pattern.asked, as_pattern.bearer, f"it bears {said(as_pattern.value)}")


# asking ---------------------------------------------------------------------------------------------


def watch(org: Org, operation: Operation, text: str, case: str, resource_id: str, *, there: bool) -> Exchange:
    """A filter asked until it finds a resource or no longer does, for as long as the target may take."""
    return org.eventually(
        lambda: org.ask(operation, params={"filter": text}, case=case),
        lambda seen: not seen.answer.ok or (resource_id in ids(seen.document)) is there,
    )


def given_up(org: Org, operation: Operation) -> list[tuple[str, str, str]]:
    """Users, by id, with an externalId or an email that they had until they were given another or none; no groups."""
    if operation.resource != "users":
        return []
    written, found = retired(org, operation.prefix), list[tuple[str, str, str]]()
    was, now = (read.document.get("externalId") for read in (before(written), after(written)))
    if was and was != now:
        found.append((str(after(written).document.get("id")), "externalId", str(was)))
    with suppress(Blocked, Untested):
        replaced = emails_replaced(org, operation.prefix)[:1] if operation.prefix != DEAD_EMAIL[0] else []
        found += [(user, "emails.value", was) for user, was in replaced]
    return found
