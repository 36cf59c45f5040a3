"""All that an operation has to refuse, sent in one go, so that one read shows that none of it left a trace."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from scim_contract.contract import Operation
from scim_contract.org import conversions, media, membership, misfits, nowhere, people, permits, readonly, stale
from scim_contract.org import malformed as patches
from scim_contract.org import taken as names
from scim_contract.org.across import switched
from scim_contract.org.changes import Written
from scim_contract.org.company import members_of
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.org import Org
from scim_contract.org.refusals import Tried, Try, in_one_go, tried
from scim_contract.org.switching import switched_by
from scim_contract.org.unmade import unmade
from scim_contract.transport import Exchange, Unreachable

Batch = Callable[[Org, Operation], Mapping[str, Try]]
"""Makes the requests of one kind, none where the operation has nothing of that kind to refuse."""

# An ETag is outdated only after a write, and who is in the group may have to be written: these come first.
_BATCHES: Mapping[str, Batch] = MappingProxyType(
    {
        "members": membership.unknown_member_tries,
        "stale": stale.stale_tries,
        "uninvited": permits.uninvited_tries,
        "undeclared": media.undeclared_tries,
        "misfits": misfits.misfit_tries,
        "nowhere": nowhere.odd_tries,
        "malformed": patches.malformed_tries,
        "taken": names.taken_tries,
        "read-only": readonly.read_only_tries,
        "conversions": conversions.conversion_tries,  # last, since a server may carry it out
    }
)


def stale_write(org: Org, operation: Operation, case: str) -> Written:
    """A write whose If-Match is not the current ETag: `made-up`, or one from `before-the-last-write`.

    Raises:
        Untested: there is nothing to write.
        Blocked: the subject cannot be read, or never had another ETag.
    """
    found = _refused(org, operation, "stale")
    if case not in found:
        stale.outdated(org, operation)
    return found[case]


def stale_besides(org: Org, operation: Operation) -> list[Written]:
    """Other writes with an ETag that is made up: of one part alone, and of a user who is switched off."""
    found: list[Written] = []
    with contextlib.suppress(Untested, Blocked, Unreachable):
        found += [
            written for case, written in _refused(org, operation, "stale").items() if case in stale.BESIDES.values()
        ]
    return found + (_while_off(org, operation, "stale") if operation.kind != "delete" else [])


def deleted_while_off(org: Org, operation: Operation) -> list[Written]:
    """Deletions of a user who is switched off, by somebody who may edit users and not delete them."""
    return _while_off(org, org.operation(operation.prefix, switched_by(operation.prefix)), "delete")


def passwords_while_off(org: Org, operation: Operation) -> list[Written]:
    """Passwords that a PATCH set of a user who is switched off, where that is let."""
    set_ = _while_off(org, operation, "password") if operation.kind == "modify" else []
    return [each for each in set_ if each.asked.answer.ok]


def _while_off(org: Org, by: Operation, case: str) -> list[Written]:
    """What was asked while a user was switched off by this operation, if that could be."""
    if by.resource == "users":
        with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by whoever looks at the switching
            return [each for name, each in switched(org, by).meanwhile.items() if name == case]
    return []


def undeclared(org: Org, operation: Operation, case: str) -> Written:
    """A good body declared as something else: text-plain, application-xml."""
    if operation.kind == "create":
        return unmade(org, operation, "undeclared")[case]
    return _refused(org, operation, "undeclared")[case]


def misfit(org: Org, operation: Operation, case: str) -> Written:
    """A write whose body is wrong in one way, with what was read around it.

    Args:
        org: whose directory.
        operation: a write with a body.
        case: truncated, not-json, empty, scalar, array; object-for-scalar, list-for-scalar, scalar-for-object;
            for users email-type, phone-type, photo-type; for PATCH op.

    Raises:
        Untested, Blocked: there is nothing to write, or it cannot be read.
    """
    if operation.kind == "create":
        return unmade(org, operation, "misfits")[case]
    return _refused(org, operation, "misfits")[case]


def uninvited(org: Org, operation: Operation, name: str) -> Written | Exchange:
    """The operation asked by somebody who may not: a read's exchange, or a write with the reads around it.

    Args:
        org: the org.
        operation: a protected operation.
        name: a permission that the operation does not list, `none`, `no-header` or `made-up-token`.

    Raises:
        Untested: the target has no such client, or asks for no authentication.
    """
    if not operation.writes:
        return permits.uninvited_read(org, operation, name)
    permits.playing(org.workspace, name)
    if operation.kind == "create":
        return unmade(org, operation, "uninvited")[name]
    return _refused(org, operation, "uninvited")[name]


def odd(org: Org, operation: Operation, case: str) -> Exchange | Written:
    """The operation asked about one of the odd ids; a write with the reads of the real resource around it.

    Raises:
        Untested, Blocked: there is no real resource.
    """
    return _refused(org, operation, "nowhere")[case] if operation.writes else nowhere.odd_read(org, operation, case)


def malformed(org: Org, operation: Operation, case: str) -> Written:
    """A PATCH with a malformed body."""
    return _refused(org, operation, "malformed")[case]


def taken(org: Org, operation: Operation, case: str) -> Written:
    """A write that gives a user the name of another, as it is or in other case."""
    if operation.kind == "create":
        return names.taken_creation(org, operation, case)
    return _refused(org, operation, "taken")[case]


def unknown_member(org: Org, operation: Operation) -> Written:
    """A member added to the group whom nobody knows."""
    return _refused(org, operation, "members")["unknown-member"]


def read_only_sent(org: Org, operation: Operation, name: str) -> Written:
    """A write with a read-only attribute in its body, or with `all` of them; see `readonly`."""
    if operation.kind != "modify":
        return readonly.sent(org, operation, name)
    return _refused(org, operation, "read-only")[name]


def converted(org: Org, operation: Operation, case: str) -> conversions.Converted:
    """A write with `string-for-boolean` or `number-for-string`, alone where it may have been carried out.

    Raises:
        Untested, Blocked: there is nothing to write, or it cannot be read.
    """
    if operation.kind == "create":
        return conversions.created_one(org, operation, case, unmade(org, operation, "conversions")[case])
    found = _all_together(org, operation).get("conversions")
    if found is not None and not found[case].asked.answer.ok:
        _lead(org, found)
        return conversions.refused_one(org.acting("shared/conversions"), operation, case, found[case])
    return conversions.converted(org, operation, case)


def _refused(org: Org, operation: Operation, kind: str) -> Mapping[str, Written]:
    """The requests of a kind: together with those of all other kinds, or, where one of them all left a trace, alone."""
    together = _all_together(org, operation)
    if kind not in together:
        return org.once(("refused", operation.id, kind), lambda: _alone(org.acting(f"shared/{kind}"), operation, kind))
    _lead(org, together[kind])
    return together[kind]


def _alone(org: Org, operation: Operation, kind: str) -> Tried:
    tries = _BATCHES[kind](org, operation)
    subject = org.subject_of(operation) if kind == "taken" else None
    was = org.seen(subject, operation.prefix) if subject is not None else None
    found = tried(org, operation, tries)
    if found.answered and names.given_back(org, operation, was, found.answered[-1].after):
        people.next_generation(org, operation)
    return found


def _lead(org: Org, found: Tried) -> None:
    """Of what was sent together only what is of this kind leads anywhere."""
    each = found.answered
    if each and each[0].before is not None:
        org.workspace.trail += [each[0].before, *(written.asked for written in each), each[0].after]


def _all_together(org: Org, operation: Operation) -> Mapping[str, Tried]:
    trail = org.workspace.trail
    begun = len(trail)
    together: Mapping[str, Tried] = org.once(("refused", operation.id), lambda: _together(org, operation))
    del trail[begun:]
    return together


def _together(org: Org, operation: Operation) -> Mapping[str, Tried]:
    """What came of the kinds that could be sent together; nothing where that left a trace, or could not be read."""
    people.begin_with_spare(org, operation)
    batches: dict[str, tuple[Org, Mapping[str, Try]]] = {}
    for kind, batch in _BATCHES.items():
        shared = org.acting(f"shared/{kind}")
        with contextlib.suppress(Untested, Blocked):  # which is told when it is tried alone
            batches[kind] = shared, batch(shared, operation)
    sent = {kind: batch for kind, batch in batches.items() if batch[1]}
    if not sent:
        return {}
    try:
        found = dict(zip(sent, in_one_go(operation, list(sent.values())), strict=True))
    except Unreachable:
        return {}
    if not any(traced for _, traced in found.values()):
        return {kind: tried for kind, (tried, _) in found.items() if tried}
    _begin_anew(org, operation, [written for tried, _ in found.values() for written in tried.answered])
    return {}


def _begin_anew(org: Org, operation: Operation, sent: Sequence[Written]) -> None:
    """See to it that what is sent again finds things as they were: what is there already leaves no other trace."""
    if operation.resource == "users":
        if operation.kind != "delete":  # which has another subject already
            for one in sent[:1]:
                names.given_back(org, operation, one.before, one.after)
            people.next_generation(org, operation)
        return
    with contextlib.suppress(Untested, Blocked, Unreachable):
        membership.let_in(org, operation.prefix, *sorted(members_of(sent[0].before or sent[0].after)))
