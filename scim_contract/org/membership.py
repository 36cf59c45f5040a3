"""Who is in the group: users of the run's own (`company`), brought in and taken out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.company import company, leaving, member, members_of, newcomer, nobody, own
from scim_contract.org.documents import groups_of
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import Fact, facts
from scim_contract.org.group import disposable
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try
from scim_contract.org.switching import switching
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
    kind = {"type": "User"} if operation.prefix == "v2" else {}
    step = {"op": "add", "path": "members", "value": [{"value": each, **kind} for each in came]}
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

    def asking(word: str) -> Mapping[str, Any]:
        if operation.id != "patch_scim_v2_group":
            return {"body": change.body}
        name = {"op": "replace", "path": "displayName", "value": word}  # by which half a refusal is seen
        return {"body": modification(name, *change.body["Operations"])}

    return {"unknown-member": asking}


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
