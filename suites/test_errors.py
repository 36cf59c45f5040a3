"""Errors: what cannot be done is refused in a documented way, leaves no trace, and shows nothing of the inside."""

from scim_contract.checks import Exchange, Expect, Judge, Operation, Org, Written, claim
from scim_contract.org.nowhere import ODD, beside, empty, of_another_shape
from scim_contract.org.provoking import of_the_other_kind, unknown_id
from scim_contract.org.refused import converted, misfit, odd
from scim_contract.org.strays import Stray, on_discovery, on_item, on_list


@claim("errors.unknown-id", "random-uuid")
def test_unknown_id_is_not_found(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("random-uuid") as expect:
        answer = unknown_id(org, operation)
        expect.need(expect.status(answer, 404))
        expect.scim_error(answer)
        for other in of_the_other_kind(org, operation):
            expect.status(other, 400, 404)


@claim("errors.unknown-id", "other-shape")
def test_id_of_another_shape_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("other-shape") as expect:
        expect.status(of_another_shape(org, operation), 400, 404)


@claim("errors.unknown-id", "empty")
def test_empty_id_reaches_no_resource(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("empty") as expect:
        answer = empty(org, operation)
        if operation.writes:
            leads_nowhere(expect, answer, 501)  # the method is none of the list's, which the path may mean
        elif not (answer.answer.ok and is_list(answer)):
            leads_nowhere(expect, answer)


@claim("errors.unknown-id", "very-long", "encoded-slash", "encoded-nul", "dot-dot")
def test_odd_ids_reach_no_resource(operation: Operation, org: Org, judge: Judge) -> None:
    for case in ODD:
        with judge(case) as expect:
            asked = odd(org, operation, case)
            if isinstance(asked, Written):
                if leads_nowhere(expect, asked.asked):
                    expect.unchanged(asked)
            else:
                leads_nowhere(expect, asked)


@claim("errors.unknown-path")
def test_path_of_no_resource_type_leads_nowhere(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        leads_nowhere(expect, beside(org, operation))


@claim("errors.malformed-json")
def test_body_that_is_no_json_object_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            written = misfit(org, operation, case)
            refused = expect.refused_without_trace(written, 400)
            if refused and written.asked.document.get("scimType") is not None:
                expect.scim_type(written.asked, "invalidSyntax")


@claim("errors.wrong-types", "object-for-scalar", "list-for-scalar", "scalar-for-object")
def test_value_of_a_wrong_type_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            expect.refused_without_trace(misfit(org, operation, case), 400)


@claim("errors.wrong-types", "string-for-boolean", "number-for-string")
def test_scalar_of_another_type_is_refused_or_converted(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            write = converted(org, operation, case)
            if write.asked.answer.ok:
                expect.equal(write.value, write.stored, f"a later read shows {write.attribute}", write.after)
            else:
                expect.status(write.asked, 400)
                expect.nothing(write.traces, "nothing changed, as a later read shows", write.after)


@claim("errors.enum-values")
def test_value_that_no_enum_has_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            expect.refused_without_trace(misfit(org, operation, case), 400)


@claim("errors.undocumented-methods")
def test_undocumented_method_is_no_way_in(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            stray = astray(org, operation, case)
            if expect.status(stray.asked, 400, 401, 403, 404, 405, 501):
                expect.nothing(stray.traces, "nothing changed, as a later read shows", stray.asked)


# what was asked, and where it led ---------------------------------------------------------------------


def astray(org: Org, operation: Operation, case: str) -> Stray:
    """The method of a case, such as put-on-list, on the operation's path."""
    method, _, place = case.partition("-on-")
    if place == "item":
        return on_item(org, operation)
    return (on_list if place == "list" else on_discovery)(org, operation, method.upper())


def is_list(answer: Exchange) -> bool:
    """Whether an answer is a list, be it an empty one."""
    return "totalResults" in answer.document or isinstance(answer.document.get("Resources"), list)


def leads_nowhere(expect: Expect, answer: Exchange, *also: int) -> bool:
    """A redirect or a refusal, with any body or none; or one of the statuses named."""
    nowhere = 300 <= answer.status < 500 or answer.status in also
    return expect.that(nowhere, "a 3xx or 4xx, and no resource", answer.answer.line, answer)
