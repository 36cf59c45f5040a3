"""Single PATCH operations in each way that a path can be given, and what each must leave behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.across import renamed
from scim_contract.org.carrying import NOBODY, Rider, Told, carried
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.errors import Blocked
from scim_contract.org.facts import Fact, facts
from scim_contract.org.fragments import at_length, roles_of
from scim_contract.org.membership import joined, left, member, newcomer, outsider, someone_in
from scim_contract.org.org import Org
from scim_contract.org.people import full_attributes
from scim_contract.org.workspace import Resource
from scim_contract.transport import Unreachable

DEPARTMENT = f"{ENTERPRISE}:department"
WORK_EMAIL = 'emails[type eq "work"].value'
WORK = {"value": "+13175550123", "type": "work", "primary": True}
MOBILE = {"value": "+13175550124", "type": "mobile"}
HOME = {"value": "+13175550125", "type": "home"}
_IN_TURN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "add": ("plain-path", "value-filter", "extension"),
        "remove": ("plain-path", "value-filter", "extension"),
    }
)
"""The cases on which nothing rides, and of which no claim looks at the ETags."""
_RIDING_ON_USERS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("replace", "plain-path"): "json-scim",
        ("add", "no-path"): "scim-json",
        ("replace", "no-path"): "scim-scim",
    }
)
"""The types that ride on a PATCH of a user, by op and case."""


@dataclass(frozen=True)
class Step:
    """One operation of a PATCH: what it sends besides `op`, and what a read must show of it.

    `new` is what must be there afterwards, as a document; `over` the attributes (and types of their
    entries) that must be there before and are gone or replaced afterwards.
    """

    body: Mapping[str, Any]
    new: Mapping[str, Any] = field(default_factory=dict)
    over: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Patched:
    """A PATCH of one operation that was sent, with the facts that it must bring and those it must take away.

    `named` are the title or displayName that it gives, None where there is no telling.
    """

    written: Written
    there: Set[Fact]
    gone: Set[Fact] = frozenset()
    named: Mapping[str, Any] | None = None


def patch(org: Org, operation: Operation, op: str, case: str) -> Patched:
    """Send the operation that a case of lifecycle.patch-<op> names, to a user made for it or to the group.

    Raises:
        Untested, Blocked: what it would change could not be brought about.
    """
    if operation.resource == "groups":
        return _patch_group(org, operation, op, case)
    shared = org.acting("shared/patch")
    return org.once(("patch", operation.id, op, case), lambda: _patch_user(shared, operation, op, case))


def _patch_user(org: Org, operation: Operation, op: str, case: str) -> Patched:
    in_turn = org.once(("patches in turn", operation.id, op), lambda: _in_turn(org, operation, op))
    if case in in_turn:
        return in_turn[case]
    again = " again" if case in _IN_TURN.get(op, ()) else ""  # what is left by now is nothing to begin with
    person = org.person(operation.prefix, f"patch-{op}{again}", **_beginning(org, op))

    def make(rider: Rider) -> Patched:
        step = _USER_STEPS[op](org.workspace.token(f"{op}/{case}/{operation.id}{rider.more}"), rider)[case]
        return _judged(_send(org, operation, op, f"{case}{rider.more}", step, person.resource, rider), step)

    return _perhaps_carried(org, operation, _RIDING_ON_USERS.get((op, case)), make)


def _in_turn(org: Org, operation: Operation, op: str) -> dict[str, Patched]:
    """Operations that have nothing to do with one another, each in a PATCH of its own, and one read after them all.

    Nothing where that does not show just what they should leave: then each is tried alone.
    """
    word = org.workspace.token(f"{op}/in turn/{operation.id}")
    steps = {case: _USER_STEPS[op](word, NOBODY)[case] for case in _IN_TURN.get(op, ())}
    if not steps:
        return {}
    person = org.person(operation.prefix, f"patch-{op}", **_beginning(org, op)).resource
    before = org.look(person, operation.prefix)
    changes = {case: Change(modification({"op": op, **step.body}), {}) for case, step in steps.items()}
    try:
        asked = {case: org.ask(operation, person, body=change.body, case=case) for case, change in changes.items()}
    except Unreachable:
        return {}
    after = org.gone_or_there(person, operation.prefix)
    sent = {case: Written(before, asked[case], after, change) for case, change in changes.items()}
    each = [_judged(sent[case], step) for case, step in steps.items()]
    there = frozenset[Fact]().union(*(one.there for one in each))
    gone = frozenset[Fact]().union(*(one.gone for one in each)) - there
    was, seen = facts(before.document), facts(after.document)
    begun = all(facts(before.document, *which) for step in steps.values() for which in step.over)
    if not begun or not all(one.answer.ok for one in asked.values()) or seen != (was - gone) | there:
        return {}
    return {case: Patched(written, there, gone) for case, written in sent.items()}


def _perhaps_carried(org: Org, operation: Operation, types: str | None, make: Callable[[Rider], Patched]) -> Patched:
    return carried(org, operation, types, make, _told) if types is not None else make(NOBODY)


def _told(made: Patched) -> Told | None:
    """The names that it wrote, where it left what it was to leave, and the rest as it was."""
    written = made.written
    was, seen = (facts(read.document) if read else frozenset() for read in (written.before, written.after))
    if made.named is None or seen != (was - made.gone) | made.there:
        return None
    return written, made.named


def _patch_group(org: Org, operation: Operation, op: str, case: str) -> Patched:
    match op, case:
        case "add", "plain-path":
            came = joined(org, operation)
            return Patched(came.written, {("members", came.user_id)})
        case "remove", "value-filter":
            went = left(org, operation)
            return Patched(went.written, frozenset(), {("members", went.user_id)})
        case "replace", "plain-path":
            return _renamed(renamed(org, operation).across.written)

    def make(rider: Rider) -> Patched:
        word = _name(org, f"{op}/{case}/{operation.id}", rider)
        step = _GROUP_STEPS[op, case](word, _others(org, operation.prefix, op))
        return _judged(_send(org, operation, op, f"{case}{rider.more}", step, None, rider), step)

    types = "scim-json" if (op, case) == ("replace", "no-path") else None
    return org.once(("patch", operation.id, op, case), lambda: _perhaps_carried(org, operation, types, make))


def _others(org: Org, prefix: str, op: str) -> list[Any]:
    """Somebody who is not in the group, to be added to it or to replace those who are; nobody where all are removed."""
    if op == "remove":
        someone_in(org, prefix)
        return []
    return [{"value": outsider(org, prefix)}]


def _name(org: Org, about: str, rider: Rider) -> str:
    """A displayName for the group."""
    return rider.on(org.workspace.target.group + org.workspace.token(f"{about}{rider.more}"))


def renamed_alone(org: Org, operation: Operation) -> Patched:
    """The group given another displayName without a path, and nothing else, once."""
    shared = org.acting("shared/patch")

    def make(rider: Rider) -> Patched:
        word = _name(org, f"name alone/{operation.id}", rider)
        step = Step({"value": {"displayName": word}}, {"displayName": word}, (("displayName", ""),))
        return _judged(_send(shared, operation, "replace", f"name alone{rider.more}", step, None, rider), step)

    return org.once(("name alone", operation.id), lambda: carried(shared, operation, "json-scim", make, _told))


def named_and_filled(org: Org, operation: Operation) -> Patched:
    """The group given another displayName and other members, by two operations of one PATCH, once."""
    return org.once(
        ("named and filled", operation.id), lambda: _named_and_filled(org.acting("shared/patch"), operation)
    )


def _named_and_filled(org: Org, operation: Operation) -> Patched:
    someone = [{"value": newcomer(org, operation.prefix).id}]

    def make(rider: Rider) -> Patched:
        whole = {"displayName": _name(org, f"named and filled/{operation.id}", rider), "members": someone}
        change = Change(modification(*({"op": "replace", "path": k, "value": v} for k, v in whole.items())), whole)
        written = org.write(operation, change=change, case=f"named and filled{rider.more}", **rider.types)
        was = facts(written.before.document) if written.before is not None else frozenset()
        return Patched(written, facts(whole), was - facts(whole), {"displayName": whole["displayName"]})

    return carried(org, operation, "scim-scim", make, _told)


def in_order(org: Org, operation: Operation) -> Patched:
    """A PATCH of several operations whose outcome depends on their order, sent once.

    Removes before adds, adds before removes, or backwards: each gives something else than the order sent.
    """
    return org.once(("in order", operation.id), lambda: _in_order(org.acting("shared/patch"), operation))


def _in_order(org: Org, operation: Operation) -> Patched:
    users = operation.resource == "users"

    def make(rider: Rider) -> Patched:
        first, last = (f"in order/{operation.id}/{which}" for which in ("first", "last"))
        steps, end = _user_in_order(org, first, last) if users else _group_in_order(org, operation, first, last, rider)
        change = Change(modification(*steps), {})
        written = org.write(operation, change=change, case=f"in order{rider.more}", **rider.types)
        was = facts(written.before.document) if written.before is not None else frozenset()
        gone = {fact for fact in was if fact[0] in {"title", *end}} - facts(end)
        return Patched(written, facts(end), gone, {n: end[n] for n in ("displayName",) if n in end})

    return _perhaps_carried(org, operation, None if users else "charset-json", make)


def _user_in_order(org: Org, one: str, other: str) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
    first, last = org.workspace.token(one), org.workspace.token(other)
    return [
        {"op": "add", "path": "externalId", "value": first},
        {"op": "remove", "path": "externalId"},
        {"op": "add", "path": "externalId", "value": last},
        {"op": "add", "path": "title", "value": first},
        {"op": "remove", "path": "title"},
        {"op": "remove", "path": "phoneNumbers"},
        {"op": "add", "path": "phoneNumbers", "value": [HOME]},
    ], {"externalId": last, "phoneNumbers": [HOME]}


def _group_in_order(
    org: Org, operation: Operation, one: str, other: str, rider: Rider
) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
    goes, stays = newcomer(org, operation.prefix).id, member(org, operation.prefix).id
    last = _name(org, other, rider)
    return [
        {"op": "replace", "path": "displayName", "value": _name(org, one, rider)},
        {"op": "add", "path": "members", "value": [{"value": goes}]},
        {"op": "remove", "path": "members"},
        {"op": "add", "path": "members", "value": [{"value": stays}]},
        {"op": "replace", "path": "displayName", "value": last},
    ], {"displayName": last, "members": [{"value": stays}]}


def _renamed(written: Written) -> Patched:
    new = facts(written.change.shows if written.change else {})
    return Patched(written, new, facts(written.before.document if written.before else {}, "displayName"))


def _send(
    org: Org, operation: Operation, op: str, case: str, step: Step, resource: Resource | None, rider: Rider
) -> Written:
    def change(document: Mapping[str, Any]) -> Change:
        for name, kind in step.over:
            if not facts(document, name, kind):
                raise Blocked(f"there are no {kind} {name} that a PATCH could {op}".replace("  ", " "))
        return Change(modification({"op": op, **step.body}), {})

    return org.write(operation, resource=resource, change=change, case=case, **rider.types)


def _judged(written: Written, step: Step) -> Patched:
    there = facts(step.new)
    single = ((name, "") for name, value in step.new.items() if isinstance(value, str))
    over = frozenset[Fact]().union(
        *(facts(written.before.document, name, kind) for name, kind in (*step.over, *single)) if written.before else ()
    )
    return Patched(written, there, over - there, {n: step.new[n] for n in ("displayName", "title") if n in step.new})


def _beginning(org: Org, op: str) -> dict[str, Any]:
    """The attributes that a user has before it is patched; where something is added, there is room for it.

    Beside each entry that a filter selects there is one that it does not.
    """
    word = org.workspace.token(f"patch-{op}")
    full = {**full_attributes(word), "phoneNumbers": [WORK]}
    full["emails"] = [*full["emails"], {"value": f"other.{word}@example.com", "type": "other"}]
    if org.workspace.target.roles:  # no operation names them, so they stay
        full["roles"] = roles_of(org.workspace)
    if op == "add":
        return {name: full[name] for name in ("active", "emails", "phoneNumbers", "roles") if name in full}
    return {**full, "phoneNumbers": [WORK, MOBILE]}


def _adds_to_user(word: str, rider: Rider) -> Mapping[str, Step]:
    address, department = f"add.{word}@example.com", f"Department {word}"
    several = {"title": rider.on(f"Title {word}"), "externalId": f"Ext-{word}", "phoneNumbers": [HOME]}
    return {
        "plain-path": Step({"path": "phoneNumbers", "value": [MOBILE]}, {"phoneNumbers": [MOBILE]}),
        "no-path": Step({"value": several}, several),
        "value-filter": Step(*_work_email(address), over=(("emails", "work"),)),
        "extension": Step({"path": DEPARTMENT, "value": department}, {ENTERPRISE: {"department": department}}),
    }


def _replaces_of_user(word: str, rider: Rider) -> Mapping[str, Step]:
    address, department = f"replace.{word}@example.com", f"Department {word}"
    department = at_length(department)
    title, several = rider.on(at_length(word)), {"displayName": rider.on(f"Conformance {word}"), "phoneNumbers": [HOME]}
    return {
        "plain-path": Step({"path": "title", "value": title}, {"title": title}, (("title", ""),)),
        "no-path": Step({"value": several}, several, (("displayName", ""), ("phoneNumbers", ""))),
        "value-filter": Step(*_work_email(address), over=(("emails", "work"),)),
        "extension": Step(
            {"path": DEPARTMENT, "value": department},
            {ENTERPRISE: {"department": department}},
            (("department", ""),),
        ),
    }


def _removes_from_user(_: str, __: Rider) -> Mapping[str, Step]:
    return {
        "plain-path": Step({"path": "title"}, over=(("title", ""),)),
        "value-filter": Step({"path": 'phoneNumbers[type eq "mobile"]'}, over=(("phoneNumbers", "mobile"),)),
        "extension": Step({"path": DEPARTMENT}, over=(("department", ""),)),
    }


def _work_email(address: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return {"path": WORK_EMAIL, "value": address}, {"emails": [{"value": address, "type": "work"}]}


def _add_members(_: str, members: list[Any]) -> Step:
    return Step({"value": {"members": members}}, {"members": members})


def _replace_both(word: str, members: list[Any]) -> Step:
    both = {"displayName": word, "members": members}
    return Step({"value": both}, both, (("displayName", ""), ("members", "")))


def _remove_members(_: str, __: list[Any]) -> Step:
    return Step({"path": "members"}, over=(("members", ""),))


_USER_STEPS = {"add": _adds_to_user, "replace": _replaces_of_user, "remove": _removes_from_user}
_GROUP_STEPS = {
    ("add", "no-path"): _add_members,
    ("replace", "no-path"): _replace_both,
    ("remove", "plain-path"): _remove_members,
}
