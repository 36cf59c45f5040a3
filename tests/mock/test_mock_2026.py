"""The mock in edition 2026: what it does otherwise than in 2019."""

from __future__ import annotations

from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.mock.settings import Client, Settings
from tests.mock.mocked import ENTERPRISE, Mock

GENESYS = "urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
HOLDING = {"none": "", "skills": "routing:skill:assign", "password": "directory:user:setPassword"}
CLIENTS = tuple(
    Client(name, f"{name}-secret", frozenset({permission} if permission else ()))
    for name, permission in HOLDING.items()
)


@pytest.fixture
def mock() -> Mock:
    return Mock(Settings(edition="2026"))


@pytest.fixture
def guarded() -> Mock:
    return Mock(Settings(edition="2026", clients=CLIENTS))


def full(mock: Mock) -> Any:
    """A user of the seed who has everything."""
    return next(user for user in mock.found("users", "userName pr", count=50)["Resources"] if GENESYS in user)


def refused(mock: Mock, **extension: Any) -> None:
    answer = mock("POST", "/users", {"userName": "x@mock.example", "displayName": "X", GENESYS: extension})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")


# ---- who may


def test_no_operation_is_open_without_a_token_and_reading_needs_no_permission(guarded: Mock) -> None:
    for path in ("/users", "/resourcetypes", "/schemas", "/serviceproviderconfig"):
        assert guarded("GET", path).status_code == 401
        assert guarded("GET", path, client="none").status_code == 200


def test_any_listed_permission_lets_write_users(guarded: Mock) -> None:
    body = {"userName": "s@mock.example", "displayName": "S"}
    created = guarded("POST", "/users", body, client="skills")
    assert created.status_code == 201
    path = f"/users/{created.json()['id']}"
    assert guarded("PUT", path, {**body, "title": "T"}, client="skills").json()["title"] == "T"
    assert guarded("PUT", path, {**body, "title": "U"}, client="password").status_code == 403


def test_2019_is_open_without_a_token_still() -> None:
    guarded = Mock(Settings(clients=CLIENTS[:1]))
    assert guarded("GET", "/resourcetypes").status_code == 200
    assert guarded("GET", "/schemas").status_code == 404


# ---- lists


def test_without_a_filter_the_active_users_are_listed(mock: Mock) -> None:
    listed = mock("GET", "/users", params={"count": 200}).json()
    assert {user["active"] for user in listed["Resources"]} == {True}
    assert listed["totalResults"] == mock.found("users", "active eq true")["totalResults"] < 60
    assert mock("GET", "/groups", prefix="v2").json()["scimType"] == "invalidFilter"


