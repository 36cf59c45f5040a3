"""Permissions: any one of the listed suffices, no other does, and the open operations ask for none."""

from scim_contract.checks import Blocked, Exchange, Expect, Judge, Operation, Org, Untested, Written, claim, needed
from scim_contract.contract.plan import NO_PERMISSION
from scim_contract.judging.expect import operation_of
from scim_contract.org.clients import Who
from scim_contract.org.documents import resources
from scim_contract.org.permits import MADE_UP_TOKEN, NO_HEADER, allowed, answer_of, shown_to
from scim_contract.org.reading import read, read_by
from scim_contract.org.refused import deleted_while_off, uninvited
from scim_contract.org.switching import EDIT

PERMISSIONS_SAY = (401, 403)
"""The statuses of a refusal for want of a token or of a permission."""


@claim("permissions.one-suffices")
def test_one_listed_permission_suffices(operation: Operation, org: Org, judge: Judge) -> None:
    for permission in judge.clients:
        with judge(client=permission) as expect:
            let_in(expect, org, operation, org.holding_only(permission), allowed(org, operation, permission))


@claim("permissions.lacking-refused")
def test_other_permissions_are_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for permission in judge.clients:
        with judge(client=permission) as expect:
            refused_in_full(expect, org, uninvited(org, operation, permission), 403)
            if operation.kind == "delete" and permission == EDIT:
                for tried in deleted_while_off(org, operation):
                    refused_in_full(expect, org, tried, 403)


@claim("permissions.anonymous-refused")
def test_nobody_and_strangers_are_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in (NO_HEADER, MADE_UP_TOKEN):
        with judge(case) as expect:
            refused_in_full(expect, org, uninvited(org, operation, case), 401)


@claim("permissions.challenge")
def test_401_carries_a_challenge(operation: Operation, org: Org, judge: Judge) -> None:
    for case in (NO_HEADER, MADE_UP_TOKEN):
        with judge(case) as expect:
            answer = answer_of(uninvited(org, operation, case))
            if answer.status != 401:
                raise Untested(f"the answer is no 401 but {answer.answer.line}")
            challenge = answer.answer.header("WWW-Authenticate")
            expect.that(bool(challenge), "a WWW-Authenticate header", "no such header in the 401", answer)


@claim("permissions.open-to-anyone")
def test_open_operation_works_for_anyone(operation: Operation, org: Org, judge: Judge) -> None:
    if NO_HEADER in judge.cases:
        with judge(NO_HEADER) as expect:
            open_to(expect, org, operation, org.anonymous(), NO_HEADER)
    with judge("token-without-permissions") as expect:
        nobody = org.holding_only(NO_PERMISSION)
        open_to(expect, org, operation, nobody, "no permission")


@claim("permissions.anonymous-served-or-401")
def test_nobody_is_served_or_refused_with_401(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            who = org.anonymous() if case == NO_HEADER else org.stranger()
            if not org.workspace.target.clients:
                raise Untested("this target asks for no authentication: its profile names no clients")
            answer = read(org, operation, who=who, case=case)
            if not answer.answer.ok and answer.status != 401:
                answers_those_who_may(org, operation)
            expect.status(answer, 200, 401)


@claim("permissions.same-in-both-prefixes")
def test_both_prefixes_treat_a_client_alike(operation: Operation, org: Org, judge: Judge) -> None:
    twin = org.twin(operation)
    with judge("permission-held") as expect:
        for permission in shown(org, operation.permissions):
            alike(expect, org, allowed(org, operation, permission), allowed(org, twin, permission))
    with judge("permission-lacking") as expect:
        for permission in shown(org, lacking(org, operation)):
            here, there = uninvited(org, operation, permission), uninvited(org, twin, permission)
            alike(expect, org, answer_of(here), answer_of(there))
    for case in (NO_HEADER, MADE_UP_TOKEN):
        with judge(case) as expect:
            here, there = uninvited(org, operation, case), uninvited(org, twin, case)
            alike(expect, org, answer_of(here), answer_of(there))


# what was answered ----------------------------------------------------------------------------------


def refused_in_full(expect: Expect, org: Org, tried: Written | Exchange, status: int) -> None:
    """Refused, with the status, and without a trace where it would have written."""
    answer = answer_of(tried)
    harmless = not (answer.answer.ok or (isinstance(tried, Written) and tried.traces))
    if harmless and answer.status != status:
        answers_those_who_may(org, operation_of(answer))
    expect.refused(answer, part="refused")
    expect.status(answer, status, part="status")
    if isinstance(tried, Written):
        expect.unchanged(tried, part="unchanged")


def let_in(expect: Expect, org: Org, operation: Operation, who: Who, answer: Exchange) -> None:
    """Answered with success, and a list not with an empty one, which is how some servers refuse."""
    if answer.status == 409 or answer.document.get("scimType") in ("uniqueness", "tooMany"):
        raise Blocked("the answer is no refusal for want of a permission", answer)
    if expect.succeeded(answer):
        shown = shown_to(org, operation, who, answer)
        empty = shown is not answer and not resources(shown.document)
        expect.that(not empty, "a list that is not empty, as other clients are shown it", "an empty list", shown)


def open_to(expect: Expect, org: Org, operation: Operation, who: Who, case: str) -> None:
    """Answered with success to somebody without permissions."""
    answer = read_by(org, operation, who, case)
    if not answer.answer.ok and answer.status not in PERMISSIONS_SAY:
        answers_those_who_may(org, operation)
    let_in(expect, org, operation, who, answer)


def answers_those_who_may(org: Org, operation: Operation) -> None:
    """Make sure that an answer out of the ordinary is one of permissions: that not everybody gets it.

    Raises:
        Blocked: those who may ask get no success either, and not for want of a permission.
    """
    if operation.open:
        needed(read(org, operation))
        return
    there = [client.permissions for client in org.workspace.target.clients]
    asked = [allowed(org, operation, p) for p in operation.permissions if frozenset({p}) in there]
    if asked and not any(each.answer.ok or each.status in PERMISSIONS_SAY for each in asked):
        needed(asked[0])


def alike(expect: Expect, org: Org, here: Exchange, there: Exchange) -> None:
    """Allowed in both prefixes, or refused with one status in both."""
    if not (here.answer.ok and there.answer.ok):
        if here.status != there.status:
            answers_those_who_may(org, operation_of(here))
            answers_those_who_may(org, operation_of(there))
        expected = f"{there.answer.line}, as from {there.request.method} {there.path}"
        expect.that(here.status == there.status, expected, here.answer.line, here)


def lacking(org: Org, operation: Operation) -> tuple[str, ...]:
    known = org.workspace.contract.permissions
    return (*(p for p in known if p not in operation.permissions), NO_PERMISSION)


def shown(org: Org, permissions: tuple[str, ...]) -> list[str]:
    """Those of the permissions that a client of this target holds alone.

    Raises:
        Untested: there is none.
    """
    there = [client.permissions for client in org.workspace.target.clients]
    found = [p for p in permissions if (frozenset() if p == NO_PERMISSION else frozenset({p})) in there]
    if not found:
        raise Untested("this target has no client for any of these permissions alone")
    return found
