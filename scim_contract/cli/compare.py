"""`scim-contract compare`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import plain_errors, say_and_exit, targets_option
from scim_contract.mock.settings import SEED


@click.command("compare", short_help="Hold a mock against the real thing, answer by answer.")
@click.argument("baseline")
@click.argument("candidate")
@targets_option
@click.option(
    "--reports", default="reports", envvar="SCIM_CONTRACT_REPORTS", show_default=True, metavar="DIR",
    help="Where compare/ goes: compare.json, allure-results/, and the recordings of targets.",
)  # fmt: skip
@click.option("--ignore", metavar="FILE", default="", help="Differences to leave out, each with a reason.")
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only the steps of this area; may be repeated.")
@click.option("--prefix", "prefixes", multiple=True, metavar="v1|v2", help="Only this prefix.")
@click.option("--claim", "claims", multiple=True, metavar="KEY", help="Only the steps of this claim.")
@click.option("--mock-fault", "faults", multiple=True, metavar="NAME", hidden=True)
@click.option("--mock-variant", "variants", multiple=True, metavar="NAME", hidden=True)
@click.option("--mock-seed", type=int, default=SEED, hidden=True)
@plain_errors
def command(
    baseline: str, candidate: str, targets: str, reports: str, ignore: str, areas: tuple[str, ...],
    prefixes: tuple[str, ...], claims: tuple[str, ...], faults: tuple[str, ...], variants: tuple[str, ...],
    mock_seed: int,
) -> None:  # fmt: skip
    """Compare what two servers answer to the same steps: each a target of targets.toml, `mock`, a URL, or a recording.

    A recording is a file that `scim-contract run --record FILE.har` wrote.

    Exit codes: 0 they are alike, 1 they differ, 2 usage or configuration, 3 nothing could be compared.
    """
    from scim_contract.compare.command import Wanted, carry_out
    from scim_contract.compare.sides import NoAnswer, Selection, Side

    there, here = Side(baseline), Side(candidate, faults, variants, mock_seed)
    wanted = Wanted(there, here, Selection(areas, prefixes, claims), targets, Path(reports), ignore)
    try:
        sys.exit(carry_out(wanted, Console()))
    except NoAnswer as error:
        say_and_exit(str(error), error.code)
    except KeyboardInterrupt:
        say_and_exit("interrupted: nothing was compared", 3)
