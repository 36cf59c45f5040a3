"""The command line: a module a command, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from scim_contract import __version__
from scim_contract.targets import nearest

# In the order of `scim-contract --help`; each module has its command as `command`.
COMMANDS = (
    "run",
    "report",
    "gate",
    "mock",
    "compare",
    "drift",
    "prove",
    "claims",
    "cleanup",
    "check-target",
    "provision",
)


class _Words(click.Group):
    """A group whose commands are found in their modules; an unknown one comes with the nearest right name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{name.replace('-', '_')}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise click.UsageError(f"no command {args[0]!r}{nearest(args[0], list(COMMANDS))}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Words, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scim-contract")
def main() -> None:
    """Does a server, an SDK release or a mock keep the documented contract of the Genesys Cloud SCIM API?"""
