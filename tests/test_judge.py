"""The judge: what happens in a case of a check becomes verdicts, and a violation a text for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from scim_contract.judging import Judge, needed
from scim_contract.org import Blocked, Unsettled, Untested, Workspace
from scim_contract.transport import Refused, TokenTrouble, Unreachable
from scim_contract.verdicts import Result, Verdict
from tests.exchanges import CONTRACT, VIEWER, atoms_of, bad, exchange, quick_trust, workspace

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
CORRELATION = ("ININ-Correlation-Id", "c0ffee")
TWO_PARTS = "etags.current-is-304"  # not-modified, etag-again
TWO_CASES = "etags.stale-if-match-refused"  # made-up, before-the-last-write


@pytest.fixture
def space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Workspace:
    quick_trust(monkeypatch, tmp_path)
    return workspace(tmp_path, VIEWER)


def judge(space: Workspace, claim: str = "etags.stable", operation: str = "get_scim_user") -> Judge:
    return Judge(space, atoms_of(claim, operation), "suites/test_x.py::test_it")


def only(judge: Judge) -> Result:
    (row,) = judge.results
    return row


def verdicts(judge: Judge) -> dict[str, Verdict]:
    return {row.case: row.verdict for row in judge.results}


# verdicts -----------------------------------------------------------------------------------------


def test_a_case_without_a_problem_conforms(space: Workspace) -> None:
    made = judge(space)
    with made() as expect:
        assert expect.status(exchange(), 200)
    row = only(made)
    assert (row.verdict, row.reason, row.message, row.curl, row.steps) == (Verdict.CONFORMS, None, None, None, ())
    assert row.test == "suites/test_x.py::test_it"
    assert row.seconds is not None


def test_a_problem_makes_a_violation_with_all_that_shows_it(space: Workspace) -> None:
    made = judge(space)
    first, last = exchange(step="a/b/c#1"), bad(headers=[CORRELATION], step="d/e/f#1")
    with made() as expect:
        space.record(first)
        space.record(last)
        space.record(exchange(step="later#1"))
        assert not expect.status(last, 200)
        assert not expect.that(False, "more", "less")
    row = only(made)
    assert row.verdict is Verdict.VIOLATED
    assert row.reason == "expected status 200, came 500 Internal Server Error, no luck; expected more, came less"
    assert row.curl == "curl -sS -i https://scim.test/api/v2/scim/users/u1 -H 'Accept: application/json'"
    assert row.correlation_id == "c0ffee"
    assert row.steps == (
        "GET /api/v2/scim/users/u1 → 200 OK  [a/b/c#1]",
        "GET /api/v2/scim/users/u1 → 500 Internal Server Error  [d/e/f#1]",
    )
    assert row.message is not None
    assert row.message.startswith("etags.stable (inferred) — get_scim_user · v1\n")


def test_each_case_begins_with_an_empty_trail(space: Workspace) -> None:
    made = judge(space, TWO_CASES, "put_scim_user")
    with made("made-up") as expect:
        space.record(exchange(step="first#1"))
    with made("before-the-last-write") as expect:
        space.record(bad(step="second#1"))
        expect.status(space.trail[-1], 400)
    assert [len(row.steps) for row in made.results] == [0, 1]


def test_a_problem_of_one_case_is_no_problem_of_the_next(space: Workspace) -> None:
    made = judge(space, TWO_CASES, "put_scim_user")
    for case in made.cases:
        with made(case) as expect:
            expect.that(case != "made-up", "refused", "accepted")
    assert verdicts(made) == {"made-up": Verdict.VIOLATED, "before-the-last-write": Verdict.CONFORMS}


def test_a_case_that_is_stopped_leaves_the_next_to_be_judged(space: Workspace) -> None:
    made = judge(space, TWO_CASES, "put_scim_user")
    with made("made-up"):
        raise Untested("no sandbox")
    with made("before-the-last-write"):
        pass
    assert verdicts(made) == {"made-up": Verdict.UNTESTED, "before-the-last-write": Verdict.CONFORMS}


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (Untested("no client of this target holds x"), Verdict.UNTESTED, "no client of this target holds x"),
        (Unsettled("the list moved"), Verdict.INCONCLUSIVE, "the list moved"),
        (Refused("the token endpoint refused"), Verdict.INCONCLUSIVE, "the token endpoint refused"),
        (TokenTrouble("no token"), Verdict.INCONCLUSIVE, "no token"),
        (Unreachable("GET x: no connection"), Verdict.INCONCLUSIVE, "GET x: no connection"),
        (Blocked("nothing to page through"), Verdict.UNTESTED, "blocked by: nothing to page through"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_stops_a_case_becomes_its_verdict(
    space: Workspace, error: Exception, verdict: Verdict, reason: str
) -> None:
    made = judge(space, TWO_PARTS)
    with made():
        raise error
    assert [(r.case, r.verdict, r.reason) for r in made.results] == [
        ("not-modified", verdict, reason),
        ("etag-again", verdict, reason),
    ]
    assert {row.message for row in made.results} == {None}


def test_a_blocked_case_names_what_stood_in_the_way(space: Workspace) -> None:
    made = judge(space, "etags.stale-if-match-refused", "put_scim_user")
    stood = bad(503, operation="post_scim_users", headers=[CORRELATION], step="create#1")
    with made("made-up"):
        space.record(stood)
        needed(stood)
    row = only(made)
    assert (row.verdict, row.blocked_by, row.correlation_id) == (Verdict.UNTESTED, "post_scim_users", "c0ffee")
    assert row.reason == (
        "blocked by POST /api/v2/scim/users answered 503 Service Unavailable, no luck "
        "(503 Service Unavailable, no luck came where the check needed success)"
    )
    assert row.curl is not None
    assert row.curl.startswith("curl -sS -i -X POST https://scim.test/api/v2/scim/users ")
    assert row.steps == ("POST /api/v2/scim/users → 503 Service Unavailable  [create#1]",)


def test_an_unreachable_target_shows_the_request_that_got_no_answer(space: Workspace) -> None:
    made = judge(space)
    with made():
        raise Unreachable("GET x: timed out", exchange().request)
    assert only(made).curl == "curl -sS -i https://scim.test/api/v2/scim/users/u1 -H 'Accept: application/json'"


@pytest.mark.parametrize(
    "error",
    [
        Refused("secret-of-viewer was refused"),
        Unreachable("secret-of-viewer led nowhere"),
        Unsettled("secret-of-viewer moved"),
        Blocked("secret-of-viewer"),
        Blocked("secret-of-viewer", bad(path="/x?secret-of-viewer")),
    ],
    ids=["refused", "unreachable", "unsettled", "blocked", "blocked-by-answer"],
)
def test_no_reason_tells_a_secret(space: Workspace, error: Exception) -> None:
    made = judge(space)
    with made():
        raise error
    assert "secret-of-viewer" not in str(only(made).as_json())


@pytest.mark.parametrize("error", [Blocked("later"), Untested("later"), Unsettled("later"), Unreachable("later")])
def test_what_was_already_wrong_stays_wrong_when_the_case_is_stopped(space: Workspace, error: Exception) -> None:
    made = judge(space)
    with made() as expect:
        expect.status(bad(), 200)
        raise error
    assert only(made).verdict is Verdict.VIOLATED


def test_an_error_of_the_check_itself_is_not_swallowed(space: Workspace) -> None:
    made = judge(space)
    with pytest.raises(ZeroDivisionError), made():
        _ = 1 / 0
    assert made.results == []


# parts --------------------------------------------------------------------------------------------


def test_a_problem_of_a_part_breaks_that_part(space: Workspace) -> None:
    made = judge(space, TWO_PARTS)
    with made() as expect:
        expect.status(exchange(status=304), 304, part="not-modified")
        expect.that(False, "the ETag", "none", part="etag-again")
    assert verdicts(made) == {"not-modified": Verdict.CONFORMS, "etag-again": Verdict.VIOLATED}


def test_of_two_broken_parts_the_first_is_the_defect(space: Workspace) -> None:
    made = judge(space, TWO_PARTS)
    with made() as expect:
        expect.that(False, "304", "200", part="not-modified")
        expect.that(False, "the ETag", "none", part="etag-again")
    assert verdicts(made) == {"not-modified": Verdict.VIOLATED, "etag-again": Verdict.UNTESTED}
    assert made.results[1].reason == (
        "blocked by etags.current-is-304: part 'not-modified' of the same case is violated"
    )
    assert made.results[1].blocked_by == "get_scim_user"


def test_parts_after_the_one_that_ended_the_case_are_untested(space: Workspace) -> None:
    made = judge(space, TWO_PARTS)
    with made() as expect:
        expect.need(expect.that(False, "304", "200", part="not-modified"))
        raise AssertionError("the case goes on")
    assert verdicts(made) == {"not-modified": Verdict.VIOLATED, "etag-again": Verdict.UNTESTED}


def test_a_need_that_is_met_ends_nothing(space: Workspace) -> None:
    made = judge(space, TWO_PARTS)
    with made() as expect:
        expect.need(expect.that(True, "304", "304", part="not-modified"))
        expect.that(False, "the ETag", "none", part="etag-again")
    assert verdicts(made)["etag-again"] is Verdict.VIOLATED


def test_a_part_that_the_target_cannot_show_is_untested_alone(space: Workspace) -> None:
    made = judge(space, TWO_PARTS)
    with made() as expect:
        expect.untested("etag-again", "this target has no ETags to repeat")
    assert verdicts(made) == {"not-modified": Verdict.CONFORMS, "etag-again": Verdict.UNTESTED}
    assert made.results[1].reason == "this target has no ETags to repeat"


@pytest.mark.parametrize("part", ["", "etag-agian"])
def test_a_problem_of_a_part_that_is_not_planned_is_an_error_of_the_check(space: Workspace, part: str) -> None:
    made = judge(space, TWO_PARTS)
    told = r"etags\.current-is-304 has no part \['" + part + r"'\] in this case"
    with pytest.raises(KeyError, match=told), made() as expect:
        expect.that(False, "a", "b", part=part)


def test_an_unknown_case_is_an_error_of_the_check(space: Workspace) -> None:
    made = judge(space, TWO_CASES, "put_scim_user")
    with pytest.raises(KeyError, match="the claim has no case 'made-pu' for client ''"), made("made-pu"):
        pass
    with pytest.raises(KeyError, match="the claim has no case '' for client 'none'"), made(client="none"):
        pass


def test_a_judge_knows_cases_clients_and_parts_of_the_plan(space: Workspace) -> None:
    stale = judge(space, TWO_CASES, "put_scim_user")
    assert stale.cases == ("made-up", "before-the-last-write")
    lacking = judge(space, "permissions.lacking-refused", "delete_scim_user")
    assert lacking.clients[-1] == "none"
    assert len(lacking.clients) == len(CONTRACT.permissions)
    assert lacking.parts(client="none") == ("refused", "status", "unchanged")
    assert judge(space, "permissions.lacking-refused").parts(client="none") == ("refused", "status")
    assert lacking.parts(client="directory:user:delete") == ()


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"[" * 100_000, b'{"a": "\\ud800\\u001b[31m"}', b"\x1b[31mred"])
def test_what_a_server_says_can_be_written_down_and_shown(space: Workspace, body: bytes) -> None:
    made = judge(space)
    answer = exchange(body=body)
    with made() as expect:
        space.record(answer)
        expect.that(False, "a", f"b {answer.document.get('a')}", answer)
    told = only(made)
    shown = f"{told.message}{told.reason}{told.curl}{told.steps}"
    assert "\x1b" not in shown
    assert shown.encode("utf-8")
    assert len((told.message or "").splitlines()) < 20
