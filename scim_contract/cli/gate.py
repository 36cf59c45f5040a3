"""`scim-contract gate`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from scim_contract.cli.common import edition_option, plain_errors, say_and_exit


@click.command("gate", short_help="Judge a release of a client library.")
@click.argument("sdk", metavar="SDK[==VERSION]")
@click.option("--package", metavar="FILE", help="The release as a file: a wheel, an npm tarball.")
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
@edition_option
@plain_errors
def command(
    sdk: str, package: str | None, reports: str, waivers: Path | None, prefixes: tuple[str, ...],
    claims: tuple[str, ...], strict: bool, seconds: float, edition: str,
) -> None:  # fmt: skip
    """Judge a release of the vendor's SDK, such as `python==269.0.0`: does it keep the contract, method by method?

    It is installed into a cache of its own and called over real HTTP against a recording server.

    Exit codes: 0 it conforms, 1 a claim is violated, 2 usage or configuration, 3 inconclusive.
    """
    from scim_contract.gate.begin import Terms
    from scim_contract.gate.command import judge, wanted_of

    terms = Terms(reports, edition, prefixes, claims, strict, waivers, seconds)
    try:
        sys.exit(judge(wanted_of(sdk, package), terms, Console()).code)
    except KeyboardInterrupt:
        say_and_exit("interrupted: the release is not judged", 3)
