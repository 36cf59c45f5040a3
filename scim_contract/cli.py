"""The command line."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import Any, NoReturn

import click
from rich.console import Console

from scim_contract import __version__
from scim_contract.contract import LEVELS, Contract, load
from scim_contract.locate import editions
from scim_contract.plugin.options import Settings
from scim_contract.targets import ConfigurationError, nearest


class _Words(click.Group):
    """A group whose unknown commands come with the nearest right name."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise click.UsageError(f"no command {args[0]!r}{nearest(args[0], list(self.commands))}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Words, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scim-contract")
def main() -> None:
    """Does a server, an SDK release or a mock keep the documented contract of the Genesys Cloud SCIM API?"""


def say_and_exit(sentence: str, code: int) -> NoReturn:
    """One line for the user, and the exit code."""
    click.echo(f"scim-contract: {sentence}", err=True)
    sys.exit(code)


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a configuration error into one line and exit 2."""
    import functools

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ConfigurationError as error:
            say_and_exit(str(error), 2)

    return wrapped


@main.command(context_settings={"ignore_unknown_options": False})
@click.option(
    "--target",
    "target",
    default="mock",
    envvar="SCIM_CONTRACT_TARGET",
    show_default=True,
    help="A target of targets.toml, the embedded mock, or a URL (a server without authentication, which is only read).",
)
@click.option(
    "--targets",
    default="targets.toml",
    envvar="SCIM_CONTRACT_TARGETS",
    show_default=True,
    metavar="FILE",
    help="The targets file.",
)
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
@click.option("--strict", is_flag=True, help="A violated inferred claim fails the run as well.")
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0),
    default=0,
    help="Stop judging after so many seconds; what is left is untested, exit 3.",
)
@click.option("--mock-fault", "faults", multiple=True, metavar="NAME", hidden=True)
@click.option("--mock-variant", "variants", multiple=True, metavar="NAME", hidden=True)
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
@plain_errors
def run(
    target: str, targets: str, reports: str, ledger: str,
    areas: tuple[str, ...], prefixes: tuple[str, ...], claims: tuple[str, ...], strict: bool, max_seconds: float,
    faults: tuple[str, ...], variants: tuple[str, ...], pytest_args: tuple[str, ...],
) -> None:  # fmt: skip
    """Judge a target by every claim of the contract; pytest's own options may follow `--`.

    Exit codes: 0 it conforms, 1 a claim is violated, 2 usage or configuration, 3 inconclusive.
    """
    from scim_contract.running import run_suites

    signal.signal(signal.SIGTERM, _interrupt)
    settings = Settings(
        target, targets, reports, ledger, areas, prefixes, claims, strict, max_seconds, faults, variants
    )
    sys.exit(run_suites(settings, pytest_args, Console()))


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


@main.command()
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Only this fault; may be repeated.")
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="Only this variant; may be repeated.")
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only faults of this area; variants judged by it.")
@click.option("--whole", is_flag=True, help="Run all checks on each fault, not only those that can see it.")
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="N random pairs of faults, N threes of variants.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the pairs.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, help="Trials at a time.")
@click.option(
    "--reports", default="reports", envvar="SCIM_CONTRACT_REPORTS", show_default=True, metavar="DIR",
    help="Where prove/ goes: prove.json, and the reports of trials that went wrong.",
)  # fmt: skip
@plain_errors
def prove(
    faults: tuple[str, ...], variants: tuple[str, ...], areas: tuple[str, ...], whole: bool, pairs: int, seed: int,
    jobs: int, reports: str,
) -> None:  # fmt: skip
    """Judge the suite: every fault must be found by the claim it breaks, every legal variant must pass.

    Exit codes: 0 so it is, 1 a fault was missed or a variant alarmed, 2 usage, 3 unclear.
    """
    from scim_contract.prove.command import Wanted
    from scim_contract.prove.command import prove as proved

    wanted = Wanted(faults, variants, areas, whole, pairs, seed, jobs, Path(reports))
    try:
        sys.exit(proved(wanted, Console()))
    except KeyboardInterrupt:
        say_and_exit("interrupted: nothing is proved", 3)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port on 127.0.0.1; a free one by default.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Break one promise (see --list-faults).")
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="Differ as the contract allows.")
@click.option("--list-faults", is_flag=True, help="List the faults and variants.")
@click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="ID:SECRET:permission,…",
    help="An OAuth client; one with all permissions by default.",
)
@click.option("--edition", default="2019", show_default=True, help="The edition of the contract.")
@click.option("--admin", is_flag=True, help="Open GET /_mock/state and /_mock/log, for tests only.")
@plain_errors
def mock(
    port: int,
    faults: tuple[str, ...],
    variants: tuple[str, ...],
    list_faults: bool,
    clients: tuple[str, ...],
    edition: str,
    admin: bool,
) -> None:
    """Serve the reference mock, a directory that keeps the whole contract."""
    from scim_contract.mock.catalogue import named
    from scim_contract.mock.settings import Client, client_from_text
    from scim_contract.mock.settings import Settings as MockSettings

    if edition not in editions():
        raise ConfigurationError(f"no edition {edition!r}{nearest(edition, editions())}")
    contract = load(edition)
    if list_faults:
        _list_faults(contract)
        return
    try:
        named(contract, faults, variants)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    try:
        given = tuple(client_from_text(text, contract.permissions) for text in clients)
    except ValueError as error:
        raise ConfigurationError(f"--client: {error}") from None
    known = given or (Client("mock", "mock-secret", frozenset(contract.permissions)),)
    _serve(MockSettings(edition, known, admin, frozenset(faults), frozenset(variants)), port)


def _list_faults(contract: Contract) -> None:
    from scim_contract.mock.faults import faults
    from scim_contract.mock.variants import variants

    for fault in faults(contract).values():
        click.echo(f"{fault.name}\n    breaks {fault.claim} at {', '.join(fault.operations)}\n    {fault.sentence}")
    for variant in variants(contract).values():
        click.echo(f"{variant.name}\n    a variant ({variant.source})\n    {variant.sentence}")


def _serve(settings: Any, port: int) -> None:
    from scim_contract.mock.serve import serve

    may = set(load(settings.edition).operation("get_scim_users").permissions)
    shown = next((client for client in settings.clients if client.permissions & may), settings.clients[0])

    def ready(url: str) -> None:
        pair = quote(f"{shown.id}:{shown.secret}")
        sign_in = f"curl -sS -u {pair} -d grant_type=client_credentials {url}/oauth/token"
        take = """python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])'"""
        users = f"{url}/api/v2/scim/users?filter=active%20eq%20true&count=2"
        click.echo(f"SCIM under {url}/api/v2/scim (v1) and {url}/api/v2/scim/v2 (v2). Stop with Ctrl-C.")
        click.echo(f"Get a token:\n  TOKEN=$({sign_in} | {take})")
        click.echo(f"Use it:\n  curl -sS -H \"Authorization: Bearer $TOKEN\" '{users}'")

    try:
        serve(settings, port, ready)
    except OSError as error:
        raise ConfigurationError(f"port {port} cannot be had: {error.strerror or error}") from None


