"""Who is in the group: users of the run's own, brought in and taken out."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.documents import groups_of, resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import Fact, facts
from scim_contract.org.group import disposable
from scim_contract.org.org import Org
from scim_contract.org.people import Person, created_by, subject
from scim_contract.org.refusals import Try
from scim_contract.org.switching import switching
from scim_contract.org.versions import shared_write
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable


@dataclass(frozen=True)
class Moved:
    """A write that moved users into the group or out of it, and one of them as it was read afterwards.

    `movers` are all of them, `ids` the members that the group must have then.
    """

    written: Written
    user: Exchange
    group_id: str
    user_id: str
    movers: frozenset[str]
    ids: frozenset[str]

    @property
    def moved(self) -> frozenset[Fact]:
        """What the group says of those who moved, while they are in."""
        return frozenset(("members", each) for each in self.movers)

    @property
    def named(self) -> bool:
        """Whether the user's groups name the group.

        Raises:
            Blocked: the user could not be read.
        """
        if not self.user.answer.ok:
            raise Blocked("the user that was moved could not be read", self.user)
        return self.group_id in groups_of(self.user.document)


def member(org: Org, prefix: str) -> Person:
    """One of the two users that come and go: the one that other claims create with a title, if that worked."""
    with contextlib.suppress(Blocked, Unreachable):
        written = shared_write(org, org.operation(prefix, "create_user"))
        if written.applied and written.change is not None:
            return Person(created_by(written), written.change.body, written.asked)
    return org.person(prefix, "member", title="Conformance member")


def newcomer(org: Org, prefix: str) -> Person:
    """The other."""
    external = f"Newcomer-{org.workspace.token(f'newcomer {prefix}')}"
    return org.person(prefix, "newcomer", title="Conformance newcomer", externalId=external)


def company(org: Org, prefix: str) -> tuple[str, ...]:
    """Who comes along, so that there are more than two: the two of the other prefix, or whom of them there is."""
    begun = len(org.workspace.trail)
    found = org.once(("company", prefix), lambda: tuple(_company(org, prefix)))
    del org.workspace.trail[begun:]  # how they came about leads nowhere
    return found


def _company(org: Org, prefix: str) -> Iterator[str]:
    for other in org.workspace.contract.prefixes:
        for each in (member, newcomer) if other != prefix else ():
            with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claim that creates it
                yield each(org, other).id


def leaving(org: Org, prefix: str) -> tuple[str, ...]:
    """The id of the user who is the first to be deleted, by which the group loses a member; none once it is gone."""
    if org.workspace.made(("shared write", org.operation(prefix, "delete_user").id)):
        return ()
    with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claim that creates it
        return (subject(org, org.operation(prefix, "delete_user")).id,)
    return ()


def own(org: Org, prefix: str) -> set[str]:
    """The ids of all those who come and go, and of the one who is to be deleted."""
    return {member(org, prefix).id, newcomer(org, prefix).id, *company(org, prefix), *leaving(org, prefix)}


def joined(org: Org, operation: Operation) -> Moved:
    """Users of the run's own added to the group by this operation, once: one, and its company at the same time."""
    return org.once(("joined", operation.id), lambda: _joined(org.acting("shared/joined"), operation))


def left(org: Org, operation: Operation) -> Moved:
    """One of several members removed from the group by this operation, once; by PUT all but one of them."""
    return org.once(("left", operation.id), lambda: _left(org.acting("shared/left"), operation))


def done(moved: Moved) -> Moved:
    """A move that was made: the group has the members that were written.

    Raises:
        Blocked: it has not.
    """
    if not moved.written.asked.answer.ok or members_of(moved.written.after) != moved.ids:
        raise Blocked("the group did not get the members that were written", moved.written.asked)
    return moved


def _joined(org: Org, operation: Operation) -> Moved:
    """While one of them is in, and was just read, is the time to switch it off and on as well."""
    moved = _come(org, operation)
    begun = len(org.workspace.trail)
    if moved.written.asked.answer.ok and moved.user.answer.ok and moved.named and moved.user.document.get("active"):
        with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by whoever looks at it
            user, write = Resource("users", moved.user_id, ours=True), f"{operation.kind}_user"
            nameless = user.id == newcomer(org, operation.prefix).id
            switching(org, org.operation(operation.prefix, write), user, nameless=nameless)
    del org.workspace.trail[begun:]
    return moved


