from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mocked import ENTERPRISE, PATCH_OP, Mock

Refused = Callable[..., None]


def test_create_answers_where_the_user_is(mock: Mock) -> None:
    answer = mock("POST", "/users", {"schemas": [], "userName": "a@x", "displayName": "A"})
    assert answer.status_code == 201
    assert answer.headers["location"] == answer.json()["meta"]["location"]
    for prefix in ("v1", "v2"):
        assert mock("GET", f"/users/{answer.json()['id']}", prefix=prefix).status_code == 200


@pytest.mark.parametrize("missing", ["userName", "displayName"])
@pytest.mark.parametrize("value", ["absent", None, "", "  ", [], {}])
def test_create_needs_both_names(mock: Mock, refused: Refused, missing: str, value: Any) -> None:
    body = {"userName": "a@x", "displayName": "A", missing: value}
    if value == "absent":
        del body[missing]
    before = mock.state()
    refused(mock("POST", "/users", body), 400, "invalidValue")
    assert mock.state() == before


def test_a_user_name_is_had_once(mock: Mock, refused: Refused) -> None:
    user, other = mock.user(userName="One@x"), mock.user(userName="two@x")
    path = f"/users/{other['id']}"
    before = mock.state()
    for taken in ("One@x", "oNE@X"):
        body = {"userName": taken, "displayName": "N"}
        refused(mock("POST", "/users", body), 409, "uniqueness")
        refused(mock("PUT", path, body), 409, "uniqueness")
        refused(mock.patch(path, {"op": "replace", "path": "userName", "value": taken}), 409, "uniqueness")
    assert mock.state() == before
    assert mock.patch(path, {"op": "replace", "path": "userName", "value": "TWO@x"}).status_code == 200
    mock("DELETE", f"/users/{user['id']}")
    assert mock.user(userName="one@X")["id"] != user["id"]


def test_put_replaces(mock: Mock) -> None:
    user = mock.user(
        title="t",
        active=False,
        roles=["r"],
        password="p",
        emails=[{"value": "a@x", "type": "work"}],
        **{ENTERPRISE: {"department": "d"}},
    )
    path = f"/users/{user['id']}"
    stored = mock.state()["users"][-1]["password"]
    cleared = mock("PUT", path, {"userName": user["userName"], "displayName": "Other"}).json()
    assert cleared["displayName"] == "Other"
    assert cleared["active"] is True
    assert cleared["roles"] == []
    assert not {"title", "emails", ENTERPRISE} & set(cleared)
    assert mock.state()["users"][-1]["password"] == stored
    kept = mock("PUT", path, {"title": None, "emails": [], "roles": None}).json()
    assert (kept["userName"], kept["displayName"]) == (user["userName"], "Other")


