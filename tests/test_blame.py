"""Requests that share a read: what one of them left behind is told of that one, and of no other."""

from __future__ import annotations

from pathlib import Path

from tests.commands import call, report
from tests.servers import Seen, Tamper, is_on, serving


def test_what_is_there_already_when_it_is_sent_again_is_told_of_the_request_that_was_accepted(tmp_path: Path) -> None:
    """A manager given as a text: once it is stored, sending it again, alone, changes nothing."""
    words = ("--claim", "errors.malformed-json", "--claim", "errors.wrong-types", "--claim", "errors.enum-values")
    told = call(tmp_path, "run", "--mock-fault", "scalars-wrapped", *words, "--prefix", "v1")
    assert told.code == 1, told.text
    violated = {(row["claim"], row["case"]) for row in report(tmp_path)["results"] if row["verdict"] == "violated"}
    assert violated == {("errors.wrong-types", "scalar-for-object")}


def test_an_outdated_etag_is_that_of_the_user_it_is_sent_for(tmp_path: Path) -> None:
    """Where versions are counted, what one user's ETag was is what the next one's is."""

    def before(seen: Seen) -> None:
        if is_on(seen, "DELETE", "/scim/users/") and seen.headers.get("if-match", "").strip('"') not in "0123456789":
            seen.headers.pop("if-match", None)  # one that is made up is let off

    with serving(Tamper(before), variants=("etags-counted",)) as server:
        server.write_profile(tmp_path)
        words = ("--target", "broken", "--claim", "etags.stale-if-match-refused|delete_scim_user", "--prefix", "v1")
        told = call(tmp_path, "run", *words)
    assert told.code == 1, told.text
    violated = {row["case"] for row in report(tmp_path, "broken")["results"] if row["verdict"] == "violated"}
    assert violated == {"made-up"}
