"""Sending requests: limits, retries of what is safe, and every exchange kept in a shape that tells no secret."""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from scim_contract.contract.operations import Operation
from scim_contract.secret import MASK
from scim_contract.targets import Client, ConfigurationError, Target
from scim_contract.transport.errors import Unreachable
from scim_contract.transport.exchange import MAX_BODY, Answer, Exchange, Request
from scim_contract.transport.limits import Limits
from scim_contract.transport.masking import Masker
from scim_contract.transport.tokens import Tokens, describe

_ATTEMPTS = 4
_LONGEST_WAIT = 120.0
_BREAKER = 5
NOT_RECORDED = "Scim-Contract-Recording"
"""The header of an answer that a recording does not have: see `scim-contract mock --replay`."""


@dataclass(frozen=True)
class Wire:
    """One request ready to go: what to send, and on whose behalf.

    `token` is set where the Authorization header is not a client's own: an empty one for no header at
    all, any other for a made-up token.
    """

    step: str
    operation: Operation | None
    method: str
    url: str
    headers: tuple[tuple[str, str | bytes], ...]
    body: bytes | None
    client: Client | None
    token: str | None = None
    strange: bool = False

    @property
    def reads(self) -> bool:
        """Whether asking twice does no harm."""
        return self.method in ("GET", "HEAD", "OPTIONS")


class Transport:
    """Sends requests to one target over kept-alive connections.

    `counted` is the file in which another process of the same run counts requests, whose limits are shared then.
    """

    def __init__(self, target: Target, masker: Masker, counted: Path | None = None) -> None:
        self.target = target
        self.masker = masker
        self.requests: Counter[str] = Counter()
        self.waited = 0.0
        self.replayed = False
        self._http = httpx.Client(timeout=target.timeout_seconds, verify=_trust(), follow_redirects=False, headers={})
        self.limits = Limits(target.rate_limit, (client.id for client in target.clients), counted)
        self._failures = 0
        self._lock = threading.Lock()
        self.tokens = Tokens(target.token_url, self._http, masker)
        for client in target.clients:
            masker.learn(client.secret)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self.limits.close()

    def send(self, wire: Wire, on_retry: Callable[[str], None] | None = None) -> Exchange:
        """Send a request and wait for its answer.

        429 and 503 are waited out by Retry-After, lost connections tried again for reads only; every
        attempt is told in the exchange's `retries`.

        Raises:
            Unreachable: no answer that can be judged came.
            Refused, TokenTrouble: the client could not sign in.
        """
        shown = self._shown(wire)
        if self._failures >= _BREAKER:
            raise Unreachable(f"the target stopped answering: {_BREAKER} requests in a row got no answer", shown)
        retries: list[str] = []
        waited = 0.0
        while True:
            exchange: Exchange | None = None
            try:
                answer = self._attempt(wire)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                what = describe(error)
                pause = 0.2 * 2 ** len(retries) if wire.reads and len(retries) < 2 else None
            else:
                what = answer.line
                exchange = Exchange(
                    wire.step, wire.operation, self._label(wire), shown, answer, tuple(retries), wire.strange
                )
                if answer.header(NOT_RECORDED) is not None:
                    self.replayed = True
                    raise Unreachable(f"the recording has no answer to {wire.method} {wire.url}", shown, exchange)
                pause = _pause(answer, wire.reads, len(retries))
                if pause is None and answer.status not in (429, 503):
                    self._failures = 0
                    return exchange
            if pause is None or len(retries) >= _ATTEMPTS or waited + pause > _LONGEST_WAIT:
                self._failures += 1
                tried = f" after {len(retries)} retries" if retries else ""
                raise Unreachable(f"{wire.method} {wire.url}: {what}{tried}", shown, exchange) from None
            retries.append(f"{what}, asked again after {pause:g} s")
            if on_retry:
                on_retry(retries[-1])
            waited += pause
            self._sleep(pause)

    def _attempt(self, wire: Wire) -> Answer:
        headers: list[tuple[bytes, bytes]] = [(b"User-Agent", b"scim-contract"), (b"Accept-Encoding", b"gzip")]
        headers += [(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in wire.headers]
        if wire.token:
            headers.append((b"Authorization", f"Bearer {wire.token}".encode()))
        elif wire.client is not None and wire.token is None:
            headers.append((b"Authorization", f"Bearer {self.tokens.token(wire.client)!s}".encode()))
        if wire.client is not None:
            self.waited += self.limits.wait(wire.client.id)
        with self._lock:
            self.requests[self._label(wire)] += 1
        request = httpx.Request(wire.method, wire.url, headers=headers, content=wire.body)
        begun = time.perf_counter()
        response = self._http.send(request, stream=True)
        try:
            body, broken = _body(response, begun + self.target.timeout_seconds)
        finally:
            response.close()
        came = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw)
        return Answer(
            status=response.status_code,
            headers=self.masker.headers(came),
            body=body,
            seconds=time.perf_counter() - begun,
            broken=broken,
            unmasked="\n".join(value for _, value in came),
        )

    def _label(self, wire: Wire) -> str:
        if wire.token:
            return "made-up token"
        return wire.client.label if wire.client is not None and wire.token is None else "anonymous"

    def _shown(self, wire: Wire) -> Request:
        headers = [(k, v if isinstance(v, str) else v.decode("utf-8", "replace")) for k, v in wire.headers]
        if wire.token:
            headers.append(("Authorization", "Bearer made-up"))
        elif wire.client is not None and wire.token is None:
            headers.append(("Authorization", f"Bearer {MASK}"))
        return Request(wire.method, wire.url, tuple(headers), wire.body)

    def _sleep(self, seconds: float) -> None:
        self.waited += seconds
        time.sleep(seconds)


def _body(response: httpx.Response, until: float) -> tuple[bytes, str | None]:
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in response.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if time.perf_counter() > until:  # httpx's own timeout starts anew with every byte
                raise httpx.ReadTimeout("the body did not end")
            if size > MAX_BODY:
                return b"".join(chunks)[:MAX_BODY], f"the body is longer than {MAX_BODY // 1024 // 1024} MB"
    except httpx.DecodingError as error:
        return b"".join(chunks), f"the body cannot be unpacked as its Content-Encoding says: {error}"
    return b"".join(chunks), None


def _pause(answer: Answer, reads: bool, tried: int) -> float | None:
    """Seconds until the request may be sent again; None where the answer is final."""
    if answer.status in (429, 503):
        asked = _retry_after(answer.header("Retry-After"))
        if asked is not None:
            return asked
        patient = 4 if answer.status == 429 else 2
        return 0.5 * 2**tried if tried < patient and (reads or answer.status == 429) else None
    if answer.status in (502, 504) and reads and tried < 1:
        return 0.5
    return None


def _retry_after(value: str | None) -> float | None:
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _trust() -> ssl.SSLContext | bool:
    name = next((n for n in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if os.environ.get(n)), None)
    if name is None:
        return True
    try:
        return ssl.create_default_context(cafile=os.environ[name])
    except OSError as error:  # an SSLError is one
        reason = error.strerror or error
        raise ConfigurationError(f"{name}: {os.environ[name]}: no certificates to be had there ({reason})") from None
