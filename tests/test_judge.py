"""The judge: what happens in a case of a check becomes verdicts, and a violation a text for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from scim_contract.contract import Atom
from scim_contract.judging import Judge, Problem, needed
from scim_contract.judging.expect import Expect
from scim_contract.judging.message import failure
from scim_contract.org import Blocked, Unsettled, Untested, Workspace
from scim_contract.transport import Exchange, Masker, Refused, TokenTrouble, Unreachable
from scim_contract.verdicts import Result, Verdict
from tests.exchanges import CONTRACT, VIEWER, atoms_of, exchange, quick_trust, workspace

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


def bad(status: int = 500, **more: object) -> Exchange:
    return exchange(status=status, body={"detail": "no luck", "status": str(status)}, **more)  # type: ignore[arg-type]


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


# what a check may say -----------------------------------------------------------------------------

NO_ETAG = exchange(status=409, body={"schemas": [ERROR], "scimType": "uniqueness", "detail": "taken", "status": "409"})


@pytest.mark.parametrize(
    ("said", "expected", "came"),
    [
        (lambda e: e.status(NO_ETAG, 200), "status 200", "409 Conflict, scimType uniqueness, taken"),
        (lambda e: e.status(NO_ETAG, 400, 412), "status 400 or 412", "409 Conflict, scimType uniqueness, taken"),
        (lambda e: e.succeeded(NO_ETAG), "success (2xx)", "409 Conflict, scimType uniqueness, taken"),
        (lambda e: e.refused(exchange(body={"detail": "x"})), "a refusal (4xx)", "200 OK"),
        (lambda e: e.refused(bad(500)), "a refusal (4xx)", "500 Internal Server Error, no luck"),
        (lambda e: e.refused(NO_ETAG, 403), "status 403", "409 Conflict, scimType uniqueness, taken"),
        (lambda e: e.scim_type(NO_ETAG, "invalidVers"), 'scimType "invalidVers"', 'scimType "uniqueness"'),
        (lambda e: e.scim_type(bad(400), "tooMany", "invalidValue"), 'scimType "tooMany" or "invalidValue"',
         "no scimType in 400 Bad Request, no luck"),
        (lambda e: e.scim_error(bad(400)), f"a ScimError: schemas holds {ERROR}", "schemas absent"),
        (lambda e: e.scim_error(exchange(status=400)), f"a ScimError: schemas holds {ERROR}", "the body is empty"),
        (lambda e: e.media_type(exchange(headers=()), "application/json"), "an answer in application/json",
         "Content-Type absent with 200 OK"),
        (lambda e: e.no_body(exchange(body=b"12345")), "no body", "a body of 5 bytes"),
        (lambda e: e.json_object(exchange(body=[])), "a JSON object", "the body is a JSON list"),
        (lambda e: e.json_object(exchange(body=b"null")), "a JSON object", "the body is a JSON NoneType"),
        (lambda e: e.json_object(exchange()), "a JSON object", "the body is empty"),
        (lambda e: e.equal("a", None, "title"), 'title "a"', "title absent"),
        (lambda e: e.equal(1, True, "startIndex"), "startIndex 1", "startIndex true"),
        (lambda e: e.nothing(["x is gone"], "as it was"), "as it was", "x is gone"),
    ],
)  # fmt: skip
def test_an_expectation_says_what_was_expected_and_what_came(said: object, expected: str, came: str) -> None:
    expect = Expect(CONTRACT)
    assert not said(expect)  # type: ignore[operator]
    assert [(p.expected, p.came) for p in expect.problems] == [(expected, came)]


@pytest.mark.parametrize(
    "said",
    [
        lambda e: e.status(NO_ETAG, 400, 409),
        lambda e: e.succeeded(exchange(status=204)),
        lambda e: e.refused(NO_ETAG),
        lambda e: e.refused(bad(500), 500),
        lambda e: e.scim_type(NO_ETAG, "uniqueness", "invalidValue"),
        lambda e: e.scim_error(NO_ETAG),
        lambda e: e.media_type(
            exchange(headers=[("content-type", "Application/JSON; charset=utf-8")]), "application/json"
        ),
        lambda e: e.no_body(exchange()),
        lambda e: e.json_object(exchange(body={})),
        lambda e: e.equal(1, 1, "startIndex"),
        lambda e: e.equal(None, None, "title"),
        lambda e: e.nothing([], "as it was"),
    ],
)
def test_an_expectation_that_is_met_notes_nothing(said: object) -> None:
    expect = Expect(CONTRACT)
    assert said(expect)  # type: ignore[operator]
    assert expect.problems == []


# messages -----------------------------------------------------------------------------------------


def told(atom: Atom, problems: Sequence[Problem], trail: Sequence[Exchange] = ()) -> str:
    masker = Masker()
    masker.learn("secret-of-viewer")
    return failure(atom, problems, trail, masker)


def text(expected: str) -> str:
    return textwrap.dedent(expected).strip("\n")


def test_the_message_of_one_wrong_status() -> None:
    stale = exchange(
        "put_scim_user", 412, {"schemas": [ERROR], "status": "412", "detail": "version differs"},
        sent={"Accept": "application/json", "Content-Type": "application/json", "If-Match": '"1"',
              "Authorization": "Bearer ***"},
        sent_body=b'{"title":"it\'s"}', headers=[("Content-Type", "application/json"), ("ETag", '"2"'), CORRELATION],
        client="directory:user:edit", step="replace/put_scim_user/stale#1",
    )  # fmt: skip
    read = exchange(step="read/get_scim_user/before#1")
    atom = atoms_of(TWO_CASES, "put_scim_user")[0]
    assert told(atom, [Problem("status 400", "412 Precondition Failed", stale)], [read, stale]) == text(
        f"""
        etags.stale-if-match-refused (documented) — put_scim_user · v1 · made-up
          Promise:   {atom.statement}
          Source:    {atom.source}
          Expected:  status 400
          Came:      412 Precondition Failed
          Request:   curl -sS -i -X PUT https://scim.test/api/v2/scim/users/u1 -H 'Accept: application/json' -H 'Content-Type: application/json' -H 'If-Match: "1"' -H "Authorization: Bearer $TOKEN" --data-raw '{{"title":"it'"'"'s"}}'
                     $TOKEN is of a client with directory:user:edit
          Answer:    412 Precondition Failed · Content-Type: application/json · ETag: "2"
                     {{"schemas": ["{ERROR}"], "status": "412", "detail": "version differs"}}
                     ININ-Correlation-Id: c0ffee
          Led there by:
            GET /api/v2/scim/users/u1 → 200 OK
        """  # noqa: E501
    )


def test_the_message_of_a_problem_without_an_exchange() -> None:
    atom = atoms_of("etags.one-writer-wins", "put_scim_user")[0]
    assert told(atom, [Problem("one of two writers wins", "both won")]) == text(
        f"""
        etags.one-writer-wins (inferred) — put_scim_user · v1
          Promise:   {atom.statement}
          Source:    {atom.source}
          Expected:  one of two writers wins
          Came:      both won
        """
    )


def test_the_message_of_many_problems_shows_the_first_eight() -> None:
    atom = atoms_of("representations.schema", "get_scim_user")[0]
    answer = exchange(body={"active": "yes"}, headers=())
    problems = [Problem("a valid ScimV2User", f"at /a{number}: wrong", answer) for number in range(11)]
    rows = "\n".join(f"                     at /a{number}: wrong" for number in range(1, 8))
    assert told(atom, problems, [answer]) == text(
        f"""
        representations.schema (documented) — get_scim_user · v1
          Promise:   {atom.statement}
          Source:    {atom.source}
          Expected:  a valid ScimV2User
          Came:      at /a0: wrong
{rows}
          … and 3 more like these
          Request:   curl -sS -i https://scim.test/api/v2/scim/users/u1 -H 'Accept: application/json'
                     sent without a token
          Answer:    200 OK
                     {{"active": "yes"}}
                     ININ-Correlation-Id: none was sent
        """
    )


def test_the_message_of_a_refusal_by_a_gateway_after_retries() -> None:
    atom = atoms_of("permissions.anonymous-refused", "delete_scim_user")[0]
    page = b"<html>\n  <body>Not   today</body>\n</html>" + b"<!-- -->" * 200
    answer = exchange(
        "delete_scim_user", 200, page, sent={}, client="anonymous",
        headers=[("content-type", "text/html"), ("Location", "/login?" + "x" * 200), ("WWW-Authenticate", "Bearer")],
        retries=("429 Too Many Requests, asked again after 1 s", "503 Service Unavailable, asked again after 2 s"),
        step="delete/delete_scim_user/no-header#1",
    )  # fmt: skip
    page_end = ("<!-- -->" * 200)[: 500 - len("<html> <body>Not today</body> </html>")]
    assert told(atom, [Problem("a refusal (4xx)", "200 OK", answer)], [answer]) == text(
        f"""
        permissions.anonymous-refused (documented) — delete_scim_user · v1 · no-header/refused
          Promise:   {atom.statement}
          Source:    reference, delete_scim_user, permissions
          Expected:  a refusal (4xx)
          Came:      200 OK
          Request:   curl -sS -i -X DELETE https://scim.test/api/v2/scim/users/u1 -H 'Accept:'
                     sent without a token
          Answer:    200 OK · Content-Type: text/html · Location: /login?{"x" * 113}… · WWW-Authenticate: Bearer
                     <html> <body>Not today</body> </html>{page_end}… ({len(page)} bytes in all)
                     ININ-Correlation-Id: none was sent
                     before that: 429 Too Many Requests, asked again after 1 s; 503 Service Unavailable, asked again after 2 s
        """  # noqa: E501
    )


def test_the_message_of_a_leaked_password_does_not_leak_it() -> None:
    atom = atoms_of("permissions.lacking-refused", "patch_scim_v2_user")[0]
    trail = [exchange("get_scim_v2_user", step=f"read/get_scim_v2_user/again#{n}") for n in range(1, 11)]
    answer = exchange(
        "patch_scim_v2_user", 200, {"id": "u1", "password": "hunter2", "title": "secret-of-viewer"},
        sent={"Accept": "application/json", "Authorization": "Bearer ***"},
        sent_body=b'{"password": "hunter2"}', client="directory:user:view",
        step="modify/patch_scim_v2_user/lacking#1", headers=[CORRELATION],
    )  # fmt: skip
    problem = Problem("a refusal (4xx)", "200 OK,\n  secret-of-viewer " + "z" * 500, answer)
    assert told(atom, [problem], [*trail, answer, *trail]) == text(
        f"""
        permissions.lacking-refused (documented) — patch_scim_v2_user · v2 · {atom.client} · refused
          Promise:   A token whose client holds none of the listed permissions is refused.
          Source:    reference, patch_scim_v2_user, permissions
          Expected:  a refusal (4xx)
          Came:      200 OK, *** {"z" * 388}…
          Request:   curl -sS -i -X PATCH https://scim.test/api/v2/scim/v2/users/u1 -H 'Accept: application/json' -H "Authorization: Bearer $TOKEN" -H 'Content-Type:' --data-raw '{{"password": "***"}}'
                     $TOKEN is of a client with directory:user:view
          Answer:    200 OK
                     {{"id": "u1", "password": "***", "title": "***"}}
                     ININ-Correlation-Id: c0ffee
          Led there by:
            GET /api/v2/scim/v2/users/u1 → 200 OK (10 times)
        """  # noqa: E501
    )


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
