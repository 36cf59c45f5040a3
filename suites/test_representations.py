"""Representations: every resource has its id and a meta that is true, and reads the same in both prefixes."""

import contextlib
from datetime import datetime, timedelta
from typing import Any

from scim_contract.checks import Blocked, Exchange, Expect, Judge, Operation, Org, Untested, Written, claim, needed
from scim_contract.judging.entries import leads_to, one_primary
from scim_contract.judging.stored import after
from scim_contract.org.both import through_both, unlike
from scim_contract.org.creations import twice_primary
from scim_contract.org.documents import resources, said
from scim_contract.org.emails import addressed, moved, preferred
from scim_contract.org.finding import by_name
from scim_contract.org.ledger import run_of
from scim_contract.org.links import follow, lies_under
from scim_contract.org.pages import Listing
from scim_contract.org.reading import first_read, second_read
from scim_contract.org.references import in_a_group, with_a_manager
from scim_contract.org.times import date_of, last_modified, members_after_a_second, moment, write_after_a_second
from scim_contract.org.trips import trip
from scim_contract.org.values import eq
from scim_contract.org.versions import shared_write
from scim_contract.org.workspace import Resource

KINDS = {
    "users": "User",
    "groups": "Group",
    "resourcetypes": "ResourceType",
    "schemas": "Schema",
    "serviceproviderconfig": "ServiceProviderConfig",
}
MAY_LACK_META = ("resourcetypes", "schemas", "serviceproviderconfig")
CLOCKS_APART = timedelta(minutes=5)

# ---- id


