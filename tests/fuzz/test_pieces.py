"""What fuzzing is made of: predictions of PATCH, the model of histories, smaller examples, the file of examples."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scim_contract.compare.sides import not_generated
from scim_contract.contract import load
from scim_contract.fuzz import known
from scim_contract.fuzz.bodies import Supplied
from scim_contract.fuzz.deck import deck
from scim_contract.fuzz.examples import Body, Question
from scim_contract.fuzz.model import History, Known, State, Step, answers, unlike, written
from scim_contract.fuzz.predicting import predict
from scim_contract.fuzz.smaller import of_body, of_history
from scim_contract.fuzz.texts import AWKWARD
from scim_contract.org.documents import ENTERPRISE
from scim_contract.targets import ConfigurationError
from tests.recordings import life, recording

CONTRACT = load("2019")
BEFORE = {"title": "a", "emails": [{"value": "a@x.org", "type": "work"}, {"value": "b@x.org", "type": "other"}]}


def after(*steps: dict[str, Any]) -> dict[str, Any] | None:
    predicted = predict(CONTRACT, "users", BEFORE, {"Operations": list(steps)})
    return None if predicted is None else predicted.document


def test_patch_is_predicted_where_there_is_no_doubt() -> None:
    assert after({"op": "replace", "path": "TITLE", "value": "b"}) == {**BEFORE, "title": "b"}
    assert after({"op": "remove", "path": "title"}) == {"emails": BEFORE["emails"]}
    department = after({"op": "add", "path": f"{ENTERPRISE}:department", "value": "d"})
    assert department == {**BEFORE, ENTERPRISE: {"department": "d"}}
    work = after({"op": "replace", "path": 'emails[type eq "work"].value', "value": "c@x.org"})
    assert work is not None
    assert [email["value"] for email in work["emails"]] == ["c@x.org", "b@x.org"]
    assert after({"op": "remove", "path": 'emails[type eq "work"]'}) == {**BEFORE, "emails": BEFORE["emails"][1:]}


@pytest.mark.parametrize(
    "step",
    [
        {"op": "replace", "path": "nickName", "value": "x"},
        {"op": "replace", "path": "title", "value": None},
        {"op": "add", "path": 'emails[type eq "work"]', "value": {}},
        {"op": "remove", "path": "displayName"},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {}},
    ],
)
def test_patch_is_not_predicted_where_the_contract_leaves_it_open(step: dict[str, Any]) -> None:
    assert after(step) is None


def test_replace_of_what_no_filter_selects_must_be_refused() -> None:
    step = {"op": "replace", "path": 'emails[type eq "home"].value', "value": "x"}
    predicted = predict(CONTRACT, "users", BEFORE, {"Operations": [step]})
    assert predicted is not None
    assert predicted.refused


def test_model_allows_either_of_two_refusals_and_nothing_else() -> None:
    step, gone = Step("replace", "users", "v1", etag="stale", allowed=False), Known("1", {}, alive=False)
    assert answers(step, gone) == {"refused", "gone", "stale"}
    assert answers(Step("read", "users", "v1", etag="current"), Known("1", {})) == {"not-modified"}
    assert answers(Step("modify", "users", "v1", etag="current"), Known("1", {})) == {"done"}


@pytest.mark.parametrize(
    ("state", "values", "missing"),
    [
        ({"title": "a"}, {"-title": None}, False),
        ({}, {"-title": None}, True),
        ({"members": [{"value": "1"}]}, {"-members": [{"value": "1"}]}, False),
        ({"members": [{"value": "1"}]}, {"-members": [{"value": "2"}]}, True),
        ({}, {"title": "a", "+members": [{"value": "2"}]}, False),
    ],
)
def test_removing_what_is_not_there_may_be_refused(state: State, values: dict[str, Any], missing: bool) -> None:
    step = Step("modify", "users", "v1")
    assert answers(step, Known("1", state), values) == {"done"} | ({"no-target"} if missing else set())
    assert ("no-target" in answers(replace(step, etag="stale"), Known("1", state), values)) is missing
    assert "no-target" not in answers(replace(step, act="replace"), Known("1", state), values)


def test_model_knows_what_a_read_must_show() -> None:
    state = written({"title": "a", "emails": []}, "modify", {"+emails": BEFORE["emails"][:1], "-title": None})
    assert state == {"emails": BEFORE["emails"][:1]}
    assert unlike(Known("1", state), {"userName": "u", "active": True, "emails": BEFORE["emails"]}) is None
    shown = unlike(Known("1", state), {"userName": "u", "active": True, "emails": [], "title": "a"})
    assert shown is not None
    assert shown[0] == "title"


def test_smaller_examples_are_smaller() -> None:
    body = Body("put_scim_user", json.dumps({"title": "x" * 50, "emails": [{"value": "a"}] * 9}))
    assert all(len(each.text) < len(body.text) for each in of_body(body))
    history = History(tuple(Step("read", "users", "v1", slot) for slot in range(5)))
    assert {len(each.steps) for each in of_history(history)} == {2, 3, 4}


def test_examples_come_back_from_their_file_once_each(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    examples = [
        Body("put_scim_user", '{"title": "\udcff\\ud800"}'),
        Question("get_scim_users", "count=1", (("If-Match", '"é"'),)),
        History((Step("create", "users", "v1", values='{"title": "名"}'),)),
    ]
    for example in [*examples, *examples]:
        known.keep(path, example)
    assert list(known.read(path)) == examples
    path.write_text("{}\n", "utf-8")
    with pytest.raises(ConfigurationError, match="line 1: is no example"):
        known.read(path)


def test_deck_is_the_seeds() -> None:
    operation, supplied = CONTRACT.operation("patch_scim_user"), Supplied(("employee",), "Home")
    assert deck(operation, supplied, 1) == deck(operation, supplied, 1) != deck(operation, supplied, 2)
    assert any(body.text.endswith('"Operations": []}') for body in deck(operation, supplied, 1)[:170])


def test_every_awkward_text_stands_in_every_attribute_that_takes_any() -> None:
    cards = [
        json.loads(card.text) for card in deck(CONTRACT.operation("put_scim_user"), Supplied(), 1) if _is_json(card)
    ]
    found = {name: {str(card.get(name)) for card in cards} for name in ("displayName", "title", "externalId")}
    found["department"] = {str((card.get(ENTERPRISE) or {}).get("department")) for card in cards}
    for name, texts in found.items():
        assert {*AWKWARD} <= texts, name


def _is_json(card: Body) -> bool:
    try:
        return isinstance(json.loads(card.text), dict)
    except (ValueError, RecursionError):
        return False


def test_generated_requests_are_left_out_of_a_comparison() -> None:
    told = life()
    generated = replace(told[0], step="fuzzed/post_scim_users/post_scim_users/example#1")
    assert not_generated(recording(*told, generated)).entries == recording(*told).entries
