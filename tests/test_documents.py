"""SCIM documents compared by meaning."""

from __future__ import annotations

from typing import Any

import pytest

from scim_contract.org.documents import differences, ids, plain, resources, total


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"title": None}),
        ({}, {"emails": []}),
        ({}, {"manager": {}}),
        ({}, {"manager": {"value": None, "photos": []}}),
        ({"title": "a", "active": True}, {"active": True, "title": "a"}),
        ({"members": [{"value": "1"}, {"value": "2"}]}, {"members": [{"value": "2"}, {"value": "1"}]}),
        ({"members": [{"value": "1"}]}, {"members": [{"value": "1"}, {"value": "1"}]}),
        ({"emails": [{"value": "a", "type": "work"}]}, {"emails": [{"type": "work", "value": "a", "primary": None}]}),
        ({"roles": ["b", "a"]}, {"roles": ["a", "b", "b"]}),
        ({"a": [[2, 1], [3]]}, {"a": [[3], [1, 2]]}),
        (None, None),
    ],
)
def test_documents_that_mean_the_same_have_no_differences(one: Any, other: Any) -> None:
    assert differences(one, other) == differences(other, one) == ()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"title": "a"}, {"title": "b"}, ('title: "b" instead of "a"',)),
        ({"title": "a"}, {}, ('title: nothing instead of "a"',)),
        ({}, {"title": "é"}, ('title: "é" instead of nothing',)),
        ({"active": True}, {"active": "true"}, ('active: "true" instead of true',)),
        ({"active": True}, {"active": 1}, ("active: 1 instead of true",)),
        ({"active": False}, {}, ("active: nothing instead of false",)),
        ({"count": 0}, {}, ("count: nothing instead of 0",)),
        ({"title": ""}, {}, ('title: nothing instead of ""',)),
        (
            {"a": {"b": {"c": 1}}},
            {"a": {"b": {"c": 2, "d": 3}}},
            ("a.b.c: 2 instead of 1", "a.b.d: 3 instead of nothing"),
        ),
        ({"roles": ["a"]}, {"roles": ["b", "a"]}, ('roles: ["a", "b"] instead of ["a"]',)),
        (
            {"emails": [{"value": "a", "primary": True}]},
            {"emails": [{"value": "a", "primary": 1}]},
            ('emails: [{"primary": 1, "value": "a"}] instead of [{"primary": true, "value": "a"}]',),
        ),
        ({"a": {"b": 1}}, {"a": 7}, ('a: 7 instead of {"b": 1}',)),
        ([1], [2], ("the document: [2] instead of [1]",)),
        ({"b": 1, "a": 1}, {}, ("a: nothing instead of 1", "b: nothing instead of 1")),
    ],
)
def test_differences_are_told_by_path(before: Any, after: Any, told: tuple[str, ...]) -> None:
    assert differences(before, after) == told


def test_what_is_left_out_is_left_out_at_every_depth() -> None:
    before = {"meta": {"version": "1"}, "emails": [{"value": "a", "$ref": "x"}], "title": "a"}
    after = {"meta": {"version": "2"}, "emails": [{"value": "a", "$ref": "y"}], "title": "a"}
    assert differences(before, after, ("meta", "$ref")) == ()
    assert len(differences(before, after)) == 2


def test_a_long_value_is_cut() -> None:
    (told,) = differences({}, {"title": "x" * 5000})
    assert told == f'title: "{"x" * 99}… (5002 characters) instead of nothing'


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        ({"b": [3, 1, 1], "a": None, "c": {"d": []}}, {"b": [1, 3]}),
        ({"active": False, "count": 0, "title": ""}, {"active": False, "count": 0, "title": ""}),
        ("text", "text"),
        (None, None),
    ],
)
def test_a_value_as_it_counts(value: Any, counts: Any) -> None:
    assert plain(value) == counts


def test_comparing_changes_nothing() -> None:
    document = {"roles": ["b", "a", "b"], "title": None}
    plain(document)
    differences(document, {})
    assert document == {"roles": ["b", "a", "b"], "title": None}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"Resources": [{"id": "1"}, {"id": "2"}]}, ["1", "2"]),
        ({"Resources": [{"id": "1"}, None, "x", {"id": 2}, {}]}, ["1", "2", "None"]),
        ({"Resources": None}, []),
        ({"Resources": {"id": "1"}}, []),
        ({"resources": [{"id": "1"}]}, []),
        ({}, []),
    ],
)
def test_ids_of_a_list_whatever_stands_in_it(document: dict[str, Any], found: list[str]) -> None:
    assert ids(document) == found
    assert len(resources(document)) == len(found)


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), (0, 0), ("7", None), (7.0, None), (True, None), (None, None), ([7], None)]
)
def test_a_total_is_a_whole_number_or_none(value: Any, number: int | None) -> None:
    assert total({"totalResults": value}) == number
