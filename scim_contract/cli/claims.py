"""`scim-contract claims`."""

from __future__ import annotations

import click
from rich.console import Console

from scim_contract.cli.common import contract_of, edition_option, plain_errors
from scim_contract.contract import LEVELS
from scim_contract.plugin.options import Settings


@click.command("claims", short_help="List the catalogue of claims.")
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only this area.")
@edition_option
@plain_errors
def command(areas: tuple[str, ...], edition: str) -> None:
    """List the catalogue of claims, each with its level, its source and how many atomic claims it has."""
    from scim_contract.plugin.options import check
    from scim_contract.reports.catalogue import show

    contract = contract_of(edition)
    check(Settings(areas=areas), contract)
    show(Console(), contract, areas or contract.claims.areas, LEVELS)
