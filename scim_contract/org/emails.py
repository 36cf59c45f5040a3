"""A user with two emails, of which one is primary and the other the directory's own, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.documents import entries
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.org import Org
from scim_contract.org.people import Person
from scim_contract.transport import Exchange


def addressed(org: Org, prefix: str) -> Person:
    """A user created with two emails, the first of them primary: with one alone there is nothing to clear.

    Raises:
        Untested: the target refuses to create one with an email of type other, as it may.
        Blocked: it was not created.
    """
    word = org.workspace.token(f"addressed {prefix}")
    work = {"value": f"work.{word}@example.com", "type": "work", "primary": True}
    other = {"value": f"other.{word}@example.com", "type": "other"}
    try:
        return org.person(prefix, "addressed", emails=[work, other])
    except Blocked as error:
        if error.exchange is None or error.exchange.status != 400:
            raise
        raise Untested("the target lets no user be created with an email of type other, as it may") from None


def preferred(org: Org, operation: Operation) -> Written:
    """A PATCH that makes the email primary which is not.

    Raises:
        Untested: the target keeps no second email.
        Blocked: there is no such user, or it cannot be read.
    """
    return org.once(("preferred", operation.id), lambda: _preferred(org.acting("shared/preferred"), operation))


def _preferred(org: Org, operation: Operation) -> Written:
    user = addressed(org, operation.prefix).resource
    kind = _type_of_another(org.look(user, operation.prefix))
    change = Change(modification({"op": "replace", "path": f'emails[type eq "{kind}"].primary', "value": True}), {})
    return org.write(operation, resource=user, change=change)


def _type_of_another(read: Exchange) -> str:
    kinds = [e.get("type") for e in entries(read.document, "emails") if e.get("primary") is not True]
    if not kinds or not isinstance(kinds[0], str):
        raise Untested("the target keeps no second email that could be made the primary one")
    return kinds[0]


def moved(org: Org, operation: Operation) -> Written:
    """A PUT or PATCH that gives the email of type other another value, and the others as they are.

    Raises:
        Untested: the target refuses to create a user with such an email, as it may.
        Blocked: there is no such user, or it cannot be read.
    """
    return org.once(("moved email", operation.id), lambda: _moved(org.acting("shared/moved email"), operation))


def _moved(org: Org, operation: Operation) -> Written:
    user = addressed(org, operation.prefix).resource
    value = f"changed.{org.workspace.token(f'other email/{operation.id}')}@example.com"

    def change(read: Mapping[str, Any]) -> Change:
        kept = [each for each in entries(read, "emails") if each.get("type") != "other"]
        emails = [*kept, {"value": value, "type": "other"}]
        body = replacement("users", read, emails=emails)
        return Change(replacing("emails", emails) if operation.kind == "modify" else body, {})

    return org.write(operation, resource=user, change=change)
