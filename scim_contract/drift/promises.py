"""The claims of two editions held against each other: what is promised no longer, newly, or otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scim_contract.contract import Atom, Claim, Contract, plan
from scim_contract.contract.claims import LEVELS
from scim_contract.drift.difference import Difference, How

Where = tuple[str, str]
"""An operation and a case of a claim."""


def of_claims(old: Contract, new: Contract) -> Iterator[Difference]:
    """What differs of the claims, at operations that both editions have.

    What it comes to for a client on the wire is told by parameters, permissions and bodies; here it is what the
    catalogues say, so that none of it is marked as breaking.
    """
    shared = {op.id for op in old.operations} & {op.id for op in new.operations}
    before, after = _where(old, shared), _where(new, shared)
    for claim in old.claims.claims:
        if claim.id not in new.claims:
            yield _told(How.REMOVED, claim, claim.statement, "", before.get(claim.id, {}), new.reasons)
        else:
            yield from _changed(claim, new, before.get(claim.id, {}), after.get(claim.id, {}))
    for claim in new.claims.claims:
        if claim.id not in old.claims:
            yield _told(How.ADDED, claim, "", claim.statement, after.get(claim.id, {}) or _at(new, claim), {})


def _changed(
    claim: Claim, new: Contract, before: Mapping[Where, Atom], after: Mapping[Where, Atom]
) -> Iterator[Difference]:
    now = new.claims[claim.id]
    lost = {where: atom for where, atom in before.items() if where not in after}
    gained = {where: atom for where, atom in after.items() if where not in before}
    if lost:
        yield _told(How.REMOVED, claim, _cases(lost), "", lost, new.reasons)
    if gained:
        yield _told(How.ADDED, claim, "", _cases(gained), gained, new.reasons)
    if now.statement != claim.statement:
        yield _told(How.REPLACED, claim, claim.statement, now.statement, before, new.reasons)
    for level in sorted({(before[w].level, after[w].level) for w in before.keys() & after.keys()}):
        if level[0] != level[1]:
            order = list(LEVELS.values())
            weaker = order.index(level[1]) > order.index(level[0])
            moved = {w: a for w, a in before.items() if w in after and (a.level, after[w].level) == level}
            yield _told(How.LOOSENED if weaker else How.TIGHTENED, claim, *level, moved, new.reasons)


def _told(
    how: How, claim: Claim, before: str, after: str, where: Iterable[Where], reasons: Mapping[str, str]
) -> Difference:
    operations = tuple(dict.fromkeys(operation for operation, _ in where))
    return Difference(how, "claim", claim.id, before, after, False, operations, reasons.get(claim.id, ""))


def _cases(where: Mapping[Where, Atom]) -> str:
    cases = dict.fromkeys(case for _, case in where if case)
    return f"at {_number(len({operation for operation, _ in where}))}" + (f": {', '.join(cases)}" if cases else "")


def _number(count: int) -> str:
    return f"{count} operation{'' if count == 1 else 's'}"


def _where(contract: Contract, operations: Iterable[str]) -> dict[str, dict[Where, Atom]]:
    """Where each claim holds, whoever asks: clients go with permissions."""
    found: dict[str, dict[Where, Atom]] = {}
    for atom in plan(contract):
        if atom.operation in operations:
            found.setdefault(atom.claim, {}).setdefault((atom.operation, atom.case), atom)
    return found


def _at(contract: Contract, claim: Claim) -> dict[Where, Atom]:
    return {(a.operation, a.case): a for a in plan(contract, claims=[claim.id]) if a.claim == claim.id}
