"""Users of the run's own: in the ledger before they exist, removed when the run ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written
from scim_contract.org.documents import ENTERPRISE, EXTENSIONS, USER
from scim_contract.org.errors import Blocked
from scim_contract.org.ledger import MARKER
from scim_contract.org.values import at_length
from scim_contract.org.workspace import Resource, Workspace
from scim_contract.transport import Exchange, Unreachable

if TYPE_CHECKING:
    from scim_contract.org.org import Org


@dataclass(frozen=True)
class Person:
    """A user that the run created, with what was sent and what came back."""

    resource: Resource
    sent: dict[str, Any]
    created: Exchange

    @property
    def id(self) -> str:
        """The id that the server gave."""
        return self.resource.id

    @property
    def user_name(self) -> str:
        """The userName that was sent."""
        return str(self.sent["userName"])


def user_name(workspace: Workspace, word: str) -> str:
    """A userName that bears the run's marker."""
    return f"{MARKER}{workspace.ledger.run}-{word}@{workspace.target.user_domain}"


def new_user(workspace: Workspace, step: str, **attributes: Any) -> dict[str, Any]:
    """A body for POST with names that derive from the step; it is in the ledger before this returns."""
    word = workspace.token(step)
    while user_name(workspace, word) in workspace.retired:
        word = workspace.token(f"{word} again")
    body: dict[str, Any] = {
        "schemas": [USER],
        "userName": user_name(workspace, word),
        "displayName": f"Conformance {word}",
        **attributes,
    }
    body["schemas"] += [urn for urn in EXTENSIONS if urn in attributes]
    workspace.ledger.write("creating", userName=body["userName"], step=step)
    return body


def note_created(workspace: Workspace, user: str, exchange: Exchange) -> str | None:
    """Write down what became of a create; the id where the answer has one."""
    created = exchange.document.get("id")
    if exchange.answer.ok and isinstance(created, str) and created:
        workspace.ledger.write("created", userName=user, id=created)
        return created
    return None


def note_gone(workspace: Workspace, user: str) -> None:
    """Write down that a user was seen not to be there."""
    workspace.ledger.write("absent", userName=user)


def person(org: Org, prefix: str, label: str, attributes: dict[str, Any]) -> Person:
    """A user of the run's own, created once for a prefix and label.

    Raises:
        Untested: the run only reads, or no client may create users.
        Blocked: the create did not give a user with an id.
    """
    return org.once(("person", prefix, label), lambda: _create(org.acting(f"people/{label}"), prefix, attributes))


def _create(org: Org, prefix: str, attributes: dict[str, Any]) -> Person:
    workspace = org.workspace
    workspace.may_write()
    operation = org.operation(prefix, "create_user")
    body = new_user(workspace, f"{org.act}/{operation.id}", **attributes)
    try:
        exchange = org.ask(operation, body=body)
    except Unreachable:
        workspace.spoil(body["userName"], None)
        raise
    return _created(workspace, body, exchange)


def _created(workspace: Workspace, body: dict[str, Any], exchange: Exchange) -> Person:
    created = note_created(workspace, body["userName"], exchange)
    if created is None:
        raise Blocked("the user that this check needs was not created", exchange)
    return Person(Resource("users", created, ours=True), body, exchange)


def ahead(org: Org, prefix: str, wanted: Mapping[str, dict[str, Any]]) -> None:
    """Create users, by label, before `person` is asked for each: side by side, where the workspace allows it.

    Who got no answer is left for `person` to create.
    """
    workspace = org.workspace
    if workspace.at_once < 2:
        return
    workspace.may_write()
    operation = org.operation(prefix, "create_user")
    bodies = {
        label: new_user(workspace, f"people/{label}/{operation.id}", **attributes)
        for label, attributes in wanted.items()
    }
    questions = [{"acting": f"people/{label}", "body": body} for label, body in bodies.items()]
    for label, exchange in zip(bodies, org.ask_together(operation, questions), strict=True):
        if isinstance(exchange, Unreachable):
            workspace.spoil(bodies[label]["userName"], None)
            continue
        with contextlib.suppress(Blocked):  # which is told to whoever asks for the user
            org.once(("person", prefix, label), partial(_told, workspace, bodies[label], exchange))


