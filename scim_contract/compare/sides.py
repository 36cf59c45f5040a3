"""The two sides of a comparison: a recording is read, a target is run and recorded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from scim_contract.mock.settings import SEED
from scim_contract.recording import Recording, read
from scim_contract.targets import EMBEDDED, ConfigurationError

_GENERATED = ("fuzzed/", "people/fuzzed/")
"""How the steps of generated requests begin."""


class NoAnswer(Exception):
    """A side could not be run to its end; the message says why. `code` is the run's exit code."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Side:
    """A side as the user named it: a `.har` file, a target of the targets file, `mock`, or a URL."""

    name: str
    faults: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    seed: int = SEED

    @property
    def recorded(self) -> bool:
        """Whether it is a recording already."""
        return self.name.lower().endswith(".har")


@dataclass(frozen=True)
class Selection:
    """What is compared: the same areas, prefixes and claims of both sides; all of them where nothing is named."""

    areas: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()

    def words(self) -> Iterable[str]:
        """The selection as options of `scim-contract run`."""
        for option, values in (("area", self.areas), ("prefix", self.prefixes), ("claim", self.claims)):
            yield from (f"--{option}={value}" for value in values)


@dataclass(frozen=True)
class Runner:
    """Records targets: with which targets file, and where the recordings and reports of the runs go."""

    targets: str
    reports: Path
    say: Callable[[str], None]

    def both(self, baseline: Side, candidate: Side, selection: Selection) -> tuple[Recording, Recording]:
        """The recordings of both sides; a target is run with the selection of the recording it is held against.

        Raises:
            ConfigurationError: a side cannot be used, or the two are of different editions.
            NoAnswer: a target could not be run.
        """
        recorded = {side.name: read(Path(side.name)) for side in (baseline, candidate) if side.recorded}
        for recording in recorded.values():
            selection = selection if any(selection.words()) else _selection(recording.about.settings)
        if baseline.name == candidate.name == EMBEDDED and candidate.seed == SEED:
            candidate = replace(candidate, seed=SEED + 1)  # another directory, or its ids would agree by themselves
        one = recorded.get(baseline.name) or self._run(baseline, "baseline", selection)
        other = recorded.get(candidate.name) or self._run(candidate, "candidate", selection)
        if one.about.edition != other.about.edition:
            editions = f"{one.about.edition} and {other.about.edition}"
            raise ConfigurationError(f"the two sides are of different editions ({editions}), and not compared")
        return not_generated(one), not_generated(other)

    def _run(self, side: Side, role: str, selection: Selection) -> Recording:
        path = (self.reports / f"{role}.har").absolute()
        path.unlink(missing_ok=True)
        self.say(f"{role}: running {side.name}")
        words = [sys.executable, "-m", "scim_contract", "run", "--target", side.name, "--targets", self.targets]
        words += [f"--reports={self.reports / role}", f"--record={path}", f"--mock-seed={side.seed}", "--fuzz=0"]
        words += [*(f"--mock-fault={f}" for f in side.faults), *(f"--mock-variant={v}" for v in side.variants)]
        words += [*selection.words(), "--", "-p", "no:randomly"]  # what happened before is then the same on both sides
        done = subprocess.run(words, text=True, capture_output=True, check=False)
        if not path.exists():
            lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
            raise NoAnswer(lines[-1].removeprefix("scim-contract: "), done.returncode)
        return read(path)


def not_generated(recording: Recording) -> Recording:
    """A recording without what fuzzing sent: two runs generate different requests, which compare with nothing."""
    kept = tuple(entry for entry in recording.entries if not entry.step.startswith(_GENERATED))
    return replace(recording, entries=kept)


def _selection(settings: object) -> Selection:
    """What a recorded run had selected; recordings may be anybody's, so what is no list of words counts as none."""
    given = settings if isinstance(settings, dict) else {}

    def words(name: str) -> tuple[str, ...]:
        held = given.get(name)
        return tuple(each for each in held if isinstance(each, str)) if isinstance(held, list) else ()

    return Selection(words("areas"), words("prefixes"), words("claims"))
