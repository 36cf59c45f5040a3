"""A user for reads, which no check changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_contract.org.changes import Change, Written
from scim_contract.org.documents import resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.joining import joining, note
from scim_contract.org.people import Person, full_attributes
from scim_contract.org.workspace import Resource

if TYPE_CHECKING:
    from scim_contract.org.org import Org


def still_user(org: Org, prefix: str) -> Resource:
    """A user for reads, which no check changes.

    Raises:
        Untested: there is none to be had.
        Blocked: the requests that would give one failed.
    """
    if org.workspace.target.sandbox:
        return org.once(("still", prefix), lambda: _of_its_own(org, prefix)).resource
    return org.once(("foreign user", prefix), lambda: _found(org.acting("people/foreign"), prefix))


def _of_its_own(org: Org, prefix: str) -> Person:
    """One of the crowd, as long as it is open."""
    name, word = joining(org), org.workspace.token(f"still {prefix}")
    person = org.person(prefix, "still", **full_attributes(word), **name)
    if name:
        seen = org.seen(person.resource, prefix)
        note(org, Written(None, person.created, seen, Change(person.sent, {})))
    return person


def _found(org: Org, prefix: str) -> Resource:
    wide = org.workspace.target.wide_user_filter
    if not wide:
        raise Untested("the run only reads and the profile has no wide_user_filter to find a user with")
    exchange = org.ask(org.operation(prefix, "list_users"), params={"filter": wide, "count": 1})
    found = resources(exchange.document)
    if not exchange.answer.ok:
        raise Blocked("the wide_user_filter found no user to read", exchange)
    if not found or not isinstance(found[0].get("id"), str):
        raise Untested("the profile's wide_user_filter matches no user")
    return Resource("users", found[0]["id"])
