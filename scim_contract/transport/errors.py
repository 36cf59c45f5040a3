"""What stops a request from getting an answer."""

from __future__ import annotations

from scim_contract.transport.exchange import Exchange, Request


class Unreachable(Exception):
    """No answer that could be judged came: network, timeout, or 429 and 503 past the retries.

    `exchange` is the last answer where one came, `request` what was asked; where it is `hopeless`, asking again
    later will not do either.
    """

    def __init__(
        self, what: str, request: Request | None = None, exchange: Exchange | None = None, hopeless: bool = False
    ) -> None:
        super().__init__(what)
        self.hopeless = hopeless
        self.what = what
        self.request = request
        self.exchange = exchange


class Refused(Exception):
    """The token endpoint refused a client's credentials; the message says which and with what."""


class TokenTrouble(Exception):
    """The token endpoint gave no usable answer: network, 5xx, or not a token."""
