"""The part of a body that a message shows: what a problem names is there, however much else the body holds."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from scim_contract.judging.excerpt import About, excerpt

FILLER = {f"filler{number}": "x" * 60 for number in range(20)}
ID = "5ce3dbc8-958f-443d-afc4-0acbc61ebaac"


def part(value: Any, about: str, limit: int = 300) -> str:
    return excerpt(value, About.of(about), limit)


def test_a_short_body_is_shown_as_it_is() -> None:
    assert part({"b": 1, "a": ["é"]}, "nothing of it") == '{"b": 1, "a": ["é"]}'


@pytest.mark.parametrize(
    ("member", "about"),
    [
        ({"title": "Boss"}, 'title: "Boss" instead of nothing'),
        ({"active": "yes"}, 'at /active: "yes" is not of type "boolean"'),
        ({"phones": [{"value": "(317) 5550131"}]}, 'came "(317) 5550131"'),
        ({"owner": {"value": ID}}, f"the owner's {ID} leads nowhere"),
        ({"meta": {"version": '"7"'}}, "meta.version '\"8\"'"),
        ({"id": "u1"}, "nothing that it holds"),
    ],
    ids=["named", "at a path", "quoted", "an id", "within an object", "what it is called"],
)
def test_what_is_spoken_of_is_shown_after_any_number_of_others(member: dict[str, Any], about: str) -> None:
    shown = part({**FILLER, **member}, about)
    assert json.dumps(member)[1:-1] in shown
    assert shown.startswith('{"filler0"')
    assert len(shown) < 450


def test_a_list_shows_its_numbers_and_the_items_that_are_spoken_of() -> None:
    items = [{"id": f"id-{number:04}", "userName": f"user{number}", **FILLER} for number in range(50)]
    shown = part({"schemas": ["x"], "totalResults": 50, "Resources": items}, 'only what has the userName "user37"')
    assert shown.startswith('{…, "totalResults": 50, "Resources": [{"id": "id-0037", "userName": "user37", ')
    assert shown.endswith("… 49 more]}")


def test_a_long_text_is_cut_and_not_left_out() -> None:
    shown = part({"status": "400", "detail": "too long " * 200, "scimType": "invalidValue"}, "status 404")
    assert '"detail": "too long too long' in shown
    assert len(shown) < 450


@pytest.mark.parametrize(
    "body",
    [
        {f"name{number}": number for number in range(20_000)},
        {"Resources": [{"name": ["x" * 1000] * 50}] * 2000},
        {"x" * 100_000: "y" * 100_000},
        ["name"] * 50_000,
    ],
    ids=["many members", "many items", "a long name", "many texts"],
)
def test_no_body_makes_a_long_or_a_slow_excerpt(body: Any) -> None:
    begun = time.process_time()  # of this process alone: others may be at work
    shown = part(body, " ".join(f"name{number}" for number in range(400)) + ' "' * 2000)
    assert len(shown) < 2000
    assert time.process_time() - begun < 2
