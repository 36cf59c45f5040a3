"""What drifted, as a whole: by operation, in figures, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from scim_contract import __version__
from scim_contract.drift.difference import Difference, How
from scim_contract.drift.surface import Surface

CLAIM = "claim"


@dataclass(frozen=True)
class Drift:
    """Two contracts and what differs between them."""

    old: Surface
    new: Surface
    differences: tuple[Difference, ...]

    @property
    def breaking(self) -> tuple[Difference, ...]:
        """What can break a client that knows only the earlier contract."""
        return tuple(each for each in self.differences if each.breaks)

    @cached_property
    def shared(self) -> tuple[Difference, ...]:
        """What is met inside of bodies, at several operations alike."""
        return tuple(each for each in self.differences if each.model)

    @cached_property
    def claims(self) -> tuple[Difference, ...]:
        """What is promised otherwise."""
        return tuple(each for each in self.differences if each.place == CLAIM)

    def at(self, operation: str) -> tuple[Difference, ...]:
        """What differs at an operation, without its claims."""
        return tuple(each for each in self.differences if operation in each.operations and each.place != CLAIM)

    def own(self, operation: str) -> tuple[Difference, ...]:
        """What differs at an operation and is not inside of bodies."""
        return tuple(each for each in self.at(operation) if each not in self.shared)

    @property
    def ids(self) -> tuple[str, ...]:
        """The operations of either contract, those of the earlier one first."""
        known = [each.id for each in self.old.operations]
        named = {id_ for each in self.differences if each.how is How.ADDED for id_ in each.operations}
        return (*known, *(each.id for each in self.new.operations if each.id in named and each.id not in known))

    def verdict(self, operation: str) -> str:
        """same, differs or breaks."""
        found = self.at(operation)
        return "breaks" if any(each.breaks for each in found) else "differs" if found else "same"

    def title(self, operation: str) -> str:
        """Method and path of an operation."""
        return str(next(each for each in (*self.old.operations, *self.new.operations) if each.id == operation))

    def to_json(self) -> dict[str, Any]:
        """The document of `--json`."""
        return {
            "tool": "scim-contract",
            "version": __version__,
            "old": self.old.name,
            "new": self.new.name,
            "counts": counts(self.differences),
            "breaks": len(self.breaking),
            "operations": [
                {
                    "id": id_,
                    "operation": self.title(id_),
                    "verdict": self.verdict(id_),
                    "counts": counts(self.at(id_)),
                }
                for id_ in self.ids
            ],
            "differences": [{**asdict(each), "operations": list(each.operations)} for each in self.differences],
        }


def counts(differences: Sequence[Difference]) -> dict[str, int]:
    """How many differences of each kind."""
    return {how.value: sum(each.how is how for each in differences) for how in How}
