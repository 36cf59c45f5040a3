"""Faults of PATCHes of several operations: their order, and what becomes of the others where one is bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import patching
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.faults.acting import (
    Document,
    Mend,
    error,
    goodwill,
    grudging,
    mending,
    named_by,
    operations_of,
)
from scim_contract.mock.faults.patch import GROUP, GROUP_2, SELECTING, USER, USER_2, Steps, engine, rows
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of several operations in one PATCH."""
    yield from _several(contract)


def _several(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.patch-in-order"
    sentence = "The operations of a PATCH apply from the last to the first."
    yield from family(contract, "patch-backwards", claim, sentence, _list(lambda steps: steps[::-1]))
    removes_first = _list(lambda steps: sorted(steps, key=lambda step: step.get("op") != "remove"))
    adds_first = _list(lambda steps: sorted(steps, key=lambda step: step.get("op") != "add"))
    yield from rows(
        claim,
        (
            ("patch-removes-first", (GROUP_2, USER), removes_first, "Removes apply before the others."),
            ("patch-adds-first", (USER_2, GROUP), adds_first, "Adds apply before the others."),
            ("patch-first-only", (USER,), _list(lambda steps: steps[:1]), "Only the first operation applies."),
            ("patch-last-lost", (USER_2,), _list(lambda steps: steps[: max(1, len(steps) - 1)]), "The last is lost."),
            (
                "patch-steps-apart",
                (USER_2, GROUP),
                lambda: engine(_apart),
                "Each operation applies to what was there before the first; the last one to write an attribute wins.",
            ),
        ),
    )
    claim = "lifecycle.patch-atomic"
    sentence = "A bad operation is skipped, and the others apply."
    yield from family(contract, "patch-bad-step-skipped", claim, sentence, lambda: Plant(before=goodwill(_no_bare)))
    yield from rows(
        claim,
        (
            (
                "patch-half-applied",
                (USER_2, GROUP),
                lambda: grudging(_no_bare, _no_target),
                "A PATCH with a bad operation is refused, and the others applied.",
            ),
            (
                "patch-half-applied-of-three",
                (USER, GROUP_2),
                lambda: grudging(lambda seen: len(operations_of(seen)) > 2 and _no_bare(seen), _no_target),
                "A PATCH of three operations with a bad one is refused, and the others applied; of two, none is.",
            ),
            (
                "patch-half-applied-in-other-tables",
                (USER, USER_2),
                lambda: grudging(_other_tables_alone, _no_target),
                "A PATCH with a bad operation is refused; phone numbers and the extension are written all the same.",
            ),
            (
                "patch-half-applied-without-target",
                (USER, GROUP_2),
                lambda: grudging(_no_missed, _no_target),
                "Where a filter selects nothing, the PATCH is refused, and the operations before it applied.",
            ),
        ),
    )


def _list(change: Callable[[Steps], Steps]) -> Callable[[], Plant]:
    def every(document: Document) -> None:
        steps = document.get("Operations")
        if isinstance(steps, list) and all(isinstance(step, dict) for step in steps):
            document["Operations"] = change(steps)

    return lambda: Plant(before=goodwill(mending(every)))


def _apart(contract: Contract, kind: str, document: Mapping[str, Any], steps: Steps) -> Document:
    after = dict(document)
    for step in steps:
        try:
            alone = patching.patched(contract, kind, document, [step])
        except ScimProblem:
            if len(steps) == 1:
                raise
            continue
        named = str(step.get("path") or "")
        for name in {*document, *alone}:
            if alone.get(name) != document.get(name) or name == named:
                after.pop(name, None)
                after |= {name: alone[name]} if name in alone else {}
    return after


def _no_target() -> Reply:
    return error(400, "An operation has no target.", "noTarget")


def _leaving_out(which: Callable[[Seen, Document], bool]) -> Mend:
    """Leave operations out of a PATCH that has others."""

    def mend(seen: Seen) -> bool:
        steps = operations_of(seen)
        good = [step for step in steps if not which(seen, step)]
        return bool(good) and mending(lambda document: document.update(Operations=good))(seen)

    return mend


_no_bare = _leaving_out(lambda seen, step: step.get("op") == "remove" and not step.get("path"))


def _other_tables_alone(seen: Seen) -> bool:
    steps = operations_of(seen)
    kept = [step for step in steps if str(step.get("path")).startswith(("phoneNumbers", ENTERPRISE_URN))]
    refused = any(step.get("op") == "remove" and not step.get("path") for step in steps)
    if refused and kept:
        seen.put({**seen.json, "Operations": kept})
    return refused and bool(kept)


def _misses(seen: Seen, step: Document) -> bool:
    record, selected = named_by(seen), SELECTING.fullmatch(str(step.get("path")))
    if record is None or selected is None:
        return False
    return all(entry.get(selected[2]) != selected[3] for entry in record.content.get(selected[1], ()))


_no_missed = _leaving_out(_misses)
