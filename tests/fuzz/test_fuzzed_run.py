"""Fuzzing as a user meets it: a run that finds, that conforms, and that leaves nothing."""

from __future__ import annotations

from pathlib import Path

from tests.commands import call, report, verdicts


def test_run_with_examples_conforms_and_names_its_seed(tmp_path: Path) -> None:
    told = call(tmp_path, "run", "--area", "fuzzed", "--prefix", "v2", "--fuzz", "3", "--seed", "7")
    assert told.code == 0, told.text
    assert "fuzz 3, seed 7" in told.text.splitlines()[0]
    document = report(tmp_path)
    assert document["settings"]["fuzz"] == 3
    assert document["settings"]["seed"] == 7
    assert "fuzzed.valid-bodies|post_scim_v2_users|v2||" in verdicts(document)
    assert not list(tmp_path.glob(".hypothesis"))
    assert not (tmp_path / ".scim-contract").exists()


def test_nothing_is_generated_where_no_example_is_asked_for(tmp_path: Path) -> None:
    told = call(tmp_path, "run", "--area", "etags", "--area", "fuzzed", "--prefix", "v2", "--fuzz", "0")
    assert told.code == 0, told.text
    assert not [key for key in verdicts(report(tmp_path)) if key.startswith("fuzzed.")]
    alone = call(tmp_path, "run", "--area", "fuzzed", "--fuzz", "0")
    assert alone.code == 2
    assert "--fuzz N" in alone.last


def test_deviation_is_told_under_its_own_claim_and_the_one_that_found_it(tmp_path: Path) -> None:
    fault, claim = "no-operations-fatal", "fuzzed.valid-bodies|patch_scim_group"
    told = call(tmp_path, "run", "--claim", claim, "--fuzz", "100", "--seed", "1", "--mock-fault", fault)
    assert told.code == 1, told.text
    found = verdicts(report(tmp_path))
    assert found["fuzzed.valid-bodies|patch_scim_group|v1||"] == "violated"
    assert found["errors.never-5xx|patch_scim_group|v1||"] == "violated"
    [row] = [row for row in report(tmp_path)["results"] if row["claim"] == "fuzzed.valid-bodies"]
    assert '"Operations": []' in row["message"]
    assert "errors.never-5xx" in row["message"]
