"""OAuth client credentials: tokens, and what a token's client may do."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from scim_contract.contract import Operation
from scim_contract.mock.settings import Client

LIFETIME_SECONDS = 86_400
SET_PASSWORD = "directory:user:setPassword"
_FORM = "application/x-www-form-urlencoded"


def permitted(held: frozenset[str], operation: Operation) -> bool:
    """Whether any one of the operation's permissions is held ("Requires ANY permissions")."""
    return operation.open or not held.isdisjoint(operation.permissions)


def sets_password_only(held: frozenset[str], operation: Operation) -> bool:
    """Whether the operation is open to the client for nothing but its permission to set passwords."""
    return held.intersection(operation.permissions) == {SET_PASSWORD}


def challenge(presented: bool) -> Mapping[str, str]:
    """The headers of a 401 (RFC 6750, 3); `presented` tells whether there was a token, a wrong one."""
    value = 'Bearer realm="scim"' + (', error="invalid_token"' if presented else "")
    return {"WWW-Authenticate": value}


@dataclass
class Tokens:
    """The clients of the mock and the tokens that it gave them."""

    clients: tuple[Client, ...]
    _given: dict[str, Client] = field(default_factory=dict)

    def client_of(self, authorization: str | None) -> Client | None:
        """The client whose token an Authorization header presents, None for no or an unknown token."""
        scheme, _, token = (authorization or "").partition(" ")
        return self._given.get(token.strip()) if scheme.lower() == "bearer" else None

    def give(self, client: Client) -> str:
        """A new token of the client."""
        token = secrets.token_urlsafe(32)
        self._given[token] = client
        return token

    def known(self, id: str, secret: str) -> Client | None:
        """The client of these credentials. A mock without clients knows everyone."""
        if not self.clients:
            return Client(id, secret)
        return next((c for c in self.clients if c.id == id and _same(c.secret, secret)), None)

    async def endpoint(self, request: Request) -> Response:
        """POST /oauth/token: the client credentials grant (RFC 6749, 4.4), by Basic auth or form."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _refused(400, "invalid_request")
        try:
            fields = parse_qs((await request.body()).decode(), max_num_fields=20)
        except ValueError:
            return _refused(400, "invalid_request")
        form = {name: values[0] for name, values in fields.items()}
        if form.get("grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type" if "grant_type" in form else "invalid_request")
        credentials = _credentials(request.headers.get("authorization"), form)
        client = None if credentials is None else self.known(*credentials)
        if client is None:
            return _refused(401, "invalid_client")
        answer = {"access_token": self.give(client), "token_type": "bearer", "expires_in": LIFETIME_SECONDS}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _credentials(authorization: str | None, form: Mapping[str, str]) -> tuple[str, str] | None:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() == "basic":
        try:
            id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return (unquote_plus(id), unquote_plus(secret)) if colon else None
    if "client_id" in form and "client_secret" in form:
        return form["client_id"], form["client_secret"]
    return None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))


def _refused(status: int, error: str) -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="scim"'} if status == 401 else {}
    return JSONResponse({"error": error}, status, headers={**headers, "Cache-Control": "no-store"})
