from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from mocked import Mock

from scim_contract.mock.serve import running
from scim_contract.mock.settings import Settings

Refused = Callable[..., None]
RESOURCES = pytest.mark.parametrize("resource", ["users", "groups"])


def _any(mock: Mock, resource: str) -> str:
    return f"/{resource}/{mock.state()[resource][2]['id']}"


def _rename(mock: Mock, path: str, name: str = "Renamed", **request: Any) -> httpx.Response:
    return mock.patch(path, {"op": "replace", "path": "displayName", "value": name}, **request)


def test_the_etag_is_quoted_and_equals_the_version(mock: Mock) -> None:
    for path in (_any(mock, "users"), _any(mock, "groups"), "/serviceproviderconfig"):
        answer = mock("GET", path)
        assert answer.headers["etag"] == answer.json()["meta"]["version"]
        assert answer.headers["etag"].startswith('"')
        assert answer.headers["etag"].endswith('"')


def test_a_current_etag_is_not_modified(mock: Mock) -> None:
    for path in (_any(mock, "users"), _any(mock, "groups"), "/serviceproviderconfig"):
        etag = mock("GET", path).headers["etag"]
        for sent in (etag, f'"other", {etag}', f"W/{etag}", "*"):
            answer = mock("GET", path, headers={"If-None-Match": sent})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        answer = mock("GET", path, headers={"If-None-Match": '"other"'})
        assert (answer.status_code, answer.headers["etag"]) == (200, etag)


@RESOURCES
def test_an_etag_of_one_prefix_counts_in_the_other(mock: Mock, resource: str) -> None:
    path, other = _any(mock, resource), "v2" if mock.prefix == "v1" else "v1"
    etag = mock("GET", path).headers["etag"]
    assert mock("GET", path, prefix=other, headers={"If-None-Match": etag}).status_code == 304
    assert _rename(mock, path, prefix=other, headers={"If-Match": etag}).status_code == 200


@RESOURCES
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_stale_if_match_is_refused_before_anything_is_applied(
    mock: Mock, refused: Refused, resource: str, method: str
) -> None:
    if (resource, method) == ("groups", "DELETE"):
        return
    path = _any(mock, resource)
    old = mock("GET", path).headers["etag"]
    _rename(mock, path)
    before = mock.state()
    for stale in (old, '"made-up"', "unquoted", '""', ""):
        body = None if method == "DELETE" else {"displayName": "Lost update", "nonsense": 1}
        refused(mock(method, path, body, headers={"If-Match": stale}), 400, "invalidVers")
    assert mock.state() == before


@RESOURCES
@pytest.mark.parametrize("sent", [None, "*", "current", "listed"])
def test_a_current_if_match_or_none_applies(mock: Mock, resource: str, sent: str | None) -> None:
    path = _any(mock, resource)
    etag = mock("GET", path).headers["etag"]
    header = {"current": etag, "listed": f'"x", {etag}', "*": "*"}.get(sent or "")
    answer = _rename(mock, path, headers={} if header is None else {"If-Match": header})
    assert answer.status_code == 200
    assert answer.headers["etag"] == answer.json()["meta"]["version"] != etag
    assert mock("GET", path).headers["etag"] == answer.headers["etag"]
    assert mock("GET", path).json() == answer.json()


def test_a_delete_with_the_current_etag_applies(mock: Mock) -> None:
    path = _any(mock, "users")
    etag = mock("GET", path).headers["etag"]
    assert mock("DELETE", path, headers={"If-Match": etag}).status_code == 204


def test_versions_move_with_what_can_be_read_and_only_then(mock: Mock) -> None:
    user = mock.user()
    path = f"/users/{user['id']}"
    version = user["meta"]["version"]
    for same in (lambda: mock("PUT", path, user), lambda: _rename(mock, path, "New")):
        assert same().headers["etag"] == version
    mock.patch(path, {"op": "replace", "path": "password", "value": "x"})
    assert mock("GET", path).headers["etag"] == version
    group = mock.group()
    mock.patch(f"/groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": user["id"]}]})
    assert mock("GET", path).headers["etag"] != version
    assert mock("GET", f"/groups/{group['id']}").headers["etag"] != group["meta"]["version"]


def test_one_of_two_writers_with_the_same_etag_wins() -> None:
    with running(Settings(admin=True)) as url, httpx.Client(base_url=f"{url}/api/v2/scim") as client:
        body = {"userName": "race@x", "displayName": "Race"}
        created = client.post("/users", json=body)
        etag = created.headers["etag"]

        def write(number: int) -> int:
            document = {**body, "title": f"Writer {number}"}
            path = f"/users/{created.json()['id']}"
            return client.put(path, json=document, headers={"If-Match": etag}).status_code

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(write, range(8))) == [200] + [400] * 7
