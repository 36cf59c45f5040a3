"""`scim-contract report`: what it finds, what it gives to Allure (here a stand-in), and what it does without."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from scim_contract.cli import main
from scim_contract.publishing.found import find
from scim_contract.reports import nights
from scim_contract.reports.page import writing as page
from scim_contract.reports.report import Report
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Verdict
from tests import pages
from tests.reported import report, results

_DAY = 86_400.0
# What Allure does as far as it matters here: it writes index.html, appends to the history, and notes what it was given.
_STAND_IN = """#!{python}
import json, os, pathlib, sys
if sys.argv[1:] == ["--version"]:
    print("{version}"); sys.exit()
given = json.loads(os.environ["SCIM_CONTRACT_ALLURE"])
with open("{log}", "a") as log:
    log.write(json.dumps({{"words": sys.argv[1:], **given}}) + "\\n")
if {code}:
    print("out of memory", file=sys.stderr); sys.exit({code})
output = pathlib.Path(given["output"]); output.mkdir(parents=True, exist_ok=True)
(output / "index.html").write_text("allure")
if given["appendHistory"]:
    with open(given["historyPath"], "a") as history:
        history.write(json.dumps({{"name": given["name"]}}) + "\\n")
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable[[], list[dict[str, Any]]]]:
    """Put a stand-in for Allure on PATH, and nothing else; gives what it was called with."""

    def put(version: str = "3.18.0", code: int = 0) -> Callable[[], list[dict[str, Any]]]:
        place, log = tmp_path / "bin", tmp_path / "calls.jsonl"
        place.mkdir(exist_ok=True)
        program = place / "allure"
        program.write_text(_STAND_IN.format(python=sys.executable, version=version, log=log, code=code), "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(place))
        return lambda: [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []

    return put


def lay(folder: Path, found: Report, allure: bool = True) -> Path:
    """A run's folder as `scim-contract run` leaves it."""
    folder.mkdir(parents=True)
    found.write(folder)
    if allure:
        (folder / "allure-results").mkdir()
    return folder


def made(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, words)], catch_exceptions=False)


def at(found: Report, night: int) -> Report:
    """The same report of another night."""
    return replace(found, run_id=f"2026112{night}t070001-4f2a", started=found.started + night * _DAY)


CLAIM = "etags.header-quoted"
GOOD, BAD = report(*results(CLAIM, Verdict.CONFORMS)), report(*results(CLAIM, Verdict.VIOLATED))


def test_without_node_it_says_the_line_to_run_and_makes_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lay(tmp_path / "reports" / "nightly", pages.broken())
    told = made(tmp_path / "reports")
    assert told.exit_code == 0
    assert "npm install --global allure@3" in told.output
    text = (tmp_path / "reports" / "html" / "index.html").read_text("utf-8")
    assert 'id="evidence"' in text
    assert "Allure report" not in text


def test_allure_that_is_too_old_is_passed_over(tmp_path: Path, stand_in: Callable[..., Any]) -> None:
    calls = stand_in(version="2.30.0")
    lay(tmp_path / "reports" / "nightly", GOOD)
    assert "needs Node 20" in made(tmp_path / "reports").output
    assert calls() == []


def test_allure_gets_the_results_and_the_targets_as_environments(tmp_path: Path, stand_in: Callable[..., Any]) -> None:
    calls = stand_in()
    us = lay(tmp_path / "reports" / "us", replace(GOOD, target="us"))
    eu = lay(tmp_path / "reports" / "eu", replace(BAD, target="eu"))
    told = made(tmp_path / "reports", "--single-file")
    assert told.exit_code == 0, told.output
    (call,) = calls()
    assert call["words"][0] == "generate"
    assert set(call["words"][3:]) == {str(us / "allure-results"), str(eu / "allure-results")}
    assert call["singleFile"] is True
    assert {each["target"] for each in call["targets"]} == {"us", "eu"}
    assert {each["variables"]["Verdict"] for each in call["targets"]} == {"conforms", "violated"}
    index = (tmp_path / "reports" / "html" / "index.html").read_text("utf-8")
    assert 'href="allure/index.html"' in index
    for name in ("us", "eu"):
        assert f'href="{name}/matrix.html"' in index
        assert 'href="../index.html"' in (tmp_path / "reports" / "html" / name / page.NAME).read_text("utf-8")


def test_older_nights_become_history_once_and_the_newest_is_shown(tmp_path: Path, stand_in: Callable[..., Any]) -> None:
    calls = stand_in()
    folders = [lay(tmp_path / "artifacts" / f"{n}" / "nightly", at(GOOD if n == 3 else BAD, n)) for n in (3, 1, 2)]
    for _ in range(2):
        assert made(tmp_path / "artifacts").exit_code == 0
    first, second, last, again = calls()
    shown = [call["words"][3:] for call in (first, second, last, again)]
    assert shown == [[str(folders[place] / "allure-results")] for place in (1, 2, 0, 0)]
    assert [call["appendHistory"] for call in (first, second, last, again)] == [True, True, True, False]
    assert len((tmp_path / "artifacts" / "allure-history.jsonl").read_text("utf-8").splitlines()) == 3
    text = (tmp_path / "artifacts" / "html" / "index.html").read_text("utf-8")
    assert text.count('<li class="v-') == 3
    assert "6 fixed" in " ".join(text.split())


