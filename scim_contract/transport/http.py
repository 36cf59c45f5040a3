"""Sending requests: limits, retries of what is safe, and every exchange kept in a shape that tells no secret."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from scim_contract.contract.operations import Operation
from scim_contract.secret import MASK
from scim_contract.targets import Client, Target
from scim_contract.transport.breaker import Breaker, name_of
from scim_contract.transport.connecting import connect, describe, hopeless
from scim_contract.transport.errors import Unreachable
from scim_contract.transport.exchange import MAX_BODY, Answer, Exchange, Request
from scim_contract.transport.limits import Limits
from scim_contract.transport.masking import Masker
from scim_contract.transport.retrying import (
    ATTEMPTS,
    BUSY,
    GATEWAY,
    LONGEST_WAIT,
    doubts,
    pause_after,
    pause_after_loss,
)
from scim_contract.transport.tokens import Tokens

CUT_OFF = "cut-off"
"""In place of a token: the client's own, less its end."""
CUT = 6
"""How many characters less."""

NOT_RECORDED = "Scim-Contract-Recording"
"""The header of an answer that a recording does not have: see `scim-contract mock --replay`."""


@dataclass(frozen=True)
class Wire:
    """One request ready to go: what to send, and on whose behalf.

    `token` is set where the Authorization header is not a client's own: an empty one for no header at
    all, CUT_OFF for what is left of the client's own token without its end, any other for a made-up token.
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

    @property
    def signed_in(self) -> Client | None:
        """The client whose own token it bears; None where it bears none, or a made-up one."""
        return self.client if self.token is None else None


class Transport:
    """Sends requests to one target over kept-alive connections.

    `counted` is the file in which another process of the same run counts requests, whose limits are shared then;
    `stopped` tells whether no more is to be asked.
    """

    def __init__(self, target: Target, masker: Masker, counted: Path | None = None) -> None:
        self.target = target
        self.masker = masker
        self.requests: Counter[str] = Counter()
        self.waited = 0.0
        self.waiting = False
        self.replayed = False
        self.stopped: Callable[[], bool] | None = None
        self.limits = Limits(target.rate_limit, (client.id for client in target.clients), counted)
        self.breaker = Breaker()
        self._http = connect(target, masker)
        self._lock = threading.Lock()
        self._proofs: dict[str, Wire] = {}
        self._refused: set[tuple[str, str]] = set()
        self._written: Counter[tuple[str, str]] = Counter()
        self._doubted: Counter[tuple[str, str]] = Counter()
        self.tokens = Tokens(target.token_url, self._http, masker, self.sleep)
        for client in target.clients:
            masker.learn(client.secret)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self.limits.close()

    def send(self, wire: Wire, on_retry: Callable[[str], None] | None = None) -> Exchange:
        """Send a request and wait for its answer.

        429 and 503 are waited out by Retry-After, lost connections and what a gateway says in place of the server
        tried again for reads only, and a token that is not good any more is renewed once; every attempt is told in
        the exchange's `retries`.

        Raises:
            Unreachable: no answer that can be judged came.
            Refused, TokenTrouble: the client could not sign in.
        """
        exchange = self._asked(wire, on_retry)
        if wire.signed_in is None:
            return exchange
        if exchange.status != 401:
            if wire.method == "GET" and wire.operation is not None and not wire.operation.open:
                self._proofs[wire.signed_in.id] = wire
            return exchange
        return self._renewed(wire, wire.signed_in, exchange, on_retry)

    def _renewed(
        self, wire: Wire, client: Client, refused: Exchange, on_retry: Callable[[str], None] | None
    ) -> Exchange:
        """What comes of a 401 for a client's own token: the answer to a new one, where the old one is dead.

        It is dead where a question that it was good for once is answered with 401 as well. Otherwise the 401 is the
        server's answer to this question, and stands.
        """
        place = (client.id, name_of(wire.operation.id if wire.operation else None, refused.request))
        proof = self._proofs.get(client.id)
        if place in self._refused or (proof is not None and self._asked(proof, on_retry).status != 401):
            self._refused.add(place)
            return refused
        self.tokens.forget(client)
        exchange = self._asked(wire, on_retry)
        if exchange.status == 401:
            self._refused.add(place)
            return refused
        told = f"{refused.answer.line}, asked again with a new token"
        return replace(exchange, retries=(*refused.retries, told, *exchange.retries))

    def _asked(self, wire: Wire, on_retry: Callable[[str], None] | None) -> Exchange:
        """One question, asked until it is answered or given up."""
        shown = self._shown(wire)
        name = name_of(wire.operation.id if wire.operation else None, shown)
        why_not = self.breaker.why_not(name)
        if self.stopped is not None and self.stopped():
            why_not = "the run was interrupted"
        if why_not is not None:
            raise Unreachable(why_not, shown, hopeless=True)
        retries: list[str] = []
        waited = 0.0
        while True:
            exchange: Exchange | None = None
            try:
                answer = self._attempt(wire)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                what = self.masker.text(describe(error))
                pause = None if hopeless(error) else pause_after_loss(wire.reads, len(retries))
            else:
                what = answer.line
                exchange = Exchange(
                    wire.step, wire.operation, self._label(wire), shown, answer, tuple(retries), wire.strange
                )
                if answer.header(NOT_RECORDED) is not None:
                    self.replayed = True
                    what = f"the recording has no answer to {wire.method} {wire.url}"
                    raise Unreachable(what, shown, exchange, hopeless=True)
                later, now = answer.header("Retry-After"), answer.header("Date")
                pause = pause_after(answer.status, later, wire.reads, len(retries), now)
                if pause is None and answer.status not in BUSY and not self._in_doubt(wire, answer.status):
                    self.breaker.answered(name)
                    return exchange
            if pause is None or len(retries) >= ATTEMPTS or waited + pause > LONGEST_WAIT:
                self.breaker.failed(name, busy=exchange is not None and exchange.status in BUSY)
                tried = f" after {len(retries)} retries" if retries else ""
                raise Unreachable(f"{wire.method} {wire.url}: {what}{tried}", shown, exchange) from None
            retries.append(f"{what}, asked again after {pause:g} s")
            if on_retry:
                on_retry(retries[-1])
            waited += pause
            self.sleep(pause)

    def _in_doubt(self, wire: Wire, status: int) -> bool:
        """Whether an answer is a gateway's, which leaves open if a write was done.

        At a step where most answers are such, they are the server's own.
        """
        if wire.reads:
            return False
        place = (wire.step.rpartition("#")[0], self._label(wire))
        self._written[place] += 1
        self._doubted[place] += status in GATEWAY
        return status in GATEWAY and self._doubted[place] <= doubts(self._written[place])

    def _attempt(self, wire: Wire) -> Answer:
        headers: list[tuple[bytes, bytes]] = [(b"User-Agent", b"scim-contract"), (b"Accept-Encoding", b"gzip")]
        headers += [(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in wire.headers]
        token = self._token(wire)
        if token:
            headers.append((b"Authorization", f"Bearer {token}".encode()))
        if wire.client is not None:
            self.waiting = True
            try:
                self._add_waited(self.limits.wait(wire.client.id, self.stopped))
            finally:
                self.waiting = False
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

    def _token(self, wire: Wire) -> str | None:
        if wire.client is None or wire.token not in (None, CUT_OFF):
            return wire.token
        token = str(self.tokens.token(wire.client))
        if wire.token is None:
            return token
        self.masker.learn(token[:-CUT])
        return token[:-CUT] or CUT_OFF

    def _label(self, wire: Wire) -> str:
        if wire.token:
            return "made-up token"
        return wire.signed_in.label if wire.signed_in is not None else "anonymous"

    def _shown(self, wire: Wire) -> Request:
        headers = [(k, v if isinstance(v, str) else v.decode("utf-8", "replace")) for k, v in wire.headers]
        if wire.token:
            headers.append(("Authorization", f"Bearer {CUT_OFF if wire.token == CUT_OFF else 'made-up'}"))
        elif wire.signed_in is not None:
            headers.append(("Authorization", f"Bearer {MASK}"))
        return Request(wire.method, wire.url, tuple(headers), wire.body)

    def sleep(self, seconds: float) -> None:
        """Wait, and count it as waiting."""
        self._add_waited(seconds)
        self.waiting = True
        try:
            time.sleep(seconds)
        finally:
            self.waiting = False

    def _add_waited(self, seconds: float) -> None:
        with self._lock:
            self.waited += seconds


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
