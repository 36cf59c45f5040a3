"""Paging and filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mocked import Mock

Refused = Callable[..., None]
LISTS = pytest.mark.parametrize("resource", ["users", "groups"])


def _page(mock: Mock, resource: str, **parameters: Any) -> Any:
    answer = mock("GET", f"/{resource}", params={"filter": "displayName pr", **parameters})
    assert answer.status_code == 200, answer.text
    assert not mock.contract.models.faults(
        "ScimUserListResponse" if resource == "users" else "ScimGroupListResponse", answer.json()
    )
    return answer.json()


@LISTS
def test_defaults_are_the_first_page_of_25(mock: Mock, resource: str) -> None:
    page = _page(mock, resource)
    assert (page["startIndex"], page["itemsPerPage"], len(page["Resources"])) == (1, 25, 25)
    assert page == _page(mock, resource, startIndex=1, count=25)


@LISTS
@pytest.mark.parametrize("count", [0, 1, 2, 25, 26, 30])
def test_count_is_respected(mock: Mock, resource: str, count: int) -> None:
    page = _page(mock, resource, count=count)
    total = len(mock.state()[resource])
    assert page["totalResults"] == total
    assert len(page["Resources"]) == page["itemsPerPage"] == min(count, total)


@LISTS
@pytest.mark.parametrize("count", [7, 25])
def test_a_walk_visits_each_once_in_order(mock: Mock, resource: str, count: int) -> None:
    seen, start = [], 1
    while True:
        page = _page(mock, resource, startIndex=start, count=count)
        seen += [item["id"] for item in page["Resources"]]
        start = page["startIndex"] + page["itemsPerPage"]
        if start > page["totalResults"]:
            break
    assert seen == [item["id"] for item in mock.state()[resource]]


@LISTS
def test_strange_positions(mock: Mock, resource: str) -> None:
    first = _page(mock, resource)["Resources"]
    for start in (0, -5):
        page = _page(mock, resource, startIndex=start)
        assert (page["startIndex"], page["Resources"]) == (1, first)
    assert _page(mock, resource, startIndex=5, count=1)["Resources"] == [first[4]]
    for past in (10_000, 10**30):
        page = _page(mock, resource, startIndex=past)
        assert (page["Resources"], page["totalResults"]) == ([], len(mock.state()[resource]))
    assert _page(mock, resource, count=-1)["Resources"] == []
    maximum = mock("GET", "/serviceproviderconfig").json()["filter"]["maxResults"]
    assert len(_page(mock, resource, count=10**30)["Resources"]) == maximum < len(mock.state()[resource])


@LISTS
@pytest.mark.parametrize("parameters", [{"startIndex": "x"}, {"count": "1.5"}, {"count": ""}, {"count": "٣"}])
def test_what_is_no_number_is_refused(mock: Mock, refused: Refused, resource: str, parameters: dict[str, str]) -> None:
    answer = mock("GET", f"/{resource}", params={"filter": "displayName pr", **parameters})
    refused(answer, 400, "invalidValue")


def test_no_page_is_larger_than_declared(mock: Mock) -> None:
    maximum = mock("GET", "/serviceproviderconfig").json()["filter"]["maxResults"]
    assert len(_page(mock, "users", count=10_000)["Resources"]) == maximum


def test_a_filter_is_required_where_documented(mock: Mock, refused: Refused) -> None:
    refused(mock("GET", "/users"), 400, "invalidFilter")
    refused(mock("GET", "/users", params={"filter": " "}), 400, "invalidFilter")
    groups = [mock("GET", "/groups"), mock("GET", "/groups", params={"filter": ""})]
    for answer in groups:
        if mock.prefix == "v1":
            assert answer.json()["totalResults"] == len(mock.state()["groups"])
        else:
            refused(answer, 400, "invalidFilter")


@pytest.mark.parametrize(
    "filter",
    [
        "displayName eq Sales",
        'displayName eq "Sales"',
        "DISPLAYNAME EQ Sales",
        'displayName eq "sales"',
        "(displayName eq Sales)",
        'not (displayName ne "Sales")',
        "displayName eq Sales and displayName sw Sal",
        "urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq Sales",
    ],
)
def test_a_group_is_found_by_name(mock: Mock, filter: str) -> None:
    assert [group["displayName"] for group in mock.found("groups", filter)["Resources"]] == ["Sales"]


@pytest.mark.parametrize("name", ["42", "true", "null", "1e5", "007", "and", "Ünïcode"])
def test_a_word_needs_no_quotes_whatever_it_looks_like(mock: Mock, name: str) -> None:
    path = f"/groups/{mock.group()['id']}"
    mock.patch(path, {"op": "replace", "path": "displayName", "value": name})
    found = mock.found("groups", f"displayName eq {name}")["Resources"]
    assert name in [group["displayName"] for group in found]


@LISTS
def test_each_name_is_data(mock: Mock, resource: str) -> None:
    for item in mock.state()[resource]:
        name = item["content"]["displayName"]
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        found = mock.found(resource, f'displayName eq "{escaped}"', count=100)["Resources"]
        assert item["id"] in [one["id"] for one in found]
        assert {one["displayName"].lower() for one in found} == {name.lower()}


@pytest.mark.parametrize(
    "value",
    ['x\\" or \\"1\\" eq \\"1', "*", "%", "Per*", "Person%", "' or '1'='1", "*)(uid=*", "Ann", "ales"],
)
def test_no_value_is_a_pattern(mock: Mock, value: str) -> None:
    assert mock.found("users", f'displayName eq "{value}"')["totalResults"] == 0
    assert mock.found("groups", f'displayName eq "{value}"')["totalResults"] == 0


def test_users_are_found_by_each_attribute(mock: Mock) -> None:
    user = mock("GET", f"/users/{mock.state()['users'][2]['id']}").json()
    for filter in [
        f'id eq "{user["id"]}"',
        f"id eq {user['id']}",
        f'userName eq "{user["userName"].upper()}"',
        f"userName eq {user['userName']}",
        f'externalId eq "{user["externalId"]}"',
        f'emails.value eq "{user["emails"][1]["value"]}"',
        f'emails[type eq "other" and value eq "{user["emails"][1]["value"]}"]',
        f'displayName eq "{user["displayName"]}" and active eq true',
    ]:
        found = mock.found("users", filter)
        assert (found["totalResults"], found["Resources"]) == (1, [user]), filter


def test_case_counts_where_the_contract_says_so(mock: Mock) -> None:
    user = mock.user(externalId="CaseExact")
    assert mock.found("users", 'externalId eq "caseexact"')["totalResults"] == 0
    assert mock.found("users", f'id eq "{user["id"].upper()}"')["totalResults"] == 0
    assert mock.found("users", 'userName eq "NEW@mock.EXAMPLE"')["totalResults"] == 1


@LISTS
@pytest.mark.parametrize(
    "filter",
    [
        'displayName eq "unclosed',
        "displayName eq",
        'displayName is "x"',
        'eq "x"',
        "displayName",
        'displayName eq "a" and',
        '(displayName eq "a"',
        "displayName eq two words",
        'nothing eq "x"',
        'displayName eq "zzz" and nothing eq "x"',
        'emails.nothing eq "x"',
        "(" * 3000 + 'displayName eq "a"',
        "not (" * 300 + 'displayName eq "a"' + ")" * 300,
        "\x00",
        'password eq "x"',
        "displayName eq \ud800".encode("utf-8", "surrogatepass"),
    ],
)
def test_a_malformed_filter_is_refused(mock: Mock, refused: Refused, resource: str, filter: str | bytes) -> None:
    answer = mock("GET", f"/{resource}", params={"filter": filter})
    if isinstance(filter, str):
        refused(answer, 400, "invalidFilter")
    assert answer.status_code < 500


def test_filter_and_paging_combine(mock: Mock) -> None:
    found = mock.found("users", "active eq false", startIndex=2, count=2)
    inactive = [user["id"] for user in mock.state()["users"] if not user["content"]["active"]]
    assert found["totalResults"] == len(inactive)
    assert [user["id"] for user in found["Resources"]] == inactive[1:3]


def test_lists_see_writes(mock: Mock) -> None:
    user = mock.user(userName="before@x")
    mock.patch(f"/users/{user['id']}", {"op": "replace", "path": "userName", "value": "after@x"})
    assert mock.found("users", 'userName eq "before@x"')["totalResults"] == 0
    assert mock.found("users", 'userName eq "after@x"')["totalResults"] == 1
    mock("DELETE", f"/users/{user['id']}")
    for filter in (
        'userName eq "after@x"',
        f'id eq "{user["id"]}"',
        f'displayName eq "{user["displayName"]}"',
    ):
        assert mock.found("users", filter)["totalResults"] == 0


def test_encoded_values_are_data(mock: Mock) -> None:
    user = mock.user(userName="a+b&c='d@é.example")
    query = "filter=userName%20eq%20%22a%2Bb%26c%3D%27d%40%C3%A9.example%22"
    answer = mock("GET", f"/users?{query}")
    assert [one["id"] for one in answer.json()["Resources"]] == [user["id"]]


def test_items_of_a_list_equal_the_item_itself(mock: Mock) -> None:
    for resource in ("users", "groups"):
        for item in _page(mock, resource)["Resources"]:
            assert mock("GET", f"/{resource}/{item['id']}").json() == item
