"""Who is in the group: two users of the run's own, brought in and taken out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.documents import resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import facts
from scim_contract.org.group import disposable
from scim_contract.org.org import Org
from scim_contract.org.people import Person
from scim_contract.transport import Exchange


@dataclass(frozen=True)
class Moved:
    """A write that moved a user into the group or out of it, and the user as it was read afterwards."""

    written: Written
    user: Exchange
    group_id: str

    @property
    def named(self) -> bool:
        """Whether the user's groups name the group."""
        return self.group_id in groups_of(self.user.document)


def member(org: Org, prefix: str) -> Person:
    """The user that is in the group when a check begins."""
    return org.person(prefix, "member")


def newcomer(org: Org, prefix: str) -> Person:
    """The user that is not."""
    return org.person(prefix, "newcomer")


def joined(org: Org, operation: Operation) -> Moved:
    """The newcomer added to the group by this operation, once."""
    return org.once(("joined", operation.id), lambda: _joined(org.acting("shared/joined"), operation))


def left(org: Org, operation: Operation) -> Moved:
    """The newcomer removed from the group by this operation, once."""
    return org.once(("left", operation.id), lambda: _left(org.acting("shared/left"), operation))


def _joined(org: Org, operation: Operation) -> Moved:
    one, other = member(org, operation.prefix).id, newcomer(org, operation.prefix).id
    let_in(org, operation.prefix, one)
    step = {"op": "add", "path": "members", "value": [{"value": other}]}
    return _moved(org, operation, step, (one, other), there=True)


def _left(org: Org, operation: Operation) -> Moved:
    one, other = member(org, operation.prefix).id, newcomer(org, operation.prefix).id
    let_in(org, operation.prefix, one, other)
    step = {"op": "remove", "path": f'members[value eq "{other}"]'}
    return _moved(org, operation, step, (one,), there=False)


def _moved(org: Org, operation: Operation, step: Mapping[str, Any], ids: tuple[str, ...], there: bool) -> Moved:
    group = disposable(org, operation.prefix)
    written = org.write(operation, change=lambda document: with_members(operation, document, step, *ids))
    person = newcomer(org, operation.prefix).resource

    def settled(read: Exchange) -> bool:
        done = written.asked.answer.ok and members_of(written.after) == set(ids)
        return not done or (group.id in groups_of(read.document)) is there

    user = org.eventually(lambda: org.gone_or_there(person, operation.prefix), settled)
    return Moved(written, user, group.id)


def with_members(operation: Operation, document: Mapping[str, Any], step: Mapping[str, Any], *ids: str) -> Change:
    """A write after which the group has these members: the step for PATCH, all of them for PUT."""
    if operation.kind == "modify":
        return Change(modification(step), {})
    return Change(replacement("groups", document, members=[{"value": i} for i in ids]), {})


def let_in(org: Org, prefix: str, *ids: str) -> None:
    """Make these the group's members, if they are not: by PUT, or by PATCH where PUT does not do it.

    Raises:
        Untested: there is no group that may be changed.
        Blocked: neither did it.
    """
    group = disposable(org, prefix)
    seen = org.look(group, prefix)
    references = [{"value": i} for i in ids]
    for name in ("replace_group", "modify_group"):
        if members_of(seen) == set(ids):
            return
        operation = org.operation(prefix, name)
        put = operation.kind == "replace"
        body = replacement("groups", seen.document, members=references) if put else replacing("members", references)
        org.ask(operation, group, case="let in", body=body)
        seen = org.look(group, prefix)
    if members_of(seen) != set(ids):
        raise Blocked("the group could not be given the members that the check begins with", seen)


def members_of(read: Exchange | None) -> set[str]:
    """The ids of a group's members."""
    return {value for _, value in facts(read.document, "members")} if read is not None else set()


def groups_of(user: Mapping[str, Any]) -> set[str]:
    """The ids of the groups that a user says it is in."""
    groups = user.get("groups")
    return {str(g.get("value")) for g in groups if isinstance(g, dict)} if isinstance(groups, list) else set()


def nobody(org: Org, operation: Operation) -> str:
    """An id of the right shape that belongs to nothing."""
    return str(uuid.UUID(hex=org.workspace.token(f"{operation.id}/nobody", 32), version=4))


def another_group(org: Org, prefix: str) -> str:
    """The id of a group that is not the run's.

    Raises:
        Untested: the directory shows none, or there is no filter to find one with.
    """
    operation, own = org.operation(prefix, "list_groups"), org.workspace.group_id
    params: dict[str, str | int] = {"count": 2}
    if operation.requires_filter:
        if not org.workspace.target.wide_group_filter:
            raise Untested("the profile has no wide_group_filter to find another group with")
        params["filter"] = org.workspace.target.wide_group_filter
    found = org.ask_once(operation, case="two groups", params=params)
    if not found.answer.ok:
        raise Blocked("the list of groups gave no other group", found)
    others = [str(item["id"]) for item in resources(found.document) if item.get("id") not in (None, own)]
    if not others:
        raise Untested("the directory shows no other group")
    return others[0]
