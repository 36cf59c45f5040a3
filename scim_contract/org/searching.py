"""Searches for odd values: what bears them, and what a filter on them finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_contract.contract import Operation
from scim_contract.org import crowd, people
from scim_contract.org.documents import ids
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.finding import bears, by_name, call, found, someone
from scim_contract.org.pages import Listing
from scim_contract.org.values import eq, pattern, query, stored
from scim_contract.transport import Exchange

if TYPE_CHECKING:
    from scim_contract.org.org import Org


_ALSO = {"plus": ("raw-plus",), "star": ("pattern",), "percent": ("pattern",)}


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

    Users bear it as externalId, one of the crowd each. The group is given it as its name, once: both
    prefixes are asked while it has it.

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
    if operation.resource == "users":
        looked = org.once(("search", operation.id, case, how), lambda: _of_users(org, operation, case, how))
    elif case == "space" and how == "raw-plus":
        looked = org.once(("raw plus",), lambda: _raw_plus_for_space(org))[operation.prefix]
    else:
        looked = org.once(("search groups", case), lambda: _of_groups(org, case))[operation.prefix, how]
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


def _plainly(org: Org, operation: Operation, attribute: str) -> None:
    """Make sure that a plain value of an attribute finds what has it; asked only where an odd one does not."""
    known = someone(org, operation)
    case, text = f"{attribute} eq", eq(attribute, known.value(attribute))
    found(Listing(org, operation, case, {"filter": text}, still=known.resource.ours).page(), known.resource.id)


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
    bearer = crowd.gather(org).bearers[case]
    if isinstance(bearer, Blocked):
        raise bearer
    org.workspace.trail.append(bearer.created)
    kept = bearer.created.document.get("externalId")
    if kept not in (None, bearer.sent["externalId"]):
        raise Blocked("the externalId that this check needs was stored otherwise", bearer.created)
    return bearer


def _of_groups(org: Org, case: str) -> dict[tuple[str, str], Search]:
    """Everything that is asked about a value, by prefix and how, while the group bears it."""
    subject, looked = call(org, stored(org.workspace, case), case), dict[tuple[str, str], Search]()
    for prefix in org.workspace.contract.prefixes:
        operation = org.operation(prefix, "list_groups")
        for how in ("exact", *_ALSO.get(case, ())):
            looked[prefix, how] = _search(org, operation, subject.id, "displayName", case, how)
        if _missed(looked[prefix, "exact"], "exact"):
            bears(org, subject, prefix, looked[prefix, "exact"].value)  # spared where the filter found it
    return looked


def _raw_plus_for_space(org: Org) -> dict[str, Search]:
    """The raw plus asked while the group bears the value with a space: waited for where it was not read as a plus."""
    other = org.once(("search groups", "plus"), lambda: _of_groups(org, "plus"))
    subject, looked = call(org, stored(org.workspace, "space"), "space"), dict[str, Search]()
    for prefix in org.workspace.contract.prefixes:
        hoped = subject.id not in ids(other[prefix, "raw-plus"].asked.document)
        operation = org.operation(prefix, "list_groups")
        looked[prefix] = _search(org, operation, subject.id, "displayName", "space", "raw-plus", hoped=hoped)
    return looked


def _missed(looked: Search, how: str) -> bool:
    return how == "exact" and not (looked.asked.answer.ok and looked.bearer in ids(looked.asked.document))


def _search(
    org: Org, operation: Operation, bearer: str, attribute: str, case: str, how: str, *, hoped: bool = False
) -> Search:
    asked_for = {"pattern": pattern(org.workspace, case), "raw-plus": stored(org.workspace, "plus")}
    text = asked_for.get(how) or stored(org.workspace, case)
    line, name = query(eq(attribute, text), raw_plus=how == "raw-plus"), f"{case} {how}"
    shared, patient = org.acting("shared/values"), hoped or how == "exact"
    asked = org.eventually(
        lambda: shared.ask(operation, query=line, case=name),
        lambda seen: not patient or not seen.answer.ok or bearer in ids(seen.document),
    )
    return Search(bearer, attribute, stored(org.workspace, case), asked)
