"""What a release of a client library does: the requests it makes, and what a caller gets of the answers."""

from __future__ import annotations

from scim_contract.checks import Blocked, Expect, Judge, Operation, claim
from scim_contract.judging import calls
from scim_contract.sdk import asking, documents, typed
from scim_contract.sdk.library import Called, Library
from scim_contract.sdk.recorder import Scripted


@claim("sdk.methods")
def test_method_is_there_with_its_parameters(operation: Operation, library: Library, judge: Judge) -> None:
    with judge() as expect:
        name = library.language.method(operation.id)
        expect.need(expect.that(name in library.methods, f"a method {name}", "no such method"))
        arguments = [library.language.argument(p) for p in asking.required(operation)]
        wanted = sorted(arguments + (["body"] if operation.request_model else []))
        seen = sorted(library.methods[name])
        expect.that(seen == wanted, f"{name} requires {_listed(wanted)}", f"it requires {_listed(seen)}")
        called = _asked(library, operation, "every-parameter")
        expect.that(
            bool(called.recorded),
            f"{name} takes every documented parameter",
            f"{called.text} sent nothing: it {called.ended}",
        )


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "nothing"


def _asked(library: Library, operation: Operation, case: str, values: str = "plain") -> Called:
    """A call with every documented parameter and a small body, to which the server answers in full."""
    given = asking.parameters(operation, values)
    answer = asking.success(library.contract, operation)
    body = asking.small_body(operation)
    return library.call(operation, given, answer, case, body=body)


# ---- requests


def _plain(library: Library, operation: Operation) -> Called:
    called: Called = library.once(("plain", operation.id), lambda: _asked(library, operation, "plain"))
    return called


