"""Fuzzing as a user meets it: a run that finds, that conforms, and that leaves nothing."""

from __future__ import annotations

import shlex
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
    told = call(tmp_path, "run", "--area", "discovery", "--area", "fuzzed", "--prefix", "v2", "--fuzz", "0")
    assert told.code == 0, told.text
    assert not [key for key in verdicts(report(tmp_path)) if key.startswith("fuzzed.")]
    alone = call(tmp_path, "run", "--area", "fuzzed", "--fuzz", "0")
    assert alone.code == 2
    assert "--fuzz N" in alone.last


def test_deviation_is_told_under_its_own_claim_and_found_again_by_its_id(tmp_path: Path) -> None:
    planted = ("--mock-fault", "no-operations-fatal")
    claim = "fuzzed.valid-bodies|patch_scim_group"
    told = call(tmp_path, "run", "--claim", claim, "--fuzz", "200", "--seed", "1", *planted)
    assert told.code == 1, told.text
    found = verdicts(report(tmp_path))
    assert found["fuzzed.valid-bodies|patch_scim_group|v1||"] == "violated"
    assert found["errors.never-5xx|patch_scim_group|v1||"] == "violated"
    [row] = [row for row in report(tmp_path)["results"] if row["claim"] == "fuzzed.valid-bodies"]
    assert '"Operations": []' in row["curl"]
    assert "errors.never-5xx" in row["message"]

    again = next(line for line in row["message"].splitlines() if line.startswith("  Again:"))
    words = shlex.split(again.removeprefix("  Again:"))
    assert words[:2] == ["scim-contract", "run"]
    kept = tmp_path / "kept.jsonl"
    (tmp_path / "reports" / "mock" / "examples.jsonl").rename(kept)
    words[words.index("--known-examples") + 1] = str(kept)
    replayed = call(tmp_path, *words[1:], *planted)
    assert replayed.code == 1, replayed.text
    assert verdicts(report(tmp_path))["fuzzed.valid-bodies|patch_scim_group|v1||"] == "violated"
    assert report(tmp_path)["requests"] < 20
    mended = call(tmp_path, *words[1:])
    assert mended.code == 0, mended.text


def test_server_that_answers_large_counts_with_429_is_not_asked_for_them_again(tmp_path: Path) -> None:
    words = ("--claim", "fuzzed.parameters|get_scim_users", "--fuzz", "20", "--seed", "1")
    told = call(tmp_path, "run", *words, "--mock-variant", "many-is-429")
    assert told.code == 0, told.text
    assert verdicts(report(tmp_path))["fuzzed.parameters|get_scim_users|v1||"] == "conforms"


def test_file_of_examples_that_cannot_be_used_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "known.jsonl").write_text('{"kind": "body"}\n', "utf-8")
    told = call(tmp_path, "run", "--area", "fuzzed", "--fuzz", "1", "--known-examples", "known.jsonl")
    assert (told.code, "known.jsonl, line 1: is no example" in told.last) == (2, True)
    (tmp_path / "known.jsonl").write_text("", "utf-8")
    told = call(tmp_path, "run", "--known-examples", "known.jsonl", "--example", "0123abcd")
    assert (told.code, "has no example '0123abcd'" in told.last) == (2, True)
