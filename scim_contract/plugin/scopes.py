"""Which checks belong together: they need the same resource, which must not be written from two sides at once."""

from __future__ import annotations

import re

FUZZED = "test_fuzzed.py"
"""The suite of generated requests, after which resources look as nobody would expect."""
NODE = re.compile(r"(?P<file>[^/]+\.py)::(?P<function>\w+)\[(?P<prefix>v\d+)-(?P<operation>\w+)\]$")
"""The id of an item: suite file, check, prefix and operation."""

_FILTERS = ("test_filters.py", "test_filters_find_writes.py")
"""All that filters find; the latter write what is to be found."""
_READS = ("test_paging.py", *_FILTERS, "")
"""The reads in their order, by file; the last are those of all others."""
_AFTER_WRITES = "test_references.py"
"""Reads of what writes of other claims leave: who is in a group."""

_GROUPS = "groups"
_LIST_OF_USERS = "list of users"
_READS_OF_GROUPS = "reads of groups"
"""The checks of groups that write nothing, of whichever group: they need not wait for those that change the one."""
_READING = frozenset(
    {"test_paging.py", "test_filters.py", "test_permissions.py", "test_errors.py", "test_content_types.py"}
)

DEAR = {
    "delete_scim_user": 2.9,
    _LIST_OF_USERS: 2.9,
    "patch_scim_user": 2.4,
    "put_scim_user": 2.3,
    _GROUPS: 1.8,
    "post_scim_users": 1.7,
    _READS_OF_GROUPS: 1.5,
}
"""How many requests a check costs, by scope, where it is more than one."""


def scope(node_id: str, *, apart: bool = False) -> str:
    """The scope of an item; items of one scope run on one worker, one after the other.

    Everything about groups is one scope, checks that name groups in their own name included, since one
    group is all that the run may change; and everything about the list of users another, since 27 users
    stand for a full page. The rest goes by operation, both prefixes together, so that exchanges are shared.

    Args:
        node_id: of the item.
        apart: whether there is another group, of which checks can be that only read.
    """
    match = NODE.search(node_id)
    if match is None:
        return node_id
    operation = match["operation"]
    if "_group" in f"{match['function']} {operation}":
        return _READS_OF_GROUPS if apart and operation.startswith("get_") and match["file"] in _READING else _GROUPS
    if operation.endswith("_users") and operation.startswith("get_"):
        return _LIST_OF_USERS
    return operation.replace(f"_{match['prefix']}_", "_")


def length(belongs: str, checks: int) -> float:
    """About how many requests that many checks of a scope send; what is longest is best begun with."""
    return checks * DEAR.get(belongs, 1.0)


def changes_group(node_id: str, *, apart: bool) -> bool:
    """Whether an item is one of those that may change the group; see `scope`."""
    return scope(node_id, apart=apart) == _GROUPS


def place(node_id: str) -> tuple[bool, str, int, str]:
    """Where an item stands in a run: by scope, then pages of lists, filters, other reads, writes; then by prefix.

    A check then finds what the one before it has read last, which one of the other prefix, or one that comes
    after a write, would have to read again: a page of a list above all. Filters stand in their own order, since
    the last of them write. What is generated comes last: afterwards resources look as nobody would expect.
    """
    match = NODE.search(node_id)
    if match is None:
        return False, node_id, 0, ""
    belongs = scope(node_id)
    if belongs not in (_GROUPS, _LIST_OF_USERS):
        belongs = f"{match['prefix']} {belongs}"
    generated, file = match["file"] == FUZZED, match["file"]
    if not match["operation"].startswith("get_") or file == _AFTER_WRITES:
        return generated, belongs, len(_READS), match["prefix"]
    phase = _READS.index(file if file in _READS else "")
    return generated, belongs, phase, "" if file in _FILTERS else match["prefix"]