@main.command()
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only this area.")
@click.option("--edition", default="2019", show_default=True, help="The edition of the contract.")
@plain_errors
def claims(areas: tuple[str, ...], edition: str) -> None:
    """List the catalogue of claims, each with its level, its source and how many atomic claims it has."""
    from scim_contract.plugin.options import check
    from scim_contract.reports.catalogue import show

    if edition not in editions():
        raise ConfigurationError(f"no edition {edition!r}{nearest(edition, editions())}")
    contract = load(edition)
    check(Settings(areas=areas), contract)
    show(Console(), contract, areas or contract.claims.areas, LEVELS)


@main.command()
@click.option(
    "--target",
    "target",
    default=None,
    envvar="SCIM_CONTRACT_TARGET",
    help="The target; every one of the file that has a ledger by default.",
)
@click.option(
    "--targets",
    default="targets.toml",
    envvar="SCIM_CONTRACT_TARGETS",
    show_default=True,
    metavar="FILE",
    help="The targets file.",
)
@click.option("--ledger", default=".scim-contract", show_default=True, metavar="DIR", help="Where the ledgers are.")
@click.option("--run", "run_id", default=None, metavar="ID", help="Only this run, whatever its age.")
@plain_errors
def cleanup(target: str | None, targets: str, ledger: str, run_id: str | None) -> None:
    """Remove what an interrupted run left: from its ledger, or by the marker in userNames."""
    from scim_contract.sweeping import sweep

    sys.exit(sweep(Path(ledger), target, Path(targets), run_id, Console()))
