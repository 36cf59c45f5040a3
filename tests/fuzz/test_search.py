"""A search finds, makes smaller, keeps to its budget, and is the same from the same seed."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from scim_contract.contract import load
from scim_contract.fuzz.deviations import Deviation
from scim_contract.fuzz.examples import Body
from scim_contract.fuzz.search import Search, Shown
from scim_contract.org import Untested
from scim_contract.transport import Answer, Exchange, Request

OPERATION = load("2019").operation("post_scim_users")
EXCHANGE = Exchange("a step", OPERATION, "somebody", Request("POST", "http://x/", ()), Answer(500, (), b""))
BODIES = st.builds(Body, st.just(OPERATION.id), st.text("ab", max_size=30))


def showing(*signs: str, at_most: int = 10_000) -> tuple[Search, list[str]]:
    sent: list[str] = []

    def examine(example: Body) -> Shown:
        if len(sent) >= at_most:
            raise Untested("no more")
        sent.append(example.text)
        found = [Deviation(OPERATION, "none", sign, EXCHANGE, about=sign) for sign in signs if sign in example.text]
        return Shown(example, tuple(found))

    return Search(examine), sent


def test_what_is_found_is_the_smallest_example_that_shows_it() -> None:
    search, _ = showing("ab")
    [found] = search.run(BODIES, 200, 1).found
    assert isinstance(found.example, Body)
    assert found.example.text == "ab"


def test_search_goes_on_for_what_else_there_is() -> None:
    search, _ = showing("aab", "bba")
    abouts = {each.about for found in search.run(BODIES, 400, 1).found for each in found.deviations}
    assert abouts == {"aab", "bba"}


def test_same_seed_sends_the_same_and_another_does_not() -> None:
    first, second, third = showing(), showing(), showing()
    for (search, _), seed in zip((first, second, third), (1, 1, 2), strict=True):
        search.run(BODIES, 30, seed)
    assert first[1] == second[1] != third[1]


def test_no_more_examples_than_asked_for_and_few_to_make_one_smaller() -> None:
    search, sent = showing()
    assert search.run(BODIES, 25, 1).tried == len(sent) <= 25
    search, sent = showing("a")
    search.run(BODIES, 25, 1)
    assert len(sent) <= 25 + 3 * 60


def test_what_stops_the_first_example_is_told_and_later_it_ends_the_search() -> None:
    search, _ = showing(at_most=0)
    with pytest.raises(Untested, match="no more"):
        search.run(BODIES, 25, 1)
    search, _ = showing("ab", at_most=40)
    assert len(search.run(BODIES, 500, 1).found) == 1


def test_time_that_is_up_ends_the_search() -> None:
    search, sent = showing()
    search.late = lambda: len(sent) >= 5
    assert search.run(BODIES, 100, 1).tried == 5
