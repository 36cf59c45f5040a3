"""`scim-contract cleanup`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import plain_errors, targets_option


@click.command("cleanup", short_help="Remove what an interrupted run left.")
@click.option(
    "--target",
    "target",
    default=None,
    envvar="SCIM_CONTRACT_TARGET",
    help="The target; every one of the file that has a ledger by default.",
)
@targets_option
@click.option("--ledger", default=".scim-contract", show_default=True, metavar="DIR", help="Where the ledgers are.")
@click.option("--run", "run_id", default=None, metavar="ID", help="Only this run, whatever its age.")
@plain_errors
def command(target: str | None, targets: str, ledger: str, run_id: str | None) -> None:
    """Remove what an interrupted run left: from its ledger, or by the marker in userNames."""
    from scim_contract.sweeping import sweep

    sys.exit(sweep(Path(ledger), target, Path(targets), run_id, Console()))
