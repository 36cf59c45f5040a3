from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from mocked import ENTERPRISE, PATHS, Mock

from scim_contract.mock.settings import Settings

Refused = Callable[..., None]
PHONES = ["work", "work2", "work3", "work4", "home", "mobile", "other"]
PROPERTIES = [
    {"active": False},
    {"title": "Ingénieur 主任"},
    {"externalId": "Ext-Ünïq"},
    {"emails": [{"value": "a@x", "type": "work", "primary": True}, {"value": "b@x", "type": "other"}]},
    *({"phoneNumbers": [{"value": "+4930123456", "type": kind}]} for kind in PHONES),
    {"phoneNumbers": [{"value": "tel:+4930123456;ext=12", "type": "work", "primary": True}]},
    {"photos": [{"value": "https://x.example/p.jpg", "type": "thumbnail"}]},
    {"roles": ["employee", "Ünïque role"]},
    {ENTERPRISE: {"department": "Care", "division": "Home"}},
]
EVERYTHING: dict[str, Any] = {name: value for one in PROPERTIES for name, value in one.items()}


def _manager(mock: Mock) -> dict[str, Any]:
    return {ENTERPRISE: {"manager": {"value": mock.state()["users"][0]["id"]}}}


@pytest.mark.parametrize("properties", [*PROPERTIES, EVERYTHING], ids=lambda one: "-".join(one)[:40])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_is_sent_comes_back(mock: Mock, method: str, properties: dict[str, Any]) -> None:
    if method == "POST":
        user = mock.user(**properties)
    else:
        user = mock.user()
        body = {"userName": user["userName"], "displayName": user["displayName"], **properties}
        path = f"/users/{user['id']}"
        answer = mock("PUT", path, body) if method == "PUT" else mock.patch(path, {"op": "add", "value": properties})
        assert answer.status_code == 200, answer.text
        user = answer.json()
    for name, value in properties.items():
        assert user[name] == value
    assert mock("GET", f"/users/{user['id']}").json() == user
    assert (ENTERPRISE in user["schemas"]) == (ENTERPRISE in properties)


def test_a_manager_is_a_reference(mock: Mock, refused: Refused) -> None:
    user = mock.user(**_manager(mock))
    manager = user[ENTERPRISE]["manager"]
    assert mock("GET", manager["$ref"]).json()["id"] == manager["value"]
    nobody = {ENTERPRISE: {"manager": {"value": "nobody"}}}
    refused(mock("PUT", f"/users/{user['id']}", nobody), 400, "invalidValue")
    mock("DELETE", f"/users/{manager['value']}")
    assert ENTERPRISE not in mock("GET", f"/users/{user['id']}").json()


def test_every_seeded_resource_follows_its_model(mock: Mock) -> None:
    for resource, model, kind in [("users", "ScimV2User", "User"), ("groups", "ScimV2Group", "Group")]:
        for item in mock.state()[resource]:
            document = mock("GET", f"/{resource}/{item['id']}").json()
            assert not mock.contract.models.faults(model, document)
            assert document["schemas"][0] == f"urn:ietf:params:scim:schemas:core:2.0:{kind}"
            assert (document["id"], document["meta"]["resourceType"]) == (item["id"], kind)
            assert f"{PATHS[mock.prefix]}/{resource}/" in document["meta"]["location"]
            assert mock("GET", document["meta"]["location"]).json() == document
            for reference in [*document.get("groups", ()), *document.get("members", ())]:
                linked = mock("GET", reference["$ref"]).json()
                assert linked["id"] == reference["value"]
                assert linked["meta"]["resourceType"] == reference["type"]


def test_a_resource_is_the_same_in_both_prefixes(mock: Mock) -> None:
    for resource in ("users", "groups"):
        for item in mock.state()[resource]:
            one, other = (mock("GET", f"/{resource}/{item['id']}", prefix=prefix).text for prefix in PATHS)
            assert one == other.replace("/scim/v2/", "/scim/")


def test_the_password_is_never_seen(mock: Mock) -> None:
    secret = "Correct-Horse-9!"
    user = mock.user(password=secret)
    path = f"/users/{user['id']}"
    answers = [
        mock("PUT", path, {**user, "password": secret}),
        mock.patch(path, {"op": "replace", "path": "password", "value": secret}),
        mock("GET", path),
        mock("GET", "/users", params={"filter": 'userName eq "new@mock.example"'}),
        mock("POST", "/users", {"userName": "new@mock.example", "displayName": "x", "password": secret}),
        mock("POST", "/users", {"userName": "y", "displayName": "y", "password": [secret]}),
        mock.patch(path, {"op": "replace", "path": "password", "value": {"x": secret}}),
        mock("GET", "/users", params={"filter": f'password eq "{secret}"'}),
    ]
    for answer in answers:
        assert secret not in answer.text
        assert "password" not in answer.json()
    assert secret not in mock.raw("GET", "/_mock/state").text