@claim("sdk.request", "plain")
def test_request_is_the_documented_one(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("plain") as expect:
        called = _plain(library, operation)
        given = asking.parameters(operation)
        calls.request_line(expect, operation, called, given)
        expect.need(bool(called.recorded))
        calls.conditions(expect, called, given)
        calls.media_types(expect, operation, called)
        calls.body_is(expect, library, operation, called, asking.small_body(operation))
        _nothing_left_over(expect, library, operation)


def _nothing_left_over(expect: Expect, library: Library, operation: Operation) -> None:
    """The next call, without preconditions, sends none: those of a call before it are not kept."""
    if {"If-Match", "If-None-Match"} & set(asking.parameters(operation)):
        bare, answer = asking.required(operation), asking.success(library.contract, operation)
        called = library.call(operation, bare, answer, "bare", body=asking.small_body(operation))
        calls.conditions(expect, called, bare)


@claim("sdk.request", "space", "slash", "plus", "percent", "quotes", "unicode", "reserved")
def test_values_arrive_as_given(operation: Operation, library: Library, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            _plainly_right(library, operation)
            called = _asked(library, operation, case, case)
            given = asking.parameters(operation, case)
            if calls.request_line(expect, operation, called, given):
                calls.conditions(expect, called, given)


def _plainly_right(library: Library, operation: Operation) -> None:
    """Stop where already plain values do not arrive: one defect is told of once."""
    called, given = _plain(library, operation), asking.parameters(operation)
    trial = Expect(library.contract)
    if not (calls.request_line(trial, operation, called, given) and calls.conditions(trial, called, given)):
        raise Blocked(f"the request with plain values is wrong already: {trial.problems[0].came}")


@claim("sdk.body-mapping")
def test_every_property_of_a_body_is_written(operation: Operation, library: Library, judge: Judge) -> None:
    with judge() as expect:
        body = asking.full_body(library.contract, operation)
        answer = asking.success(library.contract, operation)
        called = library.call(operation, asking.required(operation), answer, "full-body", body=body)
        calls.reached(called)
        calls.body_is(expect, library, operation, called, body)


@claim("sdk.defaults")
def test_left_out_paging_is_the_default(operation: Operation, library: Library, judge: Judge) -> None:
    with judge() as expect:
        given = {name: value for name, value in asking.parameters(operation).items() if name == "filter"}
        called = library.call(operation, given, asking.success(library.contract, operation), "defaults")
        asked = calls.query_of(calls.reached(called))
        for name in ("startIndex", "count"):
            parameter = operation.parameter(name)
            assert parameter is not None
            default = str(parameter.default)
            expect.that(
                asked.get(name, default) == default,
                f"no {name}, or {name}={default}",
                f"{name}={asked.get(name)}; {called.text}",
                called.exchange,
            )


# ---- credentials


@claim("sdk.credentials", "client-credentials")
def test_token_is_got_and_sent(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("client-credentials") as expect:
        library.method(operation)
        expect.need(calls.token_request(expect, library))
        calls.carries_token(expect, library, _plain(library, operation))


@claim("sdk.credentials", "without")
def test_open_operations_need_no_token(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("without") as expect:
        answer = asking.success(library.contract, operation)
        called = library.call(operation, asking.required(operation), answer, "without", signed_in=False)
        expect.need(
            expect.that(bool(called.recorded), "a request without credentials", f"none: {called.text} {called.ended}")
        )
        calls.carries_nothing(expect, called)


# ---- answers


def _read(library: Library, operation: Operation, case: str, document: object) -> Called:
    answer = Scripted.json(operation.success, document)
    called = library.call(operation, asking.required(operation), answer, case, body=asking.small_body(operation))
    calls.reached(called)
    return called


def _lacking(library: Library, operation: Operation, document: object, called: Called) -> dict[str, str]:
    """What of a document the caller cannot read, by its place."""
    assert operation.response_model is not None
    found = typed.unread(library.contract.models, library.language, operation.response_model, document, called.result)
    return {each.path: each.came for each in found}


def _full(library: Library, operation: Operation) -> tuple[Called, dict[str, str]]:
    """The full answer, read once for all the cases, and what of it cannot be read."""
    document = asking.full_answer(library.contract, operation)
    called: Called = library.once(("full", operation.id), lambda: _read(library, operation, "full-answer", document))
    return called, _lacking(library, operation, document, called)


@claim("sdk.response-mapping", "every-property")
def test_every_property_of_an_answer_is_read(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("every-property") as expect:
        called, lacking = _full(library, operation)
        expect.need(calls.gave_result(expect, called, "a full answer"))
        expect.nothing(lacking.values(), f"every property of {operation.response_model} is read", called.exchange)


@claim("sdk.response-mapping", "unknown-property", "unknown-enum-value", "nulls", "date-forms")
def test_an_unusual_answer_is_read_too(operation: Operation, library: Library, judge: Judge) -> None:
    models, model = library.contract.models, operation.response_model
    assert model is not None
    document = asking.full_answer(library.contract, operation)
    unusual = {
        "unknown-property": documents.with_unknown(document),
        "unknown-enum-value": documents.strange_enums(models, model, document),
        "nulls": documents.nulls(models, model, document),
    }
    for case in judge.cases:
        with judge(case) as expect:
            if _full(library, operation)[0].raised is not None:
                raise Blocked("the usual answer is not read either")
            if case == "date-forms":
                _dates(expect, library, operation, document)
            else:
                _unusual(expect, library, operation, case, unusual[case])


def _unusual(expect: Expect, library: Library, operation: Operation, case: str, document: object) -> None:
    called = _read(library, operation, case, document)
    if not calls.gave_result(expect, called, "the answer"):
        return
    usual = asking.full_answer(library.contract, operation)
    wanted = usual if case == "unknown-property" else document
    known = _full(library, operation)[1]
    more = {place: text for place, text in _lacking(library, operation, wanted, called).items() if place not in known}
    if case == "unknown-enum-value":  # what such a value becomes is the library's to say
        more = {place: text for place, text in more.items() if documents.STRANGE not in text}
    expect.nothing(more.values(), "what the model names is read as from any answer", called.exchange)


def _dates(expect: Expect, library: Library, operation: Operation, usual: object) -> None:
    models, model = library.contract.models, operation.response_model
    assert model is not None
    known = _full(library, operation)[1]
    for form, date in documents.DATES.items():
        document = documents.with_date(models, model, usual, date)
        called = _read(library, operation, f"date-forms {form}", document)
        if calls.gave_result(expect, called, f"a date {form}, {date},"):
            more = {p: text for p, text in _lacking(library, operation, document, called).items() if p not in known}
            expect.nothing(more.values(), f"a date {form} is read as the same point in time", called.exchange)


# ---- errors


@claim("sdk.errors", "status-400", "status-401", "status-403", "status-404", "status-409", "status-429", "status-500")
def test_a_status_is_raised(operation: Operation, library: Library, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            status, body, _ = asking.ERRORS[case]
            called = _answered(library, operation, case, asking.failure(case))
            calls.raised_for(expect, called, status, body)


@claim("sdk.errors", "no-content")
def test_no_content_is_no_error(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("no-content") as expect:
        called = _answered(library, operation, "no-content", Scripted(204))
        expect.that(called.raised is None, "no error", f"{called.text} {called.ended}", called.exchange)


@claim("sdk.errors", "empty-body")
def test_an_empty_answer_is_no_list(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("empty-body") as expect:
        called = _answered(library, operation, "empty-body", Scripted(200))
        told = f"{called.text} {called.ended}"
        expect.that(not calls.is_resource(called.result), "an error, or nothing", told, called.exchange)


@claim("sdk.errors", "reset")
def test_a_reset_connection_is_an_error(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("reset") as expect:
        called = _answered(library, operation, "reset", Scripted(200, reset=True))
        expect.that(called.raised is not None, "an error", f"{called.text} {called.ended}", called.exchange)


@claim("sdk.errors", "reset-write")
def test_a_creation_is_not_sent_again(operation: Operation, library: Library, judge: Judge) -> None:
    with judge("reset-write") as expect:
        # A connection that was kept open may have been closed meanwhile: asking again on a fresh one is fair then.
        _answered(library, operation, "fresh", Scripted(201, headers=(("Connection", "close"),)))
        called = _answered(library, operation, "reset-write", Scripted(200, reset=True))
        told = f"{len(called.recorded)} of them; {called.text}"
        expect.that(len(called.recorded) == 1, "one request", told, called.exchange)


@claim("sdk.not-modified")
def test_not_modified_is_no_resource(operation: Operation, library: Library, judge: Judge) -> None:
    with judge() as expect:
        given = asking.parameters(operation)
        answer = Scripted(304, headers=(("ETag", given["If-None-Match"]),))
        called = library.call(operation, given, answer, "not-modified")
        calls.reached(called)
        told = f"{called.text} {called.ended}"
        expect.that(not calls.is_resource(called.result), "an error, a status or nothing", told, called.exchange)


def _answered(library: Library, operation: Operation, case: str, answer: Scripted) -> Called:
    body = asking.small_body(operation)
    called = library.call(operation, asking.required(operation), answer, case, body=body)
    calls.reached(called)
    return called
