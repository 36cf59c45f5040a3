from __future__ import annotations

import base64
from typing import Any

import pytest
from mocked import CLIENTS, CONTRACT, PATCH_OP, Mock

from scim_contract.contract import Operation
from scim_contract.mock.settings import Settings, client_from_text

PROTECTED = [operation for operation in CONTRACT.operations if not operation.open]
OPEN = [operation for operation in CONTRACT.operations if operation.open]


def _send(mock: Mock, operation: Operation, **request: Any) -> Any:
    """A request for the operation that does what it is for and changes no attribute."""
    resource = "users" if operation.resource == "users" else "groups"
    item = mock.state()[resource][0]
    path = operation.path.replace("{userId}", item["id"]).replace("{groupId}", item["id"])
    path = path.replace("{resourceType}", "User")
    if operation.kind == "list":
        request["params"] = {"filter": f'displayName eq "{item["content"]["displayName"]}"'}
    body = {
        "create": {"userName": "made@mock.example", "displayName": "Made"},
        "replace": {**item["content"], "password": "a new Secret 1"} if resource == "users" else item["content"],
        "modify": {
            "schemas": [PATCH_OP],
            "Operations": [{"op": "replace", "path": "password", "value": "a new Secret 1"}]
            if resource == "users"
            else [{"op": "replace", "path": "displayName", "value": "Renamed"}],
        },
    }.get(operation.kind)
    return mock(operation.method, path.lstrip("/").join(["http://mock.test/", ""]), body, **request)


@pytest.mark.parametrize("operation", PROTECTED, ids=lambda operation: operation.id)
def test_any_one_of_the_listed_permissions_suffices_and_no_other_does(guarded: Mock, operation: Operation) -> None:
    for client in CLIENTS:
        listed = bool(client.permissions & set(operation.permissions))
        before = guarded.state()
        answer = _send(guarded, operation, client=client.id)
        if listed:
            assert answer.is_success, (client.id, answer.text)
        else:
            assert answer.status_code == 403
            assert guarded.state() == before
        if listed and operation.kind == "create":
            guarded("DELETE", f"/users/{answer.json()['id']}", client="delete")


@pytest.mark.parametrize("operation", PROTECTED, ids=lambda operation: operation.id)
@pytest.mark.parametrize("authorization", [None, "Bearer made-up", "Basic dmlldzp2aWV3LXNlY3JldA==", "Bearer"])
def test_without_a_known_token_nothing_is_done(guarded: Mock, operation: Operation, authorization: str | None) -> None:
    before = guarded.state()
    answer = _send(guarded, operation, headers={"Authorization": authorization} if authorization else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert guarded.state() == before


@pytest.mark.parametrize("operation", OPEN, ids=lambda operation: operation.id)
def test_discovery_is_open_to_anyone(guarded: Mock, operation: Operation) -> None:
    assert _send(guarded, operation).status_code == 200
    assert _send(guarded, operation, client="none").status_code == 200


def test_a_client_that_sets_passwords_changes_nothing_else(guarded: Mock) -> None:
    before = guarded.state()
    path = f"/users/{before['users'][4]['id']}"
    mixed = [
        {"op": "replace", "path": "password", "value": "x"},
        {"op": "replace", "path": "title", "value": "x"},
    ]
    assert guarded.patch(path, *mixed, client="password").status_code == 403
    assert guarded("PUT", path, {"password": "x"}, client="password").status_code == 403
    assert guarded.state() == before


@pytest.mark.parametrize("path_kind", ["PUT", "PATCH"])
def test_a_client_that_sets_passwords_can(guarded: Mock, path_kind: str) -> None:
    user = guarded.state()["users"][5]
    path = f"/users/{user['id']}"
    read = guarded("GET", path, client="view").json()
    if path_kind == "PUT":
        answer = guarded("PUT", path, {**read, "password": "Secret 1!"}, client="password")
    else:
        answer = guarded.patch(path, {"op": "add", "value": {"password": "Secret 1!"}}, client="password")
    assert answer.status_code == 200
    assert "Secret 1!" not in answer.text
    after = guarded.state()["users"][5]
    assert after["password"] not in (None, user["password"], "Secret 1!")
    assert after["content"] == user["content"]


def _token(mock: Mock, data: Any, **request: Any) -> Any:
    return mock.raw("POST", "/oauth/token", data=data, **request)


def test_tokens_are_given_for_basic_or_form_credentials(guarded: Mock) -> None:
    grant = {"grant_type": "client_credentials"}
    by_basic = _token(guarded, grant, auth=("view", "view-secret"))
    by_form = _token(guarded, {**grant, "client_id": "view", "client_secret": "view-secret"})
    for answer in (by_basic, by_form):
        assert answer.status_code == 200
        assert answer.json()["token_type"] == "bearer"
        assert answer.json()["expires_in"] > 0
    assert by_basic.json()["access_token"] != by_form.json()["access_token"]


def test_wrong_credentials_get_no_token(guarded: Mock) -> None:
    grant = {"grant_type": "client_credentials"}
    assert _token(guarded, grant, auth=("view", "wrong")).status_code == 401
    assert _token(guarded, grant, auth=("nobody", "view-secret")).status_code == 401
    assert _token(guarded, grant).status_code == 401
    assert _token(guarded, {"grant_type": "password"}, auth=("view", "view-secret")).status_code == 400
    assert _token(guarded, {}, auth=("view", "view-secret")).status_code == 400
    basic = base64.b64encode(b"\xff\xfe").decode()
    assert _token(guarded, grant, headers={"Authorization": f"Basic {basic}"}).status_code == 401
    assert guarded.raw("POST", "/oauth/token", json=grant).status_code == 400


def test_without_clients_nothing_is_asked_for(mock: Mock) -> None:
    assert mock("GET", f"/users/{mock.state()['users'][0]['id']}").status_code == 200


def test_the_log_names_the_client(guarded: Mock) -> None:
    guarded("GET", "/groups", params={"filter": "displayName pr"}, client="group")
    entry = guarded.raw("GET", "/_mock/log").json()[-1]
    assert (entry["method"], entry["client"], entry["status"]) == ("GET", "group", 200)
    assert entry["query"] == "filter=displayName+pr"


def test_there_is_no_admin_unless_asked_for() -> None:
    mock = Mock(Settings())
    assert mock.raw("GET", "/_mock/state").status_code == 404
    assert mock.raw("GET", "/_mock/log").status_code == 404


def test_a_client_is_read_from_text() -> None:
    known = CONTRACT.permissions
    client = client_from_text("me:secret:directory:user:view, directory:user:edit", known)
    assert (client.id, client.secret) == ("me", "secret")
    assert client.permissions == {"directory:user:view", "directory:user:edit"}
    assert client_from_text("me:secret", known).permissions == frozenset()
    with pytest.raises(ValueError, match="did you mean 'directory:user:view'") as caught:
        client_from_text("me:s3cr3t:directory:user:veiw", known)
    assert "s3cr3t" not in str(caught.value)
    for text in ("me", "me:", ":secret", ""):
        with pytest.raises(ValueError, match="ID:SECRET"):
            client_from_text(text, known)
