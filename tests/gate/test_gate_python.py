"""The gate on a published release of the Python SDK: what it is known to break, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.commands import Told, call, report
from tests.gate.releases import PYTHON, release


def violated(document: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """The operations at which each claim and case is violated."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in document["results"]:
        if row["verdict"] == "violated":
            found.setdefault((row["claim"], row["case"] or ""), []).append(row["operation"])
    return found


def test_what_the_release_is_known_to_break(python_judged: tuple[Told, dict[str, Any], Path]) -> None:
    told, document, _ = python_judged
    found = violated(document)
    assert set(found) == {
        ("sdk.methods", ""),
        ("sdk.request", "slash"),
        ("sdk.body-mapping", ""),
        ("sdk.response-mapping", "every-property"),
        ("sdk.credentials", "without"),
        ("sdk.errors", "empty-body"),
        ("sdk.errors", "reset-write"),
    }, told.text
    assert found["sdk.methods", ""] == ["get_scim_users", "get_scim_v2_users"]
    assert len(found["sdk.request", "slash"]) == 14
    assert all("users" in op or "_user" in op for op in found["sdk.response-mapping", "every-property"])
    assert told.code == 1


def test_every_planned_claim_is_judged(python_judged: tuple[Told, dict[str, Any], Path]) -> None:
    _, document, _ = python_judged
    assert {row["verdict"] for row in document["results"]} == {"conforms", "violated"}
    assert len({row["operation"] for row in document["results"] if row["claim"] == "sdk.methods"}) == 26
    assert {row["client"] for row in document["results"]} == {PYTHON}
    assert {row["claim"].split(".")[0] for row in document["results"]} == {"sdk"}


def test_the_message_shows_the_call_and_the_wire(python_judged: tuple[Told, dict[str, Any], Path]) -> None:
    _, document, folder = python_judged
    row = next(r for r in document["results"] if r["verdict"] == "violated" and r["case"] == "slash")
    assert "get_scim_user(user_id='a/b'" in row["message"]
    assert "/api/v2/scim/users/a/b " in row["curl"]
    assert (folder / "reports" / PYTHON / "summary.md").exists()
    assert (folder / "reports" / PYTHON / "junit.xml").exists()


def test_no_output_holds_the_gates_secrets(python_judged: tuple[Told, dict[str, Any], Path]) -> None:
    told, _, folder = python_judged
    texts = [told.text, *(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())]
    assert not [found for text in texts for found in re.findall(r"(?:Bearer|Basic) [\w+/=-]{16,}", text)]
    assert any("Bearer $TOKEN" in text for text in texts)


def test_waivers_cover_what_is_known(tmp_path: Path) -> None:
    release(PYTHON)
    (tmp_path / "known.toml").write_text(
        '[[waiver]]\nclaim = "sdk.methods"\nreason = "the filter became optional"\nexpires = 2999-01-01\n', "utf-8"
    )
    told = call(tmp_path, "gate", PYTHON, "--edition", "2019", "--claim", "sdk.methods", "--waivers", "known.toml")
    assert told.code == 0, told.text
    assert report(tmp_path, PYTHON)["counts"]["waived"] == 2


def test_by_the_edition_of_its_time_only_ids_with_a_slash_are_broken(tmp_path: Path) -> None:
    release(PYTHON)
    told = call(tmp_path, "gate", PYTHON)
    found = violated(report(tmp_path, PYTHON))
    errors = {("sdk.errors", "empty-body"), ("sdk.errors", "reset-write")}
    assert set(found) == {("sdk.request", "slash"), *errors}, told.text
    assert told.code == 1
