"""What the commands share: options that several take, and how a user's mistake is told."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from scim_contract.contract import Contract, load
from scim_contract.targets import OLDEST, ConfigurationError, edition_named

targets_option = click.option(
    "--targets",
    default="targets.toml",
    envvar="SCIM_CONTRACT_TARGETS",
    show_default=True,
    metavar="FILE",
    help="The targets file.",
)
edition_option = click.option("--edition", default=OLDEST, show_default=True, help="The edition of the contract.")


def say_and_exit(sentence: str, code: int) -> NoReturn:
    """One line for the user, and the exit code."""
    click.echo(f"scim-contract: {sentence}", err=True)
    sys.exit(code)


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a configuration error into one line and exit 2."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ConfigurationError as error:
            say_and_exit(str(error), 2)

    return wrapped


def contract_of(edition: str) -> Contract:
    """The contract of an edition.

    Raises:
        ConfigurationError: there is no such edition.
    """
    return load(edition_named(edition))
