"""Observed claims on answers that no server in its right mind gives, and how often a violation is told."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from scim_contract.judging import Observer
from scim_contract.judging.observed import without_nulls
from scim_contract.org import Workspace
from scim_contract.verdicts import Verdict
from tests.exchanges import exchange
from tests.observing import (
    ENTERPRISE,
    ERROR,
    HTML,
    MODEL,
    SCHEMA,
    STANDARD,
    URIS,
    USER,
    seen,
    user,
    wrong,
)

# hostile answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit", ["select ", "a.", "\n", "\n at a", "SELECT x ", 'File "a', "A", "update x ", "delete from ", "at a.b(c."]
)
def test_no_error_takes_long_to_search(space: Workspace, unit: str) -> None:
    answer = exchange(status=400, body=(unit * 40_000)[:40_000].encode(), headers=HTML)
    begun = time.process_time()
    seen(space, answer)
    assert time.process_time() - begun < 5, "what grows with the square of the text takes minutes"


@pytest.mark.parametrize("depth", [90, 300, 600, 900, 5000, 100_000])
@pytest.mark.parametrize("status", [200, 400])
def test_a_deep_document_gives_a_verdict(space: Workspace, depth: int, status: int) -> None:
    told = wrong(space, exchange(status=status, body=b'{"a":' * depth + b"1" + b"}" * depth))
    if depth > 100:
        assert "nested too deeply to read" in told[MODEL if status == 200 else STANDARD]
    else:
        assert URIS in told or STANDARD in told


@pytest.mark.parametrize(
    "body",
    [
        {"schemas": {"a": 1}, "Resources": "x", "totalResults": []},
        {"schemas": [[], {}, 7], "Resources": [7, None, [], {"schemas": 7}], "totalResults": None},
        {"schemas": [ERROR], "status": {}, "scimType": ["x"], "detail": 7},
        {"schemas": None, "status": True, "scimType": {}, ENTERPRISE: "x", "password": []},
        7,
        "x",
    ],
)
@pytest.mark.parametrize("operation", ["get_scim_user", "get_scim_users", "get_scim_resourcetype"])
@pytest.mark.parametrize("status", [200, 400])
def test_a_document_of_odd_types_gives_a_verdict(space: Workspace, operation: str, status: int, body: Any) -> None:
    assert wrong(space, exchange(operation, status, json.dumps(body).encode()))


# keeping what was found ---------------------------------------------------------------------------


def test_a_violation_stays_whatever_comes_before_or_after(space: Workspace) -> None:
    good, bad, worse = exchange(body=USER), exchange(body=user(active="no")), exchange(body=user(active="never"))
    assert '"no"' in wrong(space, good, bad, worse, good)[SCHEMA]


def test_what_was_taken_is_not_told_again(space: Workspace) -> None:
    observer = Observer(space)
    space.record(exchange(body=user(active="no")))
    assert any(row.verdict is Verdict.VIOLATED for row in observer.take())
    assert observer.take() == []
    space.record(exchange(body=USER, headers=(("Content-Type", "application/json"), ("ETag", '"1"'))))
    assert {row.verdict for row in observer.take()} == {Verdict.CONFORMS}


def test_a_violation_shows_its_exchange_and_what_led_there(space: Workspace) -> None:
    observer = Observer(space)
    for number in range(6):
        space.record(exchange("get_scim_group", 403, step=f"read/get_scim_group/other#{number}"))
    space.record(exchange(body=user(active="no"), headers=[("ININ-Correlation-Id", "c0ffee")]))
    (row,) = [r for r in observer.take() if r.claim == SCHEMA]
    assert row.key == "representations.schema|get_scim_user|v1||"
    assert row.correlation_id == "c0ffee"
    assert row.curl == "curl -sS -i https://scim.test/api/v2/scim/users/u1 -H 'Accept: application/json'"
    assert [step.split("  ")[1] for step in row.steps] == [
        "[read/get_scim_group/other#3]",
        "[read/get_scim_group/other#4]",
        "[read/get_scim_group/other#5]",
        "[read/get_scim_user/plain#1]",
    ]


def test_many_faults_of_one_answer_are_one_violation(space: Workspace) -> None:
    observer = Observer(space)
    space.record(exchange(body=user(active="no", userName=7, emails="x")))
    (row,) = [r for r in observer.take() if r.claim == SCHEMA]
    assert [place for place in ("at /active:", "at /userName:", "at /emails:") if place in (row.message or "")] == [
        "at /active:",
        "at /userName:",
        "at /emails:",
    ]


@pytest.mark.parametrize(
    ("value", "without"),
    [
        ({"a": None, "b": {"c": None, "d": 0}}, {"b": {"d": 0}}),
        ([{"a": None}, None], [{}, None]),
        (None, None),
        ("x", "x"),
    ],
)
def test_only_null_members_are_taken_out(value: Any, without: Any) -> None:
    assert without_nulls(value) == without
