"""`scim-contract claims`: the catalogue as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape

from scim_contract.contract import Claim, Contract
from scim_contract.contract.plan import atoms


def show(console: Console, contract: Contract, areas: Sequence[str], levels: Mapping[str, str]) -> None:
    """Print the claims of some areas."""
    for area in areas:
        claims = [claim for claim in contract.claims.claims if claim.area == area]
        console.print(f"\n[bold]{area}[/] ({len(claims)} claims)")
        for claim in claims:
            _claim(console, contract, claim, levels)


def _claim(console: Console, contract: Contract, claim: Claim, levels: Mapping[str, str]) -> None:
    expanded = [atom for operation in contract.operations for atom in atoms(contract, claim, operation)]
    number = len({atom.operation for atom in expanded})
    found = dict.fromkeys(atom.level for atom in expanded)
    facts = f"{', '.join(found)}; {len(expanded)} atomic at {number} operations{'; observed' if claim.observed else ''}"
    console.print(f"  [bold]{claim.id}[/] [dim]({facts})[/]", soft_wrap=True)
    console.print(f"      {escape(claim.statement)}", soft_wrap=True)
    console.print(f"      [dim]{escape('; '.join(source.text() for source in claim.sources))}[/]", soft_wrap=True)
