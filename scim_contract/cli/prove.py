"""`scim-contract prove`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import contract_of, edition_option, plain_errors, say_and_exit
from scim_contract.fuzz.settings import NIGHTLY_EXAMPLES


@click.command("prove", short_help="Judge the suite, by faults and variants of the mock.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Only this fault; may be repeated.")
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="Only this variant; may be repeated.")
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only faults of this area; variants judged by it.")
@click.option(
    "--under",
    "under",
    multiple=True,
    metavar="NAME",
    help="A variant to plant with every fault, such as unsteady: each must be caught all the same.",
)
@click.option("--workers", type=click.IntRange(min=0), default=0, metavar="N", help="xdist's workers in each trial.")
@click.option("--shuffled", is_flag=True, help="Let checks come in random order in each trial (by pytest-randomly).")
@click.option(
    "--whole",
    is_flag=True,
    help="Run all checks on each fault, not only those that can see it, and each variant by itself.",
)
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="N random pairs of faults, N threes of variants.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Of the pairs, of what is generated, of a network that fails, and of a random order.",
)
@click.option(
    "--fuzz", type=click.IntRange(min=1), default=NIGHTLY_EXAMPLES, show_default=True, metavar="N",
    help="Generated examples for an operation, for the faults that only those meet (--area fuzzed).",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=0), default=0, help="Trials at a time.")
@click.option(
    "--reports", default="reports", envvar="SCIM_CONTRACT_REPORTS", show_default=True, metavar="DIR",
    help="Where prove/ goes: prove.json, and the reports of trials that went wrong.",
)  # fmt: skip
@edition_option
@plain_errors
def command(
    faults: tuple[str, ...], variants: tuple[str, ...], areas: tuple[str, ...], whole: bool, pairs: int, seed: int,
    fuzz: int, jobs: int, reports: str, edition: str, under: tuple[str, ...], workers: int,
    shuffled: bool,
) -> None:  # fmt: skip
    """Judge the suite: every fault must be found by the claim it breaks, every legal variant must pass.

    Exit codes: 0 so it is, 1 a fault was missed or a variant alarmed, 2 usage, 3 unclear.
    """
    from scim_contract.prove.command import Wanted, prove

    named = contract_of(edition).edition
    wanted = Wanted(
        faults, variants, areas, whole, pairs, seed, jobs, Path(reports), named, fuzz, under, workers, shuffled
    )
    try:
        sys.exit(prove(wanted, Console()))
    except KeyboardInterrupt:
        say_and_exit("interrupted: nothing is proved", 3)
