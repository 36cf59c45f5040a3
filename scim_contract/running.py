"""`scim-contract run`: pytest on the suites, quiet, and the report at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from rich.console import Console

from scim_contract import __version__
from scim_contract.plugin import run as runs
from scim_contract.plugin.catalogue import checks
from scim_contract.plugin.ending import finish
from scim_contract.plugin.hooks import PREPARED
from scim_contract.plugin.options import Settings
from scim_contract.plugin.progress import showing
from scim_contract.plugin.run import EXAMPLES, Run, suites_folder
from scim_contract.preflight import PreflightStop
from scim_contract.reports import Report, folder_of, terminal, write_all
from scim_contract.reports.annotations import annotated
from scim_contract.targets import ConfigurationError, Target
from scim_contract.verdicts import NOT_RUN

_NOTHING_SELECTED = (
    "nothing was selected: areas, prefixes, claims and pytest options leave no check (those of the area "
    "fuzzed need --fuzz N)"
)
_INI = Path(__file__).parent / "plugin" / "suites.ini"


@dataclass(frozen=True, eq=False)  # other plugins may ask pytest for the set of all
class Prepared:
    """A run that is ready to begin, for the plugin to take up."""

    run: Run

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Lay the run where the plugin looks for it."""
        config.stash[PREPARED] = self.run


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, its report, and where there is none, why."""

    code: int
    report: Report | None = None
    why: str = ""


def run_suites(
    settings: Settings,
    pytest_args: Sequence[str],
    console: Console,
    target: Target | None = None,
    results: bool = True,
) -> int:
    """`judge`, for those who need no more than the exit code."""
    return judge(settings, pytest_args, console, target, results).code


def judge(
    settings: Settings,
    pytest_args: Sequence[str],
    console: Console,
    target: Target | None = None,
    results: bool = True,
) -> Ended:
    """Judge the target that the settings name, or the one given, and print what was found.

    Without `results` there are no Allure results, no JUnit file and no page, only report.json and the summary.

    Returns:
        The exit code of the design (0, 1, 2 or 3), and the report where something was judged.

    Raises:
        ConfigurationError: the settings cannot be used.
    """
    try:
        run = runs.begin(settings, target)
    except PreflightStop as stop:
        click.echo(f"scim-contract: {stop.sentence}", err=True)
        return Ended(stop.code, why=stop.sentence)
    return conduct(run, pytest_args, console, results)


def conduct(
    run: Run,
    pytest_args: Sequence[str],
    console: Console,
    results: bool = True,
    before_report: Callable[[Run], None] = lambda run: None,
) -> Ended:
    """Have pytest judge a run that has begun, end it, and print what was found.

    `before_report` may add to the run what only its caller knows.

    Raises:
        ConfigurationError: reports cannot be written.
    """
    try:
        folder = _emptied(folder_of(run), bool(run.settings.known_examples))
        click.echo(header(run))
        with showing(console, run, pytest_args) as plugins:
            words = [*_arguments(run.settings, folder if results else None), *(["--quiet"] if plugins else [])]
            code = pytest.main([*words, *pytest_args], plugins=[Prepared(run), *plugins])
    finally:
        finish(run)
    if code == pytest.ExitCode.USAGE_ERROR:
        return Ended(NOT_RUN.exit_code, why="pytest did not take its options")
    if not run.selection.chosen and not run.interrupted and not run.broken:
        click.echo(f"scim-contract: {_NOTHING_SELECTED}")
        return Ended(NOT_RUN.exit_code, why=_NOTHING_SELECTED)
    before_report(run)
    report = write_all(run, pages=results)
    if results:
        from scim_contract.reports import allure_context, junit  # nothing needs them before the end

        allure_context.write(report, folder / "allure-results")
        junit.tidy(folder / "junit.xml")
    terminal.show(console, report, run.contract, folder)
    for line in annotated(report, os.environ):
        click.echo(line)
    return Ended(report.outcome.exit_code, report)


def header(run: Run) -> str:
    """What is judged and on what terms, in one line."""
    if run.library is not None:
        words = ", ".join((*run.settings.prefixes, *run.settings.claims))
        only = f"; only {words}" if words else ""
        return f"scim-contract {__version__}: {run.library.label}, held against edition {run.contract.edition}{only}"
    return described(run.target, run.settings)


def described(target: Target, chosen: Settings) -> str:
    """A target and the terms on which it is judged, in one line."""
    terms = [f"edition {target.edition}", "a sandbox" if target.sandbox else "only read"]
    terms.append(f"{len(target.clients)} clients" if target.clients else "no authentication")
    terms += [f"group {target.group}"] if target.group else []
    terms += [f"{target.rate_limit} requests a minute and client"] if target.rate_limit and target.clients else []
    terms += [f"only {', '.join(words)}" for words in (chosen.areas, chosen.prefixes, chosen.claims) if words]
    terms += [f"fuzz {chosen.fuzz}, seed {chosen.seed}"] if chosen.fuzz else []
    terms += ["strict"] if chosen.strict else []
    return f"scim-contract {__version__}: {target.name} ({target.base_url}); {'; '.join(terms)}"


def _emptied(folder: Path, keep_examples: bool) -> Path:
    """The folder of a target's reports, without those of the last run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "allure-results", ignore_errors=True)
        for name in ("report.json", "summary.md", "junit.xml", "matrix.html", *(() if keep_examples else (EXAMPLES,))):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{folder}: reports cannot be written there ({error.strerror or error})") from None
    return folder


def _arguments(settings: Settings, folder: Path | None) -> list[str]:
    suites = suites_folder()
    return [
        *(str(path) for path in _files(settings, suites)),
        "-c",
        str(_INI),
        f"--rootdir={suites.parent}",
        "-p",
        "scim_contract.plugin",
        "--quiet",
        "--no-header",
        "--no-summary",
        "--tb=no",
        *(_outputs(folder) if folder else []),
        *settings.pytest_arguments(),
    ]


def _outputs(folder: Path) -> list[str]:
    """JUnit and Allure; the latter's plugin is named since an environment may keep pytest from finding any."""
    return ["-p", "allure_pytest", f"--junitxml={folder / 'junit.xml'}", f"--alluredir={folder / 'allure-results'}"]


def _files(settings: Settings, suites: Path) -> list[Path]:
    """The suite files that have a check of what is selected; the whole folder where all is."""
    claims = {key.split("|")[0] for key in settings.claims}
    wanted = [
        check.file
        for check in checks(suites)
        if (not claims or check.claim in claims) and (not settings.areas or check.claim.split(".")[0] in settings.areas)
    ]
    return [suites / name for name in dict.fromkeys(wanted)] if (claims or settings.areas) and wanted else [suites]
