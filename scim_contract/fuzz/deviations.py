"""What a generated request showed to be wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from scim_contract.contract import Atom, Contract, Operation
from scim_contract.contract.plan import atoms
from scim_contract.transport import Exchange


class Example(Protocol):
    """A generated request or history, as data."""

    @property
    def id(self) -> str:
        """A short name, the same in each run."""

    def as_json(self) -> dict[str, Any]:
        """The example as a line of a file has it."""


@dataclass(frozen=True)
class Deviation:
    """One thing that is not as the contract says.

    `claim` is the one that is broken, with its case and part; none where that is the fuzzed claim alone. `about` tells
    deviations of one claim apart, so that an example does not become another one's while it is made smaller.
    """

    operation: Operation
    expected: str
    came: str
    exchange: Exchange
    claim: str = ""
    case: str = ""
    part: str = ""
    about: str = ""

    @property
    def signature(self) -> tuple[str, str, str]:
        """What is the same in two examples of one defect."""
        return self.operation.id, self.claim, self.about

    def atom(self, contract: Contract) -> Atom | None:
        """The atomic claim that is broken, where it is one of the catalogue's for this operation."""
        if not self.claim:
            return None
        held = atoms(contract, contract.claims[self.claim], self.operation)
        exact = (a for a in held if (a.value, a.part) == (self.case, self.part))
        return next(exact, None)

    def fails(self, contract: Contract) -> bool:
        """Whether a fuzzed claim fails by it: by one of a documented or standard claim."""
        atom = self.atom(contract)
        return atom is None or atom.level != "inferred"


@dataclass(frozen=True)
class Found:
    """A deviation, the smallest example that shows it, and the exchanges that it took. `sort` is the body's kind."""

    example: Example
    deviations: tuple[Deviation, ...]
    trail: tuple[Exchange, ...]
    sort: str = ""

    def at(self, operation: Operation) -> bool:
        """Whether an operation deviates."""
        return any(each.operation == operation for each in self.deviations)


@dataclass
class Hunt:
    """What one search found, how many examples it tried, and how many were answered."""

    found: list[Found] = field(default_factory=list)
    tried: int = 0
    answered: int = 0
