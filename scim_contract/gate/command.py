"""What `scim-contract gate` does: install releases, judge each, and say what they come to."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from scim_contract.gate.begin import Terms, begun, count
from scim_contract.org.errors import Lost
from scim_contract.running import Ended, conduct
from scim_contract.sdk.installing import Wanted, install
from scim_contract.sdk.language import language
from scim_contract.targets import ConfigurationError


def wanted_of(sdk: str, package: str | None) -> Wanted:
    """What `python==269.0.0` and `--package FILE` name together.

    Raises:
        ConfigurationError: there is no such language, or it is not said which release is meant.
    """
    name, found, version = sdk.partition("==")
    known = language(name.strip())
    if found and package:
        raise ConfigurationError("--package FILE says which release it is; leave the version out")
    if not version.strip() and not package:
        raise ConfigurationError(f"which release of {name}? write {name}==VERSION, or --package FILE")
    return Wanted(known, version.strip(), Path(package) if package else None)


def judge(wanted: Wanted, terms: Terms, console: Console) -> Ended:
    """Install a release and judge it.

    Raises:
        ConfigurationError: it cannot be installed, or the terms cannot be used.
    """
    installed = install(wanted)
    try:
        with begun(installed, terms) as run:
            ended = conduct(run, (), console, before_report=count)
    except Lost as error:
        click.echo(f"scim-contract: {installed.label}: {error}", err=True)
        return Ended(3, why=str(error))
    return ended
