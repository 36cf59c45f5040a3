"""Signing in: OAuth client credentials for each client, a token each, renewed when it runs out."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import httpx

from scim_contract.secret import Secret
from scim_contract.targets import Client
from scim_contract.transport.errors import Refused, TokenTrouble
from scim_contract.transport.masking import Masker

_EARLY = 30.0


@dataclass(frozen=True)
class _Token:
    value: Secret
    expires: float


class Tokens:
    """The tokens of a target's clients, asked for when first needed."""

    def __init__(self, token_url: str, http: httpx.Client, masker: Masker) -> None:
        self._token_url = token_url
        self._http = http
        self._masker = masker
        self._held: dict[str, _Token] = {}
        self._lock = threading.Lock()

    def token(self, client: Client) -> Secret:
        """A token of the client that is good for some seconds more.

        Raises:
            Refused: the token endpoint answered 400, 401 or 403.
            TokenTrouble: it gave no usable answer.
        """
        with self._lock:
            held = self._held.get(client.id)
            if held is None or held.expires < time.monotonic():
                held = self._held[client.id] = self._sign_in(client)
            return held.value

    def _sign_in(self, client: Client) -> _Token:
        who = f"the client that holds {client.label} (id {client.id[:4]}…)"
        try:
            answer = self._http.post(
                self._token_url,
                data={"grant_type": "client_credentials"},
                auth=(client.id, str(client.secret)),
                headers={"Accept": "application/json"},
            )
        except httpx.HTTPError as error:
            raise TokenTrouble(f"{self._token_url} gave no answer: {describe(error)}") from None
        if answer.status_code in (400, 401, 403):
            raise Refused(f"{self._token_url} refused {who} with {answer.status_code}: check its id and secret")
        try:
            document = answer.json() if answer.status_code == 200 else None
        except (ValueError, RecursionError):
            document = None
        value = document.get("access_token") if isinstance(document, dict) else None
        if not isinstance(value, str) or not value:
            raise TokenTrouble(f"{self._token_url} answered {answer.status_code} without a token for {who}")
        self._masker.learn(value)
        lifetime = document.get("expires_in") if isinstance(document, dict) else None
        seconds = float(lifetime) if isinstance(lifetime, (int, float)) and lifetime > 0 else 3600.0
        return _Token(Secret(value), time.monotonic() + max(seconds - _EARLY, seconds / 2))


def describe(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """A network error as a person reads it."""
    words: dict[type[Exception], str] = {
        httpx.InvalidURL: "the address cannot be asked for",
        httpx.ConnectTimeout: "no connection within the timeout",
        httpx.ReadTimeout: "no answer within the timeout",
        httpx.WriteTimeout: "the request was not taken within the timeout",
        httpx.ConnectError: "no connection",
        httpx.ReadError: "the connection broke while the answer was read",
        httpx.WriteError: "the connection broke while the request was sent",
        httpx.RemoteProtocolError: "what came is no complete HTTP answer",
    }
    said = str(error)
    return words.get(type(error), type(error).__name__) + (f" ({said})" if said else "")
