"""The one group that the run may change: its whole body is in the ledger before the first write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scim_contract.contract import Operation
from scim_contract.org.documents import resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.workspace import Resource, Workspace
from scim_contract.transport import Exchange

if TYPE_CHECKING:
    from scim_contract.org.org import Org

MOST_MEMBERS = 100
"""A server may refuse longer lists, and a group that cannot be written back in one body cannot be put back for sure."""


def readable(org: Org, prefix: str) -> Resource:
    """A group to read: the disposable one, or the other where that one is left alone, else the first of the list.

    Raises:
        Untested: the directory shows no group.
    """
    own, spared = org.workspace.group_id, org.workspace.spared
    if spared and org.workspace.other_group is not None:
        return Resource("groups", org.workspace.other_group)
    if own is not None:
        return Resource("groups", own, ours=org.workspace.target.sandbox and not spared)
    return org.once(("foreign group", prefix), lambda: _first(org.acting("group/foreign"), prefix))


def _first(org: Org, prefix: str) -> Resource:
    operation = org.operation(prefix, "list_groups")
    no_filter = "the profile names no group, and no wide_group_filter to find one with"
    found = resources(_some(org, operation, 1, no_filter, "the list of groups gave no group to read").document)
    if not found or not isinstance(found[0].get("id"), str):
        raise Untested("the directory shows no group")
    return Resource("groups", found[0]["id"])


def disposable(org: Org, prefix: str) -> Resource:
    """The group that may be changed; its body is kept for the end of the run before this returns.

    Raises:
        Untested: the profile names none, it was not found, or it has too many members to be put back.
        Blocked: it cannot be read, so it could not be restored either.
    """
    workspace = org.workspace
    workspace.may_write()
    if workspace.spared:
        raise Untested("another process of this run changes the group")
    if workspace.group_id is None:
        raise Untested(workspace.group_problem)
    resource = Resource("groups", workspace.group_id, ours=True)
    if workspace.group_body is None:
        seen = org.acting("group").look(resource, prefix)
        if problem := too_large(workspace.target.group, seen.document):
            workspace.group_id, workspace.group_problem = None, problem
            raise Untested(problem)
        keep(workspace, resource, seen)
    return resource


def too_large(name: str, group: Mapping[str, Any]) -> str | None:
    """Why a group is left alone that has so many members that it might not be put back; None where it has not."""
    members = group.get("members")
    if not isinstance(members, list) or len(members) <= MOST_MEMBERS:
        return None
    return (
        f"the group {name!r} has {len(members)} members and is left alone: a server may refuse to take more than "
        f"{MOST_MEMBERS} at a time, by which it would be put back; name a smaller one"
    )


def keep(workspace: Workspace, resource: Resource, read: Exchange) -> None:
    """Put the group's whole body into the ledger."""
    workspace.ledger.write("changing-group", id=resource.id, body=read.document)
    workspace.group_body = read.document


def another_group(org: Org) -> str:
    """The id of a group that is not the run's.

    Raises:
        Untested: the directory shows none, or there is no filter to find one with.
    """
    return org.once(("another group",), lambda: _another_group(org.acting("shared/two groups")))


def _another_group(org: Org) -> str:
    lists = [org.operation(prefix, "list_groups") for prefix in org.workspace.contract.prefixes]
    operation = next((each for each in lists if not each.requires_filter), lists[0])
    no_filter = "the profile has no wide_group_filter to find another group with"
    found = _some(org, operation, 2, no_filter, "the list of groups gave no other group")
    own = org.workspace.group_id
    others = [str(item["id"]) for item in resources(found.document) if item.get("id") not in (None, own)]
    if not others:
        raise Untested("the directory shows no other group")
    return others[0]


def _some(org: Org, operation: Operation, count: int, no_filter: str, no_list: str) -> Exchange:
    """So many of the directory's groups, by the wide filter where the operation requires one.

    Raises:
        Untested: there is no such filter, which is said in these words.
        Blocked: the list was not given, likewise.
    """
    params: dict[str, str | int] = {"count": count}
    if operation.requires_filter:
        if not org.workspace.target.wide_group_filter:
            raise Untested(no_filter)
        params["filter"] = org.workspace.target.wide_group_filter
    found = org.ask(operation, params=params)
    if not found.answer.ok:
        raise Blocked(no_list, found)
    return found
