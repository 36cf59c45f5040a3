"""Which list to look through: the filters that a target accepts, and how many resources are known to match."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scim_contract.contract import Operation
from scim_contract.org import crowd
from scim_contract.org.documents import ENTERPRISE, ids, plain, resources, total
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.finding import by_name
from scim_contract.org.pages import Listing
from scim_contract.org.side_by_side import listed
from scim_contract.org.values import eq
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

Document = dict[str, Any]

if TYPE_CHECKING:
    from scim_contract.org.org import Org


def listing(org: Org, operation: Operation) -> Listing:
    """The list that paging is tried on: the run's own crowd of users, else what the profile's wide filter matches.

    For groups all of them, where the filter is optional. Where there is nothing else, it is the list of
    one resource of a name, which can show little.

    Raises:
        Untested: there is not even one resource to look for.
        Blocked: it could not be read.
    """
    if operation.resource == "users":
        return org.once(("listing", operation.id), lambda: _users(org, operation))
    if operation.resource not in ("users", "groups") or not operation.requires_filter:
        return unfiltered(org, operation)
    return _wide_or_named(org, operation)


def widest(org: Org, operation: Operation) -> Listing | None:
    """What the profile's wide filter for users or groups matches; None without one."""
    target = org.workspace.target
    text = target.wide_user_filter if operation.resource == "users" else target.wide_group_filter
    return Listing(org, operation, "wide", {"filter": text}) if text else None


def _wide_or_named(org: Org, operation: Operation) -> Listing:
    """What the profile's wide filter matches; without one, or where it is refused as it may be, one of a name."""
    many = widest(org, operation)
    return many if many is not None and not refused(many.page()) else by_name(org, operation)


def refused(page: Exchange) -> bool:
    """Whether a filter was refused that a server need not know."""
    return page.status == 400 and page.document.get("scimType") == "invalidFilter"


def _users(org: Org, operation: Operation) -> Listing:
    try:
        return _crowded(org, operation)
    except (Untested, Blocked):
        return _wide_or_named(org, operation)


def _crowded(org: Org, operation: Operation) -> Listing:
    """The crowd under the first filter that finds some of it; counting them all is the claims' business."""
    for label, gather in (("displayName", crowd.gather), ("title", crowd.gather_own)):
        people = gather(org)
        text = eq(label, people.display_name if label == "displayName" else people.title)
        found = Listing(org, operation, f"crowd by {label}", {"filter": text}, True, crowd.SIZE, _all_there)
        seen = found.page()
        shown = resources(seen.document)
        if seen.answer.ok and any(people.has(user) for user in shown):
            ours = all(people.has(user) for user in shown)
            return found if ours else replace(found, still=False, known=None)
    raise Untested("neither displayName eq nor title eq finds the run's own users")


def _all_there(seen: Exchange) -> bool:
    return not seen.answer.ok or total(seen.document) == crowd.SIZE


def read_besides(org: Org, operation: Operation, *, again: bool = False) -> list[tuple[Exchange, Document, Exchange]]:
    """Items of pages of several users, a page of two among them, each with its page and a read by its id: one a page,
    the last that has a manager, or else that which says most.

    Args:
        org: whose directory.
        operation: the list.
        again: ask for the pages and read the users anew, once what was written has had its time to show.
    """
    look = counted(org, operation)
    if operation.resource != "users" or look.known != crowd.SIZE:
        return []
    look, found = look.settled() if again else look, list[tuple[Exchange, Document, Exchange]]()
    for page in (*look.walk().pages, look.page(count=2)):
        items = resources(page.document)
        for item in [each for each in items if _refers(each)][-1:] or [*sorted(items, key=_amount)][-1:]:
            user = Resource("users", str(item.get("id")), ours=True)
            found.append((page, item, org.look(user, operation.prefix, fresh=again)))
    return found


def _amount(user: Document) -> int:
    """How many attributes a user of a list has."""
    return len(plain(user))


def _refers(user: Document) -> bool:
    """Whether a user of a list has a manager."""
    extension = user.get(ENTERPRISE)
    return isinstance(extension, dict) and bool(extension.get("manager"))


def unfiltered(org: Org, operation: Operation) -> Listing:
    """The list without a filter, where the operation needs none."""
    return Listing(org, operation, "all", {})


def filtered(org: Org, operation: Operation) -> Listing:
    """A list under a filter, also where the operation needs none."""
    users = operation.resource == "users"
    return listing(org, operation) if users or operation.requires_filter else by_name(org, operation)


def counted(org: Org, operation: Operation) -> Listing:
    """A list under a filter of which the run knows how many match: the crowd's, else that of one name."""
    if operation.resource == "users":
        try:
            found = listing(org, operation)
        except (Untested, Blocked):
            return by_name(org, operation)
        if found.known is not None:
            return found
    return by_name(org, operation)


def side_by_side(org: Org, operation: Operation) -> Listing | None:
    """A short list of users, one of them switched off, where its first page does not show all that it counts."""
    with contextlib.suppress(Untested, Blocked):
        if operation.resource == "users":
            text, page = listed(org.acting("shared/round-trip"), operation.prefix)
            if page.answer.ok and (total(page.document) or 0) > len(ids(page.document)):
                return Listing(org, operation, "side by side", {"filter": text}).settled()
    return None


def wide(org: Org, operation: Operation) -> Listing | None:
    """The groups that the profile's wide filter matches; None for users, and where there is no such filter here."""
    found = widest(org, operation) if operation.resource == "groups" else None
    return found if found is not None and found.page().answer.ok else None
