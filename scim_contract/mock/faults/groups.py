"""Faults of writes to a group: its name and its members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import rules
from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.faults.acting import IDLE, operations_of
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

NAME = "lifecycle.rename-group"
MEMBERS = "lifecycle.members"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of groups."""
    yield from family(
        contract,
        "new-group-name-ignored",
        NAME,
        "A new displayName of a group is taken and not stored.",
        lambda: Plant(behaviour=lambda b, _: replace(b, group_content=_nameless)),
    )
    yield Fault(
        "new-group-name-not-found",
        NAME,
        ("put_scim_group",),
        "A group that was renamed is still found by its old name, and not by the new one.",
        lambda: Plant(after=_find_no_new_name, everywhere=True),
    )
    yield from family(
        contract,
        "new-members-ignored",
        MEMBERS,
        "Users that a write adds to a group do not become its members.",
        lambda: Plant(behaviour=lambda b, _: replace(b, group_content=_only_shrinking)),
        operations=ranging(contract, MEMBERS, "modify"),
    )
    yield from family(
        contract,
        "unknown-op-skipped",
        "lifecycle.patch-malformed-refused",
        "Operations whose op does not exist are skipped, and the PATCH succeeds.",
        lambda: Plant(before=_known_ops_only),
    )
    yield Fault(
        "users-name-no-groups",
        MEMBERS,
        ("put_scim_group", "patch_scim_group"),
        "A user in v1 does not name the groups that it is in.",
        lambda: Plant(after=_show_no_groups, everywhere=True),
    )


def _nameless(document: Mapping[str, Any], before: Record, directory: Directory) -> dict[str, Any]:
    content = rules.group_content(document, before, directory)
    return {**content, "displayName": before.content["displayName"]}


def _only_shrinking(document: Mapping[str, Any], before: Record, directory: Directory) -> dict[str, Any]:
    content = rules.group_content(document, before, directory)
    known = {member["value"] for member in before.content.get("members", ())}
    return {**content, "members": [member for member in content["members"] if member["value"] in known]}


def _known_ops_only(seen: Seen) -> None:
    given = operations_of(seen)
    known = [each for each in given if str(each.get("op", "add")).lower() in ("add", "remove", "replace")]
    if len(known) < len(given):
        seen.put({**seen.json, "Operations": known or [dict(IDLE)]})


def _find_no_new_name(seen: Seen, reply: Reply) -> None:
    """The index of names still has the one that a group had when it was first written."""
    if seen.operation == "put_scim_group" and reply.ok:
        seen.memory["renamed"] = reply.json["displayName"]
    asked = seen.parameters.get("filter", "")
    if seen.operation == "get_scim_groups" and seen.memory.get("renamed", "\n") in asked and reply.ok:
        reply.put({**reply.json, "totalResults": 0, "itemsPerPage": 0, "Resources": []})


def _show_no_groups(seen: Seen, reply: Reply) -> None:
    if seen.operation == "get_scim_user" and reply.status == 200:
        reply.put({**reply.json, "groups": []})
