"""report.json read back, reports of one target's jobs put together, and a fleet of targets side by side."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from scim_contract.reports import fleet
from scim_contract.reports.changes import since
from scim_contract.reports.fleet import Judged
from scim_contract.reports.merging import gather, merged, read
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Verdict
from tests.reported import report, results

ROWS = results("etags.header-quoted", Verdict.CONFORMS)
BAD = results("etags.header-quoted", Verdict.VIOLATED, message="m", curl="curl x", steps=("a",))


def test_report_read_back_is_the_report_that_was_written(tmp_path: Path) -> None:
    written = report(*BAD, *results("paging.one-based", Verdict.UNTESTED, reason="no"), leftovers=("user x",))
    assert read(written.write(tmp_path)) == written


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"target": "x"}'])
def test_what_is_no_report_is_refused_with_its_place(text: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=str(path)):
        read(path)


def test_reports_are_gathered_from_folders_and_files(tmp_path: Path) -> None:
    one = report(*ROWS).write(tmp_path / "artifacts" / "job-1" / "nightly")
    report(*ROWS, target="other").write(tmp_path / "artifacts" / "job-2" / "other")
    assert [r.target for r in gather([tmp_path / "artifacts", one])] == ["nightly", "other", "nightly"]
    with pytest.raises(ConfigurationError, match=r"no report\.json there"):
        gather([tmp_path / "none"])


def test_jobs_of_one_target_become_one_report() -> None:
    v1 = report(*(r for r in ROWS if r.prefix == "v1"), settings={"prefixes": ["v1"]}, seconds=10.0)
    v2 = report(
        *(r for r in BAD if r.prefix == "v2"), settings={"prefixes": ["v2"]}, started=v1.started + 5, seconds=20.0,
        requests={"directory:user:view": 3, "no permission": 1}, interrupted=True, leftovers=("user x",),
    )  # fmt: skip
    (both,) = merged([v2, v1])
    assert both.counts["conforms"] == both.counts["violated"] == len(ROWS) / 2
    assert both.requests == {"directory:user:view": 15, "no permission": 1}
    assert (both.started, both.seconds, both.interrupted, both.leftovers) == (v1.started, 25.0, True, ("user x",))
    assert both.settings["prefixes"] == ["v1", "v2"]
    assert both.outcome.exit_code == 1


def test_the_worse_of_two_verdicts_stands_and_what_one_job_did_not_ask_says_nothing() -> None:
    not_asked = [replace(row, verdict=Verdict.UNTESTED) for row in ROWS]
    assert merged([report(*not_asked), report(*ROWS)])[0].counts["conforms"] == len(ROWS)
    assert merged([report(*BAD), report(*ROWS)])[0].counts["violated"] == len(ROWS)


def test_targets_and_nights_stay_apart() -> None:
    tonight = report(*ROWS)
    others = [report(*BAD, target="other"), report(*BAD, base_url="https://api.example.org")]
    assert len(merged([tonight, *others, report(*BAD, started=tonight.started - 86_400)])) == 4


def test_waiver_that_one_job_needs_is_not_stale() -> None:
    words = "etags.header-quoted: known (until 2027-01-01)"
    unneeded = report(*ROWS, red_waivers=(f"stale waiver, nothing needs it any more: {words}",))
    needed = report(*(replace(row, verdict=Verdict.WAIVED, waiver=words) for row in BAD))
    assert merged([unneeded, needed])[0].outcome.exit_code == 0
    assert merged([unneeded, unneeded])[0].outcome.exit_code == 1


def test_fleet_shows_each_target_and_what_there_is_to_look_at() -> None:
    found = [
        Judged("us", 1, report(*BAD, *results("paging.one-based", Verdict.CONFORMS))),
        Judged("eu", 0, report(*ROWS, *results("paging.one-based", Verdict.UNTESTED, reason="no"))),
        Judged("ap|2", 2, why="refused the client"),
    ]
    lines = fleet.markdown(found).splitlines()
    assert lines[0] == "# 3 targets, 2 of them not green"
    assert lines[2] == "| target | verdict | etags | paging |"
    assert lines[4:7] == [
        f"| us | violated | {len(BAD)} violated | ok |",
        "| eu | conforms | ok | untested |",
        "| ap\\|2 | not-run | - | - |",
    ]
    assert lines[-1] == "- ap\\|2: refused the client"


def test_fleet_of_any_size_is_readable_on_a_narrow_terminal() -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    names = [f"org-{number}" for number in range(9)]
    fleet.show(console, [Judged(name, 1, report(*BAD, *ROWS, target=name)) for name in names])
    printed = console.export_text()
    assert "…" not in printed
    for text in ("violated", f"{len(BAD)} violated", *names):
        assert text in printed
    assert max(len(line) for line in printed.splitlines()) <= 80


def test_fleet_tells_the_known_from_the_new() -> None:
    known = report(*BAD)
    judged = Judged("us", 0, known, changes=since(known, known, "new"))
    assert judged.verdict == "violated, nothing new"
    assert "still violated since run" in fleet.markdown([judged])
