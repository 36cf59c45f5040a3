"""Why a check could not bring its situation about; the judge turns each into a verdict."""

from __future__ import annotations

from scim_contract.transport.exchange import Exchange


class Untested(Exception):
    """This target cannot show what the check asks: no such client, not a sandbox, no wide filter."""


class Blocked(Exception):
    """Something the check needs first did not work; `exchange` is the answer that stood in the way."""

    def __init__(self, what: str, exchange: Exchange | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.exchange = exchange


class Unsettled(Exception):
    """The directory kept changing under the check, so what it saw proves nothing."""


class Lost(Exception):
    """The process that was to ask for the check hung or died, so nothing was seen of what the check asks."""
