"""Which check judges which claim, read from the suite files' text: known without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scim_contract.contract import Atom
from scim_contract.plugin.scopes import NODE

GATED = "sdk"
"""The area that judges a client library, not a server: its checks run under `scim-contract gate` alone."""


@dataclass(frozen=True)
class Check:
    """One check: a test function of a suite file, bound to a claim (or to some of its cases)."""

    file: str
    function: str
    claim: str
    cases: tuple[str, ...]


@cache
def checks(folder: Path) -> tuple[Check, ...]:
    """The checks of every suite file in a folder.

    Raises:
        ValueError: a check's marker says its claim or cases in anything but literals.
    """
    found: list[Check] = []
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                for claim, cases in _claims(node):
                    found.append(Check(path.name, node.name, claim, cases))
    return tuple(found)


def _claims(node: ast.FunctionDef) -> Iterable[tuple[str, tuple[str, ...]]]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "claim":
            words = [a.value for a in decorator.args if isinstance(a, ast.Constant)]
            if len(words) != len(decorator.args):
                raise ValueError(f"{node.name}: @claim takes literals, since it is read without importing")
            claim, *cases = map(str, words)
            yield claim, tuple(cases)


def gated(claim: str) -> bool:
    """Whether a claim is one that `scim-contract gate` judges."""
    return claim.split(".")[0] == GATED


@dataclass(frozen=True)
class Selection:
    """The items that a run set out to run, by claim and operation, with the cases each judges."""

    chosen: dict[tuple[str, str], frozenset[str] | None]

    def has(self, atom: Atom) -> bool:
        """Whether an atomic claim belongs to an item of the selection."""
        cases = self.chosen.get((atom.claim, atom.operation), frozenset())
        return cases is None or atom.value in cases


def selection(folder: Path, node_ids: Iterable[str]) -> Selection:
    """The selection that collected node ids come to."""
    by_name = {(check.file, check.function): check for check in checks(folder)}
    chosen: dict[tuple[str, str], frozenset[str] | None] = {}
    for node_id in node_ids:
        match = NODE.search(node_id)
        check = by_name.get((match["file"], match["function"])) if match else None
        if match is None or check is None:
            continue
        key = (check.claim, match["operation"])
        held = chosen.get(key, frozenset())
        chosen[key] = None if not check.cases or held is None else held | frozenset(check.cases)
    return Selection(chosen)
