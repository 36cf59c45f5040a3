"""docs/real-bugs.md and the faults that have a link agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scim_contract.contract import load
from scim_contract.mock.faults import faults
from scim_contract.mock.planting import Fault

TABLE = Path(__file__).parent.parent / "docs" / "real-bugs.md"
ROW = re.compile(r"\| \[[^]]+\]\((?P<link>[^)]+)\) \|.*\| `(?P<fault>[\w:-]+)` \| `(?P<claim>[\w.-]+)` \|")


@pytest.fixture(scope="module")
def known() -> dict[str, Fault]:
    return faults(load("2019"))


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str, str]]:
    return [(m["fault"], m["link"], m["claim"]) for m in ROW.finditer(TABLE.read_text("utf-8"))]


def test_each_fault_with_a_link_is_in_the_table(known: dict[str, Fault], rows: list[tuple[str, str, str]]) -> None:
    linked = sorted((fault.name, fault.link, fault.claim) for fault in known.values() if fault.link)
    assert [row for row in linked if row not in rows] == []


def test_each_fault_in_the_table_exists_and_is_named_once(
    known: dict[str, Fault], rows: list[tuple[str, str, str]]
) -> None:
    named = [fault for fault, _, _ in rows]
    assert named
    assert [name for name in named if name not in known] == []
    assert sorted(set(named)) == sorted(named)
    assert [row for row in rows if (known[row[0]].link, known[row[0]].claim) != row[1:]] == []
