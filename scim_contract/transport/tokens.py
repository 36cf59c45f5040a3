"""Signing in: OAuth client credentials for each client, a token each, renewed when it runs out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpx

from scim_contract.secret import Secret
from scim_contract.targets import Client
from scim_contract.transport.connecting import describe, hopeless
from scim_contract.transport.errors import Refused, TokenTrouble
from scim_contract.transport.masking import Masker
from scim_contract.transport.retrying import ATTEMPTS, LONGEST_WAIT, pause_after, pause_after_loss

_EARLY = 30.0


@dataclass(frozen=True)
class _Token:
    value: Secret
    expires: float


class Tokens:
    """The tokens of a target's clients, asked for when first needed; `sleep` is how to wait for a busy endpoint."""

    def __init__(
        self, token_url: str, http: httpx.Client, masker: Masker, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._token_url = token_url
        self._http = http
        self._masker = masker
        self._sleep = sleep
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

    def forget(self, client: Client) -> None:
        """Let go of a token that is not good any more; the next request signs in anew."""
        with self._lock:
            self._held.pop(client.id, None)

    def held(self) -> list[tuple[str, str, float]]:
        """The tokens held, each with its client's id and the seconds for which it is good, to be handed on."""
        with self._lock:
            now = time.monotonic()
            return [(of, str(token.value), token.expires - now) for of, token in self._held.items()]

    def take(self, handed: Iterable[tuple[str, str, float]]) -> None:
        """Take tokens that another process of the run holds, rather than to sign in as often as there are processes."""
        with self._lock:
            for of, value, seconds in handed:
                self._masker.learn(value)
                self._held[of] = _Token(Secret(value), time.monotonic() + seconds)

    def _sign_in(self, client: Client) -> _Token:
        who = f"the client that holds {client.label} (id {client.id[:4]}…)"
        answer = self._answer(client)
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

    def _answer(self, client: Client) -> httpx.Response:
        """What the endpoint says; asked again where it is busy or the connection is lost, since that does no harm."""
        tried, waited = 0, 0.0
        while True:
            pause: float | None
            answer: httpx.Response | None = None
            what = ""
            try:
                answer = self._http.post(
                    self._token_url,
                    data={"grant_type": "client_credentials"},
                    auth=(client.id, str(client.secret)),
                    headers={"Accept": "application/json"},
                )
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                what = self._masker.text(describe(error))
                pause = None if hopeless(error) else pause_after_loss(True, tried)
            else:
                later, now = answer.headers.get("Retry-After"), answer.headers.get("Date")
                pause = pause_after(answer.status_code, later, True, tried, now)
            if pause is None or tried >= ATTEMPTS or waited + pause > LONGEST_WAIT:
                if answer is None:
                    raise TokenTrouble(f"{self._token_url} gave no answer: {what}")
                return answer
            tried, waited = tried + 1, waited + pause
            self._sleep(pause)
