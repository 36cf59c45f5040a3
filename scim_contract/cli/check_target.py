"""`scim-contract check-target`."""

from __future__ import annotations

import sys

import click
from rich.console import Console

from scim_contract.cli.common import plain_errors, targets_option


@click.command("check-target", short_help="Ask a target whether it is ready for a run.")
@click.argument("name", metavar="NAME")
@targets_option
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Of a run of only this area; may be repeated.")
@click.option("--prefix", "prefixes", multiple=True, metavar="v1|v2", help="Of a run of only this prefix.")
@plain_errors
def command(name: str, targets: str, areas: tuple[str, ...], prefixes: tuple[str, ...]) -> None:
    """Ask a target whether it is ready for a run, and say what a run will do there, what it cannot show, and why.

    NAME is a target of the targets file, a URL, or the embedded mock. Signs every client in, finds the group, tries
    the wide filters, reads what the server declares. Nothing is written to it.

    Exit codes: 0 a run can begin, 2 the configuration keeps it from that, 3 the network does.
    """
    from scim_contract.plugin.options import Settings
    from scim_contract.readiness.command import check_target

    sys.exit(check_target(Settings(target=name, targets=targets, areas=areas, prefixes=prefixes), Console()))
