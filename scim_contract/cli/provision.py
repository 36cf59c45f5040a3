"""`scim-contract provision`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import plain_errors, targets_option
from scim_contract.targets import from_url


@click.command("provision", short_help="Print what an org lacks for a full run.")
@click.option("--target", "name", required=True, metavar="NAME", help="The target, whether the file has it or not.")
@targets_option
@click.option(
    "--base-url",
    default="https://api.mypurecloud.com",
    show_default=True,
    metavar="URL",
    help="Where the org is, if the profile does not say.",
)
@click.option(
    "--part",
    type=click.Choice(["all", "needs", "steps", "curl", "profile"]),
    default="all",
    show_default=True,
    help="Only this part, to be saved or piped.",
)
@click.option(
    "--edition", default="", metavar="EDITION", help="The edition of the contract, in place of the profile's."
)
@plain_errors
def command(name: str, targets: str, base_url: str, part: str, edition: str) -> None:
    """Print the plan of what a full run needs and this org lacks. Changes nothing.

    The plan is what a full run needs, the steps by hand, the same as curl lines for the platform's public API, and
    the finished section of the targets file. Clients that the profile has, with credentials that work, are left out.
    """
    from scim_contract.provision.command import provision

    provision(Path(targets), name, from_url(base_url).base_url, part, edition, Console())