@pytest.mark.parametrize("name", ["manager", "email", "division", "employeeNumber", "EMPLOYEENUMBER"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_documented_filters_find_what_has_the_value(mock: Mock, name: str, quote: str) -> None:
    user = full(mock)
    extension = user[ENTERPRISE]
    value = {"manager": extension["manager"]["value"], "email": user["emails"][0]["value"],
             "division": extension["division"]}.get(name, extension["employeeNumber"])  # fmt: skip
    assert user["id"] in [each["id"] for each in mock.found("users", f"{name} eq {quote}{value}{quote}")["Resources"]]
    assert mock.found("users", f"{name} eq {quote}nobody{quote}")["totalResults"] == 0


def test_filters_know_roles_skills_and_identifiers(mock: Mock) -> None:
    user = full(mock)
    for text in ('roles.value eq "employee"', f'{GENESYS}:routingSkills[name eq "Billing"]',
                 f'{GENESYS}:externalIds.value eq "{user[GENESYS]["externalIds"][0]["value"]}"'):  # fmt: skip
        assert user["id"] in [each["id"] for each in mock.found("users", text, count=60)["Resources"]], text


# ---- attributes


def shown(mock: Mock, path: str, **parameters: str) -> set[str]:
    return set(mock("GET", path, params=parameters).json())


def test_attributes_are_given_with_what_is_always_there(mock: Mock) -> None:
    path = f"/users/{full(mock)['id']}"
    always = {"schemas", "id", "userName", "active", "meta"}
    assert shown(mock, path, attributes="title,EMAILS") == {*always, "title", "emails"}
    assert shown(mock, path, attributes=f"{ENTERPRISE}:department") == {*always, ENTERPRISE}
    assert shown(mock, path, attributes="none") == always
    assert shown(mock, path, excludedAttributes="id,meta,active,title") == shown(mock, path) - {"title"}


def test_parts_of_attributes_are_given_or_left_out(mock: Mock) -> None:
    user = full(mock)
    path = f"/users/{user['id']}"
    only = mock("GET", path, params={"attributes": "emails.value"}).json()["emails"]
    assert only == [{"value": each["value"]} for each in user["emails"]]
    less = mock("GET", path, params={"excludedAttributes": f"{ENTERPRISE}:manager,phoneNumbers.type"}).json()
    assert less[ENTERPRISE] == {k: v for k, v in user[ENTERPRISE].items() if k != "manager"}
    assert {frozenset(each) for each in less["phoneNumbers"]} == {frozenset({"value", "primary"})}


def test_a_part_has_the_etag_of_the_whole(mock: Mock) -> None:
    path = f"/users/{full(mock)['id']}"
    part = mock("GET", path, params={"attributes": "title"})
    assert part.headers["etag"] == mock("GET", path).headers["etag"]
    assert mock("GET", path, params={"attributes": "title"}, headers={"If-None-Match": part.headers["etag"]}
                ).status_code == 304  # fmt: skip


def test_attributes_choose_in_lists_too(mock: Mock) -> None:
    listed = mock("GET", "/groups", params={"filter": "displayName pr", "excludedAttributes": "members"}).json()
    assert {frozenset(group) for group in listed["Resources"]} == {frozenset({"schemas", "id", "displayName", "meta"})}


# ---- schemas


def test_schemas_are_those_of_the_models_and_found_by_id(mock: Mock) -> None:
    listed = mock("GET", "/schemas").json()
    assert not load("2026").models.faults("ScimV2SchemaListResponse", listed)
    assert [each["id"].rpartition("schemas:")[2] for each in listed["Resources"]] == [
        "core:2.0:User", "core:2.0:Group", "extension:enterprise:2.0:User", "extension:genesys:purecloud:2.0:User",
    ]  # fmt: skip
    assert all(mock("GET", f"/schemas/{each['id']}").json() == each for each in listed["Resources"])
    names = {attribute["name"]: attribute for attribute in listed["Resources"][0]["attributes"]}
    assert names["password"]["returned"] == "never"
    assert [part["name"] for part in names["emails"]["subAttributes"]] == ["value", "type", "primary"]


def test_a_filter_on_schemas_and_an_unknown_schema_are_refused(mock: Mock) -> None:
    assert mock("GET", "/schemas", params={"filter": "id pr"}).status_code == 403
    assert mock("GET", "/schemas/urn:none").status_code == 404


def test_resource_types_name_both_extensions_and_the_schema(mock: Mock) -> None:
    types = {each["name"]: each for each in mock("GET", "/resourcetypes").json()["Resources"]}
    assert [each["schema"] for each in types["User"]["schemaExtensions"]] == [ENTERPRISE, GENESYS]
    assert "Schema" in types


# ---- bodies


def test_roles_are_objects_and_photos_unknown(mock: Mock) -> None:
    user = mock.user(roles=[{"value": "employee"}], photos=[{"value": "https://x", "type": "photo"}])
    assert user["roles"] == [{"value": "employee"}]
    assert "photos" not in user
    body = {"userName": "r@mock.example", "displayName": "R", "roles": ["employee"]}
    assert mock("POST", "/users", body).status_code == 400


def test_the_vendors_extension_is_kept_and_patched(mock: Mock) -> None:
    user = mock.user(**{GENESYS: {"externalIds": [{"authority": "a", "value": "b"}]}})
    path = f"/users/{user['id']}"
    assert user["schemas"] == [USER, GENESYS]
    skills = [{"name": "Billing", "proficiency": 3.5}]
    answer = mock.patch(path, {"op": "add", "path": f"{GENESYS}:routingSkills", "value": skills})
    assert answer.json()[GENESYS] == {"externalIds": [{"authority": "a", "value": "b"}], "routingSkills": skills}
    answer = mock.patch(path, {"op": "remove", "path": f'{GENESYS}:routingSkills[name eq "Billing"]'})
    assert answer.json()[GENESYS] == {"externalIds": [{"authority": "a", "value": "b"}]}


def test_limits_of_the_extension_are_kept(mock: Mock) -> None:
    refused(mock, routingSkills=[{"name": f"S{number}"} for number in range(51)])
    refused(mock, routingLanguages=[{"name": f"L{number}"} for number in range(51)])
    refused(mock, routingSkills=[{"name": "S", "proficiency": 5.1}])
    refused(mock, routingLanguages=[{"name": "L", "proficiency": -0.1}])
    kept = mock.user(**{GENESYS: {"routingSkills": [{"name": f"S{n}", "proficiency": 5.0} for n in range(50)]}})
    assert len(kept[GENESYS]["routingSkills"]) == 50


def test_a_group_has_an_external_id(mock: Mock) -> None:
    group = mock.group()
    body = {"displayName": group["displayName"], "externalId": "Ext-1"}
    assert mock("PUT", f"/groups/{group['id']}", body).json()["externalId"] == "Ext-1"
    patched = mock.patch(f"/groups/{group['id']}", {"op": "replace", "path": "externalId", "value": "Ext-2"})
    assert patched.json()["externalId"] == "Ext-2"
