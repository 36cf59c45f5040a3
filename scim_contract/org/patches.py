"""Single PATCH operations in each way that a path can be given, several in their order, and what they leave behind."""

from __future__ import annotations

from scim_contract.contract import Operation
from scim_contract.org.carrying import Rider
from scim_contract.org.changes import Change, modification
from scim_contract.org.facts import facts
from scim_contract.org.group_patches import group_in_order, patch_group
from scim_contract.org.org import Org
from scim_contract.org.steps import Patched, perhaps_carried
from scim_contract.org.user_patches import patch_user, user_in_order


def patch(org: Org, operation: Operation, op: str, case: str) -> Patched:
    """Send the operation that a case of lifecycle.patch-<op> names, to a user made for it or to the group.

    Raises:
        Untested, Blocked: what it would change could not be brought about.
    """
    if operation.resource == "groups":
        return patch_group(org, operation, op, case)
    shared = org.acting("shared/patch")
    return org.once(("patch", operation.id, op, case), lambda: patch_user(shared, operation, op, case))


def in_order(org: Org, operation: Operation) -> Patched:
    """A PATCH of several operations whose outcome depends on their order, sent once.

    Removes before adds, adds before removes, or backwards: each gives something else than the order sent.
    """
    return org.once(("in order", operation.id), lambda: _in_order(org.acting("shared/patch"), operation))


def _in_order(org: Org, operation: Operation) -> Patched:
    users = operation.resource == "users"

    def make(rider: Rider) -> Patched:
        first, last = (f"in order/{operation.id}/{which}" for which in ("first", "last"))
        steps, end = user_in_order(org, first, last) if users else group_in_order(org, operation, first, last, rider)
        change = Change(modification(*steps), {})
        written = org.write(operation, change=change, case=f"in order{rider.more}", **rider.types)
        was = facts(written.before.document) if written.before is not None else frozenset()
        touched = {"title", *(name for name, _ in facts(end))}
        gone = {fact for fact in was if fact[0] in touched} - facts(end)
        return Patched(written, facts(end), gone, {n: end[n] for n in ("displayName",) if n in end})

    return perhaps_carried(org, operation, None if users else "charset-json", make)
