"""Creations that have to be refused, sent in one go: one list shows which of them made a user all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from scim_contract.contract import Operation
from scim_contract.org import conversions, media, misfits, permits
from scim_contract.org.changes import Written
from scim_contract.org.errors import Untested
from scim_contract.org.org import Org
from scim_contract.org.refusals import Tried, found_under
from scim_contract.org.writing import Made

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
        Untested: the run only reads, or no client may send them.
        Blocked: the list of users cannot be asked what came of them.
    """
    trail = org.workspace.trail
    begun = len(trail)
    try:
        sent, lacking = org.once(("unmade", operation.id), lambda: _send(org, operation))
    finally:
        del trail[begun:]
    if kind in lacking:
        raise lacking[kind]
    found: Tried = sent[kind]
    trail += [*(written.asked for written in found.answered), *(written.after for written in found.answered[:1])]
    return found


def _send(org: Org, operation: Operation) -> tuple[Mapping[str, Tried], Mapping[str, Untested]]:
    """What came of each kind, and why one could not be sent: some are sent by those who may not create at all."""
    org.workspace.may_write()
    external = f"Refused-{org.workspace.token(operation.id)}"
    made: dict[str, Made] = {}
    lacking: dict[str, Untested] = {}
    for kind, batch in _BATCHES.items():
        try:
            made[kind] = batch(org.acting(f"shared/{kind}"), operation, external)
        except Untested as error:
            lacking[kind] = error
    return found_under(org.acting("shared/refused"), operation, made, external), lacking
