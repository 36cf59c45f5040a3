"""What `scim-contract compare` does."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from scim_contract.compare import report, show
from scim_contract.compare.comparing import compare
from scim_contract.compare.difference import Comparison
from scim_contract.compare.ignoring import load_ignores
from scim_contract.compare.sides import Runner, Selection, Side
from scim_contract.contract import load
from scim_contract.recording import Recording
from scim_contract.targets import ConfigurationError


@dataclass(frozen=True)
class Wanted:
    """What to compare, and where the outcome goes; `ignore` is empty for none."""

    baseline: Side
    candidate: Side
    selection: Selection = field(default_factory=Selection)
    targets: str = "targets.toml"
    reports: Path = Path("reports")
    ignore: str = ""


def carry_out(wanted: Wanted, console: Console) -> int:
    """Compare two sides and print what was found.

    Returns:
        The exit code: 1 they differ, 3 nothing could be compared or a promise could not be judged, 0 they are alike.

    Raises:
        ConfigurationError: a side or the ignore file cannot be used.
        NoAnswer: a target could not be run.
    """
    folder = wanted.reports / "compare"
    ignores = load_ignores(Path(wanted.ignore)) if wanted.ignore else ()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{folder}: reports cannot be written there ({error.strerror or error})") from None
    runner = Runner(wanted.targets, folder, lambda text: console.print(text, highlight=False, soft_wrap=True))
    baseline, candidate = runner.both(wanted.baseline, wanted.candidate, wanted.selection)
    found = compare(baseline, candidate, ignores)
    contract = load(baseline.about.edition)
    names = (wanted.baseline.name, wanted.candidate.name)
    show.show(console, found, contract, names)
    code = exit_code(found, baseline, candidate)
    document = {**report.as_json(found, baseline, candidate, contract), "exit_code": code}
    report.write(document, folder)
    report.write_allure(found, contract, folder / "allure-results", names[0])
    console.print(f"Reports: {folder}/ (compare.json, allure-results/)", highlight=False, soft_wrap=True)
    return code


def exit_code(found: Comparison, *sides: Recording) -> int:
    """What a comparison comes to."""
    if found.differences:
        return 1
    unclear = any("inconclusive" in side.about.verdicts.values() for side in sides)
    return 3 if unclear or not found.fidelity.compared else 0
