"""Bodies are told apart by the schema and by what the contract leaves open, not by who made them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.fuzz.sorting import PATCH, Sort, sort
from scim_contract.org.documents import ENTERPRISE, PATCH_OP, USER

CONTRACT = load("2019")
NEW = {"schemas": [USER], "userName": "a@example.com", "displayName": "A"}


def of_user(document: Any) -> Sort:
    return sort(CONTRACT, "ScimV2CreateUser", "users", json.dumps(document).encode()).sort


def of_step(*steps: dict[str, Any]) -> Sort:
    body = {"schemas": [PATCH_OP], "Operations": list(steps)}
    return sort(CONTRACT, PATCH, "users", json.dumps(body).encode()).sort


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, Sort.VALID),
        ({"title": "\ud800"}, Sort.VALID),
        ({"nickName": {"a": [1]}}, Sort.VALID),
        ({"phoneNumbers": []}, Sort.VALID),
        ({"title": None}, Sort.OPEN),
        ({"active": "true"}, Sort.OPEN),
        ({"title": 42}, Sort.OPEN),
        ({"emails": [None]}, Sort.OPEN),
        ({"emails": [{"value": "a@example.com", "type": "WORK"}]}, Sort.OPEN),
        ({"groups": "whatever"}, Sort.OPEN),
        ({"TITLE": {"value": "x"}}, Sort.INVALID),
        ({"title": ["x"]}, Sort.INVALID),
        ({"emails": "a@example.com"}, Sort.INVALID),
        ({"emails": [{"value": "a@example.com", "type": "home"}]}, Sort.INVALID),
        ({ENTERPRISE: "Sales"}, Sort.INVALID),
        ({"userName": None}, Sort.INVALID),
    ],
)
def test_user_is_of_the_kind_that_the_contract_says(more: dict[str, Any], expected: Sort) -> None:
    assert of_user({**NEW, **more}) is expected


def test_names_in_other_case_are_open() -> None:
    assert of_user({"SCHEMAS": [USER], "USERNAME": "a@example.com", "displayname": "A"}) is Sort.OPEN


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ({"op": "replace", "path": "title", "value": "x"}, Sort.VALID),
        ({"op": "add", "path": "emails", "value": {"value": "a@example.com", "type": "work"}}, Sort.VALID),
        ({"op": "replace", "path": 'emails[type eq "work"].value', "value": "a@example.com"}, Sort.VALID),
        ({"op": "remove", "path": "title"}, Sort.VALID),
        ({"op": "Replace", "path": "title", "value": "x"}, Sort.OPEN),
        ({"op": "replace", "path": "title", "value": None}, Sort.OPEN),
        ({"op": "replace", "path": "meta.version", "value": "x"}, Sort.OPEN),
        ({"op": "replace", "path": "nickName", "value": {}}, Sort.OPEN),
        ({"op": "replace", "path": "title"}, Sort.OPEN),
        ({"op": "replace", "path": "title", "value": {"a": 1}}, Sort.INVALID),
        ({"op": "replace", "value": {"emails": [{"type": "home"}]}}, Sort.INVALID),
        ({"op": "replace", "value": {"emails": {"type": "home"}}}, Sort.INVALID),
        ({"op": "replace", "value": {"Emails": {"value": "a@example.com", "type": "work"}}}, Sort.OPEN),
        ({"op": "remove"}, Sort.INVALID),
        ({"op": "move", "path": "title", "value": "x"}, Sort.INVALID),
    ],
)
def test_patch_is_judged_by_each_value_at_its_path(step: dict[str, Any], expected: Sort) -> None:
    assert of_step({"op": "replace", "path": "active", "value": True}, step) is expected


def test_empty_list_of_operations_is_valid_and_a_missing_one_is_not() -> None:
    assert of_step() is Sort.VALID
    assert sort(CONTRACT, PATCH, "users", json.dumps({"schemas": [PATCH_OP]}).encode()).sort is Sort.INVALID


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", Sort.INVALID),
        (b"[]", Sort.INVALID),
        (b'{"userName": "a', Sort.INVALID),
        (b'{"userName": "\xff"}', Sort.INVALID),
        (b'{"userName": "a", "username": "b", "displayName": "c"}', Sort.OPEN),
        (b'{"userName": "a", "displayName": "c", "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", Sort.OPEN),
    ],
)
def test_text_that_is_hardly_json(raw: bytes, expected: Sort) -> None:
    assert sort(CONTRACT, "ScimV2CreateUser", "users", raw).sort is expected
