"""`scim-contract mock`."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Any

import click

from scim_contract.cli.common import contract_of, edition_option, plain_errors
from scim_contract.contract import Contract, load
from scim_contract.targets import ConfigurationError


@click.command("mock", short_help="Serve the reference mock.")
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
@click.option("--replay", metavar="FILE.har", help="Answer from a recording, and print a targets.toml for it.")
@edition_option
@click.option("--admin", is_flag=True, help="Open GET /_mock/state and /_mock/log, for tests only.")
@plain_errors
def command(
    port: int,
    faults: tuple[str, ...],
    variants: tuple[str, ...],
    list_faults: bool,
    clients: tuple[str, ...],
    replay: str | None,
    edition: str,
    admin: bool,
) -> None:
    """Serve the reference mock, a directory that keeps the whole contract."""
    from scim_contract.mock.catalogue import named
    from scim_contract.mock.settings import Client, client_from_text
    from scim_contract.mock.settings import Settings as MockSettings

    if replay is not None:
        _replay(replay, port)
        return
    contract = contract_of(edition)
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


def _replay(file: str, port: int) -> None:
    from scim_contract.mock.serve import serve_app
    from scim_contract.recording import read, replay

    told = replay.script(read(Path(file)))

    def ready(url: str) -> None:
        click.echo(f"# {file} replayed under {url}; stop with Ctrl-C. What is printed here is a targets.toml:")
        click.echo("# scim-contract run --targets FILE --target replay")
        click.echo(replay.profile(told, url))

    try:
        serve_app(replay.app(told), port, ready)
    except OSError as error:
        raise ConfigurationError(f"port {port} cannot be had: {error.strerror or error}") from None


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
