"""What a write through one prefix looks like through the other."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from scim_contract.contract import Operation
from scim_contract.org.carrying import Rider, carried
from scim_contract.org.company import member, newcomer
from scim_contract.org.documents import ids
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.lives import created, deleted, is_gone, settled, victim
from scim_contract.org.membership import joined, someone_in
from scim_contract.org.mirrored import Across, seen_in_both
from scim_contract.org.org import Org
from scim_contract.org.people import created_by
from scim_contract.org.switching import Switched, switching, was_switched
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable


def across(org: Org, operation: Operation) -> Across:
    """A write of the operation, and the read of what it wrote through the other prefix.

    Raises:
        Untested: the run may not write this.
        Blocked: the write has no effect in its own prefix either.
    """
    match operation.kind:
        case "create":
            creation = created(org, operation.prefix)
            if not creation.applied:
                raise Blocked("the user that was created cannot be read in the same prefix", creation.asked)
            return Across(created_elsewhere(org, operation.prefix), creation.change, creation)
        case "delete":
            deletion = deleted(org, operation.prefix)
            if not is_gone(deletion.after):
                raise Blocked("the user was not deleted in the same prefix either", deletion.asked)
            return Across(deleted_elsewhere(org, operation.prefix), None, deletion)
    update = switched(org, operation).off if operation.resource == "users" else renamed(org, operation).across
    if not update.shown and not update.written.applied:
        raise Blocked("the write has no effect in its own prefix either", update.written.asked)
    return update


def created_elsewhere(org: Org, prefix: str) -> Exchange:
    """The created user, read through the other prefix."""
    twin = org.twin(org.operation(prefix, "get_user"))
    return org.once(
        ("created elsewhere", prefix),
        lambda: org.acting("shared/created").gone_or_there(created_by(created(org, prefix)), twin.prefix),
    )


def deleted_elsewhere(org: Org, prefix: str) -> Exchange:
    """The deleted user, read through the other prefix, by somebody who has seen it before: who knows its last ETag."""
    twin, shared = org.twin(org.operation(prefix, "get_user")), org.acting("shared/deleted")

    def look() -> Exchange:
        before = deleted(org, prefix).before
        etag = before.answer.etag if before is not None else None
        return shared.ask(twin, victim(deleted(org, prefix)), case="look", if_none_match=etag)

    return org.once(("deleted elsewhere", prefix), lambda: settled(org, deleted(org, prefix).asked, look, is_gone))


def switched(org: Org, operation: Operation) -> Switched:
    """A user switched off and on by PUT or PATCH, once: one who is in the group, if anybody may be.

    Who is added to the group in the same way is switched on that occasion.
    """
    if not was_switched(org, operation):
        begun = len(org.workspace.trail)
        with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claims of the group
            joined(org, org.operation(operation.prefix, f"{operation.kind}_group"))
        del org.workspace.trail[begun:]  # how it came into the group leads nowhere
    inside, nameless = (None, False) if was_switched(org, operation) else _one_inside(org, operation.prefix)
    return switching(org, operation, inside, nameless=nameless)


def _one_inside(org: Org, prefix: str) -> tuple[Resource | None, bool]:
    """One of the run's own who is in the group and on, and whether nobody needs its names; None where nobody can be."""
    with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by the claims of the group
        there, retired = someone_in(org, prefix), org.workspace.made(("retired", prefix))
        for each in (member,) if retired else (newcomer, member):
            if each(org, prefix).id in there:
                return each(org, prefix).resource, each is newcomer
    return None, False


@dataclass(frozen=True)
class Renamed:
    """The group under another displayName, seen through both prefixes, and the list of groups of that name."""

    across: Across
    found: Exchange


def renamed(org: Org, operation: Operation) -> Renamed:
    """The group given another displayName by PUT or PATCH, once, and looked for under it.

    The filter is quoted, then unquoted as the reference has it where quoted finds nothing.
    """
    return org.once(("renamed", operation.id), lambda: _renamed(org.acting("shared/renamed"), operation))


def _renamed(org: Org, operation: Operation) -> Renamed:

    def make(rider: Rider) -> Across:
        if rider.more or operation.kind == "modify":  # by PUT they are named again
            with contextlib.suppress(Untested, Blocked):  # or there is nothing that the name could take with it
                someone_in(org, operation.prefix)
        return seen_in_both(org, operation, case=rider.more.strip(), **rider.types)

    written = carried(
        org,
        operation,
        "charset-scim",
        make,
        lambda made: (made.written, made.change.shows if made.change is not None else {}),
    )
    groups = org.operation(operation.prefix, "list_groups")
    name = written.change.shows["displayName"] if written.change else ""

    def look() -> Exchange:
        quoted = org.ask(groups, params={"filter": f'displayName eq "{name}"'}, case="quoted")
        if ids(quoted.document) or not written.written.applied:
            return quoted
        unquoted = org.ask(groups, params={"filter": f"displayName eq {name}"}, case="unquoted")
        return unquoted if unquoted.answer.ok else quoted

    return Renamed(
        written, org.eventually(look, lambda found: bool(ids(found.document)) or not written.written.applied)
    )
