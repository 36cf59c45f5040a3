"""The claims that every exchange is held against: what each sees of an answer, and lets pass."""

from __future__ import annotations

from typing import Any

import pytest

from scim_contract.org import Workspace
from scim_contract.transport import Exchange
from tests.exchanges import exchange
from tests.observing import (
    ACCEPT_JSON,
    ACCEPT_SCIM,
    ANY_ACCEPT,
    BAD_REQUEST,
    BOTH,
    CORE,
    DOCUMENTED,
    ENTERPRISE,
    HTML,
    INTERNALS,
    LIST,
    MODEL,
    NO_5XX,
    NO_ACCEPT,
    PASSWORD,
    REFUSAL,
    SCHEMA,
    SCIM,
    STANDARD,
    STATUS,
    STRING,
    URIS,
    USER,
    listing,
    refusal,
    refused,
    seen,
    user,
    wrong,
)

# which claims an exchange shows -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "claims"),
    [
        (exchange(body=USER), {SCHEMA, URIS, MODEL, STATUS, PASSWORD, NO_5XX, ACCEPT_JSON}),
        (exchange(body=USER, sent={"Accept": "application/scim+json"}, headers=SCIM),
         {SCHEMA, URIS, MODEL, STATUS, PASSWORD, NO_5XX, ACCEPT_SCIM}),
        (exchange(body=USER, sent={}), {SCHEMA, URIS, MODEL, STATUS, PASSWORD, NO_5XX, NO_ACCEPT}),
        (exchange(body=USER, sent={"Accept": "*/*"}), {SCHEMA, URIS, MODEL, STATUS, PASSWORD, NO_5XX, ANY_ACCEPT}),
        (exchange(body=USER, sent={"Accept": "text/csv"}), {SCHEMA, URIS, MODEL, STATUS, PASSWORD, NO_5XX}),
        (exchange("get_scim_group", body={"schemas": [f"{CORE}Group"]}, client="directory:group:edit"),
         {SCHEMA, URIS, MODEL, STATUS, NO_5XX, ACCEPT_JSON}),
        (refused(), {STANDARD, DOCUMENTED, STRING, INTERNALS, NO_5XX, PASSWORD, BAD_REQUEST}),
        (exchange(status=404, body=refusal(status="404")),
         {STANDARD, DOCUMENTED, STRING, INTERNALS, NO_5XX, PASSWORD, "content-types.errors-too/unknown-id"}),
        (exchange("post_scim_users", 409, refusal(status="409"), client="directory:user:add"),
         {STANDARD, DOCUMENTED, STRING, INTERNALS, NO_5XX, PASSWORD, "content-types.errors-too/conflict"}),
        (exchange(status=304), {PASSWORD, NO_5XX}),
        (exchange("delete_scim_user", 204), {NO_5XX}),
        (exchange(status=401), {PASSWORD, NO_5XX, INTERNALS}),
        (exchange(status=503), {PASSWORD, NO_5XX, INTERNALS}),
    ],
)  # fmt: skip
def test_an_exchange_that_keeps_all_claims_conforms_in_those_it_shows(
    space: Workspace, shown: Exchange, claims: set[str]
) -> None:
    told = seen(space, shown)
    assert set(told) == claims
    assert {claim for claim, reason in told.items() if reason} == ({NO_5XX} if shown.status == 503 else set())


def test_an_exchange_of_no_operation_shows_nothing(space: Workspace) -> None:
    strange = exchange(status=500)
    assert seen(space, Exchange("a#1", None, "anonymous", strange.request, strange.answer)) == {}


# answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "status", "body", "violated"),
    [
        ("get_scim_user", 200, user(active="yes"),
         {SCHEMA: 'expected a valid ScimV2User, came at /active: "yes" is not of type "boolean"'}),
        ("get_scim_user", 200, user(active=1),
         {SCHEMA: 'expected a valid ScimV2User, came at /active: 1 is not of type "boolean"'}),
        ("get_scim_users", 200, listing(user(userName=7)),
         {SCHEMA: 'expected a valid ScimUserListResponse, came at /Resources/0/userName: 7 is not of type "string"'}),
        ("get_scim_users", 200, listing(totalResults="0"),
         {SCHEMA: 'expected a valid ScimUserListResponse, came at /totalResults: "0" is not of type "integer"'}),
        ("get_scim_user", 200, user(schemas=...),
         {URIS: f"expected schemas of ScimV2User names {CORE}User, came schemas absent"}),
        ("get_scim_user", 200, user(schemas=[f"{CORE}user"]),
         {URIS: f"expected schemas of ScimV2User names {CORE}User, came schemas [\"{CORE}user\"]"}),
        ("get_scim_user", 200, {**USER, ENTERPRISE: {"department": "Sales"}},
         {URIS: f"expected schemas of ScimV2User names {ENTERPRISE}, came schemas [\"{CORE}User\"]"}),
        ("get_scim_users", 200, listing(USER, user(schemas=[])),
         {URIS: f"expected schemas of Resources/1 names {CORE}User, came schemas []"}),
        ("get_scim_users", 200, listing(USER, schemas=...),
         {URIS: f"expected schemas of ScimUserListResponse names {LIST}, came schemas absent"}),
        ("get_scim_user", 200, listing(USER),
         {MODEL: "expected a body that is a ScimV2User, came the body is a list (200 OK)"}),
        ("get_scim_users", 200, USER,
         {MODEL: "expected a body that is a ScimUserListResponse, came the body has neither totalResults nor Resources "
          "(200 OK)"}),
        ("get_scim_user", 200, REFUSAL,
         {MODEL: "expected a body that is a ScimV2User, came the body is a ScimError (200 OK)"}),
        ("get_scim_user", 200, [USER],
         {MODEL: "expected a body that is a ScimV2User, came the body is no JSON object (200 OK)"}),
        ("get_scim_user", 200, b"<html>",
         {MODEL: "expected a body that is a ScimV2User, came the body is not JSON: Expecting value: line 1 column 1 "
          "(char 0) (200 OK)"}),
        ("get_scim_user", 200, b"",
         {MODEL: "expected a body that is a ScimV2User, came the body is empty (200 OK)"}),
        ("get_scim_user", 204, b"",
         {MODEL: "expected a body that is a ScimV2User, came the body is empty (204 No Content)"}),
        ("get_scim_user", 202, USER, {STATUS: "expected status 200, came 202 Accepted"}),
        ("post_scim_users", 200, USER, {STATUS: "expected status 201, came 200 OK"}),
        ("put_scim_user", 201, USER, {STATUS: "expected status 200, came 201 Created"}),
        ("get_scim_user", 200, user(password="hunter2"),
         {PASSWORD: "expected no password in an answer, came a password at /password"}),
        ("get_scim_users", 200, listing({**USER, "Password": "***"}),
         {PASSWORD: "expected no password in an answer, came a password at /Resources/0/Password"}),
        ("get_scim_user", 200, {**user(schemas=[f"{CORE}User", ENTERPRISE]), ENTERPRISE: {"x": {"password": ""}}},
         {PASSWORD: f"expected no password in an answer, came a password at /{ENTERPRISE}/x/password"}),
    ],
)  # fmt: skip
def test_an_answer_that_breaks_one_claim_violates_that_one(
    space: Workspace, operation: str, status: int, body: Any, violated: dict[str, str]
) -> None:
    assert wrong(space, exchange(operation, status, body)) == violated


def test_a_password_that_was_sent_is_found_wherever_it_comes_back(space: Workspace) -> None:
    space.passwords.append("Tr0ub4dor&3")
    said = "expected the password that was sent nowhere in the answer, came its value is in the answer"
    assert wrong(space, exchange(body=user(title="was Tr0ub4dor&3"))) == {PASSWORD: said}
    assert wrong(space, exchange(status=403, headers=[("X-Echo", "Tr0ub4dor&3")])) == {PASSWORD: said}
    assert wrong(space, exchange(status=403, body=b"<html>Tr0ub4dor&3</html>", headers=HTML)) == {PASSWORD: said}


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("get_scim_user", user(title=None, emails=None, meta=None, password=None)),
        ("get_scim_user", {**user(emails=[{"value": "a@b.test", "primary": None}]), ENTERPRISE: None}),
        ("get_scim_user", {**USER, ENTERPRISE: {}}),
        ("get_scim_user", user(nickname="An", more=[1, {"deep": None}])),
        ("get_scim_user", user(schemas=[ENTERPRISE, "urn:vendor:more", f"{CORE}User"])),
        ("get_scim_user", user(title="the password is known to nobody")),
        ("get_scim_user", user(passwordLastChanged="2026-01-01")),
        ("get_scim_users", listing()),
        ("get_scim_users", listing(Resources=...)),
        ("get_scim_users", listing(Resources=None)),
        ("get_scim_users", listing(USER, startIndex=1, itemsPerPage=1)),
    ],
)
def test_what_the_contract_leaves_open_passes(space: Workspace, operation: str, body: Any) -> None:
    assert wrong(space, exchange(operation, body=body)) == {}


@pytest.mark.parametrize(
    ("accept", "came", "violated"),
    [
        ("application/json", "application/json;charset=utf-8", {}),
        ("application/json", "Application/JSON", {}),
        ("application/json", "application/scim+json",
         {ACCEPT_JSON: "expected application/json, came Content-Type \"application/scim+json\""}),
        ("application/json", None, {ACCEPT_JSON: "expected application/json, came Content-Type absent"}),
        ("application/scim+json", "application/scim+json; charset=utf-8", {}),
        ("application/scim+json", "application/json",
         {ACCEPT_SCIM: "expected application/scim+json, came Content-Type \"application/json\""}),
        (None, "application/json", {}),
        (None, "application/scim+json", {}),
        (None, "text/json", {NO_ACCEPT: f"expected {BOTH}, came Content-Type \"text/json\""}),
        ("*/*", "application/scim+json", {}),
        ("*/*", "text/plain", {ANY_ACCEPT: f"expected {BOTH}, came Content-Type \"text/plain\""}),
        ("text/csv", "application/json", {}),
    ],
)  # fmt: skip
def test_the_type_of_an_answer_is_the_one_asked_for(
    space: Workspace, accept: str | None, came: str | None, violated: dict[str, str]
) -> None:
    sent = {} if accept is None else {"Accept": accept}
    headers = [] if came is None else [("Content-Type", came)]
    assert wrong(space, exchange(body=USER, sent=sent, headers=headers)) == violated
