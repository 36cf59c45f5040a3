"""Allure 3 itself on what runs give it: read with no warning, shown in a real browser, and nothing sent runs there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scim_contract.plugin.allure_results import observed
from scim_contract.publishing.found import find
from scim_contract.reports import allure_context
from scim_contract.reports.report import Report
from scim_contract.verdicts import Verdict
from tests import pages
from tests.browsing import Opened, browser, needs_allure, opened, serving_folder
from tests.commands import invoke
from tests.harness import run
from tests.reported import report, results
from tests.servers import Reply, Seen, Tamper, serving

_OUTCOMES = {Verdict.VIOLATED: "failed", Verdict.CONFORMS: "passed"}
HOSTILE = f"{pages.HOSTILE}{pages.RTL}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    needs_allure()
    with browser() as found:
        yield found


def lay(folder: Path, found: Report) -> Path:
    """A report with a result of Allure for each of its rows."""
    from allure_commons.logger import AllureFileLogger

    place = folder / "nightly"
    place.mkdir(parents=True)
    found.write(place)
    allure_context.write(found, place / "allure-results")
    logger = AllureFileLogger(str(place / "allure-results"))
    for row in found.results:
        told = observed(row, _OUTCOMES.get(row.verdict, "skipped"), found.target, found.started)
        logger.report_result(result=told)
    return folder


def made(folder: Path, *words: str) -> str:
    told = invoke("report", str(folder), *words)
    assert told.code == 0, told.text
    assert "Allure says" not in told.text
    return told.text


def ready(told: Opened) -> Any:
    told.page.get_by_text("Powered by").first.wait_for()
    told.page.get_by_text("Total").first.wait_for()
    return told.page


def quiet(told: Opened, url: str) -> None:
    assert told.complaints == []
    assert [asked for asked in told.asked if not asked.startswith((url, "data:", "blob:"))] == []


@pytest.mark.parametrize(("made_up", "failed"), [(pages.broken, 32), (pages.many, 500)], ids=["broken", "many"])
def test_allure_shows_every_result_and_calls_nobody(
    chromium: Any, tmp_path: Path, made_up: Callable[[], Report], failed: int
) -> None:
    found = made_up()
    made(lay(tmp_path, found))
    place = tmp_path / "html" / "allure"
    told = json.loads((place / "summary.json").read_text("utf-8"))["stats"]
    alarms = len(found.red_waivers) + len(found.leftovers)
    assert (told["total"], told["failed"]) == (len(found.results) + alarms, failed)
    categories = (place / "widgets" / "categories.json").read_text("utf-8")
    assert "Violated, documented" in categories
    assert ("Stale or expired waiver" in categories) == bool(alarms)
    with serving_folder(tmp_path / "html") as url, opened(chromium, f"{url}/allure/index.html") as opened_page:
        assert str(told["total"]) in ready(opened_page).inner_text("body")
        quiet(opened_page, url)


def test_a_hostile_target_shows_its_texts_and_nothing_of_it_runs(chromium: Any, tmp_path: Path) -> None:
    def after(seen: Seen, reply: Reply) -> None:
        if isinstance(reply.json, dict) and "/users" in seen.path and seen.method == "GET":
            long = "0123456789abcdef " * 62_500
            reply.put(
                {**reply.json, "title": HOSTILE, "displayName": pages.RTL, "externalId": long, "schemas": HOSTILE}
            )
            reply.headers["etag"] = f'"{pages.SCRIPT}"'

    with serving(Tamper(after=after)) as server:
        words = ("--claim", "etags.equals-meta-version", "--claim", "representations.schema", "--prefix", "v2")
        _, document, printed = run(tmp_path, server.profile(), *words)
    assert document["counts"]["violated"], printed
    made(tmp_path / "reports", "--single-file")
    place = tmp_path / "reports" / "html"
    with serving_folder(place) as url:
        with opened(chromium, f"{url}/index.html") as told:
            told.page.wait_for_selector("details[open] .text")
            assert "<script>" in told.page.locator("#list").inner_text()
            assert told.page.evaluate("window.hacked") is None
            assert told.axe() == []
            quiet(told, url)
        with opened(chromium, f"{url}/allure/index.html") as told:
            shown = ready(told)
            shown.get_by_text("etags.equals-meta-version · get_scim_v2_user").first.click()
            shown.get_by_text("<script>window.hacked = 1</script>").first.wait_for()
            shown.get_by_text("Asked: GET").first.click()
            shown.wait_for_timeout(500)
            assert shown.evaluate("window.hacked") is None
            quiet(told, url)


def test_nights_become_a_trend(chromium: Any, tmp_path: Path) -> None:
    bad, good = (report(*results("etags.header-quoted", verdict)) for verdict in (Verdict.VIOLATED, Verdict.CONFORMS))
    lay(tmp_path / "1", replace(bad, run_id="20261123t070001-0001", started=good.started - 86_400))
    lay(tmp_path / "2", good)
    made(tmp_path)
    made(tmp_path)
    names = [json.loads(line)["name"] for line in (tmp_path / "allure-history.jsonl").read_text("utf-8").splitlines()]
    assert [name.rpartition(" ")[2] for name in names] == ["20261123t070001-0001", good.run_id]
    assert len(find([tmp_path], tmp_path / "html").targets[0].nights) == 2
    with serving_folder(tmp_path / "html") as url, opened(chromium, f"{url}/allure/index.html") as told:
        shown = ready(told)
        shown.get_by_text("Transition").first.click()
        shown.get_by_text("Fixed").first.wait_for()
        quiet(told, url)


def test_the_configuration_stands_alone(tmp_path: Path) -> None:
    from scim_contract.locate import folder

    program = needs_allure()
    place = lay(tmp_path, report(*results("etags.stable", Verdict.CONFORMS))) / "nightly" / "allure-results"
    words = [program, "generate", "--config", str(folder("reports") / "allurerc.mjs"), "-o", str(tmp_path / "out")]
    done = subprocess.run([*words, str(place)], capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert (tmp_path / "out" / "index.html").exists()
