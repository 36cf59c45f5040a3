"""The group with other members in place of those there were, and with many of them where there are many users."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from scim_contract.contract import Operation
from scim_contract.org import crowd
from scim_contract.org.changes import Change, replacing
from scim_contract.org.company import company, members_of, newcomer
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import facts
from scim_contract.org.group import disposable
from scim_contract.org.membership import left, someone_out
from scim_contract.org.moved import to_rename
from scim_contract.org.org import Org
from scim_contract.org.people import spares
from scim_contract.org.references import dead_links
from scim_contract.org.replacements import Replaced, stored
from scim_contract.transport import Unreachable


def all_replaced(org: Org, operation: Operation) -> list[Replaced]:
    """Each write that puts other members in the place of those there were: by PATCH as many, and many."""
    swapped = members_replaced(org, operation)
    return [swapped] if operation.kind == "replace" else [swapped, filled(org, operation)]


def members_replaced(org: Org, operation: Operation) -> Replaced:
    """Other members in place of those there were: with the rest of the group by PUT; by PATCH alone, and as many."""
    if operation.kind == "replace":
        replaced = stored(org, operation)
        there, gone = (frozenset(f for f in some if f[0] == "members") for some in (replaced.there, replaced.gone))
        return Replaced(replaced.written, there, gone)
    return org.once(
        ("members replaced", operation.id), lambda: _members_replaced(org.acting("shared/members"), operation)
    )


def _members_replaced(org: Org, operation: Operation) -> Replaced:
    with contextlib.suppress(Untested, Blocked, Unreachable):  # many are in as long as nobody has left
        left(org, operation)
    dead_links(org, operation.prefix)  # as long as the one who is to be deleted is in
    out, there = (
        someone_out(org, operation.prefix),
        members_of(org.look(disposable(org, operation.prefix), operation.prefix)),
    )
    others = [each for each in _many(org) if each not in (*there, out)]
    return _replaced(org, operation, "replace members", [out, *others][: len(there)])


def filled(org: Org, operation: Operation) -> Replaced:
    """By PATCH as many members as there are users, in place of those there were, once."""
    shared = org.acting("shared/members")

    def fill() -> Replaced:
        ids = [*dict.fromkeys([newcomer(org, operation.prefix).id, *company(org, operation.prefix), *_many(org)])]
        return _replaced(shared, operation, "fill", ids or [someone_out(org, operation.prefix)])

    return org.once(("filled", operation.id), fill)


def _replaced(org: Org, operation: Operation, case: str, ids: Sequence[str]) -> Replaced:
    references = [{"value": each} for each in ids]
    written = org.write(operation, change=Change(replacing("members", references), {}), case=case)
    there = facts({"members": references})
    was = facts(written.before.document, "members") if written.before else frozenset()
    return Replaced(written, there, was - there)


def _many(org: Org) -> list[str]:
    """As many more as there are anyway: a server may set a limit to a list, but none below 100."""
    begun, found = len(org.workspace.trail), list[str]()
    with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by whoever needs them
        others = [to_rename(org, prefix) for prefix in org.workspace.contract.prefixes]
        spared = [user for prefix in org.workspace.contract.prefixes for user in spares(org, prefix)]
        found = [each.id for each in (*crowd.gather(org).members, *others) if each.resource not in spared]
    del org.workspace.trail[begun:]  # how they came about leads nowhere
    return found
