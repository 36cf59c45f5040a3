"""The plan: every atomic claim of an edition, computed from its data and never from collected tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_contract.contract.claims import LEVELS, Claim, Row
from scim_contract.contract.operations import Operation

if TYPE_CHECKING:
    from scim_contract.contract.edition import Contract

NO_PERMISSION = "none"


@dataclass(frozen=True)
class Atom:
    """One atomic claim: the unit of checking, of reporting and of waiving.

    `client` names the permission that the client holds (`none`: no permission at all) where the claim
    ranges over clients; `case` is the value and the part, `value/part`, where the claim has them.
    """

    claim: str
    operation: str
    prefix: str
    client: str
    value: str
    part: str
    level: str
    statement: str
    source: str

    @property
    def case(self) -> str:
        """The value and the part as one word."""
        return "/".join(word for word in (self.value, self.part) if word)

    @property
    def key(self) -> str:
        """The name by which reports and waivers know the atomic claim; permanent."""
        return f"{self.claim}|{self.operation}|{self.prefix}|{self.client}|{self.case}"


def atoms(contract: Contract, claim: Claim, operation: Operation) -> tuple[Atom, ...]:
    """The atomic claims of a claim for one operation, in order; none where it does not apply."""
    if not claim.applies.meets(operation):
        return ()
    return tuple(
        _atom(claim, operation, client, value, part)
        for client in clients(contract, claim, operation)
        for value in claim.cases or (Row(""),)
        for part in claim.parts or (Row(""),)
        if all(row.applies is None or row.applies.meets(operation) for row in (value, part))
    )


def clients(contract: Contract, claim: Claim, operation: Operation) -> tuple[str, ...]:
    """The permissions over which a claim ranges for an operation; one empty name where over none.

    A claim about a client library has one client: the release that the contract is held against.
    """
    if claim.clients == "library":
        return (contract.library,)
    if claim.clients == "listed":
        return operation.permissions
    if claim.clients == "not-listed":
        lacking = [p for p in contract.permissions if p not in operation.permissions]
        return (*lacking, NO_PERMISSION)
    return ("",)


def plan(
    contract: Contract,
    areas: Iterable[str] | None = None,
    prefixes: Iterable[str] | None = None,
    claims: Iterable[str] | None = None,
) -> Iterator[Atom]:
    """The atomic claims of an edition, in the catalogue's order.

    Args:
        areas: only these areas; None for all. Observed claims belong to every plan.
        prefixes: only these prefixes; None for both.
        claims: only claims of these ids; None for all.
    """
    chosen_areas, chosen_prefixes, chosen_claims = (set(c) if c else None for c in (areas, prefixes, claims))
    wanted = {
        claim.id
        for claim in contract.claims.claims
        if claim.observed
        or (
            (chosen_claims is None or claim.id in chosen_claims)
            and (chosen_areas is None or claim.area in chosen_areas)
        )
    }
    for atom in contract.atoms:
        if atom.claim in wanted and (chosen_prefixes is None or atom.prefix in chosen_prefixes):
            yield atom


def _atom(claim: Claim, operation: Operation, client: str, value: Row, part: Row) -> Atom:
    level = part.level or value.level or claim.level
    sources = part.sources or value.sources or claim.sources
    return Atom(
        claim=claim.id,
        operation=operation.id,
        prefix=operation.prefix,
        client=client,
        value=value.name,
        part=part.name,
        level=LEVELS[level],
        statement=part.statement or value.statement or claim.statement,
        source="; ".join(source.text(operation) for source in sources),
    )
