"""`scim-contract run`: pytest on the suites, quiet, and the report at the end."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from scim_contract.contract import load
from scim_contract.plugin import NAME
from scim_contract.plugin.hooks import Plugin
from scim_contract.plugin.options import Settings, check, find_target
from scim_contract.plugin.run import suites_folder
from scim_contract.preflight import PreflightStop
from scim_contract.reports import folder_of, terminal, write_all
from scim_contract.targets import EMBEDDED, ConfigurationError
from scim_contract.verdicts import NOT_RUN

_INI = Path(__file__).parent / "plugin" / "suites.ini"


class _Keeper:
    """Holds on to the plugin, which pytest forgets when it ends."""

    def __init__(self) -> None:
        self.plugin: Plugin | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the plugin once it is there."""
        found = config.pluginmanager.getplugin(NAME)
        self.plugin = found if isinstance(found, Plugin) else None


def run_suites(settings: Settings, pytest_args: Sequence[str], console: Console) -> int:
    """Judge the target that the settings name and print what was found.

    Returns:
        The exit code of the design: 0, 1, 2 or 3.

    Raises:
        ConfigurationError: the settings cannot be used.
    """
    target = find_target(settings)
    check(settings, load(target.edition if target is not None else "2019"))
    name = target.name if target is not None else EMBEDDED
    folder = Path(settings.reports) / name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "allure-results", ignore_errors=True)
    keeper = _Keeper()
    code = pytest.main([*_arguments(settings, folder), *pytest_args], plugins=[keeper])
    plugin = keeper.plugin
    if plugin is None:
        return NOT_RUN.exit_code
    if plugin.stopped is not None:
        if isinstance(plugin.stopped, PreflightStop):
            console.print(f"scim-contract: {plugin.stopped.sentence}", markup=False, highlight=False, soft_wrap=True)
            return plugin.stopped.code
        raise ConfigurationError(str(plugin.stopped))
    run = plugin.run
    if run is None or code == pytest.ExitCode.USAGE_ERROR:
        return NOT_RUN.exit_code
    if not run.selection.chosen:
        console.print(
            "scim-contract: nothing was selected: no check is left by these areas, prefixes, claims and pytest options"
        )
        return NOT_RUN.exit_code
    report = write_all(run)
    terminal.show(console, report, run.contract, folder_of(run))
    return report.outcome.exit_code


def _arguments(settings: Settings, folder: Path) -> list[str]:
    suites = suites_folder()
    return [
        str(suites),
        "-c",
        str(_INI),
        f"--rootdir={suites.parent}",
        "-p",
        "scim_contract.plugin",
        "--quiet",
        "--no-header",
        "--no-summary",
        "--tb=no",
        f"--junitxml={folder / 'junit.xml'}",
        f"--alluredir={folder / 'allure-results'}",
        *settings.pytest_arguments(),
    ]
