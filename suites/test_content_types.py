"""Content types: application/json and application/scim+json, both ways, and never a third."""

from scim_contract.checks import (
    JSON,
    SCIM_JSON,
    Blocked,
    Exchange,
    Expect,
    Judge,
    Operation,
    Org,
    Written,
    claim,
    needed,
)
from scim_contract.judging.expect import DOCUMENTED_TYPES
from scim_contract.org.carrying import TEXTS, unlike, unread
from scim_contract.org.documents import differences, plain
from scim_contract.org.media import answered_to, deleted, sent, sent_with, with_charset
from scim_contract.org.provoking import bad_request, conflict, unknown_id
from scim_contract.org.reading import bare_read, read
from scim_contract.org.refused import undeclared
from scim_contract.org.versions import shared_write


@claim("content-types.accept-json")
def test_json_is_answered_where_asked_for(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.media_type(answered(expect, org, operation, JSON), JSON)


@claim("content-types.accept-scim")
def test_scim_json_is_answered_where_asked_for(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.media_type(answered(expect, org, operation, SCIM_JSON), SCIM_JSON)


@claim("content-types.accept-any")
def test_any_type_will_do(operation: Operation, org: Org, judge: Judge) -> None:
    for case, accept in (("no-accept", None), ("any", "*/*")):
        with judge(case) as expect:
            expect.media_type(answered(expect, org, operation, accept), *DOCUMENTED_TYPES)


@claim("content-types.accept-irrelevant-to-content")
def test_document_is_the_same_in_either_type(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        if operation.writes:
            in_json, in_scim = (sent(org, operation, name).plain for name in ("json-json", "json-scim"))
            for written in (in_json, in_scim):
                if not needed(written.asked).document:
                    raise Blocked("the answer shows no document", written.asked)
            expect.equal(unlike(in_json), unlike(in_scim), "what a later read shows otherwise:", in_scim.asked)
        else:
            first, second = (needed(answer(org, operation, kind)) for kind in DOCUMENTED_TYPES)
            if plain(first.document) != plain(second.document):
                first, second = org.eventually(lambda: in_both_types(org, operation), same_document)
            other = differences(org.in_model(first), org.in_model(second))
            expect.nothing(other, "the document as in JSON", second)


def in_both_types(org: Org, operation: Operation) -> list[Exchange]:
    """Both read anew: of a list, one may have come from a replica that was behind."""
    return [needed(read(org, operation, accept=kind, fresh=True)) for kind in DOCUMENTED_TYPES]


def same_document(read: list[Exchange]) -> bool:
    """Whether all show the same."""
    return all(plain(each.document) == plain(read[0].document) for each in read)


@claim("content-types.body-json")
def test_json_body_is_applied(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("accept-json") as expect:
        expect.applied(sent(org, operation, "json-json").plain)
    with judge("accept-scim") as expect:
        expect.applied(sent(org, operation, "json-scim").plain)


@claim("content-types.body-scim")
def test_scim_json_body_is_applied(operation: Operation, org: Org, judge: Judge) -> None:
    for case, name in (("accept-json", "scim-json"), ("accept-scim", "scim-scim")):
        with judge(case) as expect:
            written = sent(org, operation, name).plain
            if not written.applied:
                applied_at_all(sent(org, operation, "json-json").plain, sent(org, operation, "json-scim").plain)
            if expect.applied(written) and (lost := unread(written)):
                lost -= unread(sent(org, operation, "json-json").plain)
                what = "a later read shows all that the body says, as after one in application/json"
                expect.nothing((f"it shows no {name}" for name in sorted(lost)), what, written.after)


@claim("content-types.charset-parameter")
def test_charset_parameter_is_accepted(operation: Operation, org: Org, judge: Judge) -> None:
    for case, without in (("json", "json-json"), ("scim", "scim-json")):
        with judge(case) as expect:
            written = with_charset(org, operation, f"charset-{case}")
            if not written.applied:
                applied_at_all(sent(org, operation, without).plain)
            expect.applied(written)


@claim("content-types.utf8")
def test_text_outside_ascii_comes_back_as_sent(operation: Operation, org: Org, judge: Judge) -> None:
    for text in TEXTS:
        with judge(text) as expect:
            write = sent_with(org, operation, text)
            applied_at_all(write.plain)
            if expect.applied(write.with_text):
                answered_as_sent(expect, write.with_text)


@claim("content-types.unsupported-refused")
def test_other_types_are_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            written = undeclared(org, operation, case)
            if not written.asked.answer.ok and written.asked.status not in (415, 400) and not written.traces:
                needed(shared_write(org, operation).asked)
            expect.refused_without_trace(written, 415, 400)


@claim("content-types.unacceptable")
def test_no_third_type_is_ever_answered(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        asked = read(org, operation, accept="text/csv", case="text/csv")
        if asked.status != 406:
            needed(read(org, operation))
            expect.media_type(asked, *DOCUMENTED_TYPES)


@claim("content-types.errors-too")
def test_errors_are_in_a_documented_type(operation: Operation, org: Org, judge: Judge) -> None:
    provoke = {"unknown-id": unknown_id, "bad-request": bad_request, "conflict": conflict}
    for case in judge.cases:
        with judge(case) as expect:
            error = needed(provoke[case](org, operation), 400, 404, 409)
            if error.answer.body:
                expect.media_type(error, *DOCUMENTED_TYPES)


@claim("content-types.delete-empty")
def test_delete_answers_nothing(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.need(nothing_but_success(expect, needed(deleted(org, operation, None).asked)))
        for content_type in DOCUMENTED_TYPES:
            if (asked := deleted(org, operation, content_type).asked).answer.ok:
                expect.need(nothing_but_success(expect, asked))


@claim("content-types.none-needed")
def test_no_content_type_is_needed_without_a_body(operation: Operation, org: Org, judge: Judge) -> None:
    for case, content_type in (("none", None), ("json", JSON), ("scim", SCIM_JSON)):
        with judge(case) as expect:
            asked = without_body(org, operation, content_type)
            if not asked.answer.ok:
                needed(without_body_at_best(org, operation))
            if operation.kind == "delete":
                expect.applied(deleted(org, operation, content_type))
            else:
                expect.succeeded(asked)


# asking ---------------------------------------------------------------------------------------------


def answer(org: Org, operation: Operation, accept: str | None) -> Exchange:
    """The answer to a read or write that asks for a type."""
    if operation.writes:
        return answered_to(org, operation, accept)
    return read(org, operation) if accept == JSON else bare_read(org, operation, accept, None)


def answered(expect: Expect, org: Org, operation: Operation, accept: str | None) -> Exchange:
    """The answer where a type is asked for; one that is refused though another type is answered breaks the promise."""
    asked = answer(org, operation, accept)
    if not asked.answer.ok:
        needed(answer(org, operation, SCIM_JSON if accept == JSON else JSON))
        expect.need(expect.succeeded(asked))
    return asked


def without_body(org: Org, operation: Operation, content_type: str | None) -> Exchange:
    """A read or a delete, which have no body, with a Content-Type or with none."""
    if operation.kind == "delete":
        return deleted(org, operation, content_type).asked
    return bare_read(org, operation, JSON, content_type) if content_type else read(org, operation)


def without_body_at_best(org: Org, operation: Operation) -> Exchange:
    """The one that succeeds, whatever its Content-Type; where none does, that is no matter of types."""
    asked = [without_body(org, operation, content_type) for content_type in (None, JSON, SCIM_JSON)]
    return next((exchange for exchange in asked if exchange.answer.ok), asked[0])


def applied_at_all(*writes: Written) -> None:
    """Make sure that one of these plainer writes was applied, so that a difference is one of types or texts.

    Raises:
        Blocked: none was, which is the lifecycle's business.
    """
    if not any(written.applied for written in writes):
        raise Blocked("a plainer write was not applied either", writes[0].asked)


def nothing_but_success(expect: Expect, asked: Exchange) -> bool:
    """The answer to a delete that succeeded, which has nothing to say."""
    empty = not asked.answer.body.strip() or asked.answer.json == {}
    return expect.that(empty, "no body, or {}", f"a body of {len(asked.answer.body)} bytes", asked)


def answered_as_sent(expect: Expect, written: Written) -> None:
    """The text that rides on a write, in the answer to it, where the answer shows the attribute."""
    shown = written.asked.document
    for name, text in (written.change.shows if written.change else {}).items():
        if name in shown and not str(text).isascii():
            expect.equal(text, shown[name], name, written.asked)
