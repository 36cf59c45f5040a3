"""What a generated write and the reads after it come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scim_contract.fuzz.judged import Case, deviations
from scim_contract.fuzz.predicting import Prediction
from scim_contract.fuzz.sorting import Sort, Sorted
from tests.exchanges import VIEWER, exchange, quick_trust, workspace

WORK = {"type": "work", "value": "o'neill@example.com"}
ANOTHER = {"type": "work", "value": "another@example.com"}
PATCHED = exchange("patch_scim_user", 200, {"id": "u1", "userName": "ann@example.com"})


def told(tmp_path: Path, sent: list[dict[str, Any]], read: list[dict[str, Any]]) -> list[str]:
    """The claims broken by a PATCH that replaces two work emails by these."""

    def user(emails: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": "u1", "userName": "ann@example.com", "emails": emails}

    prediction = Prediction(user(sent), frozenset({"emails"}), first="replace/whole-list")
    case = Case(
        PATCHED.operation, Sorted(Sort.VALID), PATCHED, exchange(body=user([WORK, ANOTHER])),
        (exchange(body=user(read)),), prediction,
    )  # fmt: skip
    found = deviations(workspace(tmp_path, VIEWER), case)
    return [each.claim for each in found if each.claim.startswith("lifecycle.")]


@pytest.fixture(autouse=True)
def _trust(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick_trust(monkeypatch, tmp_path)


def test_an_entry_that_was_sent_without_a_type_may_be_given_the_one_that_it_had(tmp_path: Path) -> None:
    untyped = {"value": ANOTHER["value"]}
    assert told(tmp_path, [WORK, untyped], [WORK, ANOTHER]) == []


def test_an_entry_that_was_not_sent_must_be_gone(tmp_path: Path) -> None:
    assert told(tmp_path, [WORK], [WORK, ANOTHER]) == ["lifecycle.patch-replace"]
    assert told(tmp_path, [WORK], [WORK]) == []
