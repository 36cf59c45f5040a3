"""A share of a whole, for figures that are 100 % only where nothing is missing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """How many are as they should be, of how many that could be told."""

    alike: int = 0
    compared: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.alike + other.alike, self.compared + other.compared)

    @property
    def percent(self) -> float:
        """The share in percent, rounded down to a tenth; 0 where there was nothing to tell."""
        return self.alike * 1000 // self.compared / 10 if self.compared else 0.0

    @property
    def told(self) -> str:
        """The share as a cell of a table."""
        return f"{self.percent:g} % ({self.alike} of {self.compared})" if self.compared else "-"
