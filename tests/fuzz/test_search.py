"""A search finds, makes smaller, keeps to its budget, and is the same from the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from scim_contract.contract import load
from scim_contract.fuzz.deviations import Deviation
from scim_contract.fuzz.driving import drive
from scim_contract.fuzz.examples import Body
from scim_contract.fuzz.search import Search, Shown
from scim_contract.org import Untested
from scim_contract.transport import Answer, Exchange, Request, Unreachable

OPERATION = load("2019").operation("post_scim_users")
EXCHANGE = Exchange("a step", OPERATION, "somebody", Request("POST", "http://x/", ()), Answer(500, (), b""))
BODIES = st.builds(Body, st.just(OPERATION.id), st.text("ab", max_size=30))


def smaller(example: Body) -> Iterator[Body]:
    yield from (replace(example, text=example.text[:n] + example.text[n + 1 :]) for n in range(len(example.text)))


def showing(*signs: str, at_most: int = 10_000) -> tuple[Search, list[str]]:
    sent: list[str] = []

    def examine(example: Body) -> Shown:
        if len(sent) >= at_most:
            raise Untested("no more")
        sent.append(example.text)
        found = [Deviation(OPERATION, "none", sign, EXCHANGE, about=sign) for sign in signs if sign in example.text]
        return Shown(example, tuple(found))

    return Search(examine, smaller), sent


def searched(search: Search, examples: int, seed: int) -> list[str]:
    """What is found, as the texts of the examples."""
    drive(BODIES, search.one, examples, seed)
    return [str(found.example.as_json()["text"]) for found in search.ended().found]


def test_what_is_found_is_the_smallest_example_that_shows_it() -> None:
    search, _ = showing("ab")
    assert searched(search, 200, 1) == ["ab"]


def test_search_goes_on_for_what_else_there_is() -> None:
    search, _ = showing("aab", "bba")
    assert sorted(searched(search, 400, 1)) == ["aab", "bba"]


def test_same_seed_sends_the_same_and_another_does_not() -> None:
    first, second, third = showing(), showing(), showing()
    for (search, _), seed in zip((first, second, third), (1, 1, 2), strict=True):
        searched(search, 30, seed)
    assert first[1] == second[1] != third[1]


def test_no_more_examples_than_asked_for_and_few_to_make_one_smaller() -> None:
    search, sent = showing()
    search.all((Body(OPERATION.id, "a") for _ in range(1_000)), 25)
    assert search.hunt.tried == len(sent) == 25
    search, sent = showing("a" * 20)
    search.one(Body(OPERATION.id, "a" * 2_000))
    assert len(sent) == 1 + 60


def test_what_stops_the_first_example_is_told_and_later_it_ends_the_search() -> None:
    search, _ = showing(at_most=0)
    with pytest.raises(Untested, match="no more"):
        searched(search, 25, 1)
    search, sent = showing("b", at_most=40)
    assert len(searched(search, 500, 1)) == 1
    assert len(sent) == 40


def test_single_request_without_an_answer_is_passed_over_and_none_at_all_is_told() -> None:
    lost = iter((True, False, True, False, False))

    def examine(example: Body) -> Shown:
        if next(lost, True):
            raise Unreachable("no answer")
        return Shown(example, ())

    search = Search(examine, smaller)
    search.all([Body(OPERATION.id, text) for text in "abcde"], 5)
    assert search.ended().answered == 3
    search = Search(examine, smaller)
    search.one(Body(OPERATION.id, "a"))
    with pytest.raises(Unreachable):
        search.ended()
    search.all([Body(OPERATION.id, text) for text in "bcdefg"], 7)
    assert search.hunt.tried == 3


def test_time_that_is_up_ends_the_search() -> None:
    search, sent = showing()
    search.late = lambda: len(sent) >= 5
    searched(search, 100, 1)
    assert len(sent) == search.hunt.tried == 5
