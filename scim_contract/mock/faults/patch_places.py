"""Faults of where a PATCH writes: the extension and what is in it, entries that a filter selects, an empty title."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import Document, goodwill, mending_steps, named_by, operations_of
from scim_contract.mock.faults.patch import USER, USER_2
from scim_contract.mock.planting import Fault, Plant
from scim_contract.mock.wire import Reply, Seen

_MANAGER = f"{ENTERPRISE_URN}:manager"
_BOTH = (USER, USER_2)


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of these places."""
    yield from _of_extension()
    yield from _of_filters()
    sentence = "A PATCH that makes the title an empty text is answered with success, and lost."
    lost = mending_steps(lambda step: [] if (step.get("path"), step.get("value")) == ("title", "") else [step])
    claim = "lifecycle.patch-replace"
    yield Fault("empty-title-ignored", claim, (USER_2,), sentence, lambda: Plant(before=goodwill(lost)))


def _of_filters() -> Iterator[Fault]:
    claim, sentence = "lifecycle.patch-remove", "Of a filter with two conditions in a path the first one counts."
    half = mending_steps(_first_condition)
    yield Fault("first-condition-of-path-counts", claim, (USER,), sentence, lambda: Plant(before=goodwill(half)))
    sentence = "A filter with ne in a path selects every entry."
    every = mending_steps(_all_entries)
    yield Fault("not-equal-in-path-selects-all", claim, (USER_2,), sentence, lambda: Plant(before=goodwill(every)))


def _first_condition(step: Document) -> list[Document]:
    return [{**step, "path": re.sub(r" and [^]]*", "", step["path"])}] if "[" in str(step.get("path")) else [step]


def _all_entries(step: Document) -> list[Document]:
    return [{**step, "path": re.sub(r"\[\w+ ne .*]", "", step["path"])}] if "[" in str(step.get("path")) else [step]


def _of_extension() -> Iterator[Fault]:
    sentence = "A PATCH that has the extension in its value leaves nothing else of the extension."
    plant = partial(_then, _pathless, lambda held, step: dict(step["value"][ENTERPRISE_URN]))
    for op in ("add", "replace"):
        yield Fault(f"{op}-of-extension-is-all-of-it", f"lifecycle.patch-{op}", _BOTH, sentence, plant)
    sentence = "An operation about the manager's value is answered with success, and lost."
    lost = mending_steps(lambda step: [] if step.get("path") == f"{_MANAGER}.value" else [step])
    claim = "lifecycle.patch-replace"
    yield Fault("manager-value-not-replaced", claim, _BOTH, sentence, lambda: Plant(before=goodwill(lost)))
    claim, sentence = "lifecycle.patch-remove", "Where the manager is removed, the department is as well."
    plant = partial(_then, _of_manager, lambda held, step: _without(held, "department"))
    yield Fault("department-goes-with-manager", claim, (USER_2,), sentence, plant)
    sentence = "Where the department is removed, the manager is as well."
    plant = partial(_then, _of_department, lambda held, step: _without(held, "manager"))
    yield Fault("manager-goes-with-department", claim, (USER,), sentence, plant)


def _then(when: Callable[[Document], bool], change: Callable[[Document, Document], Document]) -> Plant:
    """Do something to the extension after a PATCH with such an operation."""

    def after(seen: Seen, reply: Reply) -> None:
        user, steps = named_by(seen), [step for step in operations_of(seen) if when(step)]
        if reply.ok and user is not None and steps and seen.directory is not None:
            held = user.content.get(ENTERPRISE_URN, {})
            seen.directory.update(user, {**user.content, ENTERPRISE_URN: change(held, steps[-1])})

    return Plant(after=after)


def _pathless(step: Document) -> bool:
    value: Any = step.get("value")
    return not step.get("path") and isinstance(value, dict) and ENTERPRISE_URN in value


def _of_manager(step: Document) -> bool:
    return bool(step.get("op") == "remove" and step.get("path") == _MANAGER)


def _of_department(step: Document) -> bool:
    return bool(step.get("op") == "remove" and step.get("path") == f"{ENTERPRISE_URN}:department")


def _without(held: Document, name: str) -> Document:
    return {each: value for each, value in held.items() if each != name}
