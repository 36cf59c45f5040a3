"""`scim-contract gate`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import plain_errors, say_and_exit, targets_option
from scim_contract.interrupts import sigterm_interrupts
from scim_contract.targets import edition_named


@click.command("gate", short_help="Judge a release of a client library.")
@click.argument("sdk", metavar="SDK[==VERSION]")
@click.option("--package", metavar="FILE", help="The release as a file: a wheel, an npm tarball.")
@click.option("--against", metavar="VERSION", default="", help="Show only what differs from this earlier release.")
@click.option(
    "--history", metavar="A..B,…", default="",
    help="Judge these releases and show them side by side, as 63.0.0..68.0.0,latest.",
)  # fmt: skip
@click.option(
    "--target", metavar="NAME", default="",
    help="Use the release on this target instead: create, read, find, change and delete a user a prefix.",
)  # fmt: skip
@targets_option
@click.option(
    "--reports", default="reports", envvar="SCIM_CONTRACT_REPORTS", show_default=True, metavar="DIR",
    help="Where reports go, a folder a release.",
)  # fmt: skip
@click.option("--waivers", type=click.Path(path_type=Path), metavar="FILE", help="What the release is known to break.")
@click.option("--prefix", "prefixes", multiple=True, metavar="v1|v2", help="Only the methods of this prefix.")
@click.option("--claim", "claims", multiple=True, metavar="KEY", help="Only this claim (sdk.request).")
@click.option("--strict", is_flag=True, help="A violated inferred claim fails the gate as well.")
@click.option(
    "--timeout", "seconds", type=click.FloatRange(min=0.1), default=20, show_default=True, metavar="SECONDS",
    help="How long one call of a method may take.",
)  # fmt: skip
@click.option(
    "--edition", default="", metavar="EDITION",
    help="The edition of the contract; by default that of the release's time, the latest of which it has new methods.",
)  # fmt: skip
@plain_errors
def command(
    sdk: str, package: str | None, against: str, history: str, target: str, targets: str, reports: str,
    waivers: Path | None, prefixes: tuple[str, ...], claims: tuple[str, ...], strict: bool, seconds: float,
    edition: str,
) -> None:  # fmt: skip
    """Judge a release of the vendor's SDK, such as `python==269.0.0`: does it keep the contract, method by method?

    It is installed into a cache of its own and called over real HTTP against a recording server.

    With --against only what is newly violated fails it; with --history the worst release counts.

    Exit codes: 0 it conforms, 1 a claim is violated, 2 usage or configuration, 3 inconclusive.
    """
    from scim_contract.gate.begin import Terms
    from scim_contract.gate.command import Asked, gate

    sigterm_interrupts()  # which ends the driver as well, and removes what a live check has created
    terms = Terms(reports, edition_named(edition) if edition else "", prefixes, claims, strict, waivers, seconds)
    try:
        sys.exit(gate(sdk, package, Asked(against, history, target, targets), terms, Console()))
    except KeyboardInterrupt:
        say_and_exit("interrupted: the release is not judged", 3)