def test_put_replaces_a_group(mock: Mock) -> None:
    group = mock.group()
    path = f"/groups/{group['id']}"
    renamed = mock("PUT", path, {"displayName": "Neu & schön", "members": group["members"][:1]}).json()
    assert (renamed["displayName"], renamed["members"]) == ("Neu & schön", group["members"][:1])
    assert mock.found("groups", 'displayName eq "Neu & schön"')["totalResults"] == 1
    assert mock.found("groups", "displayName eq ConformanceSandbox")["totalResults"] == 0
    assert mock("PUT", path, {"displayName": "Neu"}).json()["members"] == []


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"op": "add", "path": "title", "value": "n"}], {"title": "n"}),
        ([{"op": "Replace", "path": "TITLE", "value": "n"}], {"title": "n"}),
        ([{"op": "REMOVE", "path": "title"}], {"title": None}),
        ([{"op": "replace", "path": "title", "value": None}], {"title": None}),
        ([{"op": "replace", "value": {"title": "n", "active": False}}], {"title": "n", "active": False}),
        ([{"op": "add", "value": {f"{ENTERPRISE}:department": "n"}}], {ENTERPRISE: {"department": "n"}}),
        (
            [{"op": "add", "value": {ENTERPRISE: {"division": "v"}}}],
            {ENTERPRISE: {"department": "d", "division": "v"}},
        ),
        (
            [{"op": "replace", "path": f"{ENTERPRISE}:department", "value": "n"}],
            {ENTERPRISE: {"department": "n"}},
        ),
        ([{"op": "remove", "path": f"{ENTERPRISE}:department"}], {ENTERPRISE: None}),
        ([{"op": "remove", "path": ENTERPRISE}], {ENTERPRISE: None}),
        ([{"op": "add", "path": "roles", "value": ["r1", "r3"]}], {"roles": ["r1", "r2", "r3"]}),
        ([{"op": "remove", "path": 'roles[value eq "r1"]'}], {"roles": ["r2"]}),
        ([{"op": "remove", "path": "roles"}], {"roles": []}),
        (
            [{"op": "replace", "path": 'emails[type eq "work"].value', "value": "n@x"}],
            {"emails": [{"value": "n@x", "type": "work"}, {"value": "b@x", "type": "other"}]},
        ),
        (
            [{"op": "remove", "path": 'emails[type eq "work"]'}],
            {"emails": [{"value": "b@x", "type": "other"}]},
        ),
        (
            [{"op": "add", "path": "emails", "value": {"value": "c@x", "type": "WORK"}}],
            {
                "emails": [
                    {"value": "a@x", "type": "work"},
                    {"value": "b@x", "type": "other"},
                    {"value": "c@x", "type": "work"},
                ]
            },
        ),
        (
            [
                {"op": "remove", "path": "title"},
                {"op": "add", "path": "title", "value": "2"},
                {"op": "replace", "path": "title", "value": "3"},
            ],
            {"title": "3"},
        ),
        ([{"op": "replace", "value": {"unheardOf": 1, "title": "n"}}], {"title": "n"}),
        ([{"op": "remove", "path": 'emails[value eq "nobody"]'}], {}),
    ],
)
def test_patch_changes_what_it_says_and_nothing_else(
    mock: Mock, operations: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    user = mock.user(
        title="t",
        roles=["r1", "r2"],
        emails=[{"value": "a@x", "type": "work"}, {"value": "b@x", "type": "other"}],
        **{ENTERPRISE: {"department": "d"}},
    )
    path = f"/users/{user['id']}"
    assert mock.patch(path, *operations).status_code == 200
    wanted = {name: value for name, value in {**user, **expected}.items() if value is not None}
    changed = mock("GET", path).json()
    for document in (wanted, changed):
        del document["meta"], document["schemas"]
    assert changed == wanted


@pytest.mark.parametrize(
    ("body", "scim_type"),
    [
        ({"Operations": [{"op": "add", "path": "title", "value": "x"}]}, "invalidValue"),
        ({"schemas": [], "Operations": [{"op": "add", "path": "title", "value": "x"}]}, "invalidValue"),
        ({"schemas": [PATCH_OP]}, "invalidValue"),
        ({"schemas": [PATCH_OP], "Operations": {}}, "invalidValue"),
        ({"schemas": [PATCH_OP], "Operations": []}, "invalidValue"),
        ({"schemas": [PATCH_OP], "Operations": "x"}, "invalidValue"),
        ({"schemas": [PATCH_OP], "Operations": ["x"]}, "invalidValue"),
        ([{"op": "move", "path": "title", "value": "x"}], "invalidValue"),
        ([{"path": "title", "value": "x"}], "invalidValue"),
        ([{"op": 1, "path": "title", "value": "x"}], "invalidValue"),
        ([{"op": "remove"}], "noTarget"),
        ([{"op": "add", "path": "title"}], "invalidValue"),
        ([{"op": "add", "value": "x"}], "invalidValue"),
        ([{"op": "replace", "path": "emails[type eq", "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": "nothing", "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": "title.x", "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": 'emails[nothing eq "x"].value', "value": "x"}], "invalidFilter"),
        ([{"op": "replace", "path": 'emails[value eq "x"].value', "value": "x"}], "noTarget"),
        ([{"op": "replace", "path": "active", "value": "true"}], "invalidValue"),
        ([{"op": "replace", "path": "title", "value": {"x": 1}}], "invalidValue"),
        ([{"op": "replace", "path": "title", "value": 42}], "invalidValue"),
        ([{"op": "replace", "value": {"emails": "x"}}], "invalidValue"),
        ([{"op": "add", "path": "emails", "value": [{"value": "x", "type": "home"}]}], "invalidValue"),
        ([{"op": "replace", "path": f"{ENTERPRISE}:manager", "value": "x"}], "invalidValue"),
        ([{"op": "replace", "path": f"{ENTERPRISE}:manager.value", "value": "nobody"}], "invalidValue"),
        ([{"op": "remove", "path": "userName"}], "mutability"),
        ([{"op": "replace", "path": "userName", "value": ""}], "invalidValue"),
        ([{"op": "replace", "path": "displayName", "value": None}], "mutability"),
    ],
)
def test_a_bad_patch_is_refused_whole(mock: Mock, refused: Refused, body: Any, scim_type: str) -> None:
    path = f"/users/{mock.state()['users'][2]['id']}"
    before = mock.state()
    if isinstance(body, list):
        refused(mock.patch(path, {"op": "replace", "path": "title", "value": "Applied"}, *body), 400, scim_type)
    else:
        refused(mock("PATCH", path, body), 400, scim_type)
    assert mock.state() == before


def _members(mock: Mock, group: Any) -> list[str]:
    members = mock("GET", f"/groups/{group['id']}").json()["members"]
    assert all({"type", "value", "$ref"} == set(member) for member in members)
    return [member["value"] for member in members]


def test_members_come_and_go(mock: Mock) -> None:
    group, user = mock.group(), mock.user()
    path, first = f"/groups/{group['id']}", [member["value"] for member in group["members"]]
    entry = {"value": user["id"], "type": "User"}

    def groups_of_user() -> list[str]:
        return [one["value"] for one in mock("GET", f"/users/{user['id']}").json()["groups"]]

    mock.patch(path, {"op": "add", "path": "members", "value": [entry]})
    assert (_members(mock, group), groups_of_user()) == ([*first, user["id"]], [group["id"]])
    mock.patch(path, {"op": "add", "path": "members", "value": [{"value": user["id"]}]})
    assert _members(mock, group) == [*first, user["id"]]
    mock.patch(path, {"op": "remove", "path": f'members[value eq "{user["id"]}"]'})
    assert (_members(mock, group), groups_of_user()) == (first, [])
    mock.patch(path, {"op": "replace", "path": "members", "value": [entry, entry]})
    assert (_members(mock, group), groups_of_user()) == ([user["id"]], [group["id"]])
    mock.patch(path, {"op": "remove", "path": "members", "value": [{"value": user["id"]}]})
    assert (_members(mock, group), groups_of_user()) == ([], [])
    mock.patch(path, {"op": "add", "value": {"members": [entry]}})
    mock("DELETE", f"/users/{user['id']}")
    assert _members(mock, group) == []


def test_a_member_must_be_there(mock: Mock, refused: Refused) -> None:
    group = mock.group()
    path, before = f"/groups/{group['id']}", mock.state()
    for members in ([{"value": "nobody"}], [{"type": "User"}], [{"value": group["id"]}]):
        refused(mock("PUT", path, {"members": members}), 400, "invalidValue")
        refused(mock.patch(path, {"op": "add", "path": "members", "value": members}), 400, "invalidValue")
    refused(mock("PUT", path, {"displayName": ""}), 400, "invalidValue")
    refused(mock.patch(path, {"op": "remove", "path": "displayName"}), 400, "mutability")
    assert mock.state() == before


def test_a_group_can_be_a_member(mock: Mock) -> None:
    group, other = mock.group(), mock.group("Sales")
    answer = mock("PUT", f"/groups/{group['id']}", {"members": [{"value": other["id"]}]})
    assert answer.json()["members"][0]["type"] == "Group"
    assert mock("GET", answer.json()["members"][0]["$ref"]).json()["id"] == other["id"]


def test_a_user_is_switched_off_and_on(mock: Mock) -> None:
    user = mock.user()
    for active in (False, True):
        changed = mock.patch(f"/users/{user['id']}", {"op": "replace", "path": "active", "value": active})
        assert changed.json()["active"] is active
        changed = mock("PUT", f"/users/{user['id']}", {**user, "active": active})
        assert changed.json()["active"] is active


def test_a_deleted_user_is_gone(mock: Mock, refused: Refused) -> None:
    user = mock.user()
    path = f"/users/{user['id']}"
    assert mock("DELETE", path).status_code == 204
    for prefix in ("v1", "v2"):
        refused(mock("GET", path, prefix=prefix), 404)
        refused(mock("PUT", path, user, prefix=prefix), 404)
        refused(mock.patch(path, {"op": "remove", "path": "title"}, prefix=prefix), 404)
        refused(mock("DELETE", path, prefix=prefix), 404)


def test_what_one_prefix_writes_the_other_reads(mock: Mock) -> None:
    other = "v2" if mock.prefix == "v1" else "v1"
    user = mock.user(title="t")
    path = f"/users/{user['id']}"
    mock.patch(path, {"op": "replace", "path": "title", "value": "n"}, prefix=other)
    assert mock("GET", path).json()["title"] == "n"
    mock("PUT", path, {**user, "title": "p"}, prefix=other)
    assert mock("GET", path).json()["title"] == "p"
    assert mock("DELETE", path, prefix=other).status_code == 204
    assert mock("GET", path).status_code == 404
