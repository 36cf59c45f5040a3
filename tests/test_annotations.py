"""GitHub's annotations, and the operations × areas of terminal and summary."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from scim_contract.reports import summary, terminal
from scim_contract.reports.annotations import annotated
from scim_contract.reports.changes import since
from scim_contract.reports.report import Report
from scim_contract.verdicts import Verdict
from tests import pages
from tests.reported import CONTRACT, report, results

GITHUB = {"GITHUB_ACTIONS": "true"}


def printed(found: Report) -> str:
    console = Console(width=160, file=io.StringIO())
    terminal.show(console, found, CONTRACT, None)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return str(text)


def test_violations_are_errors_inferred_ones_warnings() -> None:
    found = report(
        *results("etags.header-quoted", Verdict.VIOLATED, message="etags.header-quoted\n  Came: 100 %"),
        *results("etags.stable", Verdict.VIOLATED, message="m"),
        idle_waivers=("not put to the test",),
    )
    lines = list(annotated(found, GITHUB))
    assert [line.split("::")[1].split(" ")[0] for line in lines] == ["error", "warning", "warning"]
    assert lines[0].startswith(
        "::error title=nightly%3A etags.header-quoted (documented)::etags.header-quoted%0A  Came: 100 %25"
    )
    assert all("\n" not in line for line in lines)
    assert list(annotated(found, {})) == []


def test_what_is_red_without_a_verdict_is_an_error_and_no_more_than_ten_of_a_kind_are_told() -> None:
    found = report(*results("etags.header-quoted", Verdict.CONFORMS), broken=tuple(f"error {n}" for n in range(30)))
    lines = list(annotated(found, GITHUB))
    assert len(lines) == 10
    assert all(line.startswith("::error ") for line in lines)
    assert lines[-1].endswith("more; summary.md has them all")


def test_a_target_cannot_give_orders_to_the_runner() -> None:
    for line in annotated(pages.hostile(), GITHUB):
        assert line.startswith(("::error title=", "::warning title="))
        assert "\n" not in line
        assert "\r" not in line


def test_terminal_and_summary_show_where_it_does_not_conform() -> None:
    found = pages.broken()
    first = next(row for row in found.results if row.verdict is Verdict.VIOLATED)
    name = CONTRACT.operation(first.operation).name
    row = next(line for line in summary.summary(found, CONTRACT).splitlines() if line.startswith(f"| {name} "))
    assert re.search(r"✗\d+ ?.* / ", row)
    text = printed(found)
    assert "Where it does not conform, v1 / v2" in text
    assert name in text
    assert "Where it does not conform" not in printed(pages.conforming())
    assert "Where it does not conform" not in summary.summary(pages.conforming(), CONTRACT)


def test_the_summary_fits_with_hostile_texts_and_with_what_changed() -> None:
    for found in (pages.hostile(), pages.many(5_000, 5_000)):
        assert len(summary.summary(found, CONTRACT)) <= summary.LIMIT


def test_what_changed_is_part_of_what_fits(tmp_path: Path) -> None:

    folder = tmp_path
    found = pages.many(5_000, 5_000)
    summary.write(found, CONTRACT, folder)
    since(found, None).write(folder)
    text = (folder / "summary.md").read_text("utf-8")
    assert len(text) <= summary.LIMIT
    assert sum(line == "~~~~" for line in text.splitlines()) % 2 == 0, "every fence is closed"