@claim("representations.id", "present")
def test_resource_has_an_id(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("present") as expect:
        answer = answer_of(org, operation)
        for shown in shown_in(answer):
            its_id = shown.get("id")
            expect.that(isinstance(its_id, str) and its_id != "", "an id, a string", f"id {said(its_id)}", answer)


@claim("representations.id", "stable", "other-prefix")
def test_id_is_always_the_same(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("stable") as expect:
        first, again = needed(first_read(org, operation)), needed(read_again(org, operation))
        expect.equal(first.document.get("id"), again.document.get("id"), "id", again)
    with judge("other-prefix") as expect:
        here, there = needed(first_read(org, operation)), needed(read_of_twin(org, operation), 200, 404)
        expect.need(expect.status(there, 200))
        expect.equal(here.document.get("id"), there.document.get("id"), "id", there)


# ---- meta


@claim("representations.meta", "resource-type")
def test_meta_names_the_resource_type(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("resource-type") as expect:
        answer, right = answer_of(org, operation), KINDS[operation.resource]
        for value in metas(expect, operation, answer, "resourceType"):
            expect.equal(right, value, "meta.resourceType", answer)


@claim("representations.meta", "location", "location-under-prefix")
def test_location_leads_to_the_resource(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("location") as expect:
        answer = answer_of(org, operation)
        for location in metas(expect, operation, answer, "location"):
            found = follow(org, location, answer, operation.resource)
            leads_to(expect, found, f"meta.location {said(location)}", answer)
    with judge("location-under-prefix") as expect:
        answer = answer_of(org, operation)
        for location in [each for each in given(answer, "location") if isinstance(each, str)]:
            under = lies_under(org, location, answer)
            expect.that(
                under, f"meta.location under the prefix {operation.prefix}", f"meta.location {said(location)}", answer
            )


@claim("representations.meta", "last-modified")
def test_last_modified_is_a_time_in_the_past(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("last-modified") as expect:
        answer = answer_of(org, operation)
        now = date_of(answer)
        for value in metas(expect, operation, answer, "lastModified"):
            when = moment(value)
            if not expect.that(when is not None, "ISO 8601 with an offset", f"meta.lastModified {said(value)}", answer):
                continue
            late = now is not None and when is not None and when > now + CLOCKS_APART
            came = f"{value}, where the answer is of {now}"
            expect.that(not late, "meta.lastModified at most 5 minutes after the answer's Date", came, answer)


@claim("representations.meta", "never-back")
def test_last_modified_never_goes_back(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("never-back") as expect:
        if operation.kind == "read":
            answers: list[Exchange | None] = [first_read(org, operation), read_again(org, operation)]
        else:
            written = shared_write(org, operation)
            answers = [written.before, needed(written.asked), written.after]
        times = [last_modified(each) for each in answers]
        for earlier, later, answer in zip(times, times[1:], answers[1:], strict=False):
            expect.that(later >= earlier, f"meta.lastModified not before {told(earlier)}", told(later), answer)


@claim("representations.meta", "later-after-write")
def test_last_modified_moves_with_a_write(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("later-after-write") as expect:
        for written in writes_a_second_apart(org, operation):
            before, later = last_modified(written.before), last_modified(written.after)
            expect.that(later > before, f"meta.lastModified after {told(before)}", told(later), written.after)
            now = date_of(written.after)
            long_ago = now is not None and later < now - CLOCKS_APART
            wanted = f"meta.lastModified at most 5 minutes before the answer's Date, {now}"
            expect.that(not long_ago, wanted, told(later), written.after)


# ---- both prefixes


@claim("representations.same-in-both-prefixes")
def test_resource_reads_the_same_in_both_prefixes(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        for about in (None, *telling(org, operation)):
            here, there = through_both(org, operation, about)
            expect.nothing(unlike(here, there), f"the same as {here.path}", there)


# ---- primary


@claim("representations.primary", "emails", "phone-numbers")
def test_at_most_one_entry_is_primary(operation: Operation, org: Org, judge: Judge) -> None:
    for case, name in (("emails", "emails"), ("phone-numbers", "phoneNumbers")):
        with judge(case) as expect:
            answer = answer_with_many(org, operation, name)
            for shown in shown_in(answer):
                one_primary(expect, answer, name, shown)
            if operation.kind == "create":
                twice = twice_primary(org, operation)
                if twice.asked.answer.ok:
                    one_primary(expect, after(twice), name)


# ---- what these checks look at


def writes_a_second_apart(org: Org, operation: Operation) -> list[Written]:
    """A plain write, and of a group one of its members alone."""
    written = [write_after_a_second(org, operation)]
    with contextlib.suppress(Blocked, Untested):
        if operation.resource == "groups":
            written.append(members_after_a_second(org, operation))
    return written


def telling(org: Org, operation: Operation) -> list[Resource]:
    """Users of the run's own that have what the one at hand has not: a manager, a group."""
    found: list[Resource] = []
    for somebody in (with_a_manager, in_a_group) if operation.name == "get_user" else ():
        with contextlib.suppress(Blocked, Untested):
            user = somebody(org, operation.prefix).document
            if run_of(str(user.get("userName"))) == org.workspace.ledger.run:  # nobody else's data is told in a message
                found.append(Resource("users", str(user.get("id"))))
    return found


def read_again(org: Org, operation: Operation) -> Exchange:
    """The same read once more, after the first one; without a Content-Type where it was refused with one."""
    second = second_read(org, operation)
    if second.answer.ok:
        return second
    shared = org.acting("shared/again")
    return org.once(("plainly again", operation.id), lambda: shared.ask(operation, org.something_for(operation)))


def read_of_twin(org: Org, operation: Operation) -> Exchange:
    """The same resource, read in the other prefix."""
    return org.ask_once(org.twin(operation), org.something_for(operation))


def answer_of(org: Org, operation: Operation) -> Exchange:
    """A success of the operation, with something in it.

    Raises:
        Blocked: it was no success, or its answer is empty.
    """
    answer = needed(org.once(("answer", operation.id), lambda: any_answer(org, operation)))
    if not shown_in(answer):
        raise Blocked("the answer shows no resource", answer)
    return answer


def any_answer(org: Org, operation: Operation) -> Exchange:
    """An answer of the operation, whatever it is; a list is asked for one resource by its name."""
    match operation.kind:
        case "list" if operation.resource in ("users", "groups"):
            return by_name(org, operation).first()
        case "list" | "read":
            return first_read(org, operation)
    return shared_write(org, operation).asked


def answer_with_many(org: Org, operation: Operation, name: str) -> Exchange:
    """An answer about a user with many phone numbers or two emails, or about any where the run may make none such."""
    if operation.writes:
        with contextlib.suppress(Blocked, Untested):
            if name == "emails":
                return needed(written_with_emails(org, operation))
        return needed(trip(org, operation, "together").written.asked)
    try:
        user = needed(read_with_many(org, operation.prefix, name))
    except (Blocked, Untested):
        return answer_of(org, operation)
    if operation.kind == "read":
        return user
    named = {"filter": eq("userName", str(user.document.get("userName")))}
    return Listing(org, operation, f"many {name}", named, ready=lambda seen: bool(shown_in(seen))).first()


def read_with_many(org: Org, prefix: str, name: str) -> Exchange:
    """A read of a user with two emails, or many phone numbers."""
    if name == "emails":
        with contextlib.suppress(Untested):
            return org.look(addressed(org, prefix).resource, prefix)
    return trip(org, org.operation(prefix, "create_user"), "together").written.after


def written_with_emails(org: Org, operation: Operation) -> Exchange:
    """The answer to a write of a user with two emails."""
    if operation.kind == "create":
        return addressed(org, operation.prefix).created
    return (preferred if operation.kind == "modify" else moved)(org, operation).asked


def shown_in(answer: Exchange) -> list[dict[str, Any]]:
    """The resources in an answer: the items of a list, else the document itself."""
    if answer.operation is not None and answer.operation.kind == "list":
        return resources(answer.document)
    return [answer.document] if answer.document else []


def given(answer: Exchange, name: str) -> list[Any]:
    """The values that the resources in an answer have in their meta, of those who have one."""
    held = [shown.get("meta") for shown in shown_in(answer)]
    return [meta[name] for meta in held if isinstance(meta, dict) and meta.get(name) is not None]


def metas(expect: Expect, operation: Operation, answer: Exchange, name: str) -> list[Any]:
    """The same, where users and groups must all have one."""
    values = given(answer, name)
    if operation.resource not in MAY_LACK_META:
        missing = len(shown_in(answer)) - len(values)
        expect.that(not missing, f"meta.{name}", f"none in {missing} of {len(shown_in(answer))} resources", answer)
    return values


def told(when: datetime) -> str:
    """A time as a person reads it."""
    return when.isoformat()
