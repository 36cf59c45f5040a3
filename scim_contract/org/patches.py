"""Single PATCH operations in each way that a path can be given, and what each must leave behind."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.across import renamed
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.errors import Blocked
from scim_contract.org.facts import Fact, facts
from scim_contract.org.fragments import roles_of
from scim_contract.org.membership import joined, left, someone_out
from scim_contract.org.org import Org
from scim_contract.org.people import full_attributes
from scim_contract.org.workspace import Resource

DEPARTMENT = f"{ENTERPRISE}:department"
WORK_EMAIL = 'emails[type eq "work"].value'
WORK = {"value": "+13175550123", "type": "work", "primary": True}
MOBILE = {"value": "+13175550124", "type": "mobile"}
HOME = {"value": "+13175550125", "type": "home"}


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
    """A PATCH of one operation that was sent, with the facts that it must bring and those it must take away."""

    written: Written
    there: Set[Fact]
    gone: Set[Fact] = frozenset()


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
    word = org.workspace.token(f"{op}/{case}/{operation.id}")
    step = _USER_STEPS[op](word)[case]
    person = org.person(operation.prefix, f"patch-{op}", **_beginning(org, op))
    return _judged(_send(org, operation, op, case, step, person.resource), step)


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
    outsider = someone_out(org, operation.prefix)
    word = org.workspace.target.group + org.workspace.token(f"{op}/{case}/{operation.id}")
    step = _GROUP_STEPS[op, case](word, [{"value": outsider}])
    return _judged(_send(org, operation, op, case, step, None), step)


def renamed_alone(org: Org, operation: Operation) -> Patched:
    """The group given another displayName without a path, and nothing else."""
    word = org.workspace.target.group + org.workspace.token(f"name alone/{operation.id}")
    step = Step({"value": {"displayName": word}}, {"displayName": word}, (("displayName", ""),))
    return _judged(_send(org, operation, "replace", "name alone", step, None), step)


def _renamed(written: Written) -> Patched:
    new = facts(written.change.shows if written.change else {})
    return Patched(written, new, facts(written.before.document if written.before else {}, "displayName"))


def _send(org: Org, operation: Operation, op: str, case: str, step: Step, resource: Resource | None) -> Written:
    def change(document: Mapping[str, Any]) -> Change:
        for name, kind in step.over:
            if not facts(document, name, kind):
                raise Blocked(f"there are no {kind} {name} that a PATCH could {op}".replace("  ", " "))
        return Change(modification({"op": op, **step.body}), {})

    return org.write(operation, resource=resource, change=change, case=case)


def _judged(written: Written, step: Step) -> Patched:
    there = facts(step.new)
    over = frozenset[Fact]().union(
        *(facts(written.before.document, name, kind) for name, kind in step.over) if written.before else ()
    )
    return Patched(written, there, over - there)


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


def _adds_to_user(word: str) -> Mapping[str, Step]:
    address, department = f"add.{word}@example.com", f"Department {word}"
    several = {"title": f"Title {word}", "externalId": f"Ext-{word}", "phoneNumbers": [HOME]}
    return {
        "plain-path": Step({"path": "phoneNumbers", "value": [MOBILE]}, {"phoneNumbers": [MOBILE]}),
        "no-path": Step({"value": several}, several),
        "value-filter": Step(*_work_email(address), over=(("emails", "work"),)),
        "extension": Step({"path": DEPARTMENT, "value": department}, {ENTERPRISE: {"department": department}}),
    }


def _replaces_of_user(word: str) -> Mapping[str, Step]:
    address, department = f"replace.{word}@example.com", f"Department {word}"
    several = {"displayName": f"Conformance {word}", "phoneNumbers": [HOME]}
    return {
        "plain-path": Step({"path": "title", "value": word}, {"title": word}, (("title", ""),)),
        "no-path": Step({"value": several}, several, (("displayName", ""), ("phoneNumbers", ""))),
        "value-filter": Step(*_work_email(address), over=(("emails", "work"),)),
        "extension": Step(
            {"path": DEPARTMENT, "value": department},
            {ENTERPRISE: {"department": department}},
            (("department", ""),),
        ),
    }


def _removes_from_user(_: str) -> Mapping[str, Step]:
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