def _told(workspace: Workspace, body: dict[str, Any], exchange: Exchange) -> Person:
    workspace.trail.append(exchange)
    return _created(workspace, body, exchange)


def full_attributes(word: str) -> dict[str, Any]:
    """One value for every attribute that needs nothing of the target's own."""
    return {
        "active": True,
        "title": f"Conformance title {word}",
        "externalId": f"Ext-{word}",
        "emails": [{"value": f"work.{word}@example.com", "type": "work", "primary": True}],
        "phoneNumbers": [{"value": "+13175550123", "type": "work", "primary": True}],
        ENTERPRISE: {"department": f"Department {word}"},
    }


def bare(org: Org, prefix: str) -> Written:
    """A user created from schemas, userName and displayName alone; the first that is deleted."""
    there = named_at_length(org, prefix)
    if there.applied:
        return there
    shared, operation = org.acting("shared/bare"), org.operation(prefix, "create_user")
    return org.once(("bare", prefix), lambda: _bare(shared, operation, "name plainly"))


def named_at_length(org: Org, prefix: str) -> Written:
    """The same with a long displayName, which is good for both where the server keeps it."""
    shared, operation = org.acting("shared/bare"), org.operation(prefix, "create_user")
    return org.once(("named at length", prefix), lambda: _bare(shared, operation, "name", at_length))


def _bare(org: Org, operation: Operation, case: str, called: Callable[[str], str] = str) -> Written:
    body = new_user(org.workspace, org.workspace.step(org.act, operation.id, case))
    body["displayName"] = called(body["displayName"])
    shows = {"displayName": body["displayName"], "userName": body["userName"]}
    return org.write(operation, change=Change(body, shows), case="" if case == "name" else case)


def created_by(creation: Written) -> Resource:
    """The user that a creation made.

    Raises:
        Blocked: it made none that can be told by an id.
    """
    user_id = creation.asked.document.get("id")
    if not creation.asked.answer.ok or not isinstance(user_id, str) or not user_id:
        raise Blocked("the user that this check needs was not created", creation.asked)
    return Resource("users", user_id, ours=True)


def subject(org: Org, operation: Operation) -> Resource:
    """The user that writes of an operation change: one for PUT and PATCH, an expendable one for DELETE."""
    number = _generation(org, operation)[0]
    if operation.kind == "delete":
        if number in _instead(org, operation.prefix):
            return _instead(org, operation.prefix)[number]
        if number == 1:
            return created_by(bare(org, operation.prefix))
        word = org.workspace.token(f"forgotten {number}")
        email = {"value": f"forgotten.{word}@example.com", "type": "work"}
        label, attributes = "doomed", {"externalId": f"Forgotten-{word}", "emails": [email]}
    else:
        label, attributes = "subject", full_attributes(org.workspace.token(f"subject {operation.prefix}"))
    return org.person(operation.prefix, label if number == 1 else f"{label}-{number}", **attributes).resource


def spare(org: Org, prefix: str, user: Resource) -> None:
    """Note a user of the run's own whom its claim is done with, so that a delete which is to be refused may name it."""
    spares(org, prefix).append(user)


def spares(org: Org, prefix: str) -> list[Resource]:
    """Those that were noted, for whom nobody has found a use yet; and those for whom somebody has."""
    found: list[Resource] = org.once(("spares", prefix), list)
    return found


def begin_with_spare(org: Org, operation: Operation) -> None:
    """Let a delete that is to be refused name a user whom nobody needs any more, unless there is a subject already."""
    number, chosen = _generation(org, operation)[0], _instead(org, operation.prefix)
    there = org.workspace.made(("person", operation.prefix, f"doomed-{number}"))
    left = [user for user in spares(org, operation.prefix) if user not in chosen.values()]
    if operation.kind == "delete" and number > 1 and not there and left:
        chosen.setdefault(number, left[0])


def _instead(org: Org, prefix: str) -> dict[int, Resource]:
    found: dict[int, Resource] = org.once(("spares in use", prefix), dict)
    return found


def next_generation(org: Org, operation: Operation) -> None:
    """Take another subject from now on: this one is gone."""
    _generation(org, operation)[0] += 1


def _generation(org: Org, operation: Operation) -> list[int]:
    found: list[int] = org.once(("generation", operation.prefix, operation.kind == "delete"), lambda: [1])
    return found
