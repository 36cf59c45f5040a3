"""What a write through one prefix looks like through the other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.carrying import Rider, carried
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.documents import ids, said
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.lives import created, deleted, is_gone, settled, victim
from scim_contract.org.membership import someone_in
from scim_contract.org.org import Org
from scim_contract.org.people import created_by
from scim_contract.org.versions import empty, later
from scim_contract.transport import Exchange

EDIT = "directory:user:edit"
_MEANWHILE = (("replace", "v1"), ("modify", "v2"))
"""Where it is tried what a user who is off lets through; the refusals are the same in either way."""


@dataclass(frozen=True)
class Across:
    """A write, with the read through the other prefix right after it; `change` is None for a delete."""

    elsewhere: Exchange
    change: Change | None
    written: Written

    @property
    def shown(self) -> bool:
        """Whether the other prefix shows the effect."""
        if self.change is None:
            return is_gone(self.elsewhere)
        return self.elsewhere.answer.ok and self.change.seen_in(self.elsewhere.document)

    @property
    def effect(self) -> str:
        """What the other prefix must show."""
        return "404" if self.change is None else self.change.text

    @property
    def seen(self) -> str:
        """What it shows."""
        if self.change is None or not self.elsewhere.answer.ok:
            return self.elsewhere.answer.line
        return ", ".join(f"{name} {said(self.elsewhere.document.get(name))}" for name in self.change.shows)


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
    """The deleted user, read through the other prefix."""
    twin, shared = org.twin(org.operation(prefix, "get_user")), org.acting("shared/deleted")

    def look() -> Exchange:
        return shared.gone_or_there(victim(deleted(org, prefix)), twin.prefix)

    return org.once(("deleted elsewhere", prefix), lambda: settled(org, deleted(org, prefix).asked, look, is_gone))


@dataclass(frozen=True)
class Switched:
    """A user switched off, seen through both prefixes, and on again.

    `meanwhile` are writes that had to be refused while it was off: `stale` ones, and a `delete` by an editor.
    """

    off: Across
    on: Written
    meanwhile: Mapping[str, Written]


def switched(org: Org, operation: Operation) -> Switched:
    """The subject switched off and on by PUT or PATCH, once."""
    return org.once(("switched", operation.id), lambda: _switched(org.acting("shared/switched"), operation))


def _switched(org: Org, operation: Operation) -> Switched:
    off = _written(org, operation, lambda user: _switching(operation, user, False), "off")
    applied = off.written.applied and (operation.kind, operation.prefix) in _MEANWHILE
    meanwhile = _meanwhile(org, operation, off.written.after) if applied else {}

    def on(rider: Rider) -> Written:
        return org.write(operation, change=lambda user: _switching(operation, user, True), case="on", **rider.types)

    switched_on = carried(org, operation, "charset-scim", on, lambda on: (on, {"active": True}))
    return Switched(off, switched_on, meanwhile)


def _switching(operation: Operation, user: Mapping[str, Any], active: bool) -> Change:
    """As `setting`; one prefix is switched off without a path, as identity providers do it."""
    if operation.kind == "modify" and operation.prefix == "v2" and not active:
        return Change(modification({"op": "replace", "value": {"active": active}}), {"active": active})
    return setting(operation, user, active=active)


def _meanwhile(org: Org, operation: Operation, off: Exchange) -> Mapping[str, Written]:
    """What has to be refused of a user who is off as of anybody else, and one read that shows what it left."""
    subject = org.subject_of(operation)
    assert subject is not None
    body = org.new_change(operation, off, "stale while off").body
    etag = (later if operation.prefix == "v1" else empty)(off.answer.etag)
    asked = {"stale": org.ask(operation, subject, body=body, if_match=etag, case="stale while off")}
    with contextlib.suppress(Untested):
        editor, deletion = org.holding_only(EDIT), org.operation(operation.prefix, "delete_user")
        asked["delete"] = org.ask(deletion, subject, who=editor, case="while off")
    after = org.gone_or_there(subject, operation.prefix)
    return {case: Written(off, each, after, Change({}, {})) for case, each in asked.items()}


def switched_by(prefix: str) -> str:
    """The operation that shows what is refused while a user is off."""
    return next(f"{kind}_user" for kind, where in _MEANWHILE if where == prefix)


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
        if rider.more:
            someone_in(org, operation.prefix)  # the first try may have lost those who were in
        return _written(org, operation, case=rider.more.strip(), **rider.types)

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


def _written(
    org: Org,
    operation: Operation,
    change: Callable[[Mapping[str, Any]], Change] | None = None,
    case: str = "",
    **types: Any,
) -> Across:
    written = org.write(operation, change=change, case=case, **types)
    subject = org.subject_of(operation)
    if subject is None:
        raise ValueError(f"{operation.id} has no subject")
    return Across(org.gone_or_there(subject, org.twin(operation).prefix), written.change, written)


def setting(operation: Operation, user: Mapping[str, Any], **values: Any) -> Change:
    """A change of one attribute of a user, by PUT of what was read or by PATCH."""
    if operation.kind == "replace":
        return Change(replacement("users", user, **values), values)
    [(name, value)] = values.items()
    return Change(replacing(name, value), values)