def test_allure_that_fails_costs_its_report_only(tmp_path: Path, stand_in: Callable[..., Any]) -> None:
    stand_in(code=1)
    lay(tmp_path / "reports" / "nightly", GOOD)
    told = made(tmp_path / "reports")
    assert told.exit_code == 3
    assert "out of memory" in told.output
    assert (tmp_path / "reports" / "html" / "index.html").exists()


def test_a_history_that_is_none_is_left_alone(tmp_path: Path, stand_in: Callable[..., Any]) -> None:
    calls = stand_in()
    lay(tmp_path / "reports" / "nightly", GOOD)
    history = tmp_path / "mine.jsonl"
    history.write_text("dear diary", "utf-8")
    told = made(tmp_path / "reports", "--history", history)
    assert told.exit_code == 3
    assert str(history) in told.output
    assert history.read_text("utf-8") == "dear diary"
    assert calls() == []


def test_results_without_a_report_are_allures_alone(tmp_path: Path, stand_in: Callable[..., Any]) -> None:
    calls = stand_in()
    (tmp_path / "reports" / "compare" / "allure-results").mkdir(parents=True)
    told = made(tmp_path / "reports")
    assert told.exit_code == 0
    assert calls()[0]["targets"] == [{"target": "compare", "variables": {}}]
    assert "Report:" not in told.output


@pytest.mark.parametrize("there", [True, False])
def test_nothing_to_report_is_a_usage_error(tmp_path: Path, there: bool) -> None:
    place = tmp_path / "reports"
    if there:
        place.mkdir()
    told = made(place)
    assert told.exit_code == 2
    assert f"{place}: " in told.output


def test_the_output_of_an_earlier_report_is_no_source(tmp_path: Path) -> None:
    lay(tmp_path / "nightly", GOOD)
    lay(tmp_path / "html" / "copied", at(BAD, 1))
    assert [t.last.run_id for t in find([tmp_path], tmp_path / "html").targets] == [GOOD.run_id]


def test_the_trials_of_a_proof_are_no_nights(tmp_path: Path) -> None:
    lay(tmp_path / "nightly", GOOD)
    lay(tmp_path / "prove" / "some-fault" / "nightly", at(BAD, 1))
    (tmp_path / "prove" / "prove.json").write_text("{}", "utf-8")
    found = find([tmp_path], tmp_path / "html")
    assert [t.last.run_id for t in found.targets] == [GOOD.run_id]
    assert [each.folder.parent.name for each in found.results] == ["nightly"]


def test_open_shows_the_report_over_http_until_it_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path / "nightly", GOOD)
    shown: list[tuple[str, int]] = []

    threads: list[Thread] = []

    def browse(url: str) -> bool:
        threads.append(Thread(target=lambda: shown.append((url, httpx.get(url).status_code))))
        threads[0].start()
        return True

    def one_request(server: ThreadingHTTPServer) -> None:
        server.handle_request()
        raise KeyboardInterrupt

    monkeypatch.setattr("webbrowser.open", browse)
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", one_request)
    told = made(tmp_path, "--open", "--no-allure")
    assert told.exit_code == 0
    threads[0].join(timeout=30)
    assert shown[0][1] == 200
    assert f"{shown[0][0]} until Ctrl-C" in told.output


def test_nights_come_from_the_folders_memory_too_and_jobs_of_one_night_count_once(tmp_path: Path) -> None:
    v1, v2 = (tuple(r for r in GOOD.results if r.prefix == prefix) for prefix in ("v1", "v2"))
    one = replace(GOOD, results=v1)
    two = replace(GOOD, results=v2, run_id="20261124t070002-4f2b", started=GOOD.started + 1)
    folders = [lay(tmp_path / "a" / "nightly", one), lay(tmp_path / "b" / "nightly", two)]
    nights.remember(folders[0], at(BAD, -1))
    for folder, part in zip(folders, (one, two), strict=True):
        nights.remember(folder, part)
    (target,) = find([tmp_path], tmp_path / "html").targets
    assert len(target.last.results) == len(GOOD.results)
    assert [night.run for night in target.nights] == [at(BAD, -1).run_id, GOOD.run_id]


def test_names_of_targets_cannot_leave_the_output(tmp_path: Path) -> None:
    for number, name in enumerate(("../../etc", "..", "a/b", "a_b", "<b>")):
        lay(tmp_path / str(number), replace(GOOD, target=name))
    output = tmp_path / "html"
    places = [target.place for target in find([tmp_path], output).targets]
    assert len(set(places)) == 5
    assert all(os.path.normpath(output / place).startswith(f"{output}/") and "/" not in place for place in places)


def test_an_edition_that_is_not_known_is_told(tmp_path: Path) -> None:
    lay(tmp_path / "nightly", replace(GOOD, edition="1999"))
    told = made(tmp_path, "--no-allure")
    assert told.exit_code == 2
    assert "1999" in told.output


def test_a_report_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    lay(tmp_path / "nightly", GOOD).joinpath("report.json").write_text("{", "utf-8")
    with pytest.raises(ConfigurationError, match=r"nightly/report\.json"):
        find([tmp_path], tmp_path / "html")
