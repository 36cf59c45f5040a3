"""Errors and discovery."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from mocked import ENTERPRISE, PATCH_OP, PATHS, Mock

from scim_contract.mock.app import create_app
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.settings import Settings

Refused = Callable[..., None]


@pytest.mark.parametrize(
    "id",
    [
        "f8bd1a5e-3f3c-4c5d-9d4c-0d7a1d0d7a1d",
        "x",
        "x" * 5000,
        "a%2Fb",
        "%00",
        "%2E%2E",
        "..%2Fgroups",
        "%20",
        "%0A",
        "é",
    ],
)
def test_an_unknown_id_is_not_found(mock: Mock, refused: Refused, id: str) -> None:
    for resource in ("users", "groups", "resourcetypes"):
        refused(mock("GET", f"/{resource}/{id}"), 404)
    refused(mock("DELETE", f"/users/{id}"), 404)
    refused(mock("PUT", f"/users/{id}", {}), 404)
    refused(mock.patch(f"/groups/{id}", {"op": "remove", "path": "members"}), 404)


def test_paths_that_lead_nowhere_are_not_found(mock: Mock, refused: Refused) -> None:
    for path in ("", "/", "/users/", "/users/a/b", "/Users", "/nothing", "/../v2"):
        answer = mock("GET", path, headers={"Accept": "application/scim+json"}) if path else None
        if answer is not None:
            refused(answer, 404)


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/users", "PUT", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("/users", "DELETE", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("/users/x", "POST", {"GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}),
        ("/groups", "POST", {"GET", "HEAD", "OPTIONS"}),
        ("/groups/x", "DELETE", {"GET", "PUT", "PATCH", "HEAD", "OPTIONS"}),
        ("/serviceproviderconfig", "PATCH", {"GET", "HEAD", "OPTIONS"}),
        ("/resourcetypes/User", "TRACE", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_an_undocumented_method_is_not_allowed(
    mock: Mock, refused: Refused, path: str, method: str, allowed: set[str]
) -> None:
    before = mock.state()
    answer = mock(method, path, {})
    refused(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == allowed
    options = mock("OPTIONS", path)
    assert (options.status_code, set(options.headers["allow"].split(", "))) == (204, allowed)
    assert mock.state() == before


def test_head_is_get_without_a_body(mock: Mock) -> None:
    get, head = (mock(method, "/serviceproviderconfig") for method in ("GET", "HEAD"))
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", get.headers["etag"])
    assert head.headers["content-length"] == get.headers["content-length"]


BODIES = pytest.mark.parametrize(
    "where", ["POST /users", "PUT /users/", "PATCH /users/", "PUT /groups/", "PATCH /groups/"]
)


def _send(mock: Mock, where: str, body: Any) -> httpx.Response:
    method, path = where.split()
    if path.endswith("/"):
        path += mock.state()[path.strip("/")][2]["id"]
    return mock(method, path, body)


@BODIES
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"displayName": "x"',
        "not json",
        "[]",
        '"text"',
        "42",
        "null",
        '{"displayName": NaN}',
        b"\xff\xfe",
        b'{"displayName": "\xe9"}',
        "[" * 100_000,
        '{"displayName": ' + "9" * 5000 + "}",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(mock: Mock, refused: Refused, where: str, body: str | bytes) -> None:
    before = mock.state()
    refused(_send(mock, where, body), 400, "invalidSyntax")
    assert mock.state() == before


@pytest.mark.parametrize(
    "strange",
    [
        {"userName": {"x": 1}},
        {"userName": ["x"]},
        {"displayName": 42},
        {"displayName": True},
        {"active": "true"},
        {"active": 1},
        {"title": 1.5},
        {"emails": "a@x"},
        {"emails": {"value": "a@x"}},
        {"emails": ["a@x"]},
        {"emails": [{"value": ["a@x"]}]},
        {"emails": [{"value": "a@x", "primary": "yes"}]},
        {"emails": [{"value": "a@x", "type": "home"}]},
        {"phoneNumbers": [{"value": "+49", "type": "fax"}]},
        {"photos": [{"value": "x", "type": "portrait"}]},
        {"roles": [{"value": "x"}]},
        {"roles": "x"},
        {ENTERPRISE: "x"},
        {ENTERPRISE: {"manager": "x"}},
        {ENTERPRISE: {"department": []}},
        {"schemas": "x"},
        {"password": {}},
        {"title": "\ud800"},
        {"title": 10**400},
        {"title": json.loads("[" * 400 + "]" * 400)},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_wrong_types_and_enum_values_are_refused(
    mock: Mock, refused: Refused, method: str, strange: dict[str, Any]
) -> None:
    if method == "PATCH" and (
        "schemas" in strange or strange == {"emails": {"value": "a@x"}} or strange == {"roles": "x"}
    ):
        pytest.skip("RFC 7644, 3.5.2.1 lets one value of a list be added")
    before = mock.state()
    path = f"/users/{before['users'][2]['id']}"
    whole = {"userName": "a@x", "displayName": "A", **strange}
    if method == "POST":
        answer = mock("POST", "/users", whole)
    elif method == "PUT":
        answer = mock("PUT", path, whole)
    else:
        answer = mock.patch(path, {"op": "replace", "value": strange})
    refused(answer, 400, "invalidValue")
    assert mock.state() == before


@pytest.mark.parametrize("value", [1e999, 10**400, json.loads("[" * 400 + "]" * 400), {"a": {"b": None}}, None, 0])
def test_no_value_of_a_patch_breaks_the_server(mock: Mock, value: Any) -> None:
    path = f"/users/{mock.state()['users'][2]['id']}"
    for target in ("title", "emails", 'emails[type eq "work"].value', ENTERPRISE, "schemas", None):
        for op in ("add", "replace", "remove"):
            operation = {"op": op, "path": target, "value": value}
            body = json.dumps({"schemas": [PATCH_OP], "Operations": [operation]}).replace("Infinity", "1e999")
            assert mock("PATCH", path, body).status_code < 500


def test_a_failure_of_the_server_tells_nothing_of_its_inside(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("the database at 10.0.0.1 is gone")

    app = create_app(Settings(), lambda operation: replace(Behaviour(), show=fail))
    mock = Mock(Settings())
    mock._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock.test")
    answer = mock("POST", "/users", {"userName": "a", "displayName": "b"})
    assert answer.status_code == 500
    assert "database" not in answer.text
    assert "database" in capsys.readouterr().err


def test_discovery_names_every_resource_type(mock: Mock) -> None:
    answer = mock("GET", "/resourcetypes").json()
    assert not mock.contract.models.faults("ScimConfigResourceTypesListResponse", answer)
    names = [one["name"] for one in answer["Resources"]]
    assert names == ["User", "Group", "ServiceProviderConfig", "ResourceType"]
    assert answer["totalResults"] == answer["itemsPerPage"] == 4
    for one in answer["Resources"]:
        assert mock("GET", f"/resourcetypes/{one['name']}").json() == one
        assert mock("GET", one["meta"]["location"]).json() == one
        assert mock("GET", one["endpoint"]).status_code in (200, 400)


def test_the_configuration_says_what_holds(mock: Mock) -> None:
    answer = mock("GET", "/serviceproviderconfig")
    document = answer.json()
    assert not mock.contract.models.faults("ScimServiceProviderConfig", document)
    assert document["meta"]["location"] == f"http://mock.test{PATHS[mock.prefix]}/serviceproviderconfig"
    supported = {name for name in document if isinstance(document[name], dict) and document[name].get("supported")}
    assert supported == {"patch", "filter", "etag", "changePassword"}
