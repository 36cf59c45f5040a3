"""Several targets in one command, each judged as alone; and each held against the night before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console

from scim_contract.plugin.options import Settings
from scim_contract.reports import fleet, nights
from scim_contract.reports.changes import find_baseline, since
from scim_contract.reports.fleet import Judged
from scim_contract.running import judge
from scim_contract.targets import ConfigurationError, from_url
from scim_contract.verdicts import worst_exit

_CUT_OFF = "interrupted before it was judged"
_NOT_BEGUN = "not begun: the run was interrupted before"


@dataclass(frozen=True)
class Comparison:
    """What to hold each target against: a report.json or a folder of them; and what fails then, `any` or `new`."""

    baseline: Path | None = None
    fail_on: str = "any"


def judge_targets(
    settings: Settings, targets: Sequence[str], comparison: Comparison, pytest_args: Sequence[str], console: Console
) -> int:
    """Judge one target after the other, and print them side by side where there are several.

    A target that cannot be judged does not keep the others from it; an interrupt does.

    Returns:
        The exit code: of several 1 before 3 before 2 before 0.

    Raises:
        ConfigurationError: a target is named twice, there is no such baseline, or the settings of the only
            target cannot be used.
    """
    _check(targets, comparison)
    if len(targets) == 1:
        return _judged(replace(settings, target=targets[0]), comparison, pytest_args, console).exit_code
    found: list[Judged] = []
    for name in targets:
        if any(_was_interrupted(judged) for judged in found):
            found.append(Judged(name, 3, why=_NOT_BEGUN))
        else:
            found.append(_one_of_several(replace(settings, target=name), comparison, pytest_args, console))
    fleet.show(console, found)
    path = fleet.write(found, Path(settings.reports))
    console.print(f"Side by side: {path}", markup=False, highlight=False, soft_wrap=True)
    return worst_exit(judged.exit_code for judged in found)


def _one_of_several(settings: Settings, comparison: Comparison, pytest_args: Sequence[str], console: Console) -> Judged:
    """A target whose mistakes are its own."""
    try:
        return _judged(settings, comparison, pytest_args, console)
    except KeyboardInterrupt:
        return Judged(settings.target, 3, why=_CUT_OFF)
    except ConfigurationError as error:
        click.echo(f"scim-contract: {error}", err=True)
        return Judged(settings.target, 2, why=str(error))


def _was_interrupted(judged: Judged) -> bool:
    return judged.report.interrupted if judged.report is not None else judged.why in (_CUT_OFF, _NOT_BEGUN)


def _check(targets: Sequence[str], comparison: Comparison) -> None:
    twice = next((name for name in targets if targets.count(name) > 1), None)
    if twice is not None:
        raise ConfigurationError(f"--target {twice} is named twice")
    place = comparison.baseline
    if place is None and comparison.fail_on == "new":
        raise ConfigurationError("--fail-on new needs --baseline: the report.json of an earlier run to compare with")
    if place is not None and not place.exists():
        raise ConfigurationError(f"--baseline {place}: there is no such file or folder")
    if place is not None and place.is_file() and len(targets) > 1:
        raise ConfigurationError(f"--baseline {place}: several targets need a folder, with TARGET/report.json in it")


def _judged(settings: Settings, comparison: Comparison, pytest_args: Sequence[str], console: Console) -> Judged:
    name = from_url(settings.target).name if "://" in settings.target else settings.target
    place = comparison.baseline
    baseline = find_baseline(place, name) if place is not None else None  # what cannot be read is known before the run
    if place is not None and place.is_dir():
        nights.carry(place / name, Path(settings.reports) / name)
    ended = judge(settings, pytest_args, console)
    if place is None or ended.report is None:
        return Judged(settings.target, ended.code, ended.report, ended.why)
    changes = since(ended.report, baseline, comparison.fail_on)
    changes.write(Path(settings.reports) / name)
    changes.show(console)
    return Judged(settings.target, changes.outcome.exit_code, ended.report, changes=changes)
