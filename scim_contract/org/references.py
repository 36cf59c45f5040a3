"""References from one resource to another: a user's groups, a group's members, a user's manager."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scim_contract.org import group
from scim_contract.org.company import members_of
from scim_contract.org.documents import ENTERPRISE, entries, resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.lists import listing
from scim_contract.org.lives import deleted, is_gone, victim
from scim_contract.org.membership import done, joined
from scim_contract.org.org import Org
from scim_contract.org.still import still_user
from scim_contract.org.trips import trip
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

_KINDS = {"User": "users", "Group": "groups"}
_LOOKED_AT = 2


@dataclass(frozen=True)
class Reference:
    """One reference as it was read; `link` is its $ref, `type` its type, None where it has none."""

    name: str
    value: Any
    link: Any
    type: Any

    @property
    def resource(self) -> str:
        """The kind of resource that it refers to, as far as it says."""
        given = "groups" if self.name == "groups" else "users"
        return _KINDS.get(self.type, given) if isinstance(self.type, str) else given


def references(read: Exchange, name: str) -> list[Reference]:
    """The first few references of an attribute: groups, members or manager.

    Raises:
        Blocked: the resource shows none.
        Untested: they have neither $ref nor type, which is all that could be wrong with them.
    """
    found = [
        Reference(name, entry.get("value"), entry.get("$ref"), entry.get("type")) for entry in _entries(read, name)
    ]
    if not found:
        raise Blocked(f"the resource shows no {name}", read)
    telling = [each for each in found if each.link is not None or each.type is not None]
    if not telling:
        raise Untested(f"the target gives {name} neither $ref nor type, as it may")
    return telling[:_LOOKED_AT]


def shared_links(read: Exchange, name: str) -> Iterator[str]:
    """Where two entries of an attribute that name different resources have one $ref."""
    first: dict[Any, Any] = {}
    for entry in _entries(read, name):
        link, value = entry.get("$ref"), entry.get("value")
        if isinstance(link, str) and first.setdefault(link, value) != value:
            yield f"{link} for {first[link]} and for {value}"


def others_links(answer: Exchange, name: str, known: list[Reference]) -> list[Reference]:
    """References in another answer to what is known already, by another $ref."""
    links = {each.value: each.link for each in known}
    found = (Reference(name, each.get("value"), each.get("$ref"), each.get("type")) for each in _entries(answer, name))
    return [each for each in found if each.value in links and each.link not in (None, links[each.value])]


def filling(org: Org, prefix: str) -> list[Exchange]:
    """The answers to the writes that let members into the group, where they did."""
    found: list[Exchange] = []
    for name in ("modify_group", "replace_group"):
        with contextlib.suppress(Untested, Blocked):
            found.append(done(joined(org, org.operation(prefix, name))).written.asked)
    return found


def in_a_group(org: Org, prefix: str) -> Exchange:
    """A read of a user who is in a group: one that the run lets in, else a member of some group in the list.

    Raises:
        Untested: nobody is in a group, and the run may change none.
        Blocked: the list, the user or the write that is needed did not work.
    """
    with contextlib.suppress(Untested, Blocked):
        inside = done(joined(org, org.operation(prefix, "modify_group")))
        if inside.named:
            return inside.user
    for its_id in _some_members(org, prefix):
        read = org.gone_or_there(Resource("users", its_id), prefix)
        if read.answer.ok and _entries(read, "groups"):
            return read
    return joined(org, org.operation(prefix, "modify_group")).user


def with_members(org: Org, prefix: str) -> Exchange:
    """A read of a group that has members: several of the run's own where it may let them in.

    Raises:
        Untested: no group has any, and the run may change none.
        Blocked: the read, the list or the write that is needed did not work.
    """
    with contextlib.suppress(Untested, Blocked):
        return done(joined(org, org.operation(prefix, "modify_group"))).written.after
    read = org.look(group.readable(org, prefix), prefix)
    if _entries(read, "members"):
        return read
    for item in _groups(org, prefix):
        if item.get("members") and isinstance(item.get("id"), str):
            return org.look(Resource("groups", item["id"]), prefix)
    return joined(org, org.operation(prefix, "modify_group")).written.after


@dataclass(frozen=True)
class DeadLink:
    """The $ref by which a group names a member who was deleted, and a read that shows that nobody has its id."""

    link: str
    id: str
    nobody: Exchange
    group: Exchange


def dead_links(org: Org, prefix: str) -> list[DeadLink]:
    """What the group shows of a member who is deleted, within consistency_seconds; nothing where none could be."""
    with contextlib.suppress(Untested, Blocked):
        return org.once(("departed", prefix), lambda: _departed(org.acting("shared/departed"), prefix))
    with contextlib.suppress(Untested, Blocked):
        return [dead for other in org.workspace.contract.prefixes for dead in _long_dead(org, prefix, other)]
    return []


def _departed(org: Org, prefix: str) -> list[DeadLink]:
    inside = done(joined(org, org.operation(prefix, "modify_group")))
    deletion = deleted(org, prefix)
    its_id = victim(deletion).id
    if its_id not in inside.movers:
        raise Untested("the user that was deleted was in no group")
    if not is_gone(deletion.after):
        raise Blocked("the user was not deleted", deletion.asked)
    return _left_of(org, prefix, its_id, deletion.after)


def _long_dead(org: Org, prefix: str, other: str) -> list[DeadLink]:
    """What the group shows of a member who was deleted through another prefix, if that was done already."""
    operation = org.operation(other, "delete_user")
    if other == prefix or not org.workspace.made(("shared write", operation.id)):
        return []
    deletion = deleted(org, other)
    its_id, seen = victim(deletion).id, org.look(group.disposable(org, prefix), prefix)
    there = is_gone(deletion.after) and its_id in members_of(seen)
    return _left_of(org, prefix, its_id, deletion.after) if there else []


def _left_of(org: Org, prefix: str, its_id: str, nobody: Exchange) -> list[DeadLink]:
    own = group.disposable(org, prefix)
    seen = org.eventually(lambda: org.gone_or_there(own, prefix), lambda read: its_id not in members_of(read))
    left = (each.get("$ref") for each in _entries(seen, "members") if each.get("value") == its_id)
    return [DeadLink(link, its_id, nobody, seen) for link in left if isinstance(link, str)]


def with_a_manager(org: Org, prefix: str) -> Exchange:
    """A read of a user who has a manager: one that the run created, else the one that is there to be read.

    Raises:
        Untested: that one has none.
        Blocked: a user could not be created with a manager.
    """
    if org.workspace.target.sandbox:
        written = trip(org, org.operation(prefix, "create_user"), "manager").written
        if not written.asked.answer.ok:
            raise Blocked("the user with a manager that this check needs was not created", written.asked)
        return written.after
    read = org.look(still_user(org, prefix), prefix)
    if not _entries(read, "manager"):
        raise Untested("the run only reads, and the user at hand has no manager")
    return read


def _some_members(org: Org, prefix: str) -> Iterator[str]:
    """The ids of a member each of a few groups, the run's own group last since others change it."""
    groups = sorted(_groups(org, prefix), key=lambda item: item.get("id") == org.workspace.group_id)
    first = (next(iter(_members(item)), None) for item in groups)
    yield from list(dict.fromkeys(each for each in first if each is not None))[:_LOOKED_AT]


def _groups(org: Org, prefix: str) -> list[dict[str, Any]]:
    return resources(listing(org, org.operation(prefix, "list_groups")).first().document)


def _members(item: dict[str, Any]) -> Iterator[str]:
    members = item.get("members")
    for member in members if isinstance(members, list) else []:
        if isinstance(member, dict) and isinstance(member.get("value"), str) and member.get("type") != "Group":
            yield member["value"]


def _entries(read: Exchange, name: str) -> list[dict[str, Any]]:
    if name == "manager":
        extension = read.document.get(ENTERPRISE)
        manager = extension.get("manager") if isinstance(extension, dict) else None
        return [manager] if isinstance(manager, dict) and manager.get("value") is not None else []
    return entries(read.document, name)
