"""ETags: every resource has a version, honoured by If-None-Match on reads and by If-Match on writes."""

import contextlib
from collections.abc import Callable
from typing import Any

from scim_contract.checks import (
    JSON,
    SCIM_JSON,
    Blocked,
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
from scim_contract.org.across import switched
from scim_contract.org.calls import called
from scim_contract.org.documents import differences, plain, resources
from scim_contract.org.filling import members_replaced
from scim_contract.org.finding import by_name
from scim_contract.org.media import conditional
from scim_contract.org.membership import done, joined
from scim_contract.org.patched_trips import piece_by_piece
from scim_contract.org.patches import patch
from scim_contract.org.racing import race
from scim_contract.org.refused import stale_besides, stale_write
from scim_contract.org.versions import (
    NO_VERSION,
    beginning,
    etag_of,
    higher,
    is_etag,
    of_another,
    shared_write,
    version_of,
)
from scim_contract.org.workspace import Resource

# ---- reads: If-None-Match


@claim("etags.header-quoted")
def test_etag_header_is_there_and_quoted(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        read = read_of(org, operation)
        etag = read.answer.etag
        expect.need(expect.that(etag is not None, 'an ETag header, "…" or W/"…"', "no ETag header", read))
        expect.that(is_etag(etag), 'an ETag in double quotes, "…" or W/"…"', f"ETag: {etag}", read)
        if read_unless_current(org, operation, str(etag)).status != 304:
            bare = read_unless(org, operation, bare_word(str(etag)))
            expect.that(bare.status != 304, f"{etag} counts as current as it is", "304 only without its quotes", bare)


@claim("etags.equals-meta-version")
def test_meta_version_is_the_etag(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        read = read_of(org, operation)
        etag = etag_of(read)
        expect.equal(etag, version_of(read.document), "meta.version", read)


@claim("etags.current-is-304")
def test_current_etag_is_not_modified(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        etag = etag_of(read_of(org, operation))
        answer = read_unless_current(org, operation, etag)
        expect.need(expect.status(answer, 304, part="not-modified"))
        expect.no_body(answer, part="not-modified")
        expect.equal(etag, answer.answer.etag, "ETag header of the 304", answer, part="etag-again")


@claim("etags.differing-is-200")
def test_differing_etag_gets_the_resource(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        gets_the_resource(expect, org, operation, another_etag(org, operation))
        older = older_etag(org, operation)
        if older is not None:
            gets_the_resource(expect, org, operation, older)


@claim("etags.stable")
def test_etag_stays_while_nothing_changes(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        first, again = read_of(org, operation), read_unless(org, operation, another_etag(org, operation))
        if again.status != 200:
            again = read_anew(org, operation, "again")
        unmoved = plain(again.document, leave_out=("meta",)) == plain(first.document, leave_out=("meta",))
        if not unmoved:
            first, again = again, read_anew(org, operation, "once more")
        expect.equal(etag_of(first), again.answer.etag, "ETag of an unchanged resource", again)


@claim("etags.same-in-both-prefixes")
def test_etag_of_the_other_prefix_is_current(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        here = etag_of(read_of(org, operation))
        needed(read_unless_current(org, operation, here), 304)
        elsewhere = read_of(org, operation, org.twin(operation))
        answer = read_unless_current(org, operation, etag_of(elsewhere))
        expect.status(answer, 304)


@claim("etags.list-items-agree")
def test_version_in_a_list_is_that_of_a_read(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        read = read_of(org, single_read(org, operation))
        wanted = version_of(read.document)
        if wanted is None:
            raise Blocked("the read by id has no meta.version to compare with", read)
        found = listed(org, operation, read, lambda seen: version_of(item_of(seen, read)) == wanted)
        if not item_of(needed(found), read):
            raise Blocked("the list does not show the resource", found)
        expect.equal(wanted, version_of(item_of(found, read)), "meta.version of the list's item", found)


# ---- writes: If-Match


@claim("etags.current-if-match-applies")
def test_current_if_match_is_applied(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.applied(conditional(org, operation))


@claim("etags.stale-if-match-refused")
def test_stale_if_match_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            is_refused_as_stale(expect, stale_write(org, operation, case))
            for written in stale_besides(org, operation) if case == "made-up" else ():
                is_refused_as_stale(expect, written)


@claim("etags.if-match-optional")
def test_write_without_if_match_is_applied(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.applied(shared_write(org, operation))


@claim("etags.changes-with-writes")
def test_etag_changes_with_a_write(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        plainly = shared_write(org, operation)
        etag_of(plainly.before)
        etag_of(plainly.after)
        if not plainly.applied:
            raise Blocked("the write was not applied", plainly.asked)
        for written in (plainly, *of_one_part(org, operation), *piece_by_piece(org, operation)):
            before, after = etag_of(written.before), etag_of(written.after)
            expected = f"another ETag than {before}, which the resource had before"
            expect.that(before != after, expected, f"ETag: {after}", written.after)


@claim("etags.write-answers-the-new")
def test_answer_to_a_write_has_the_new_etag(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        plainly = shared_write(org, operation)
        needed(plainly.asked)
        for written in (plainly, *of_one_part(org, operation)):
            current = etag_of(written.after)
            answered, version = written.asked.answer.etag, version_of(written.asked.document)
            if answered is not None:
                expect.equal(current, answered, "ETag header of the write's answer", written.asked)
            if version is not None:
                now = version_of(needed(written.after).document)
                expect.equal(now, version, "meta.version in the write's answer", written.asked)


@claim("etags.one-writer-wins")
def test_one_of_two_writers_wins(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        first, second, after = race(org, operation)
        won = [e for e in (first, second) if e.answer.ok]
        lost = [e for e in (first, second) if not e.answer.ok]
        told = f"{first.answer.line} to one and {second.answer.line} to the other"
        expect.need(
            expect.that(len(won) == 1, "one of two writes with the same If-Match applied, one refused", told, second)
        )
        expect.refused(lost[0], 400)
        expect.scim_type(lost[0], "invalidVers")
        expect.equal(won[0].document.get("title"), after.document.get("title"), "a later read shows title", after)


# ---- judging


def gets_the_resource(expect: Expect, org: Org, operation: Operation, etag: str) -> None:
    """A read with another ETag in If-None-Match is answered with what a plain read gives."""
    read, answer = read_of(org, operation), read_unless(org, operation, etag)
    expect.need(expect.status(answer, 200))
    if plain(answer.document) != plain(read.document):
        read = read_anew(org, operation, "again")
    other = differences(org.in_model(read), org.in_model(answer))
    expect.nothing(other, "the current resource, as a plain read gives it", answer)


def is_refused_as_stale(expect: Expect, written: Written) -> None:
    """A write with another ETag in If-Match is refused with invalidVers, and changes nothing."""
    expect.refused_without_trace(written, 400)
    expect.scim_type(written.asked, "invalidVers")


# ---- how these checks ask

NEAR = {"users": beginning, "groups": higher}
"""How an ETag that is not current is made up of the one that is."""


def something(org: Org, operation: Operation) -> Resource | None:
    """A resource to read that was changed since its creation where one may be, so that its ETag has moved."""
    with contextlib.suppress(Blocked, Untested):
        if operation.resource == "users":
            user = called(org, operation.prefix).after.document.get("id")
            if isinstance(user, str):
                return Resource("users", user, ours=True)
        elif operation.resource == "groups":
            shared_write(org, org.operation(operation.prefix, "modify_group"))
    return org.something_for(operation)


def read_of(org: Org, operation: Operation, by: Operation | None = None) -> Exchange:
    """A plain read of it, shared by the checks; `by` is the operation that reads it, where that is another."""
    resource, by = something(org, operation), by or operation
    return needed(org.ask_once(by) if resource is None else org.look(resource, by.prefix))


def read_anew(org: Org, operation: Operation, case: str) -> Exchange:
    """The same read, sent now."""
    return needed(org.ask(operation, something(org, operation), case=case))


def read_unless(org: Org, operation: Operation, etag: str, accept: str = JSON) -> Exchange:
    """A read with If-None-Match, shared by the checks."""
    resource = something(org, operation)
    return org.ask_once(operation, resource, case="if-none-match", if_none_match=etag, accept=accept)


def read_unless_current(org: Org, operation: Operation, etag: str) -> Exchange:
    """The same with the current ETag; of users in v2, and of groups in v1, as scim+json."""
    in_scim = (operation.resource, operation.prefix) in (("users", "v2"), ("groups", "v1"))
    return read_unless(org, operation, etag, SCIM_JSON if in_scim else JSON)


def another_etag(org: Org, operation: Operation) -> str:
    """An ETag that is not the current one: that of another resource in v2, one made up of the current one in v1."""
    with contextlib.suppress(Blocked, Untested):
        current = read_of(org, operation).answer.etag
        if operation.prefix == "v2":
            return of_another(org, "v2", something(org, operation), current)
        if operation.resource in NEAR:
            return NEAR[operation.resource](current)
    return NO_VERSION


def older_etag(org: Org, operation: Operation) -> str | None:
    """The ETag that the resource had before its last change, None where it was seen with no other."""
    resource, current = something(org, operation), read_of(org, operation).answer.etag
    known = org.workspace.etags.get((resource.resource, resource.id), []) if resource is not None else []
    return next((etag for etag in reversed(known) if etag != current), None)


def of_one_part(org: Org, operation: Operation) -> list[Written]:
    """Writes that change one part of the resource which has a way of its own: members, the extension, an email."""
    found: list[Written] = []
    with contextlib.suppress(Blocked, Untested):
        if operation.resource == "groups":
            found.append(done(joined(org, operation)).written)
            if operation.kind == "modify":
                found.append(members_replaced(org, operation).written)
        elif operation.kind in ("replace", "modify"):
            found.append(switched(org, operation).off.written)
        if operation.name == "modify_user":
            found += [patch(org, operation, "replace", part).written for part in ("extension", "value-filter")]
    return [written for written in found if written.asked.answer.ok and written.traces]


def bare_word(etag: str) -> str:
    """An ETag without the quotes it should have."""
    return etag.removeprefix("W/").strip('"')


def single_read(org: Org, operation: Operation) -> Operation:
    """The read by id that belongs to a list."""
    return org.operation(operation.prefix, "get_user" if operation.resource == "users" else "get_group")


def listed(org: Org, operation: Operation, read: Exchange, good: Callable[[Exchange], bool]) -> Exchange:
    """The list that shows the resource of a read, by a filter that must be supported, once it is good."""
    if operation.resource == "groups" and good(shared := by_name(org, operation).page()):
        return shared
    attribute = "id" if operation.resource == "users" else "displayName"
    wanted = {"filter": f'{attribute} eq "{read.document.get(attribute)}"'}
    return org.eventually(lambda: org.ask(operation, params=wanted, case="item"), good)


def item_of(found: Exchange, read: Exchange) -> dict[str, Any]:
    """The item of a list that is the resource of a read, an empty one where it is not there."""
    return next((item for item in resources(found.document) if item.get("id") == read.document.get("id")), {})
