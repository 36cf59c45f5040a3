"""`scim-contract report`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import plain_errors


@click.command("report", short_help="Make HTML of one run or many.")
@click.argument("places", metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="DIR",
    help="Where the HTML goes; the folder html in the first DIR by default.",
)
@click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="Allure's history, to be kept from night to night; allure-history.jsonl in the first DIR by default.",
)
@click.option("--single-file", is_flag=True, help="Allure's report as one file, to be sent or archived.")
@click.option("--open", "open_it", is_flag=True, help="Show it in a browser, until Ctrl-C.")
@click.option("--no-allure", is_flag=True, help="Only the pages that need no Node.")
@plain_errors
def command(
    places: tuple[Path, ...],
    output: Path | None,
    history: Path | None,
    single_file: bool,
    open_it: bool,
    no_allure: bool,
) -> None:
    """Make one report of the runs in some folders: of one target or many, of one night or many.

    DIR is a folder that `scim-contract run` wrote, or one that has such folders in it; SCIM_CONTRACT_REPORTS, or
    reports/, by default. Allure 3 makes its report where there is Node; a page of our own is made everywhere.

    Exit codes: 0 it is made, 2 there is nothing to report, 3 Allure is there and failed.
    """
    from scim_contract.publishing.command import Wanted, publish

    given = places or (Path(os.environ.get("SCIM_CONTRACT_REPORTS") or "reports"),)
    sys.exit(publish(Wanted(given, output, history, single_file, open_it, not no_allure), Console()))
