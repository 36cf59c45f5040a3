"""changes.json: what is new, fixed, still violated, or no longer judged; and what fails by --fail-on."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from scim_contract.locate import folder
from scim_contract.reports.changes import find_baseline, since
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Verdict
from tests.reported import report, results

VERSION, QUOTED = "etags.equals-meta-version", "etags.header-quoted"
MESSAGE = f"{VERSION} (documented) — get_scim_user · v1\n  Expected:  one\n  Came:      other\n  Request:   curl x"
OLD = "20261123t070001-1a2b"


def test_violated_once_and_again_is_new_fixed_and_still() -> None:
    one, two, three, *rest = results(VERSION, Verdict.CONFORMS)
    bad_one, bad_two, bad_three, *_ = results(VERSION, Verdict.VIOLATED, message=MESSAGE)
    changes = since(report(bad_one, bad_two, three, *rest), report(one, bad_two, bad_three, *rest, run_id=OLD))
    keys = {kind: [change.row.key for change in found] for kind, found in changes.parts.items()}
    assert keys == {"new": [one.key], "fixed": [three.key], "still": [two.key], "unclear": []}


@pytest.mark.parametrize("now", [Verdict.UNTESTED, Verdict.INCONCLUSIVE, None])
def test_what_is_not_judged_any_more_is_not_called_fixed(now: Verdict | None) -> None:
    before = report(*results(VERSION, Verdict.VIOLATED, message=MESSAGE))
    rows = results(VERSION, now, reason="time was up") if now else results(QUOTED, Verdict.CONFORMS)
    changes = since(report(*rows), before)
    assert not changes.fixed
    assert len(changes.unclear) == len(before.results)


def test_a_violation_whose_waiver_ended_is_not_new() -> None:
    before = report(*results(VERSION, Verdict.WAIVED, message=MESSAGE, waiver="known"))
    changes = since(report(*results(VERSION, Verdict.VIOLATED, message=MESSAGE)), before)
    assert (len(changes.new), len(changes.still)) == (0, len(before.results))


def test_without_a_baseline_everything_violated_is_new() -> None:
    changes = since(report(*results(VERSION, Verdict.VIOLATED, message=MESSAGE)), None, "new")
    assert len(changes.new) == len(changes.report.results)
    assert changes.outcome.exit_code == 1
    assert "no earlier run" in changes.headline


def test_fail_on_new_lets_the_known_pass_and_nothing_else() -> None:
    known = results(VERSION, Verdict.VIOLATED, message=MESSAGE)
    before = report(*known)
    assert since(report(*known), before, "new").outcome.exit_code == 0
    assert since(report(*known), before, "any").outcome.exit_code == 1
    assert since(report(*known, leftovers=("a user",)), before, "new").outcome.exit_code == 1
    assert since(report(*known, red_waivers=("stale",)), before, "new").outcome.exit_code == 1
    assert since(report(*known, interrupted=True), before, "new").outcome.exit_code == 3
    unclear = results(QUOTED, Verdict.INCONCLUSIVE, reason="no answer")
    assert since(report(*known, *unclear), before, "new").outcome.exit_code == 3
    fresh = results(QUOTED, Verdict.VIOLATED, message=MESSAGE)
    assert since(report(*known, *fresh), before, "new").outcome.exit_code == 1


def test_changes_json_keeps_its_schema_and_tells_what_to_do(tmp_path: Path) -> None:
    schema = json.loads((folder("reports") / "changes.schema.json").read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    bad = results(VERSION, Verdict.VIOLATED, message=MESSAGE, curl="curl x", correlation_id="c")
    gone = results(QUOTED, Verdict.VIOLATED, message=MESSAGE)
    changes = since(report(*bad, *results(QUOTED, Verdict.CONFORMS)), report(*gone, run_id=OLD), "new")
    document = json.loads(changes.write(tmp_path).read_text("utf-8"))
    jsonschema_rs.validate(schema, document)
    assert document["counts"] == {"new": len(bad), "fixed": len(gone), "still": 0, "unclear": 0}
    first = document["new"][0]
    assert (first["before"], first["now"], first["curl"], first["correlation_id"]) == (None, "violated", "curl x", "c")
    assert first["message"].endswith("Came:      other")
    assert first["statement"] == bad[0].statement
    assert document["text"].startswith(f"nightly: {len(bad)} newly violated, {len(gone)} fixed since run {OLD}\n")


def test_text_for_a_chat_stays_short() -> None:
    rows = [row for claim in (VERSION, QUOTED) for row in results(claim, Verdict.VIOLATED, message=MESSAGE)] * 9
    lines = since(report(*{row.key: row for row in rows}.values()), None).text().splitlines()
    assert len(lines) <= 14


def test_baseline_is_a_report_or_a_folder_of_targets(tmp_path: Path) -> None:
    path = report(*results(VERSION, Verdict.CONFORMS)).write(tmp_path / "nightly")
    assert find_baseline(path, "whatever") == find_baseline(tmp_path, "nightly")
    assert find_baseline(tmp_path, "another") is None
    path.write_text("{}", "utf-8")
    with pytest.raises(ConfigurationError, match=r"is no report.json of `scim-contract run`"):
        find_baseline(path, "nightly")