def test_times_move_forward(mock: Mock) -> None:
    user = mock.user()
    times = [user["meta"]["lastModified"]]
    for number in range(5):
        changed = mock.patch(f"/users/{user['id']}", {"op": "replace", "path": "title", "value": f"{number}"})
        times.append(changed.json()["meta"]["lastModified"])
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time) for time in times)
    assert times == sorted(set(times))
    now = datetime.now().astimezone()
    assert abs(datetime.fromisoformat(times[-1]) - now) < timedelta(minutes=1)


def test_what_the_server_owns_is_ignored_in_whole_bodies(mock: Mock) -> None:
    group = mock.state()["groups"][3]["id"]
    owned = {
        "id": "mine",
        "meta": {"version": '"0"', "location": "x", "resourceType": "User"},
        "groups": [{"value": group, "type": "Group"}],
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "unheardOf": {"x": [1, None]},
    }
    user = mock.user(**owned)
    path = f"/users/{user['id']}"
    assert user["id"] != "mine"
    assert user["groups"] == []
    for strange in (owned, {"id": 7, "meta": "x", "groups": 1.5}):
        answer = mock("PUT", path, {**user, **strange})
        assert answer.json() == user, answer.text
    assert mock("GET", "/users/mine").status_code == 404


@pytest.mark.parametrize("attribute", ["id", "meta", "meta.version", "groups", "META.location"])
def test_what_the_server_owns_is_refused_in_a_patch(mock: Mock, refused: Refused, attribute: str) -> None:
    path = f"/users/{mock.state()['users'][0]['id']}"
    before = mock.state()
    refused(mock.patch(path, {"op": "replace", "path": attribute, "value": "x"}), 400, "mutability")
    refused(mock.patch(path, {"op": "remove", "path": attribute}), 400, "mutability")
    assert mock.state() == before


def test_putting_back_what_was_read_changes_nothing(mock: Mock) -> None:
    before = mock.state()
    for resource in ("users", "groups"):
        for item in before[resource]:
            path = f"/{resource}/{item['id']}"
            assert mock("PUT", path, mock("GET", path).json()).status_code == 200
    assert mock.state() == before


def test_names_and_enum_values_come_in_any_case(mock: Mock) -> None:
    body = {
        "USERNAME": "case@x",
        "DisplayName": "Case",
        "EMAILS": [{"Value": "a@x", "TYPE": "Work", "PRIMARY": True}],
        ENTERPRISE.upper(): {"Department": "D"},
    }
    user = mock("POST", "/users", body).json()
    assert user["emails"] == [{"value": "a@x", "type": "work", "primary": True}]
    assert user[ENTERPRISE] == {"department": "D"}


@pytest.mark.parametrize("attribute", ["emails", "phoneNumbers"])
def test_one_value_at_most_is_primary(mock: Mock, refused: Refused, attribute: str) -> None:
    first = {"value": "+491", "type": "work", "primary": True}
    second = {"value": "+492", "type": "other", "primary": True}
    both = {"userName": "p@x", "displayName": "P", attribute: [first, second]}
    refused(mock("POST", "/users", both), 400, "invalidValue")
    user = mock.user(**{attribute: [first, {**second, "primary": False}]})
    path = f"/users/{user['id']}"
    refused(mock("PUT", path, both), 400, "invalidValue")
    changed = mock.patch(path, {"op": "replace", "path": f'{attribute}[type eq "other"].primary', "value": True})
    assert [one["primary"] for one in changed.json()[attribute]] == [False, True]
    added = mock.patch(path, {"op": "add", "path": attribute, "value": [{**first, "value": "+493"}]})
    assert [one["primary"] for one in added.json()[attribute]] == [False, False, True]


def test_the_seed_is_the_same_every_time() -> None:
    assert Mock(Settings(admin=True)).state() == Mock(Settings(admin=True)).state()


def test_the_seed_has_what_a_run_needs() -> None:
    state = Mock(Settings(admin=True)).state()
    names = [group["content"]["displayName"] for group in state["groups"]]
    assert (len(state["users"]), len(names)) == (60, 31)
    sandbox = state["groups"][names.index("ConformanceSandbox")]
    assert len(sandbox["content"]["members"]) == 2
    assert sum(name.isalnum() and name.isascii() for name in names) > 10
    assert any(set(user["content"]) == {"active", "userName", "displayName"} for user in state["users"])
    assert any(len(user["content"]) == 10 for user in state["users"])
