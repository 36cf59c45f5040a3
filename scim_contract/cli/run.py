"""`scim-contract run`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import plain_errors, say_and_exit, targets_option
from scim_contract.interrupts import sigterm_interrupts
from scim_contract.mock.settings import SEED
from scim_contract.plugin.options import Settings
from scim_contract.targets import ConfigurationError


@click.command(
    "run",
    short_help="Judge a target by every claim of the contract.",
    context_settings={"ignore_unknown_options": False},
)
@click.option(
    "--target",
    "target",
    multiple=True,
    default=("mock",),
    envvar="SCIM_CONTRACT_TARGET",
    show_default=True,
    help="A target of targets.toml, the embedded mock, or a URL (a server without authentication, which is only read); "
    "may be repeated.",
)
@targets_option
@click.option(
    "--reports",
    default="reports",
    envvar="SCIM_CONTRACT_REPORTS",
    show_default=True,
    metavar="DIR",
    help="Where reports go, a folder a target.",
)
@click.option(
    "--ledger",
    default=".scim-contract",
    show_default=True,
    metavar="DIR",
    help="Where the ledger of what is created goes.",
)
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only this area; may be repeated.")
@click.option("--prefix", "prefixes", multiple=True, metavar="v1|v2", help="Only this prefix.")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="KEY",
    help="Only this claim (etags.stable) or atomic claim (etags.stable|get_scim_user).",
)
@click.option(
    "--edition",
    default="",
    metavar="EDITION",
    help="Judge by this edition of the contract, not by the one that the profile names (else 2019).",
)
@click.option("--strict", is_flag=True, help="A violated inferred claim fails the run as well.")
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0),
    default=0,
    help="Stop judging after so many seconds; what is left is untested, exit 3.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    default=None,
    metavar="PATH",
    help="An earlier report.json, or a folder with TARGET/report.json: changes.json says what is new since.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["any", "new"]),
    default="any",
    show_default=True,
    help="new: what the baseline had violated too fails nothing.",
)
@click.option("--record", metavar="FILE.har", help="Write every exchange to this HAR file, secrets masked.")
@click.option(
    "--fuzz",
    type=click.IntRange(min=0),
    default=None,
    metavar="N",
    help="Generated examples for each operation; a night takes 200.  [default: 10 for servers on this machine, else 0]",
)
@click.option("--seed", type=int, default=None, help="Of what is generated: the same seed, the same requests.")
@click.option("--fuzz-seconds", type=click.FloatRange(min=0), default=0, help="Stop generating after so many seconds.")
@click.option("--known-examples", default="", metavar="FILE", help="Examples to try first; what is found is added.")
@click.option("--example", default="", metavar="ID", help="Only this one of the known examples.")
@click.option("--mock-fault", "faults", multiple=True, metavar="NAME", hidden=True)
@click.option("--mock-variant", "variants", multiple=True, metavar="NAME", hidden=True)
@click.option("--mock-seed", type=int, default=SEED, hidden=True)
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
@plain_errors
def command(
    target: tuple[str, ...], targets: str, reports: str, ledger: str,
    areas: tuple[str, ...], prefixes: tuple[str, ...], claims: tuple[str, ...], edition: str, strict: bool,
    max_seconds: float,
    baseline: Path | None, fail_on: str,
    record: str | None, fuzz: int | None, seed: int | None, fuzz_seconds: float, known_examples: str, example: str,
    faults: tuple[str, ...], variants: tuple[str, ...], mock_seed: int,
    pytest_args: tuple[str, ...],
) -> None:  # fmt: skip
    """Judge targets by every claim of the contract; pytest's own options may follow `--`.

    Exit codes: 0 it conforms, 1 a claim is violated, 2 usage or configuration, 3 inconclusive;
    of several targets 1 before 3 before 2 before 0.
    """
    from scim_contract.fleet import Comparison, judge_targets

    if record and len(target) > 1:
        raise ConfigurationError("--record FILE holds one target: record each in a run of its own")
    sigterm_interrupts()
    settings = Settings(
        target[0], targets, reports, ledger, areas, prefixes, claims, strict, max_seconds, faults, variants,
        record=str(Path(record).absolute()) if record else "", mock_seed=mock_seed,
        fuzz=fuzz, seed=seed, fuzz_seconds=fuzz_seconds, known_examples=known_examples, example=example,
        edition=edition,
    )  # fmt: skip
    try:
        sys.exit(judge_targets(settings, target, Comparison(baseline, fail_on), pytest_args, Console()))
    except KeyboardInterrupt:
        say_and_exit("interrupted before anything was judged", 3)
