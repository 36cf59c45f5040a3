"""The matrix as data: what its cells count, what it carries, how large it gets; and what the nights come to."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from scim_contract.reports import nights
from scim_contract.reports.nights import Night, night_of, trend
from scim_contract.reports.page import writing as page
from scim_contract.reports.page.matrix import matrix
from scim_contract.reports.page.packing import ROOM, evidence
from scim_contract.verdicts import Verdict
from tests import pages
from tests.reported import CONTRACT, report, results


def data_of(text: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def evidence_of(text: str) -> Any:
    found = re.search(r'<script type="text/plain" id="evidence">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


def test_cells_count_every_result_once() -> None:
    found = pages.broken()
    table = matrix(found, CONTRACT)
    assert len(table.rows) == 13
    assert table.prefixes == ("v1", "v2")
    cells = [cell for row in table.rows for area in row.cells for cell in area]
    assert sum(number for cell in cells for _, number in cell.counts) == len(found.results)
    assert sum(n for c in cells for sign, n in c.counts if sign.verdict == "violated") == 30
    assert {cell.worst for cell in cells} == {"violated", "inconclusive", "waived", "conforms", ""}


def test_the_page_carries_every_result_and_its_evidence() -> None:
    found = pages.broken()
    text = page.page(found, CONTRACT)
    data, told = data_of(text), evidence_of(text)
    assert len(data["rows"]) == len(told) == len(found.results)
    verdicts = [data["texts"][row[7]] for row in data["rows"]]
    assert verdicts[:30] == ["violated"] * 30, "the likely roots come first"
    assert "Expected:  status 400" in told[0]["message"]
    assert told[0]["curl"].startswith("curl ")


def test_five_thousand_results_fit() -> None:
    for failing in (500, 5_000):
        found = pages.many(5_000, failing)
        text = page.page(found, CONTRACT, pages.nights(found))
        assert len(text.encode()) <= 3_000_000
        assert sum("answer" in each.get("message", "") for each in evidence_of(text)) == failing


def test_evidence_without_end_is_cut_and_says_so() -> None:
    noise = "".join(str(n * n) for n in range(400_000))
    (first, *_) = results("etags.stable", Verdict.VIOLATED)
    told = evidence([replace(first, message="head\n  Came:      x\n" + noise), replace(first, message="head\nshort")])
    assert len(told) <= ROOM
    long, short = json.loads(zlib.decompress(base64.b64decode(told)))
    assert long["message"].endswith("report.json has it whole)")
    assert short["message"] == "short"


def test_what_a_target_sent_cannot_leave_its_place() -> None:
    text = page.page(pages.hostile(), CONTRACT)
    assert pages.SCRIPT not in text
    assert text.count("</script>") == 3
    assert not re.search(r"<img|onerror=[\"']", text)
    assert "\x1b" not in text
    assert "\u202e" not in text.split('<script type="application/json"')[0]


def test_no_network_is_needed() -> None:
    text = page.page(pages.conforming(), CONTRACT)
    assert not re.search(r'(?:src|href)="(?!#|data:)', text)
    assert "default-src 'none'" in html.unescape(text)


# nights ---------------------------------------------------------------------------------------------------

KEYS = [row.key for row in results("etags.stable", Verdict.VIOLATED)]


def night(number: int, broken: str, judged: str = "abcdef") -> Night:
    """A night by letters: which of the keys were broken, which were judged."""
    return Night(
        f"run-{number}", float(number), "violated" if broken else "conforms", 1, {"violated": len(broken)}, 1, 1.0,
        tuple(broken), tuple(judged),
    )  # fmt: skip


def test_new_fixed_and_flapping() -> None:
    told = trend([night(1, "ab"), night(2, "ac"), night(3, "bd")])
    assert told.marks == {"a": "fixed", "b": "flapping", "c": "flapping", "d": "new"}


def test_a_night_that_did_not_judge_says_nothing() -> None:
    assert trend([night(1, "a"), night(2, "", "b"), night(3, "a")]).marks == {}
    assert trend([night(1, "a"), night(2, "", "b")]).marks == {}


def test_the_first_night_has_nothing_new() -> None:
    assert trend([night(1, "ab")]).marks == {}
    assert trend([]).nights == ()


def test_what_had_never_been_violated_and_is_now_is_new() -> None:
    good = report(*results("etags.stable", Verdict.CONFORMS))
    bad = report(
        *results("etags.stable", Verdict.VIOLATED), run_id="20261125t070001-4f2b", started=good.started + 86_400
    )
    assert trend(nights.nights_of([bad, good])).new == tuple(KEYS)


def test_nights_are_remembered_once_each_and_not_for_ever(tmp_path: Path) -> None:
    found = report(*results("etags.stable", Verdict.VIOLATED))
    for number in range(nights.MOST + 5):
        told = replace(found, run_id=f"run-{number:03}", started=found.started + number)
        nights.remember(tmp_path, told)
        nights.remember(tmp_path, told)
    kept = nights.read(tmp_path)
    assert len(kept) == nights.MOST
    assert kept[-1] == night_of(told)
    assert [n.run for n in kept] == sorted({n.run for n in kept})


def test_a_broken_line_of_the_history_costs_that_night_only(tmp_path: Path) -> None:
    nights.remember(tmp_path, report(*results("etags.stable", Verdict.VIOLATED)))
    path = tmp_path / nights.NAME
    path.write_text('{"run": 1}\nnot json\n[]\n' + path.read_text("utf-8"), "utf-8")
    assert len(nights.read(tmp_path)) == 1
    path.write_bytes(b"\xff\xfe")
    assert nights.read(tmp_path) == ()


def test_what_was_seen_leaves_out_what_the_page_says_elsewhere() -> None:
    (first, *_) = (row for row in pages.broken().results if row.verdict == "violated")
    curl = "curl -sS -i https://api.example.com/api/v2/scim/users/1 -H 'Accept: application/json'"
    told = json.loads(zlib.decompress(base64.b64decode(evidence([replace(first, curl=curl)]))))[0]
    assert told["curl"] == curl
    assert told["token"] == "$TOKEN is of a client with directory:user:view"
    assert [line.split(":")[0].strip() for line in told["message"].splitlines()][:3] == ["Expected", "Came", "Answer"]


def test_a_job_that_begins_empty_takes_up_the_nights_of_its_baseline(tmp_path: Path) -> None:
    last, own = tmp_path / "baseline", tmp_path / "reports" / "nightly"
    last.mkdir()
    nights.carry(last, own)
    assert not own.exists()
    nights.remember(last, report(*results("etags.stable", Verdict.VIOLATED)))
    nights.carry(last, own)
    assert nights.read(own) == nights.read(last)
    nights.remember(own, report(*results("etags.stable", Verdict.CONFORMS), run_id="20261125t070001-4f2b"))
    nights.carry(last, own)
    assert len(nights.read(own)) == 2, "what it remembers itself is not lost"