def _come(org: Org, operation: Operation) -> Moved:
    if operation.kind == "replace" and not members_of(org.look(disposable(org, operation.prefix), operation.prefix)):
        came = [newcomer(org, operation.prefix).id, *company(org, operation.prefix)]
        return _moved(org, operation, {}, came, came)  # who says who all are can begin with nobody
    outsider, there = someone_out(org, operation.prefix), someone_in(org, operation.prefix)
    along = company(org, operation.prefix)
    if operation.kind == "modify":
        along += leaving(org, operation.prefix)
    if operation.kind == "modify" and there & set(along):  # then fewer would come at a time
        pair = {member(org, operation.prefix).id, newcomer(org, operation.prefix).id}
        there = there - set(along) or pair - {outsider}
        let_in(org, operation.prefix, *sorted(there))
    came = [outsider, *(each for each in along if each not in there)]
    step = {"op": "add", "path": "members", "value": [{"value": each} for each in came]}
    return _moved(org, operation, step, came, [*sorted(there), *came])


def _left(org: Org, operation: Operation) -> Moved:
    one, other = member(org, operation.prefix).id, newcomer(org, operation.prefix).id
    all_in(org, operation.prefix)
    there = members_of(org.look(disposable(org, operation.prefix), operation.prefix))
    if operation.kind == "modify":
        with contextlib.suppress(Untested, Blocked, Unreachable):  # all are in: the time to add one of them again
            added_again(org, operation)
        step = {"op": "remove", "path": f'members[value eq "{other}"]'}
        return _moved(org, operation, step, [other], sorted(there - {other}))
    return _moved(org, operation, {}, [other, *sorted(there - {one, other})], [one])


def unknown_member_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """A member added whom nobody knows: by PATCH, or by PUT of those who are there and this one."""
    if operation.resource != "groups":
        return {}
    someone_in(org, operation.prefix)  # whom a server might take out on that occasion
    group, unknown = org.look(disposable(org, operation.prefix), operation.prefix), nobody(org, operation)
    change = adding(operation, group.document, unknown)
    return {"unknown-member": lambda word: {"body": change.body}}


def adding(operation: Operation, group: Mapping[str, Any], someone: str) -> Change:
    """A write that adds one member: by PATCH, or by PUT of those who are there and this one."""
    step = {"op": "add", "path": "members", "value": [{"value": someone}]}
    return with_members(operation, group, step, *sorted({value for _, value in facts(group, "members")} | {someone}))


def added_again(org: Org, operation: Operation) -> Written:
    """A PATCH that adds a member who is one already, once."""
    return org.once(("added again", operation.id), lambda: _added_again(org.acting("shared/added again"), operation))


def _added_again(org: Org, operation: Operation) -> Written:
    all_in(org, operation.prefix)
    value = [{"value": newcomer(org, operation.prefix).id}]
    return org.write(operation, change=Change(modification({"op": "add", "path": "members", "value": value}), {}))


def _moved(org: Org, operation: Operation, step: Mapping[str, Any], movers: Sequence[str], ids: Sequence[str]) -> Moved:
    """The first of the movers is the one that is read."""
    group = disposable(org, operation.prefix)
    written = org.write(operation, change=lambda document: with_members(operation, document, step, *ids))
    done = written.asked.answer.ok and members_of(written.after) == set(ids)
    person = Resource("users", movers[0], ours=True)
    user = org.eventually(
        lambda: org.gone_or_there(person, operation.prefix),
        lambda read: not done or (group.id in groups_of(read.document)) is (person.id in ids),
    )
    return Moved(written, user, group.id, person.id, frozenset(movers), frozenset(ids))


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


