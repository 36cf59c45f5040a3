"""Searches for odd values: what bears them, and what a filter on them finds."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from scim_contract.contract import Operation
from scim_contract.org import crowd, people
from scim_contract.org.documents import ids, resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.finding import bears, by_name, call, found, someone
from scim_contract.org.pages import Listing
from scim_contract.org.values import TOGETHER, eq, pattern, query, stored
from scim_contract.transport import Exchange

if TYPE_CHECKING:
    from scim_contract.org.org import Org


_BEGINNING = "beginning"
_ALSO: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "plus": (("plus", "raw-plus"),),
        "space": (("space", "raw-plus"),),
        "star": (("star", "pattern"),),
        "percent": (("percent", "pattern"),),
        TOGETHER: (("star", "pattern"), ("percent", "pattern"), (TOGETHER, _BEGINNING)),
    }
)
"""What else is asked about a group while it bears a value."""
_ALONE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"users": ("space", "plus", "star", "percent"), "groups": ("space", "plus")}
)
"""What is asked for alone: what a raw plus may mean, and of users what others would match if it were a pattern."""


@dataclass(frozen=True)
class Search:
    """A filter on an odd value, what came, and the resource of the run's own that is to be found or not.

    `value` is what that resource bears as its `attribute`.
    """

    bearer: str
    attribute: str
    value: str
    asked: Exchange


def search(org: Org, operation: Operation, case: str, how: str = "exact") -> Search:
    """Look by filter for the resource that bears the value of a case.

    Users bear it as externalId, the group is given it as its name, once: both prefixes are asked while it
    has it. Most cases are asked for in one value; where that does not find its bearer alone, each is tried alone.

    Args:
        org: the org.
        operation: the list of users or groups.
        case: one of VALUES.
        how: `exact`; `raw-plus` asks for the value of that case with its plus as it is on the wire;
            `pattern` for a value that would match as a pattern what it does not equal.

    Raises:
        Untested: the run only reads, or there is no group to write.
        Blocked: the target did not take the value.
    """
    if case not in _ALONE[operation.resource]:
        together = _together(org, operation).get((TOGETHER if how == "exact" else case, how))
        if together is not None:
            return together
    if operation.resource == "users":
        looked = org.once(("search", operation.id, case, how), lambda: _of_users(org, operation, case, how))
    else:
        looked = org.once(("search groups", case), lambda: _of_groups(org, case))[operation.prefix, case, how]
    if _missed(looked, how):
        _plainly(org, operation, looked.attribute)
    return looked


def raw_plus(org: Org, operation: Operation) -> tuple[Search, Search]:
    """A filter with a plus as it is: asked where something bears the value with a plus, and with a space."""
    search(org, operation, "plus")  # Blocked where not even a plain value is found
    return search(org, operation, "plus", "raw-plus"), search(org, operation, "space", "raw-plus")


def phrase(org: Org, operation: Operation) -> Search:
    """A filter on a name of several words and brackets; where the run only reads, on the name that there is.

    Raises:
        Untested: there is no resource to look for.
        Blocked: it cannot be named or read.
    """
    try:
        return search(org, operation, "phrase")
    except Untested:
        known = someone(org, operation)
        return Search(known.resource.id, known.naming, known.name, by_name(org, operation).page())


def beginning(org: Org, operation: Operation) -> Search | None:
    """A filter on all but the last letter of a long name of the group; None in v1, and where it is not found by all."""
    if operation.resource != "groups":
        return None
    with contextlib.suppress(Untested, Blocked):
        looked = org.once(("search groups", TOGETHER), lambda: _of_groups(org, TOGETHER))
        if not _missed(looked[operation.prefix, TOGETHER, "exact"], "exact"):
            return looked.get((operation.prefix, TOGETHER, _BEGINNING))
    return None


def _plainly(org: Org, operation: Operation, attribute: str) -> None:
    """Make sure that a plain value of an attribute finds what has it; asked only where an odd one does not."""
    known = someone(org, operation)
    case, text = f"{attribute} eq", eq(attribute, known.value(attribute))
    found(Listing(org, operation, case, {"filter": text}, still=known.resource.ours).page(), known.resource.id)


def _together(org: Org, operation: Operation) -> Mapping[tuple[str, str], Search]:
    """What the one value that holds most others shows; nothing where it is not found, or not alone."""
    begun = len(org.workspace.trail)
    try:
        if operation.resource == "users":
            exact = org.once(("search", operation.id, TOGETHER), lambda: _of_users(org, operation, TOGETHER, "exact"))
            looked = {(TOGETHER, "exact"): exact}
        else:
            both = org.once(("search groups", TOGETHER), lambda: _of_groups(org, TOGETHER))
            looked = {
                (case, how): each
                for (prefix, case, how), each in both.items()
                if prefix == operation.prefix and how != _BEGINNING  # which is another claim's business
            }
    except (Untested, Blocked):  # which is told of the case that is tried alone
        looked = {}
    if looked and all(_tells(each, how) for (_, how), each in looked.items()):
        return looked
    del org.workspace.trail[begun:]
    return {}


def _tells(looked: Search, how: str) -> bool:
    """Whether just what bears a value was found by it, and by a pattern nothing."""
    there = {str(item.get("id")): item.get(looked.attribute) for item in resources(looked.asked.document)}
    return looked.asked.status == 200 and there == ({looked.bearer: looked.value} if how == "exact" else {})


def _of_users(org: Org, operation: Operation, case: str, how: str) -> Search:
    bearer = _bearer(org, "space" if how == "pattern" else case)
    if how == "pattern":  # the value itself is one that the others of the crowd would match
        asked = search(org, operation, case).asked
    elif how == "raw-plus" and case != "plus":
        asked = search(org, operation, "plus", how).asked
    else:
        return _search(org, operation, bearer.id, "externalId", case, how)
    return Search(bearer.id, "externalId", str(bearer.sent["externalId"]), asked)


def _bearer(org: Org, case: str) -> people.Person:
    bearer = crowd.bearer(org, case)
    if isinstance(bearer, Blocked):
        raise bearer
    org.workspace.trail.append(bearer.created)
    kept = bearer.created.document.get("externalId")
    if kept not in (None, bearer.sent["externalId"]):
        raise Blocked("the externalId that this check needs was stored otherwise", bearer.created)
    return bearer


def _of_groups(org: Org, value: str) -> dict[tuple[str, str, str], Search]:
    """Everything that is asked about a value, by prefix, case and how, while the group bears it."""
    hoped = _not_read_as_plus(org) if value == "space" else []
    subject, looked = call(org, stored(org.workspace, value), value), dict[tuple[str, str, str], Search]()
    for prefix in org.workspace.contract.prefixes:
        operation = org.operation(prefix, "list_groups")
        asked = [(case, how) for case, how in _ALSO.get(value, ()) if (prefix, how) != ("v1", _BEGINNING)]
        for case, how in ((value, "exact"), *asked):
            found = _search(org, operation, subject.id, "displayName", case, how, hoped=prefix in hoped)
            looked[prefix, case, how] = replace(found, value=stored(org.workspace, value))
        exact = looked[prefix, value, "exact"]
        if _missed(exact, "exact"):
            bears(org, subject, prefix, exact.value)  # spared where the filter found it
    return looked


def _not_read_as_plus(org: Org) -> list[str]:
    """The prefixes whose raw plus does not find the group that bears a plus: it may have been read as a space."""
    try:
        found = org.once(("search groups", "plus"), lambda: _of_groups(org, "plus"))
    except (Untested, Blocked):
        return []
    asked = {prefix: found[prefix, "plus", "raw-plus"] for prefix in org.workspace.contract.prefixes}
    return [prefix for prefix, look in asked.items() if look.bearer not in ids(look.asked.document)]


def _missed(looked: Search, how: str) -> bool:
    return how == "exact" and not (looked.asked.answer.ok and looked.bearer in ids(looked.asked.document))


def _search(
    org: Org, operation: Operation, bearer: str, attribute: str, case: str, how: str, *, hoped: bool = False
) -> Search:
    borne = stored(org.workspace, "plus" if how == "raw-plus" else case)
    text = pattern(org.workspace, case) if how == "pattern" else borne[:-1] if how == _BEGINNING else borne
    line, name = query(eq(attribute, text), raw_plus=how == "raw-plus"), f"{case} {how}"
    shared, patient = org.acting("shared/values"), hoped or how == "exact"
    asked = org.eventually(
        lambda: shared.ask(operation, query=line, case=name),
        lambda seen: not patient or not seen.answer.ok or bearer in ids(seen.document),
    )
    return Search(bearer, attribute, stored(org.workspace, case), asked)
