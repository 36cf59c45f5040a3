"""Representations that are written: what is sent comes back as it was, and what nobody can write is left alone."""

import contextlib
from collections.abc import Mapping
from typing import Any

from scim_contract.checks import (
    Blocked,
    Change,
    Exchange,
    Expect,
    Judge,
    Operation,
    Org,
    Untested,
    Written,
    claim,
    needed,
)
from scim_contract.judging.entries import entries, is_phone_number, one_primary
from scim_contract.judging.stored import after, shows
from scim_contract.org.calls import called
from scim_contract.org.company import member, members_of
from scim_contract.org.documents import differences, named, said
from scim_contract.org.emails import moved, preferred
from scim_contract.org.facts import facts, number
from scim_contract.org.fragments import FORMATS, PHONES
from scim_contract.org.group import disposable
from scim_contract.org.limits import beyond, stored_beyond
from scim_contract.org.membership import let_in
from scim_contract.org.readonly import ALL, made_up, taken
from scim_contract.org.refused import read_only_sent as sent
from scim_contract.org.trip import Trip
from scim_contract.org.trips import trip, user_of
from scim_contract.org.workspace import Resource

READ_ONLY = ("id", "meta", "groups")

# ---- what is written


@claim("representations.round-trip")
def test_written_value_comes_back(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            match case:
                case "primary":
                    some_entry_is_primary(expect, trip(org, operation, "together"))
                case "email-other":
                    other_email_is_nothing_else(expect, trip(org, operation, case))
                case "photos":
                    photos_are_there(expect, trip(org, operation, case))
                case _:
                    comes_back(expect, trip(org, operation, case))


@claim("representations.extension-limits")
def test_nothing_beyond_the_limits_is_stored(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            written = beyond(org, operation, case)
            if not written.asked.answer.ok:
                expect.status(written.asked, 400)
            expect.nothing(
                stored_beyond(written, case), "nothing beyond the limit, as a later read shows", written.after
            )


@claim("representations.phone-format")
def test_phone_number_comes_back_in_a_documented_format(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            kind = FORMATS[case].removeprefix("phone-")
            made = trip(org, operation, FORMATS[case])
            needed(made.written.asked)
            read, asked = after(made.written), made.written.asked
            numbers, answered = numbers_of(made.seen, kind), numbers_of(asked.document, kind)
            if not numbers:
                raise Blocked(f"the {kind} number {PHONES[kind]} is not there afterwards", read)
            expected = f"{PHONES[kind]} in E.164 or as a tel URI"
            wrong = [number for number in numbers if not is_phone_number(number)]
            expect.nothing(map(said, wrong), expected, asked if all(each in answered for each in wrong) else read)


@claim("representations.other-email-immutable")
def test_answer_tells_what_became_of_the_other_email(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        written = moved(org, operation)
        if not written.asked.answer.ok:
            expect.refused_without_trace(written, 400)
            return
        if not written.asked.document:
            raise Blocked("the answer to the write shows no document", written.asked)
        read = after(written)
        unlike = differences(named(read.document), named(written.asked.document), leave_out=("meta", "groups"))
        expect.nothing(unlike, "the answer to the write shows what the next read shows", written.asked)


@claim("representations.primary", "patched-email")
def test_patched_email_is_the_only_primary(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("patched-email") as expect:
        written = preferred(org, operation)
        needed(written.asked)
        one_primary(expect, after(written), "emails")


@claim("representations.primary", "patched-phone-number")
def test_patched_phone_number_is_the_only_primary(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("patched-phone-number") as expect:
        written = called(org, operation.prefix)
        needed(written.asked)
        one_primary(expect, after(written), "phoneNumbers")


# ---- what nobody can write


@claim("representations.id", "sent-id-ignored")
def test_sent_id_is_ignored(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("sent-id-ignored") as expect:
        is_ignored(expect, org, operation, "id")


@claim("representations.id", "patched-id-never-taken")
def test_patched_id_is_never_taken(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("patched-id-never-taken") as expect:
        for asked in (sent(org, operation, "id").asked, sent(org, operation, ALL).asked):
            ignored = asked.answer.ok or 400 <= asked.status < 500
            expect.that(ignored, "ignored or refused (4xx)", asked.answer.line, asked)
        is_not_stored(expect, org, operation, "id")


@claim("representations.read-only")
def test_read_only_property_is_not_stored(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            if case == "as-read":
                let_someone_in(org, operation)
                change, whose = lambda read: Change(dict(read), {}), somebody(org, operation)
                is_as_it_was(expect, org.write(operation, resource=whose, change=change, case=case))
            elif case in READ_ONLY:
                is_ignored(expect, org, operation, case)
            else:
                is_ignored_or_refused(expect, org, operation, case.removeprefix("patch-"))


# ---- judging


def comes_back(expect: Expect, made: Trip) -> None:
    """A write succeeds, and a later read shows what it sent."""
    if not made.back or not made.written.asked.answer.ok:
        shows(expect, made.written, facts(made.sent))


def some_entry_is_primary(expect: Expect, made: Trip) -> None:
    """Which of several is primary is the server's choice, but the flag that was sent is not lost."""
    needed(made.written.asked)
    read = after(made.written)
    for name in ("emails", "phoneNumbers"):
        flags = [entry.get("primary") for entry in entries(made.seen, name)]
        if not flags:
            raise Blocked(f"no {name} are there afterwards", read)
        expect.that(True in flags, f"one of {name} is primary", f"primary is {flags}", read)


def other_email_is_nothing_else(expect: Expect, made: Trip) -> None:
    """The directory owns this address: it may refuse, ignore or store what was sent, but make nothing else of it."""
    written = made.written
    if written.asked.status == 400:
        raise Untested("the target lets nobody write an email of type other, as it may")
    if not expect.succeeded(written.asked):
        return
    read = after(written)
    sent_one = made.sent["emails"][0]["value"]
    allowed = {sent_one, read.document.get("userName"), *others(written.before)}
    found = others(read)
    expected = f"an email of type other {sent_one}, or one of the directory's own"
    expect.nothing([said(value) for value in found if value not in allowed], expected, read)
    if not expect.problems and sent_one not in found:
        raise Untested("the target did not take the email of type other, as it may")


def photos_are_there(expect: Expect, made: Trip) -> None:
    """The server may keep a photo under an address of its own, or not at all."""
    if expect.succeeded(made.written.asked) and not entries(made.seen, "photos"):
        raise Untested("the target shows no photos of the user, as it may")


def is_ignored(expect: Expect, org: Org, operation: Operation, name: str) -> None:
    """A write with a read-only property succeeds, and stores nothing of it."""
    written = sent(org, operation, name)
    if expect.succeeded(written.asked):
        found = taken(written, name, made_up(org, operation)[name])
        expect.nothing(found, f"the {name} in the body is ignored", written.after)


def is_ignored_or_refused(expect: Expect, org: Org, operation: Operation, name: str) -> None:
    """A PATCH of a read-only property succeeds or is refused with 400, and stores nothing of it."""
    for asked in (sent(org, operation, name).asked, sent(org, operation, ALL).asked):
        expect.that(asked.answer.ok or asked.status == 400, f"{name} ignored, or 400", asked.answer.line, asked)
        if asked.document.get("scimType") is not None and asked.status == 400:
            expect.scim_type(asked, "mutability")
    is_not_stored(expect, org, operation, name)


def is_not_stored(expect: Expect, org: Org, operation: Operation, name: str) -> None:
    """A later read shows nothing of what a PATCH of a read-only property sent."""
    value, alone = made_up(org, operation)[name], sent(org, operation, name)
    found = [*taken(alone, name, value), *taken(sent(org, operation, ALL), name, value)]
    expect.nothing(dict.fromkeys(found), f"the {name} in the body is never stored", alone.after)


def is_as_it_was(expect: Expect, written: Written) -> None:
    """A write of what was read succeeds and changes nothing but the version and the time of the last change."""
    if expect.succeeded(written.asked) and written.before is not None:
        was, now = (by_number(read.document) for read in (written.before, after(written)))
        changed = differences(was, now, leave_out=("version", "lastModified"))
        expect.nothing(changed, "everything is as it was read", written.after)


def by_number(read: Mapping[str, Any]) -> dict[str, Any]:
    """What the models name of a document, a phone number as its digits and extension, whichever its format."""
    phones = [{**entry, "value": number(entry.get("value"))} for entry in entries(read, "phoneNumbers")]
    return {**named(dict(read)), "phoneNumbers": phones}


# ---- what these checks send


def let_someone_in(org: Org, operation: Operation) -> None:
    """A group without members has little that a write could change."""
    if operation.resource == "groups" and not members_of(org.look(disposable(org, operation.prefix), operation.prefix)):
        let_in(org, operation.prefix, member(org, operation.prefix).id)


def somebody(org: Org, operation: Operation) -> Resource | None:
    """A user with a value for all that can be written, a manager too; the usual subject where there is none such."""
    with contextlib.suppress(Blocked, Untested):
        if operation.resource == "users":
            return user_of(org, operation.prefix, "together")
    return None


def numbers_of(user: Mapping[str, Any], kind: str) -> list[Any]:
    """The phone numbers of a type that a user is shown with."""
    return [entry.get("value") for entry in entries(user, "phoneNumbers") if entry.get("type") == kind]


def others(read: Exchange | None) -> list[Any]:
    """The addresses of type other that a read shows."""
    return [e.get("value") for e in entries(read, "emails") if e.get("type") == "other"] if read is not None else []