def someone_in(org: Org, prefix: str) -> set[str]:
    """Make sure that the group has a member of the run's own, and nobody else; gives the members' ids.

    Raises:
        Untested, Blocked: as let_in.
    """
    there = _in(org, prefix)
    if not there and _brought_about(org, prefix, "joined", joined, "replace_group"):
        there = _in(org, prefix)
    if not there:
        there = {member(org, prefix).id}
        if not org.workspace.made(("left", org.operation(prefix, "replace_group").id)):  # which needs all of them
            there |= {newcomer(org, prefix).id, *company(org, prefix)}
        let_in(org, prefix, *sorted(there))
    return there


def _in(org: Org, prefix: str) -> set[str]:
    """The ids of the members as long as all are the run's own; none otherwise."""
    there = members_of(org.look(disposable(org, prefix), prefix))
    return there if there <= own(org, prefix) else set()


def someone_out(org: Org, prefix: str) -> str:
    """Make sure that one of the run's own is not in the group, while another may be; gives its id.

    Raises:
        Untested, Blocked: as let_in.
    """
    for id_of_one in (newcomer(org, prefix).id, member(org, prefix).id):
        if id_of_one not in someone_in(org, prefix):
            return id_of_one
    if _brought_about(org, prefix, "left", left) and newcomer(org, prefix).id not in someone_in(org, prefix):
        return newcomer(org, prefix).id
    if member(org, prefix).id in someone_in(org, prefix):
        let_in(org, prefix, newcomer(org, prefix).id)
    return member(org, prefix).id


def outsider(org: Org, prefix: str) -> str:
    """The same, where it does not matter who else is in the group as long as somebody is.

    Raises:
        Untested, Blocked: as let_in.
    """
    there = members_of(org.look(disposable(org, prefix), prefix))
    out = [each.id for each in (newcomer(org, prefix), member(org, prefix)) if each.id not in there]
    return out[0] if there and out else someone_out(org, prefix)


def _brought_about(org: Org, prefix: str, name: str, move: Callable[[Org, Operation], Moved], *by: str) -> bool:
    """Make a move that claims look at, of which none has been made yet; it may lead where another has to begin."""
    for each in by or ("replace_group", "modify_group"):
        operation = org.operation(prefix, each)
        if not org.workspace.made((name, operation.id)):
            with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by whoever looks at it
                move(org, operation)
                return True
    return False


def all_in(org: Org, prefix: str) -> None:
    """Make sure that all users of the run's own who come and go are in the group, and nobody but who is to be deleted.

    Raises:
        Untested, Blocked: as let_in.
    """
    seen, doomed = org.look(disposable(org, prefix), prefix), {*leaving(org, prefix)}
    if members_of(seen) | doomed != own(org, prefix):
        _brought_about(org, prefix, "joined", joined)
        let_in(org, prefix, member(org, prefix).id, newcomer(org, prefix).id, *company(org, prefix))


def members_of(read: Exchange) -> set[str]:
    """The ids of a group's members."""
    return {value for _, value in facts(read.document, "members")}


def nobody(org: Org, operation: Operation) -> str:
    """An id of the right shape that belongs to nothing."""
    return str(uuid.UUID(hex=org.workspace.token(f"{operation.id}/nobody", 32), version=4))


def another_group(org: Org) -> str:
    """The id of a group that is not the run's.

    Raises:
        Untested: the directory shows none, or there is no filter to find one with.
    """
    return org.once(("another group",), lambda: _another_group(org.acting("shared/two groups")))


def _another_group(org: Org) -> str:
    lists = [org.operation(prefix, "list_groups") for prefix in org.workspace.contract.prefixes]
    operation = next((each for each in lists if not each.requires_filter), lists[0])
    params: dict[str, str | int] = {"count": 2}
    if operation.requires_filter:
        if not org.workspace.target.wide_group_filter:
            raise Untested("the profile has no wide_group_filter to find another group with")
        params["filter"] = org.workspace.target.wide_group_filter
    found = org.ask(operation, params=params)
    if not found.answer.ok:
        raise Blocked("the list of groups gave no other group", found)
    own = org.workspace.group_id
    others = [str(item["id"]) for item in resources(found.document) if item.get("id") not in (None, own)]
    if not others:
        raise Untested("the directory shows no other group")
    return others[0]
