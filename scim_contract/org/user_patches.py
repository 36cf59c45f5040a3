"""PATCH of users: single operations in each way that a path can be given."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.carrying import NOBODY, Rider
from scim_contract.org.changes import Change, Written
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import Fact, facts
from scim_contract.org.fragments import fragments, merged, roles_of
from scim_contract.org.org import Org
from scim_contract.org.people import Person, full_attributes
from scim_contract.org.steps import Patched, Step, judged, perhaps_carried, send, settled
from scim_contract.org.values import at_length
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable

DEPARTMENT, MANAGER = f"{ENTERPRISE}:department", f"{ENTERPRISE}:manager"
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
_MANAGED = (("manager", ""),)
_TWO_CONDITIONS, _NOT_WORK = f'value ne "{HOME["value"]}" and type eq "mobile"', 'type ne "work"'
"""Filters that pass mobile numbers, and not those of type work: who reads half of them takes these away as well."""
_RIDING_ON_USERS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("replace", "plain-path"): "json-scim",
        ("add", "no-path"): "scim-json",
        ("replace", "no-path"): "scim-scim",
    }
)
"""The types that ride on a PATCH of a user, by op and case."""


def patch_user(org: Org, operation: Operation, op: str, case: str) -> Patched:
    """The operation that a case of lifecycle.patch-<op> names; see `patches.patch`."""
    begun = len(org.workspace.trail)
    in_turn = org.once(("patches in turn", operation.id, op), lambda: _in_turn(org, operation, op))
    if case in in_turn:
        return in_turn[case]
    del org.workspace.trail[begun:]
    tried = case in _IN_TURN.get(op, ())

    def make(rider: Rider) -> Patched:
        again = " again" if tried or rider.more else ""  # what a PATCH before has left is nothing to begin with
        user = _person(org, operation.prefix, op, again).resource
        step = _steps(org, operation, op, user, f"{op}/{case}/{operation.id}{rider.more}", rider)[case]

        def ask(step: Step, case: str) -> Written:
            return send(org, operation, op, case, step, user, rider)

        step, written = settled(step, f"{case}{rider.more}", ask)
        return judged(written, step)

    return perhaps_carried(org, operation, _RIDING_ON_USERS.get((op, case)), make)


def _in_turn(org: Org, operation: Operation, op: str) -> dict[str, Patched]:
    """Operations that have nothing to do with one another, each in a PATCH of its own, and one read after them all.

    Nothing where that does not show just what they should leave: then each is tried alone.
    """
    if op not in _IN_TURN:
        return {}
    person, about = _added_to(org, operation) if op == "remove" else None, f"{op}/in turn/{operation.id}"
    if person is None:
        person = _person(org, operation.prefix, op).resource
    before, made = org.look(person, operation.prefix), _steps(org, operation, op, person, about, NOBODY)

    def ask(step: Step, case: str) -> Exchange:
        return org.ask(operation, person, body=step.patch(op), case=case)

    try:
        asked = {case: settled(made[case], case, ask) for case in _IN_TURN[op]}
    except Unreachable:
        return {}
    after = org.gone_or_there(person, operation.prefix)
    steps = {case: step for case, (step, _) in asked.items()}
    sent = {
        case: Written(before, exchange, after, Change(step.patch(op), {})) for case, (step, exchange) in asked.items()
    }
    each = [judged(sent[case], step) for case, step in steps.items()]
    there = frozenset[Fact]().union(*(one.there for one in each))
    gone = frozenset[Fact]().union(*(one.gone for one in each)) - there
    was, seen = facts(before.document), facts(after.document)
    begun = all(facts(before.document, *which) for step in steps.values() for which in step.over)
    kept = all(_department_kept(was, one, step) for step, one in asked.values())
    if not begun or not kept or not all(one.answer.ok for _, one in asked.values()) or seen != (was - gone) | there:
        return {}
    return {case: Patched(written, there, gone) for case, written in sent.items()}


def _department_kept(was: frozenset[Fact], answer: Exchange, step: Step) -> bool:
    """Whether the answer to a step that is not about the department shows the one that there was before them all."""
    held = frozenset(fact for fact in was if fact[0] == "department")
    return step.body.get("path") == DEPARTMENT or held <= facts(answer.document)


def _added_to(org: Org, operation: Operation) -> Resource | None:
    """The user that was added to, if that went well and it has now all that is to be removed."""
    key = ("patches in turn", operation.id, "add")
    with contextlib.suppress(Blocked, Untested):
        if org.workspace.made(key) and org.once(key, dict):
            person = _person(org, operation.prefix, "add").resource
            seen = org.workspace.seen.get((operation.prefix, person.resource, person.id))
            steps = _removes_from_user("", NOBODY)
            if seen and all(facts(seen.document, *which) for step in steps.values() for which in step.over):
                return person
    return None


def _steps(org: Org, operation: Operation, op: str, user: Resource, about: str, rider: Rider) -> Mapping[str, Step]:
    """The step of each case, with what this user can show besides."""
    steps, prefix = dict(_USER_STEPS[op](org.workspace.token(about), rider)), operation.prefix
    first, document = prefix == org.workspace.contract.prefixes[0], org.look(user, prefix).document
    if op == "remove":
        steps["value-filter"] = _chosen_otherwise(steps["value-filter"], document, first)
    if op == "remove" and not first and facts(document, "manager"):
        steps["plain-path"] = _unmanaged_besides(steps["plain-path"])
    if op == "replace" and not first:  # in the first prefix an email moves alone, and has to move the ETag
        steps["value-filter"] = _untitled_besides(steps["value-filter"])
    if op == "replace" and facts(document, "manager"):
        with contextlib.suppress(Blocked, Untested):
            steps["extension"] = _managed_besides(steps["extension"], well_provided(org, prefix).id)
    return steps


def _chosen_otherwise(step: Step, document: Mapping[str, Any], first: bool) -> Step:
    """The removal of what another filter selects, which a server may not know: two conditions, or all but a type."""
    kinds = ("mobile",) if first else ("mobile", "home")
    over = tuple(("phoneNumbers", kind) for kind in kinds if facts(document, "phoneNumbers", kind))
    path = f"phoneNumbers[{_TWO_CONDITIONS if first else _NOT_WORK}]"
    return Step({"path": path}, over=over or step.over, plainer=step)


def _untitled_besides(step: Step) -> Step:
    """The same with an empty title, which is stored or dropped, or refused with 400."""
    nothing = {"path": "title", "value": ""}
    return Step(step.body, step.new, (*step.over, ("title", "")), (nothing,), step, {"title": ""})


def _unmanaged_besides(step: Step) -> Step:
    """The same with the manager removed, by which the rest of the extension has to stay."""
    return Step(step.body, step.new, (*step.over, *_MANAGED), ({"path": MANAGER},))


def _managed_besides(step: Step, manager: str) -> Step:
    """The same with another manager, who is named by the attribute within."""
    new = {ENTERPRISE: {**step.new[ENTERPRISE], "manager": {"value": manager}}}
    return Step(step.body, new, (*step.over, *_MANAGED), ({"path": f"{MANAGER}.value", "value": manager},))


def well_provided(org: Org, prefix: str) -> Resource:
    """The user that is added to, who has roles, a manager and a division from the beginning, where these can be had.

    Raises:
        Untested, Blocked: it cannot be created.
    """
    return _person(org.acting("shared/patch"), prefix, "add").resource


def user_in_order(org: Org, one: str, other: str) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
    """Operations whose outcome depends on their order, and what is there in the end."""
    first, last = org.workspace.token(one), org.workspace.token(other)
    return [
        {"op": "add", "path": "externalId", "value": first},
        {"op": "remove", "path": "externalId"},
        {"op": "add", "path": "externalId", "value": last},
        {"op": "add", "value": {"title": first}},
        {"op": "remove", "path": "title"},
        {"op": "replace", "path": DEPARTMENT, "value": first},
        {"op": "replace", "path": DEPARTMENT, "value": last},
        {"op": "replace", "path": "displayName", "value": f"Conformance {first}"},
        {"op": "replace", "path": "displayName", "value": f"Conformance {last}"},
        {"op": "remove", "path": "phoneNumbers"},
        {"op": "add", "path": "phoneNumbers", "value": [HOME]},
    ], {
        "externalId": last,
        "displayName": f"Conformance {last}",
        "phoneNumbers": [HOME],
        ENTERPRISE: {"department": last},
    }


def _person(org: Org, prefix: str, op: str, again: str = "") -> Person:
    """The user that is patched: with a manager and a division in its extension, where a server takes these."""
    begins = _beginning(org, prefix, op)
    with contextlib.suppress(Blocked, Untested):
        more = fragments(org, org.operation(prefix, "create_user"), ("manager", "division")).values()
        return org.person(prefix, f"patch-{op}{again}", **merged([begins, *more]))
    return org.person(prefix, f"patch-{op}{again} plainly", **begins)


def _beginning(org: Org, prefix: str, op: str) -> dict[str, Any]:
    """The attributes that a user has before it is patched; where something is added, there is room for it.

    Beside each entry that a filter selects there is one that it does not.
    """
    word = org.workspace.token(f"patch-{op} {prefix}")
    full = {**full_attributes(word), "phoneNumbers": [WORK]}
    full["emails"] = [*full["emails"], {"value": f"other.{word}@example.com", "type": "other"}]
    if org.workspace.target.roles:  # no operation names them, so they stay
        full["roles"] = roles_of(org.workspace)
    if op == "add":
        return {name: full[name] for name in ("active", "emails", "phoneNumbers", "roles") if name in full}
    return {**full, "phoneNumbers": [WORK, MOBILE]}


def _adds_to_user(word: str, rider: Rider) -> Mapping[str, Step]:
    address, department = f"add.{word}@example.com", f"Department {word}"
    several = {
        "title": rider.on(f"Title {word}"),
        "externalId": f"Ext-{word}",
        "phoneNumbers": [HOME],
        ENTERPRISE: {"department": f"{department} again"},
    }
    return {
        "plain-path": Step({"path": "phoneNumbers", "value": [MOBILE]}, {"phoneNumbers": [MOBILE]}),
        "no-path": Step({"value": several}, several),
        "value-filter": Step(*_work_email(address), over=(("emails", "work"),)),
        "extension": Step({"path": DEPARTMENT, "value": department}, {ENTERPRISE: {"department": department}}),
    }


def _replaces_of_user(word: str, rider: Rider) -> Mapping[str, Step]:
    address, department = f"replace.{word}@example.com", f"Department {word}"
    department = at_length(department)
    title, again = rider.on(at_length(word)), {"department": f"Department {word} again"}
    several = {"displayName": rider.on(f"Conformance {word}"), "phoneNumbers": [HOME], ENTERPRISE: again}
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


_USER_STEPS = {"add": _adds_to_user, "replace": _replaces_of_user, "remove": _removes_from_user}
