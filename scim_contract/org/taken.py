"""A userName that a living user has, given to another: by POST, PUT or PATCH."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.asking import SCIM_JSON
from scim_contract.org.changes import Written, modification, replacement, replacing
from scim_contract.org.creations import named_like
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.lives import created
from scim_contract.org.moved import renamed_off, retired
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable

_OTHER = "taken-in-other-case"


def taken_creation(org: Org, operation: Operation, case: str) -> Written:
    """A creation under the name of another user, as it is or in other case."""
    return org.once(("taken", operation.id), lambda: _taken_creations(org.acting("shared/taken"), operation))[case]


def _taken_creations(org: Org, operation: Operation) -> Mapping[str, Written]:
    names = _names(org, operation)
    return named_like(org, operation, names["taken"], names)


def taken_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """Updates of the subject's userName to names that are taken, each with a title besides."""
    if operation.resource != "users" or operation.kind == "delete":
        return {}
    names = {**_names(org, operation), **_name_of_one_off(org, operation)}
    subject = org.subject_of(operation)
    assert subject is not None
    user = org.look(subject, operation.prefix).document
    if str(user.get("userName")).lower() in {name.lower() for name in names.values()}:
        people.next_generation(org, operation)  # another operation gave it the name: nothing would be seen of this one
        subject = org.subject_of(operation)
        assert subject is not None
        user = org.look(subject, operation.prefix).document
    etag = org.look(subject, operation.prefix).answer.etag
    return {case: _renaming(operation, user, name, case == _OTHER, etag) for case, name in names.items()}


def _names(org: Org, operation: Operation) -> Mapping[str, str]:
    """The name as it is, and spelled otherwise each time: what was lost, or taken, is somebody's by now, by mistake."""
    holder = user_name_of(created(org, operation.prefix))
    tries: list[int] = org.once(("spellings", operation.id), lambda: [0])
    tries[0] += 1
    return {"taken": holder, _OTHER: _in_other_case(operation, holder, tries[0])}


def _name_of_one_off(org: Org, operation: Operation) -> Mapping[str, str]:
    """The userName that another user was given by renaming it before it was switched off: it is taken all the same.

    Another one for when it is tried again: the first may be somebody's who is on, by mistake.
    """
    with contextlib.suppress(Blocked, Untested, Unreachable):  # then it is the name that a user was created with
        off = retired(org, operation.prefix)
        if off.applied and org.once(("spellings", operation.id), lambda: [0])[0] > 1:
            off = renamed_off(org, operation)
        if off.applied:
            return {"taken": str(off.after.document["userName"])}
    return {}


def _renaming(operation: Operation, user: Mapping[str, Any], name: str, otherwise: bool, etag: str | None) -> Try:
    """A body that gives a user this userName and, so that a refusal by halves is seen, a title.

    Where it is put `otherwise`, a PUT comes as scim+json, or with the current ETag, and a PATCH adds, or has no path.
    """

    def asking(word: str) -> Mapping[str, Any]:
        values = {"title": f"Title {word}", "userName": name}
        if operation.kind == "replace":
            return {"body": replacement("users", user, **values)}
        return {"body": modification(*({"op": "replace", "path": k, "value": v} for k, v in values.items()))}

    def asking_otherwise(word: str) -> Mapping[str, Any]:
        values, first = {"title": f"Title {word}", "userName": name}, operation.prefix == "v1"
        if operation.kind == "replace":
            form = {"content_type": SCIM_JSON} if first or not etag else {"if_match": etag}
            return {"body": replacement("users", user, **values), **form}
        if first:
            return {"body": modification(*({"op": "add", "path": k, "value": v} for k, v in values.items()))}
        return {"body": modification({"op": "replace", "value": values})}

    return asking_otherwise if otherwise else asking


def _in_other_case(operation: Operation, name: str, times: int) -> str:
    """Another spelling for each operation and time: what a user was given by mistake is taken indeed for the next."""
    kinds = ("modify", "replace", "create")
    if times > 1:
        spelled, nth = times + 1, kinds.index(operation.kind)
        return "".join(letter.upper() if at % spelled == nth else letter for at, letter in enumerate(name))
    match operation.kind:
        case "replace":
            return name.upper()
        case "create":
            local, at_sign, domain = name.rpartition("@")
            return f"{local.upper()}{at_sign}{domain}"
    return name[:1].upper() + name[1:]


def given_back(org: Org, operation: Operation, was: Exchange | None, now: Exchange) -> bool:
    """Give a user its own name back that got another's; two of one name would break what other claims need."""
    if was is None or not now.answer.ok or "" in (_name(was), _name(now)) or _name(was) == _name(now):
        return False
    user, name = Resource("users", str(was.document.get("id")), ours=True), was.document["userName"]
    body = replacing("userName", name)
    if operation.kind == "replace":
        body = replacement("users", now.document, userName=name)
    with contextlib.suppress(Untested, Unreachable):
        org.ask(operation, user, body=body, case="name back")
    return True


def _name(read: Exchange) -> str:
    return str(read.document.get("userName") or "").lower()


def user_name_of(creation: Written) -> str:
    """The userName of a living user."""
    people.created_by(creation)
    return str(creation.change.body["userName"] if creation.change else "")
