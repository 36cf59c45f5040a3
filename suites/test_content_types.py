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
from scim_contract.org.documents import differences, plain
from scim_contract.org.media import TEXTS, answered_to, deleted, sent, sent_with, undeclared
from scim_contract.org.provoking import bad_request, conflict, unknown_id
from scim_contract.org.reading import bare_read, read
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
                first, second = (needed(read(org, operation, accept=kind, fresh=True)) for kind in DOCUMENTED_TYPES)
            expect.nothing(differences(first.document, second.document), "the document as in JSON", second)


@claim("content-types.body-json")
def test_json_body_is_applied(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("accept-json") as expect:
        expect.applied(sent(org, operation, "json-json").plain)
    with judge("accept-scim") as expect:
        expect.applied(sent(org, operation, "json-scim").plain)


@claim("content-types.body-scim")
def test_scim_json_body_is_applied(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("accept-json") as expect:
        expect.applied(sent(org, operation, "scim-json").plain)
    with judge("accept-scim") as expect:
        expect.applied(sent(org, operation, "scim-scim").plain)


@claim("content-types.charset-parameter")
def test_charset_parameter_is_accepted(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("json") as expect:
        expect.applied(sent(org, operation, "charset-json").plain)
    with judge("scim") as expect:
        expect.applied(sent(org, operation, "charset-scim").plain)


@claim("content-types.utf8")
def test_text_outside_ascii_comes_back_as_sent(operation: Operation, org: Org, judge: Judge) -> None:
    for text in TEXTS:
        with judge(text) as expect:
            write = sent_with(org, operation, text)
            needed(write.plain.asked)
            expect.applied(write.with_text)


@claim("content-types.unsupported-refused")
def test_other_types_are_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            expect.refused_without_trace(undeclared(org, operation)[case], 415, 400)


@claim("content-types.unacceptable")
def test_no_third_type_is_ever_answered(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        asked = read(org, operation, accept="text/csv", case="text/csv")
        if asked.status != 406:
            expect.media_type(asked, *DOCUMENTED_TYPES)


@claim("content-types.errors-too")
def test_errors_are_in_a_documented_type(operation: Operation, org: Org, judge: Judge) -> None:
    provoke = {"unknown-id": (unknown_id, 404), "bad-request": (bad_request, 400), "conflict": (conflict, 409)}
    for case in judge.cases:
        with judge(case) as expect:
            bring_about, status = provoke[case]
            error = needed(bring_about(org, operation), status)
            if error.answer.body:
                expect.media_type(error, *DOCUMENTED_TYPES)


@claim("content-types.delete-empty")
def test_delete_answers_nothing(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        deleted = needed(shared_write(org, operation).asked)
        empty = not deleted.answer.body.strip() or deleted.answer.json == {}
        expect.that(empty, "no body, or {}", f"a body of {len(deleted.answer.body)} bytes", deleted)


@claim("content-types.none-needed")
def test_no_content_type_is_needed_without_a_body(operation: Operation, org: Org, judge: Judge) -> None:
    for case, content_type in (("none", None), ("json", JSON), ("scim", SCIM_JSON)):
        with judge(case) as expect:
            if operation.kind == "delete":
                expect.applied(deleted(org, operation, content_type))
            elif content_type:
                expect.succeeded(bare_read(org, operation, JSON, content_type))
            else:
                expect.succeeded(read(org, operation))


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


def unlike(written: Written) -> list[str]:
    """The attributes that the answer to a write shows otherwise than the read after it."""
    return sorted(row.split(": ")[0] for row in differences(written.asked.document, written.after.document, ["groups"]))
