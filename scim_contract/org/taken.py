"""A userName that a living user has, given to another: by POST, PUT or PATCH."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.across import setting
from scim_contract.org.changes import Written
from scim_contract.org.creations import named_like
from scim_contract.org.lives import created, user_of
from scim_contract.org.org import Org
from scim_contract.org.refusals import Body, attempts


def taken(org: Org, operation: Operation, case: str) -> Written:
    """A write that gives a user the name of another, as it is or in capitals."""
    holder = str(user_name_of(created(org, operation.prefix)))
    names = {"taken": holder, "taken-in-other-case": holder.upper()}
    shared = org.acting("shared/taken")
    if operation.kind == "create":
        key = ("taken", operation.id, case)
        return org.once(key, lambda: named_like(shared, operation, holder, names[case], case))
    return org.once(("taken", operation.id), lambda: renames(shared, operation, names))[case]


def renames(org: Org, operation: Operation, names: Mapping[str, str]) -> Mapping[str, Written]:
    """Updates of the subject's userName to names that are taken."""
    subject = org.subject_of(operation)
    assert subject is not None
    user = org.look(subject, operation.prefix).document
    return attempts(org, operation, {case: renaming(operation, user, name) for case, name in names.items()})


def renaming(operation: Operation, user: Mapping[str, Any], name: str) -> Body:
    """A body that gives a user this userName."""
    return lambda _: setting(operation, user, userName=name).body


def user_name_of(creation: Written) -> str:
    """The userName of a living user."""
    user_of(creation)
    return str(creation.change.body["userName"] if creation.change else "")
