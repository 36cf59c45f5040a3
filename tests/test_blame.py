"""Requests that share a read: what one of them left behind is told of that one, and of no other."""

from __future__ import annotations

from pathlib import Path

from tests.commands import call, report


def test_what_is_there_already_when_it_is_sent_again_is_told_of_the_request_that_was_accepted(tmp_path: Path) -> None:
    """A manager given as a text: once it is stored, sending it again, alone, changes nothing."""
    words = ("--claim", "errors.malformed-json", "--claim", "errors.wrong-types", "--claim", "errors.enum-values")
    told = call(tmp_path, "run", "--mock-fault", "scalars-wrapped", *words, "--prefix", "v1")
    assert told.code == 1, told.text
    violated = {(row["claim"], row["case"]) for row in report(tmp_path)["results"] if row["verdict"] == "violated"}
    assert violated == {("errors.wrong-types", "scalar-for-object")}
