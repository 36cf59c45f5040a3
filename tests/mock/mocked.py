"""A mock in this process that looks at every answer it gives."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from scim_contract.contract import load
from scim_contract.mock.app import create_app
from scim_contract.mock.settings import Client, Settings

CONTRACT = load("2019")
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATHS = {"v1": "/api/v2/scim", "v2": "/api/v2/scim/v2"}
VIEW, EDIT, SET_PASSWORD = "directory:user:view", "directory:user:edit", "directory:user:setPassword"
CLIENTS = tuple(
    Client(name, f"{name}-secret", frozenset({permission}) if permission else frozenset())
    for name, permission in {
        "view": VIEW,
        "edit": EDIT,
        "add": "directory:user:add",
        "delete": "directory:user:delete",
        "password": SET_PASSWORD,
        "group": "directory:group:edit",
        "none": "",
    }.items()
)


class Mock:
    """A mock with its own directory. Calling it sends a request and checks what holds of any answer."""

    def __init__(self, settings: Settings, prefix: str = "v2") -> None:
        self.contract = load(settings.edition)
        transport = httpx.ASGITransport(create_app(settings, contract=self.contract))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://mock.test", trust_env=False)
        self._base = PATHS[prefix]
        self._tokens: dict[str, str] = {}
        self.prefix = prefix

    def raw(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send a request as it is, to any path."""

        async def send() -> httpx.Response:
            return await self._client.request(method, path, **request)

        answer = asyncio.run(send())
        assert answer.headers["inin-correlation-id"]
        assert answer.headers["date"].endswith("GMT")
        return answer

    def __call__(self, method: str, path: str, body: Any = None, *, prefix: str = "", **request: Any) -> httpx.Response:
        """Send a request to a path under the prefix; a body that is no text is sent as JSON."""
        headers = dict(request.pop("headers", {}))
        if (client := request.pop("client", None)) is not None:
            headers["Authorization"] = f"Bearer {self.token(client)}"
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
            request["content"] = body if isinstance(body, str | bytes) else json.dumps(body)
        path = PATHS[prefix or self.prefix] + path if path.startswith("/") else path
        answer = self.raw(method, path, headers=headers, **request)
        if answer.status_code >= 400:
            self._check_error(answer)
        return answer

    def token(self, client: str) -> str:
        """A token of one of the CLIENTS."""
        if client not in self._tokens:
            form = {"grant_type": "client_credentials"}
            answer = self.raw("POST", "/oauth/token", data=form, auth=(client, f"{client}-secret"))
            self._tokens[client] = answer.json()["access_token"]
        return self._tokens[client]

    def state(self) -> Any:
        """The whole directory."""
        return self.raw("GET", "/_mock/state").json()

    def user(self, **attributes: Any) -> Any:
        """A new user's document."""
        body = {"userName": "new@mock.example", "displayName": "New", **attributes}
        answer = self("POST", "/users", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def found(self, resource: str, filter: str, **parameters: Any) -> Any:
        """The list that a filter gives."""
        answer = self("GET", f"/{resource}", params={"filter": filter, **parameters})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def group(self, name: str = "ConformanceSandbox") -> Any:
        """The group of that name."""
        return self.found("groups", f'displayName eq "{name}"')["Resources"][0]

    def patch(self, path: str, *operations: dict[str, Any], **request: Any) -> httpx.Response:
        """PATCH with operations."""
        return self("PATCH", path, {"schemas": [PATCH_OP], "Operations": operations}, **request)

    def _check_error(self, answer: httpx.Response) -> None:
        document = answer.json()
        assert document["status"] == str(answer.status_code)
        assert document["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert not self.contract.models.faults("ScimError", document)
        assert answer.headers["content-type"] in ("application/json", "application/scim+json")
