"""report.json, summary.md and the terminal: shape, order and limits."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from rich.console import Console

from scim_contract.contract import plan
from scim_contract.locate import folder
from scim_contract.reports import summary, terminal
from scim_contract.reports.report import Report, grouped, roots
from scim_contract.verdicts import Result, Verdict, result
from tests.reported import CONTRACT, report, results


def printed(found: Report) -> str:
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    terminal.show(console, found, CONTRACT, Path("reports/nightly"))
    return console.export_text()


def test_report_json_keeps_its_schema(tmp_path: Path) -> None:
    schema = json.loads((folder("reports") / "report.schema.json").read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    violated = results("etags.stable", Verdict.VIOLATED, message="m", curl="curl x", steps=("a",), correlation_id="c")
    rows = [*violated, *results("etags.header-quoted", Verdict.UNTESTED, reason="no ETag", blocked_by="get_scim_user")]
    document = json.loads(
        report(*rows, leftovers=("user x",), red_waivers=("stale",)).write(tmp_path).read_text("utf-8")
    )
    jsonschema_rs.validate(schema, document)
    assert document["verdict"] == "violated"
    assert document["counts"] == {"conforms": 0, "violated": 6, "waived": 0, "untested": 6, "inconclusive": 0}
    assert document["results"][0]["client"] is None


def test_the_likely_root_comes_first() -> None:
    late = results("etags.stale-if-match-refused", Verdict.VIOLATED, message="m")[:1]
    root = [r for r in results("errors.never-5xx", Verdict.VIOLATED, message="m") if r.operation == "post_scim_users"]
    blocked = results("etags.stable", Verdict.UNTESTED, reason="blocked by POST", blocked_by="post_scim_users")
    assert [r.claim for r in roots(report(*late, *blocked, *root))] == [
        "errors.never-5xx",
        "etags.stale-if-match-refused",
    ]


def test_what_only_comes_of_a_broken_permission_is_no_root() -> None:
    kept_out = results("lifecycle.create-missing-refused", Verdict.VIOLATED, reason="expected status 400, came 403 No")
    blocked = results("etags.stable", Verdict.UNTESTED, reason="blocked by POST", blocked_by="post_scim_users")
    let_in = results("permissions.lacking-refused", Verdict.VIOLATED, reason="expected a refusal (4xx), came 200 OK")
    assert [r.claim for r in roots(report(*kept_out[:1], *blocked))] == ["lifecycle.create-missing-refused"]
    first, second = roots(report(*kept_out[:1], *blocked, *let_in[:1]))
    assert (first.claim, second.claim) == ("permissions.lacking-refused", "lifecycle.create-missing-refused")


def test_documented_violations_come_before_standard_and_inferred_ones() -> None:
    rows = [
        *results("etags.stable", Verdict.VIOLATED)[:1],
        *results("filters.no-match", Verdict.VIOLATED)[:1],
        *results("etags.equals-meta-version", Verdict.VIOLATED)[:1],
    ]
    assert [r.level for r in roots(report(*rows))] == ["documented", "standard", "inferred"]


def test_one_claim_violated_in_many_places_is_read_once() -> None:
    rows = results("etags.equals-meta-version", Verdict.VIOLATED, message="the message")
    assert len(grouped(rows)) == 1
    text = printed(report(*rows))
    assert text.count("the message") == 1
    assert "Also at:   get_scim_group, get_scim_serviceproviderconfig, get_scim_v2_user" in text


def test_inferred_violations_do_not_fail_the_run_but_are_told() -> None:
    found = report(
        *results("etags.stable", Verdict.VIOLATED, message="m"), *results("filters.no-match", Verdict.CONFORMS)
    )
    assert found.outcome.exit_code == 0
    assert "Violated, only inferred (6): reported, and red only under --strict" in printed(found)
    assert replace(found, strict=True).outcome.exit_code == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, 0),
        ({"interrupted": True}, 3),
        ({"broken": ("worker gw0 was lost",)}, 3),
        ({"leftovers": ("user x",)}, 1),
        ({"red_waivers": ("stale waiver",)}, 1),
        ({"idle_waivers": ("not put to the test",)}, 0),
    ],
)
def test_what_is_no_verdict_counts_for_the_exit_code(more: dict[str, Any], code: int) -> None:
    found = report(*results("filters.no-match", Verdict.CONFORMS), **more)
    assert found.outcome.exit_code == code
    for values in more.values():
        for text in values if isinstance(values, tuple) else ():
            assert text in printed(found)
            assert text in summary.summary(found, CONTRACT)


def test_a_run_that_judged_nothing_is_not_green() -> None:
    assert report(*results("etags.stable", Verdict.UNTESTED, reason="x")).outcome.exit_code == 3


def test_the_summary_fits_a_job_page_whatever_happens() -> None:
    rows = [replace(r, message="y" * 9_000) for r in plan_rows(Verdict.VIOLATED)]
    rows += [replace(r, reason=f"{r.key} {'z' * 500}") for r in plan_rows(Verdict.UNTESTED)]
    text = summary.summary(report(*rows), CONTRACT)
    assert len(text) <= 65_000
    assert "more claims violated; report.json has them all" in text


def plan_rows(verdict: Verdict) -> list[Result]:
    return [result(atom, verdict) for atom in plan(CONTRACT)]


def test_what_the_target_sent_does_not_break_the_summary() -> None:
    hostile = "~~~~\n# heading\n<script>alert(1)</script>\n[link](x)"
    text = summary.summary(report(*results("etags.equals-meta-version", Verdict.VIOLATED, message=hostile)), CONTRACT)
    body = text.split("\n~~~~\n")[1]
    assert "<script>" in body, "what came stays inside the fence"


def test_markup_in_a_message_is_printed_as_it_is() -> None:
    rows = results("etags.equals-meta-version", Verdict.VIOLATED, message="[red]not markup[/] [/]")
    assert "[red]not markup[/] [/]" in printed(report(*rows))


def test_of_many_leftovers_the_first_are_shown_and_the_rest_counted() -> None:
    text = printed(report(leftovers=tuple(f"user {n}" for n in range(30))))
    assert [f"user {n}" in text for n in range(30)].count(True) == 5
    assert "left behind: 25 more, in report.json; `scim-contract cleanup` tries again" in text
