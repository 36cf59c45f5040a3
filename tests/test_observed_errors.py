"""The claims that every error is held against: its shape, what it shows of the inside, and who may have sent it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scim_contract.org import Workspace
from scim_contract.transport import Exchange
from tests.exchanges import exchange, quick_trust, workspace
from tests.observing import (
    BAD_REQUEST,
    BOTH,
    DOCUMENTED,
    ERROR,
    HTML,
    INTERNALS,
    NO_5XX,
    STANDARD,
    STRING,
    USER,
    refusal,
    refused,
    user,
    wrong,
)


@pytest.mark.parametrize(
    ("body", "violated"),
    [
        (refusal(schemas=...), {STANDARD: f"expected schemas holds {ERROR}, came schemas absent"}),
        (refusal(schemas=ERROR), {STANDARD: f"expected schemas holds {ERROR}, came schemas \"{ERROR}\""}),
        (refusal(status=...), {STANDARD: "expected status in the body, came status absent"}),
        (refusal(status=400), {STRING: 'expected status "400", a string, came status 400'}),
        (refusal(status="404"), {STRING: 'expected status "400", a string, came status "404"'}),
        (refusal(detail=["no"]), {DOCUMENTED: "expected detail, a string, came detail [\"no\"]"}),
        (refusal(scimType="invalidfilter"),
         {DOCUMENTED: "expected scimType, one of invalidFilter, tooMany, uniqueness, mutability, invalidSyntax, "
          "invalidPath, noTarget, invalidValue, invalidVers, sensitive, came scimType \"invalidfilter\""}),
        (b"[]", {STANDARD: "expected a ScimError, came the body is no JSON object"}),
        (b"", {STANDARD: "expected a ScimError, came the body is empty"}),
    ],
)  # fmt: skip
def test_an_error_that_breaks_one_claim_violates_that_one(
    space: Workspace, body: Any, violated: dict[str, str]
) -> None:
    assert wrong(space, refused(body)) == violated


@pytest.mark.parametrize(
    "body",
    [
        refusal(scimType=...),
        refusal(detail=...),
        refusal(scimType=None, detail=None),
        refusal(more="x", code="bad.request", contextId="c0ffee"),
        refusal(schemas=["urn:vendor:error", ERROR]),
    ],
)
def test_what_an_error_may_leave_out_or_add_passes(space: Workspace, body: Any) -> None:
    assert wrong(space, refused(body)) == {}


def test_an_error_in_another_type_is_told_by_the_claim_of_types(space: Workspace) -> None:
    assert wrong(space, refused(headers=HTML)) == {BAD_REQUEST: f'expected {BOTH}, came Content-Type "text/html"'}


def test_one_page_of_a_gateway_breaks_shape_and_type(space: Workspace) -> None:
    assert set(wrong(space, refused(b"<html>", headers=HTML))) == {STANDARD, BAD_REQUEST}


GATEWAY = {"message": "not allowed", "code": "forbidden", "status": 403}


@pytest.mark.parametrize(
    "let_pass",
    [
        refused(GATEWAY, 401),
        refused(GATEWAY, 403),
        refused(b"<html>forbidden</html>", 403, headers=HTML),
        refused(GATEWAY, 405),
        refused(GATEWAY, 406),
        refused(GATEWAY, 415),
        refused(b"", 429),
        refused(GATEWAY, strange=True),
        refused(b"<html>no such page</html>", 404, headers=HTML, strange=True),
        refused(b"<html>", sent={"Accept": "text/csv"}, headers=HTML),
        refused(b"<html>", sent={"Accept": "application/json", "Content-Type": "text/plain"}, headers=HTML),
        refused(GATEWAY, client="directory:group:edit"),
        refused(GATEWAY, client="no permission"),
        refused(GATEWAY, client="anonymous"),
        refused(GATEWAY, client="made-up token"),
        refused(GATEWAY, 405, method="PURGE"),
        refused(GATEWAY, 501, method="PURGE"),
        exchange(body=b"<html>", headers=HTML, strange=True),
    ],
)
def test_what_the_platform_in_front_may_have_said_passes(space: Workspace, let_pass: Exchange) -> None:
    assert wrong(space, let_pass) == {}


@pytest.mark.parametrize(
    "own",
    [
        refused(GATEWAY),
        refused(GATEWAY, client="directory:group:edit, directory:user:view"),
        refused(GATEWAY, sent={"Accept": "*/*"}),
        refused(GATEWAY, sent={}),
        refused(GATEWAY, sent={"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}),
        exchange("get_scim_resourcetype", 404, GATEWAY, path="/api/v2/scim/resourcetypes/X", client="anonymous"),
    ],
)
def test_what_only_the_operation_can_have_said_is_judged(space: Workspace, own: Exchange) -> None:
    assert STANDARD in wrong(space, own)


def test_where_nobody_signs_in_everyone_may_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick_trust(monkeypatch, tmp_path)
    assert STANDARD in wrong(workspace(tmp_path), refused(GATEWAY, client="anonymous"))


@pytest.mark.parametrize(
    ("status", "method", "broken"),
    [
        (500, None, True),
        (502, None, True),
        (503, None, True),
        (599, None, True),
        (501, None, True),
        (501, "PURGE", False),
        (500, "PURGE", True),
        (499, None, False),
        (200, None, False),
    ],
)
def test_a_5xx_is_never_right_but_501_for_a_method_nobody_documents(
    space: Workspace, status: int, method: str | None, broken: bool
) -> None:
    assert (NO_5XX in wrong(space, exchange(status=status, body=USER, method=method))) is broken


def test_a_5xx_is_told_for_strange_requests_as_well(space: Workspace) -> None:
    assert set(wrong(space, refused(b"", 500, strange=True))) == {NO_5XX}


# what errors show of the inside -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("detail", "what"),
    [
        ("at com.acme.scim.UserStore.find(UserStore.java:42)", "a stack trace"),
        ("Traceback (most recent call last):\n  x", "a stack trace"),
        ("TypeError: x\n    at Object.find (/srv/app/users.js:10:7)", "a stack trace"),
        ("java.lang.NullPointerException: null", "a class name"),
        ("com.acme.scim.StorageError happened", "a class name"),
        ("IllegalStateException", "a class name"),
        ("SELECT id, name FROM users WHERE id = 7", "SQL"),
        ("failed: select u.id from users u where u.id = 7", "SQL"),
        ("insert into users (id) values (1)", "SQL"),
        ("update users set title = 'x'", "SQL"),
        ("delete from users where id = 1", "SQL"),
        ("DELETE FROM users ", "SQL"),
        ("SQLSTATE 23505", "SQL"),
        ("UNIQUE constraint failed: users.user_name", "SQL"),
        ("E11000 duplicate key error collection: scim.users", "SQL"),
        ('duplicate key value violates unique constraint "users_name_key"', "SQL"),
        ("Duplicate entry 'a@example.com' for key 'users.name'", "SQL"),
        ("ORA-00942: table or view does not exist", "SQL"),
        ('ERROR: syntax error at or near "x"', "SQL"),
        ('File "/srv/app/users.py", line 12, in find', "a line of a source file"),
    ],
)
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_error_that_shows_the_inside_is_found(space: Workspace, status: int, detail: str, what: str) -> None:
    told = wrong(space, exchange(status=status, body=detail.encode(), headers=HTML, client="anonymous"))
    assert told[INTERNALS].startswith(f"expected an error that shows nothing of the inside, came {what} in the body: ")


@pytest.mark.parametrize(
    "detail",
    [
        "Please select a value from the list.",
        "You may not delete from this group while it is locked.",
        "Update your set of roles and try again.",
        "Select one of the attributes that differ from the ones above",
        "The server met an exception. Exception: none.",
        "An Error occurred at line 7 of the filter.",
        "See example.com/docs/scim.html or ask support.acme.example.com",
        "urn:ietf:params:scim:schemas:core:2.0:User has no such attribute",
        "Traceback is not available",
    ],
)
def test_plain_words_show_nothing_of_the_inside(space: Workspace, detail: str) -> None:
    assert wrong(space, refused(refusal(detail=detail))) == {}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v2/scim/users?filter=userName%20eq%20%22SELECT%20a%20FROM%20b%20%22", None),
        ("/api/v2/scim/users?filter=java.lang.NullPointerException", None),
        ("/api/v2/scim/users", b'{"a": "SELECT a FROM b; java.lang.NullPointerException"}'),
    ],
)
def test_what_an_error_repeats_of_the_request_is_not_the_inside(
    space: Workspace, path: str, body: bytes | None
) -> None:
    echo = "no such filter: SELECT a FROM b " if "SELECT" in path else "no: java.lang.NullPointerException"
    answer = refused(refusal(detail=echo), path=path, sent_body=body, sent={"Accept": "application/json"})
    assert wrong(space, answer) == {}


def test_what_stands_beside_the_echo_is_found(space: Workspace) -> None:
    path = "/api/v2/scim/users?filter=java.lang.NullPointerException"
    detail = "java.lang.NullPointerException: java.sql.SQLException"
    told = wrong(space, refused(refusal(detail=detail), path=path))
    assert told == {
        INTERNALS: "expected an error that shows nothing of the inside, "
        "came a class name in the body: java.sql.SQLException"
    }


def test_a_success_may_hold_any_text(space: Workspace) -> None:
    assert wrong(space, exchange(body=user(title="SELECT a FROM b; java.lang.NullPointerException"))) == {}
