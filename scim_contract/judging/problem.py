"""Something wrong with an answer: what was expected, what came, and the exchange that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from scim_contract.transport import Exchange


@dataclass(frozen=True)
class Problem:
    """One thing that is not as the claim says; `part` is the claim's part that it breaks."""

    expected: str
    came: str
    exchange: Exchange | None = None
    part: str = ""
