"""What lies in the folders of a report: runs with their Allure results, by target and night."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scim_contract.reports import nights
from scim_contract.reports.merging import NAME, merged, read
from scim_contract.reports.nights import Night
from scim_contract.reports.report import Report
from scim_contract.targets import ConfigurationError

RESULTS = "allure-results"
PROOF = "prove.json"


@dataclass(frozen=True)
class Target:
    """One target: its reports, a night each, the oldest first; and the nights that its folders remember.

    `place` is a name for its folder that no other target has.
    """

    name: str
    place: str
    reports: tuple[Report, ...]
    nights: tuple[Night, ...]

    @property
    def last(self) -> Report:
        """The newest of its reports."""
        return self.reports[-1]


@dataclass(frozen=True)
class Results:
    """A folder of Allure results: the target and the run that they are of; without one, of something else, `title`."""

    folder: Path
    title: str
    report: Report | None


@dataclass(frozen=True)
class Found:
    """Everything that a report is made of."""

    targets: tuple[Target, ...]
    results: tuple[Results, ...]


def find(places: Sequence[Path], output: Path) -> Found:
    """What lies in some folders, however deep; what an earlier report wrote to its output is passed over.

    Raises:
        ConfigurationError: a place is not there, none has a report or Allure results, or a report cannot be read.
    """
    for place in places:
        if not place.exists():
            raise ConfigurationError(f"{place}: there is no such folder; `scim-contract run` writes one")
    reports = {path: read(path) for path in _all(places, NAME, output)}
    folders = [path for path in _all(places, RESULTS, output) if path.is_dir()]
    if not reports and not folders:
        told = ", ".join(map(str, places))
        raise ConfigurationError(f"{told}: no {NAME} and no {RESULTS} there; `scim-contract run` writes both")
    results = tuple(Results(path, path.parent.name, reports.get(path.parent / NAME)) for path in folders)
    return Found(_targets(reports), results)


def _all(places: Iterable[Path], name: str, output: Path) -> list[Path]:
    found: dict[Path, Path] = {}
    for place in places:
        beside = place.parent if place.is_file() else place
        for path in [beside / name] if place.is_file() else sorted(place.rglob(name)):
            if path.exists() and not _is_passed_over(path.resolve(), output.resolve()):
                found.setdefault(path.resolve(), path)
    return list(found.values())


def _is_passed_over(path: Path, output: Path) -> bool:
    """Whether a path is of an earlier report, or of a proof: its trials are runs on servers broken on purpose."""
    return output in path.parents or any((parent / PROOF).exists() for parent in path.parents)


def _targets(reports: dict[Path, Report]) -> tuple[Target, ...]:
    groups: dict[tuple[str, str], list[Report]] = {}
    for report in merged(reports.values()):
        groups.setdefault((report.target, report.edition), []).append(report)
    taken: list[str] = []
    for name, _ in groups:
        word = re.sub(r"[^\w.-]+|^\.+", "_", name)[:60] or "_"
        taken.append(next(each for each in (word, *(f"{word}-{n}" for n in range(2, 999))) if each not in taken))
    return tuple(
        Target(name, place, _sorted(found), _nights(name, edition, found, reports))
        for place, ((name, edition), found) in zip(taken, groups.items(), strict=True)
    )


def _sorted(reports: Iterable[Report]) -> tuple[Report, ...]:
    return tuple(sorted(reports, key=lambda report: report.started))


def _nights(name: str, edition: str, found: Sequence[Report], reports: dict[Path, Report]) -> tuple[Night, ...]:
    """The nights of a target's reports, and those that the folders of these remember.

    Of jobs that were put together to one night the parts are left out.
    """
    own = {
        path.parent: report for path, report in reports.items() if (report.target, report.edition) == (name, edition)
    }
    parts = {report.run_id for report in own.values()} - {report.run_id for report in found}
    kept = {night.run: night for folder in own for night in nights.read(folder) if night.run not in parts}
    return nights.nights_of(found, kept.values())
