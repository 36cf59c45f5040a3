"""What `scim-contract gate` does: install releases, judge each, and say what they come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console

from scim_contract.contract import load
from scim_contract.gate import against, history, methods
from scim_contract.gate.begin import Terms, begun, count
from scim_contract.gate.history import Release
from scim_contract.gate.on_target import judge_live
from scim_contract.org.errors import Lost
from scim_contract.running import Ended, conduct
from scim_contract.sdk.installing import Wanted, install
from scim_contract.sdk.language import Language, language
from scim_contract.sdk.registry import LATEST, expand
from scim_contract.targets import OLDEST, ConfigurationError
from scim_contract.verdicts import worst_exit


def wanted_of(sdk: str, package: str | None) -> Wanted:
    """What `python==269.0.0` and `--package FILE` name together.

    Raises:
        ConfigurationError: there is no such language, or it is not said which release is meant.
    """
    name, found, version = sdk.partition("==")
    known, version = language(name.strip()), version.strip()
    if found and package:
        raise ConfigurationError("--package FILE says which release it is; leave the version out")
    if not known.package and not package:
        raise ConfigurationError(f"SDKs of {name} are in no registry: give --package DIR, a checkout")
    if not version and not package:
        raise ConfigurationError(f"which release of {name}? write {name}==VERSION, or --package FILE")
    if version == LATEST:
        version = expand(LATEST, known)[0]
    return Wanted(known, version, Path(package) if package else None)


def judge(wanted: Wanted, terms: Terms, console: Console) -> Ended:
    """Install a release, judge it, and print what was found.

    Raises:
        ConfigurationError: it cannot be installed, or the terms cannot be used.
    """
    installed = install(wanted)
    if installed.note:
        click.echo(f"{installed.label}: {installed.note}")
    try:
        with begun(installed, terms) as run:
            ended = conduct(run, (), console, before_report=count)
    except Lost as error:
        click.echo(f"scim-contract: {installed.label}: {error}", err=True)
        return Ended(3, why=str(error))
    if ended.report is not None:
        methods.show(console, ended.report)
        summary = Path(terms.reports) / ended.report.target / "summary.md"
        with summary.open("a", encoding="utf-8") as file:
            file.write("\n".join(methods.markdown(ended.report, run.contract)))
    return ended


def judge_against(wanted: Wanted, earlier: str, terms: Terms, console: Console) -> int:
    """Judge a release and an earlier one, and print only what differs; gives the exit code that this comes to.

    Raises:
        ConfigurationError: one of them cannot be installed, or the terms cannot be used.
    """
    version = expand(earlier, wanted.language)[0]
    quiet = Console(quiet=True)
    now = _whole(judge(wanted, terms, quiet))
    same = replace(terms, waivers=None, edition=now.report.edition if now.report else terms.edition)
    before = _whole(judge(Wanted(wanted.language, version), same, quiet))
    if before.report is None or now.report is None:
        return worst_exit(each.code for each in (now, before) if each.report is None)
    if before.report.target == now.report.target:
        raise ConfigurationError(f"{now.report.target} cannot be held against itself")
    found = against.differences(now.report, before.report)
    against.show(console, found, before.report.target, Path(terms.reports) / now.report.target)
    return found.outcome.exit_code


def judge_history(known: Language, text: str, terms: Terms, console: Console) -> int:
    """Judge releases one after the other and print them side by side; gives the worst exit code.

    A release that cannot be installed or loaded is untested, and does not keep the others from being judged.

    Raises:
        ConfigurationError: the releases cannot be found, or the terms cannot be used.
    """
    releases: list[Release] = []
    for version in expand(text, known):
        releases.append(_release(known, version, terms))
    judged = [release.report.edition for release in releases if release.report is not None]
    contract = load(terms.edition or max(judged, default=OLDEST))
    history.show(console, releases, contract)
    path = history.write(releases, contract, Path(terms.reports) / f"history-{known.name}")
    code = worst_exit(release.code for release in releases)
    console.print(f"\nReports: {path.parent}/ (history.md, history.json), and a folder a release; exit {code}",
                  markup=False, soft_wrap=True)  # fmt: skip
    return code


def _whole(ended: Ended) -> Ended:
    """A gate that nobody interrupted: an interrupt ends them all, not only the one that was at work."""
    if ended.report is not None and ended.report.interrupted:
        raise KeyboardInterrupt
    return ended


def _release(known: Language, version: str, terms: Terms) -> Release:
    label = f"{known.name}=={version}"
    try:
        install(Wanted(known, version))
    except ConfigurationError as error:
        return Release(label, 3, why=str(error))
    ended = _whole(judge(Wanted(known, version), terms, Console(quiet=True)))
    return Release(ended.report.target if ended.report else label, ended.code, ended.report, ended.why)


@dataclass(frozen=True)
class Asked:
    """What else was asked of a gate: an earlier release, a range of them, a live target and where it is described."""

    earlier: str = ""
    past: str = ""
    target: str = ""
    targets: str = "targets.toml"


def gate(sdk: str, package: str | None, asked: Asked, terms: Terms, console: Console) -> int:
    """The command; gives its exit code.

    Raises:
        ConfigurationError: what is asked makes no sense together, or cannot be done.
    """
    words = {"--against": asked.earlier, "--history": asked.past, "--target": asked.target}
    given = [word for word, value in words.items() if value]
    if len(given) > 1:
        raise ConfigurationError(f"{' and '.join(given)} are two questions: ask one at a time")
    if asked.past:
        if package or "==" in sdk:
            told = f"write gate {sdk.split('==')[0]} --history {asked.past}"
            raise ConfigurationError(f"--history names the releases: {told}")
        return judge_history(language(sdk), asked.past, terms, console)
    wanted = wanted_of(sdk, package)
    if asked.earlier:
        return judge_against(wanted, asked.earlier, terms, console)
    if asked.target:
        return judge_live(install(wanted), asked.target, asked.targets, terms, console)
    return judge(wanted, terms, console).code
