"""PATCH of the group: its name and its members, in each way that a path can be given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.across import renamed
from scim_contract.org.carrying import Rider, carried
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.company import member, members_of, newcomer
from scim_contract.org.facts import facts
from scim_contract.org.group import disposable
from scim_contract.org.membership import joined, left, outsider, someone_in
from scim_contract.org.org import Org
from scim_contract.org.steps import Patched, Step, judged, perhaps_carried, send, told
from scim_contract.org.values import at_length


def patch_group(org: Org, operation: Operation, op: str, case: str) -> Patched:
    """The operation that a case of lifecycle.patch-<op> names; see `patches.patch`."""
    match op, case:
        case "add", "plain-path":
            came = joined(org, operation)
            return Patched(came.written, came.moved)
        case "remove", "value-filter":
            went = left(org, operation)
            return Patched(went.written, frozenset(), went.moved)
        case "replace", "plain-path":
            return _renamed(renamed(org, operation).across.written)

    def make(rider: Rider) -> Patched:
        word = _name(org, f"{op}/{case}/{operation.id}", rider)
        step = _GROUP_STEPS[op, case](word, _others(org, operation.prefix, op))
        return judged(send(org, operation, op, f"{case}{rider.more}", step, None, rider), step)

    types = "scim-json" if (op, case) == ("replace", "no-path") else None
    return org.once(("patch", operation.id, op, case), lambda: perhaps_carried(org, operation, types, make))


def _others(org: Org, prefix: str, op: str) -> list[Any]:
    """Somebody who is not in the group, to be added to it or to replace those who are; nobody where all are removed."""
    if op == "remove":
        if not members_of(org.look(disposable(org, prefix), prefix)):
            someone_in(org, prefix)
        return []
    return [{"value": outsider(org, prefix)}]


def _name(org: Org, about: str, rider: Rider) -> str:
    """A displayName for the group."""
    name = org.workspace.target.group + org.workspace.token(f"{about}{rider.more}")
    return rider.on(at_length(name) if rider.long else name)


def renamed_alone(org: Org, operation: Operation) -> Patched:
    """The group given another displayName without a path, and nothing else, once."""
    shared = org.acting("shared/patch")

    def make(rider: Rider) -> Patched:
        someone_in(shared, operation.prefix)  # or there is nothing that the name could take with it
        word = _name(org, f"name alone/{operation.id}", rider)
        step = Step({"value": {"displayName": word}}, {"displayName": word}, (("displayName", ""),))
        return judged(send(shared, operation, "replace", f"name alone{rider.more}", step, None, rider), step)

    return org.once(("name alone", operation.id), lambda: carried(shared, operation, "json-scim", make, told))


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

    return carried(org, operation, "scim-scim", make, told)


def group_in_order(
    org: Org, operation: Operation, one: str, other: str, rider: Rider
) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
    """Operations whose outcome depends on their order, and what is there in the end."""
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


def _add_members(_: str, members: list[Any]) -> Step:
    return Step({"value": {"members": members}}, {"members": members})


def _replace_both(word: str, members: list[Any]) -> Step:
    both = {"displayName": word, "members": members}
    return Step({"value": both}, both, (("displayName", ""), ("members", "")))


def _remove_members(_: str, __: list[Any]) -> Step:
    return Step({"path": "members"}, over=(("members", ""),))


_GROUP_STEPS = {
    ("add", "no-path"): _add_members,
    ("replace", "no-path"): _replace_both,
    ("remove", "plain-path"): _remove_members,
}
