"""Creations that have to be refused, sent in one go: one list shows which of them made a user all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from scim_contract.contract import Operation
from scim_contract.org import conversions, media, misfits, permits
from scim_contract.org.changes import Change, Written
from scim_contract.org.org import Org
from scim_contract.org.refusals import Tried
from scim_contract.org.writing import Made, find_all
from scim_contract.transport import Exchange, Unreachable

Batch = Callable[[Org, Operation, str], Made]
"""Sends the creations of one kind, all of which bear an externalId."""

_BATCHES: Mapping[str, Batch] = MappingProxyType(
    {
        "uninvited": permits.uninvited_creations,
        "undeclared": media.undeclared_creations,
        "misfits": misfits.misfit_creations,
        "conversions": conversions.conversion_creations,
    }
)


def unmade(org: Org, operation: Operation, kind: str) -> Mapping[str, Written]:
    """The creations of a kind, by case; those of the other kinds were sent with them.

    Raises:
        Untested: the run only reads.
        Blocked: the list of users cannot be asked what came of them.
    """
    trail = org.workspace.trail
    begun = len(trail)
    try:
        sent: Mapping[str, Tried] = org.once(("unmade", operation.id), lambda: _send(org, operation))
    finally:
        del trail[begun:]
    found = sent[kind]
    each = [found[case] for case in found if case not in found.lost]
    trail += [*(written.asked for written in each), *(written.after for written in each[:1])]
    return found


def _send(org: Org, operation: Operation) -> Mapping[str, Tried]:
    org.workspace.may_write()
    external = f"Refused-{org.workspace.token(operation.id)}"
    made = {kind: batch(org.acting(f"shared/{kind}"), operation, external) for kind, batch in _BATCHES.items()}
    answered = [
        (change, asked)
        for some in made.values()
        for change, asked in some.values()
        if not isinstance(asked, Unreachable)
    ]
    found = find_all(org.acting("shared/refused"), operation.prefix, external, answered)
    return {kind: Tried({case: _around(*each, found) for case, each in some.items()}) for kind, some in made.items()}


def _around(change: Change, asked: Exchange | Unreachable, found: Exchange) -> Written | Unreachable:
    return asked if isinstance(asked, Unreachable) else Written(None, asked, found, change)
