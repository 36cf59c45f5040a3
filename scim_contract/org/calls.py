"""A user with two phone numbers, of which the one that came later is to be primary."""

from __future__ import annotations

import contextlib

from scim_contract.org import media
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.errors import Blocked
from scim_contract.org.facts import facts
from scim_contract.org.fragments import primary_phone
from scim_contract.org.org import Org
from scim_contract.org.people import created_by
from scim_contract.org.workspace import Resource
from scim_contract.transport import Unreachable


def called(org: Org, prefix: str) -> Written:
    """A user with one phone number, the primary one, given a second that is to be it, and then left alone."""
    return org.once(("called", prefix), lambda: _called(org.acting("shared/called"), prefix))


def _called(org: Org, prefix: str) -> Written:
    change = Change(modification({"op": "add", "path": "phoneNumbers", "value": [primary_phone("mobile")]}), {})
    return org.write(org.operation(prefix, "modify_user"), resource=_user(org, prefix), change=change)


def _user(org: Org, prefix: str) -> Resource:
    """A user with one phone number: one that another claim creates in other types, if it was created whole."""
    first = {"phoneNumbers": [primary_phone("work")]}
    with contextlib.suppress(Blocked, Unreachable):
        written = media.sent(org, org.operation(prefix, "create_user"), media.CALLED).plain
        if written.applied and facts(first) <= facts(written.after.document):
            return created_by(written)
    return org.person(prefix, "called", **first).resource
