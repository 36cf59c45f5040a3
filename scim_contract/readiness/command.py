"""`scim-contract check-target`: the survey, then the rehearsal, printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from scim_contract.contract import load
from scim_contract.plugin import embedded
from scim_contract.plugin.options import Settings, check, find_target
from scim_contract.plugin.run import waivers_of
from scim_contract.readiness import shown
from scim_contract.readiness.rehearsal import rehearse
from scim_contract.readiness.survey import survey
from scim_contract.running import described
from scim_contract.targets import Target


def check_target(settings: Settings, console: Console) -> int:
    """Ask a target, rehearse the run that the settings describe, and print both. Nothing is written to the target.

    Returns:
        0 where a run can begin, 2 where the configuration keeps it from that, 3 where the network does.

    Raises:
        ConfigurationError: the target is unknown, or its profile or the settings cannot be used.
    """
    with _found(settings) as target:
        contract = load(target.edition)
        check(settings, contract)
        waivers_of(target, contract)
        console.print(described(target, settings), markup=False, highlight=False, soft_wrap=True)
        found = survey(target, contract)
        shown.show_survey(console, target, found)
        if not found.code:
            console.print("\nRehearsing on the embedded mock what a run with this profile does …")
            shown.show_rehearsal(console, target, rehearse(target, found, contract, settings), contract)
        console.print(f"\n{'Ready' if not found.code else 'Not ready'}: exit {found.code}")
        return found.code


@contextmanager
def _found(settings: Settings) -> Iterator[Target]:
    target = find_target(settings)
    if target is not None:
        yield target
        return
    mock = embedded.start(load())
    try:
        yield mock.target
    finally:
        mock.stop()
