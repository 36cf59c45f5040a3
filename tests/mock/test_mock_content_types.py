from __future__ import annotations

import pytest
from mocked import Mock

JSON, SCIM = "application/json", "application/scim+json"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (JSON, JSON),
        (SCIM, SCIM),
        ("*/*", JSON),
        ("", JSON),
        (f"{SCIM};charset=utf-8", SCIM),
        (f"{JSON};q=0.2, {SCIM}", SCIM),
        (f"text/html, {SCIM};q=0.5, */*;q=0.1", SCIM),
        ("APPLICATION/SCIM+JSON", SCIM),
        ("application/*", JSON),
    ],
)
def test_the_accepted_type_is_answered(mock: Mock, accept: str, answered: str) -> None:
    users = mock("GET", "/users", params={"filter": "userName pr"}, headers={"Accept": accept})
    assert users.headers["content-type"] == answered
    missing = mock("GET", "/users/nobody", headers={"Accept": accept})
    assert (missing.status_code, missing.headers["content-type"]) == (404, answered)


def test_what_is_answered_does_not_depend_on_the_type(mock: Mock) -> None:
    one, other = (mock("GET", "/resourcetypes", headers={"Accept": accept}) for accept in (JSON, SCIM))
    assert one.json() == other.json()


def test_another_type_is_not_acceptable_and_nothing_is_written(mock: Mock) -> None:
    before = mock.state()
    body = {"userName": "u", "displayName": "d"}
    assert mock("POST", "/users", body, headers={"Accept": "text/csv"}).status_code == 406
    assert mock("GET", "/serviceproviderconfig", headers={"Accept": "text/csv"}).status_code == 406
    assert mock.state() == before


@pytest.mark.parametrize("sent", [JSON, SCIM, f"{JSON}; charset=utf-8", f'{SCIM};charset="UTF-8"'])
@pytest.mark.parametrize("accept", [JSON, SCIM])
def test_bodies_of_both_types_are_read(mock: Mock, sent: str, accept: str) -> None:
    headers = {"Content-Type": sent, "Accept": accept}
    answer = mock("POST", "/users", {"userName": "u@x", "displayName": "d"}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (201, accept)


@pytest.mark.parametrize("sent", ["text/plain", "application/xml", "application/json;charset=latin-1", ""])
def test_other_bodies_are_refused(mock: Mock, sent: str) -> None:
    before = mock.state()
    user, group = before["users"][0]["id"], before["groups"][0]["id"]
    for method, path in [
        ("POST", "/users"),
        ("PUT", f"/users/{user}"),
        ("PATCH", f"/users/{user}"),
        ("PUT", f"/groups/{group}"),
        ("PATCH", f"/groups/{group}"),
    ]:
        assert mock(method, path, "{}", headers={"Content-Type": sent}).status_code == 415
    assert mock.state() == before


def test_a_delete_needs_no_type_and_answers_nothing(mock: Mock) -> None:
    for number, headers in enumerate(({}, {"Content-Type": JSON}, {"Content-Type": SCIM})):
        user = mock.user(userName=f"u{number}@x")
        answer = mock("DELETE", f"/users/{user['id']}", headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")


def test_text_of_any_script_comes_back_as_sent(mock: Mock) -> None:
    text = "Zoë 田中 🎧 قسم שלום \u200f e\u0301"
    user = mock.user(displayName=text, title=text)
    assert mock("GET", f"/users/{user['id']}").json()["title"] == text
    assert mock("GET", f"/users/{user['id']}").text.count(text) == 2
