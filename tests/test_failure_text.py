"""What a check may say, and the text of a failure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from scim_contract.contract import Atom
from scim_contract.judging import Problem
from scim_contract.judging.expect import Expect
from scim_contract.judging.message import failure
from scim_contract.org import Workspace
from scim_contract.transport import Exchange, Masker
from tests.exchanges import CONTRACT, VIEWER, atoms_of, bad, exchange, quick_trust, workspace

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
TWO_CASES = "etags.stale-if-match-refused"  # made-up, before-the-last-write
CORRELATION = ("ININ-Correlation-Id", "c0ffee")


@pytest.fixture
def space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Workspace:
    quick_trust(monkeypatch, tmp_path)
    return workspace(tmp_path, VIEWER)


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
