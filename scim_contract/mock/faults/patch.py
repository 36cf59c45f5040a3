"""Faults of PATCH: what its operations do, and to what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import patching
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import (
    Document,
    goodwill,
    mending_steps,
)
from scim_contract.mock.planting import Fault, Plant, family, replacing

Steps = list[dict[str, Any]]
Engine = Callable[[Contract, str, Mapping[str, Any], Steps], Document]
Row = tuple[str, tuple[str, ...], Callable[[], Plant], str]

USER, USER_2, GROUP, GROUP_2 = "patch_scim_user", "patch_scim_v2_user", "patch_scim_group", "patch_scim_v2_group"
SELECTING = re.compile(r'(\w+)\[(\w+) eq "([^"]*)"\](?:\.(\w+))?')
"""A path that selects by one comparison: the list, the attribute, the value, and the attribute of what it selects."""


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of PATCH."""
    yield from _adding(contract)
    yield from _replacing(contract)
    yield from _removing(contract)


def rows(claim: str, given: Iterable[Row]) -> Iterator[Fault]:
    """Faults of a claim, each a row."""
    for name, at, plant, sentence in given:
        yield Fault(name, claim, at, sentence, plant)


def _adding(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.patch-add"
    sentence = "An add to a list replaces the list."
    yield from family(contract, "patch-add-replaces-list", claim, sentence, _steps(_add_to_list_as_replace))
    yield from rows(
        claim,
        (
            (
                "patch-add-no-path-ignored",
                (USER_2, GROUP),
                _dropping(_pathless("add")),
                "An add without a path is lost.",
            ),
            ("patch-add-by-filter-appends", (USER,), _steps(_add_by_filter_appends), "An add by filter adds an entry."),
            (
                "patch-add-to-extension-ignored",
                (USER_2,),
                _dropping(_of_extension("add")),
                "An add to the extension is lost.",
            ),
            ("patch-add-drops-emails", (USER,), _steps(_add_drops_emails), "An add of phones takes the emails away."),
            (
                "patch-add-takes-one-property",
                (USER,),
                _steps(_first_of_value),
                "An add without a path adds the first property of its value only.",
            ),
            (
                "patch-add-by-filter-sets-all",
                (USER_2,),
                lambda: engine(_sets_all),
                "An add by filter sets the attribute of all entries.",
            ),
        ),
    )


def _replacing(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.patch-replace"
    sentence = "A replace without a path is lost."
    yield from family(contract, "patch-replace-no-path-ignored", claim, sentence, _dropping(_pathless("replace")))
    yield from rows(
        claim,
        (
            (
                "patch-replace-appends",
                (USER, GROUP_2),
                _steps(lambda step: [{**step, "op": "add"} if _pathless("replace")(step) else step]),
                "A replace without a path adds to lists.",
            ),
            (
                "patch-replace-by-filter-sets-all",
                (USER_2,),
                lambda: engine(_sets_all),
                "A replace by filter sets the attribute of all entries.",
            ),
            (
                "patch-replace-by-filter-drops-others",
                (USER,),
                lambda: engine(_drops_others),
                "A replace by filter drops the entries that the filter does not select.",
            ),
            (
                "patch-replace-in-extension-ignored",
                (USER,),
                _dropping(_of_extension("replace")),
                "A replace in the extension is lost.",
            ),
            (
                "off-without-external-id",
                (USER, USER_2),
                _steps(_off_drops),
                "Off means no externalId.",
            ),
            (
                "renamed-without-external-id",
                (USER_2,),
                _steps(_name_drops),
                "A new name drops the externalId.",
            ),
            (
                "department-replaces-extension",
                (USER, USER_2),
                _steps(lambda step: _with_department("replace", step)),
                "A replace of the department takes division and manager away.",
            ),
            (
                "patch-is-put",
                (USER_2, GROUP),
                lambda: engine(_only_what_is_named),
                "A PATCH clears what it does not name.",
            ),
            (
                "patch-replace-of-title-ignored",
                (USER_2,),
                _dropping(lambda step: step.get("op") == "replace" and step.get("path") == "title"),
                "A replace of the title is answered with success, and lost.",
            ),
        ),
    )


def _removing(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.patch-remove"
    sentence = "A remove is answered with success, and lost."
    lost = _dropping(lambda step: step.get("op") == "remove" and bool(step.get("path")))
    yield from family(contract, "patch-remove-ignored", claim, sentence, lost)
    yield from rows(
        claim,
        (
            (
                "department-goes-with-extension",
                (USER, USER_2),
                _steps(lambda step: _with_department("remove", step)),
                "A remove of the department takes division and manager away.",
            ),
            (
                "patch-remove-by-filter-takes-all",
                (USER, GROUP_2),
                _steps(_without_filter),
                "A remove by filter takes all entries.",
            ),
            (
                "patch-remove-by-filter-ignored",
                (USER_2, GROUP),
                _dropping(lambda step: step.get("op") == "remove" and "[" in str(step.get("path"))),
                "A remove by filter is lost.",
            ),
            (
                "patch-remove-leaves-empty-text",
                (USER_2,),
                _steps(_emptied),
                "A remove of the title leaves an empty text.",
            ),
            (
                "patch-remove-from-extension-ignored",
                (USER,),
                _dropping(_of_extension("remove")),
                "A remove from the extension is lost.",
            ),
            (
                "patch-remove-takes-external-id",
                (USER,),
                _steps(lambda step: [step, {"op": "remove", "path": "externalId"}] if _title_removed(step) else [step]),
                "A remove of the title takes externalId along.",
            ),
        ),
    )


# what becomes of operations -----------------------------------------------------------------------------


def _steps(change: Callable[[Document], Iterable[Mapping[str, Any]]]) -> Callable[[], Plant]:
    return lambda: Plant(before=goodwill(mending_steps(change)))


def _dropping(which: Callable[[Document], bool]) -> Callable[[], Plant]:
    return _steps(lambda step: [] if which(step) else [step])


def _pathless(op: str) -> Callable[[Document], bool]:
    return lambda step: step.get("op") == op and not step.get("path") and bool(step.get("value"))


def _of_extension(op: str) -> Callable[[Document], bool]:
    return lambda step: step.get("op") == op and str(step.get("path")).startswith(ENTERPRISE_URN)


def _add_to_list_as_replace(step: Document) -> Iterator[Document]:
    lists = step.get("path") in ("emails", "phoneNumbers", "members") or _members_added(step)
    yield {**step, "op": "replace"} if step.get("op") == "add" and lists else step


def _members_added(step: Document) -> bool:
    return not step.get("path") and isinstance(step.get("value"), dict) and "members" in step["value"]


def _add_by_filter_appends(step: Document) -> Iterator[Document]:
    selected = SELECTING.fullmatch(str(step.get("path")))
    if step.get("op") == "add" and selected and selected[4]:
        step = {"op": "add", "path": selected[1], "value": [{selected[2]: selected[3], selected[4]: step["value"]}]}
    yield step


def _add_drops_emails(step: Document) -> Iterator[Document]:
    yield step
    if step.get("op") == "add" and step.get("path") == "phoneNumbers":
        yield {"op": "remove", "path": "emails"}


def _off_drops(step: Document) -> Iterator[Document]:
    yield step
    value = step.get("value")
    if (value.get("active") if isinstance(value, dict) else step.get("path") == "active" and value) is False:
        yield {"op": "remove", "path": "externalId"}


def _name_drops(step: Document) -> Iterator[Document]:
    yield step
    if step.get("path") == "userName":
        yield {"op": "remove", "path": "externalId"}


def _with_department(op: str, step: Document) -> Iterator[Document]:
    yield step
    if step.get("op") == op and step.get("path") == f"{ENTERPRISE_URN}:department":
        for name in ("division", "manager"):
            yield {"op": "remove", "path": f"{ENTERPRISE_URN}:{name}"}


def _first_of_value(step: Document) -> Iterator[Document]:
    yield {**step, "value": dict(list(step["value"].items())[:1])} if _pathless("add")(step) else step


def _without_filter(step: Document) -> Iterator[Document]:
    yield {**step, "path": str(step.get("path")).partition("[")[0]} if step.get("op") == "remove" else step


def _title_removed(step: Document) -> bool:
    return step.get("op") == "remove" and step.get("path") == "title"


def _emptied(step: Document) -> Iterator[Document]:
    yield {"op": "replace", "path": "title", "value": ""} if _title_removed(step) else step


# another engine -----------------------------------------------------------------------------------------


def engine(patched: Engine) -> Plant:
    """Apply the operations of a PATCH in another way."""
    return replacing(patched=patched)


def _selections(steps: Steps) -> Iterator[re.Match[str]]:
    for step in steps:
        selected = SELECTING.fullmatch(str(step.get("path")))
        if selected and selected[4]:
            yield selected


def _sets_all(contract: Contract, kind: str, document: Mapping[str, Any], steps: Steps) -> Document:
    after = patching.patched(contract, kind, document, steps)
    for step in steps:
        for selected in _selections([step]):
            for entry in after.get(selected[1], ()):
                entry[selected[4]] = step.get("value")
    return after


def _drops_others(contract: Contract, kind: str, document: Mapping[str, Any], steps: Steps) -> Document:
    after = patching.patched(contract, kind, document, steps)
    for selected in _selections(steps):
        entries = after.get(selected[1], ())
        after[selected[1]] = [entry for entry in entries if entry.get(selected[2]) == selected[3]]
    return after


def _only_what_is_named(contract: Contract, kind: str, document: Mapping[str, Any], steps: Steps) -> Document:
    after = patching.patched(contract, kind, document, steps)
    kept = {"schemas", "id", "userName", "displayName", "active"}
    return {name: value for name, value in after.items() if name in kept or value != document.get(name)}
