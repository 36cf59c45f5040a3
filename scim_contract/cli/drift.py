"""`scim-contract drift`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scim_contract.cli.common import contract_of, plain_errors
from scim_contract.targets import ConfigurationError


@click.command("drift", short_help="What a client of one edition meets in another, or in the vendor's document.")
@click.argument("old", metavar="EDITION")
@click.argument("new", metavar="[EDITION]", required=False, default="")
@click.option("--swagger", metavar="FILE", help="A Swagger 2.0 or OpenAPI 3 document, in place of the second edition.")
@click.option("--json", "json_file", metavar="FILE", help="Write all of it as JSON.")
@click.option("--html", metavar="FILE", help="Write all of it as a page.")
@plain_errors
def command(old: str, new: str, swagger: str | None, json_file: str | None, html: str | None) -> None:
    """Tell what a client that relies on one edition meets in another: added, removed, loosened, tightened, renamed.

    Exit codes: 0 nothing that can break it, 1 something that can, 2 usage.
    """
    from scim_contract.drift.command import Wanted, carry_out

    if bool(new) is bool(swagger):
        raise ConfigurationError("drift takes two editions, or one and --swagger FILE")
    file = Path(swagger) if swagger else None
    wanted = Wanted(contract_of(old), contract_of(new) if new else None, file, _path(json_file), _path(html))
    sys.exit(carry_out(wanted))


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None
