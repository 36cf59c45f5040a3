"""What Allure shows beside the results: where and by whom a run was made, and what is red without being a verdict."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Mapping
from importlib.metadata import version
from json import dumps
from pathlib import Path

from allure_commons.logger import AllureFileLogger

from scim_contract import __version__, locate
from scim_contract.plugin.allure_results import alarm
from scim_contract.reports.report import Report


def write(report: Report, folder: Path) -> None:
    """Write environment, executor and categories into a folder of Allure results, and a result for each alarm."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(locate.folder("reports") / "categories.json", folder)
    lines = [f"{name}={_value(value)}" for name, value in environment(report).items()]
    (folder / "environment.properties").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "executor.json").write_text(dumps(executor(os.environ, report)), "utf-8")
    logger = AllureFileLogger(str(folder))
    alarms = {"waiver": report.red_waivers, "left behind": report.leftovers, "error of the run": report.broken}
    for title, texts in alarms.items():
        for text in texts:
            logger.report_result(alarm(title, text, report.target, time.time()))


def environment(report: Report) -> dict[str, str]:
    """The facts of a run that explain its results."""
    facts = {
        "Target": report.target,
        "Server": report.base_url,
        "Edition": report.edition,
        "Run": report.run_id,
        "scim-contract": __version__,
        "Python": platform.python_version(),
        "pytest": version("pytest"),
        "httpx": version("httpx"),
    }
    seeds = {"Seed": report.settings.get("seed"), "Seed.mock": report.settings.get("mock_seed")}
    return facts | {name: str(value) for name, value in seeds.items() if value is not None}


def executor(variables: Mapping[str, str], report: Report) -> dict[str, object]:
    """The CI job that made the run, as far as its environment says; outside of one, this machine."""
    name, kind, url, build, order = _job(variables)
    facts = {
        "name": name,
        "type": kind,
        "url": url,
        "buildName": build or report.run_id,
        "buildUrl": url,
        "buildOrder": int(order) if order.isdigit() else int(report.started),
        "reportName": f"SCIM contract: {report.target}",
    }
    return {key: value for key, value in facts.items() if value}


def _job(variables: Mapping[str, str]) -> tuple[str, str, str, str, str]:
    """Name, type, address, build and its number."""
    have = variables.get
    if have("GITHUB_ACTIONS"):
        url = (
            f"{have('GITHUB_SERVER_URL', '')}/{have('GITHUB_REPOSITORY', '')}/actions/runs/{have('GITHUB_RUN_ID', '')}"
        )
        build = f"{have('GITHUB_WORKFLOW', '')} #{have('GITHUB_RUN_NUMBER', '')}"
        return "GitHub Actions", "github", url, build, have("GITHUB_RUN_NUMBER", "")
    if have("GITLAB_CI"):
        build = f"{have('CI_JOB_NAME', '')} #{have('CI_PIPELINE_IID', '')}"
        return "GitLab CI", "gitlab", have("CI_JOB_URL", ""), build, have("CI_PIPELINE_IID", "")
    if have("JENKINS_URL"):
        number = have("BUILD_NUMBER", "")
        return "Jenkins", "jenkins", have("BUILD_URL", ""), f"{have('JOB_NAME', '')} #{number}", number
    return platform.node(), "local", "", "", ""


def _value(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").split())
