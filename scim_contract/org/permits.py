"""The permission matrix: every operation asked by those who may, by those who may not, and by nobody."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.contract.plan import NO_PERMISSION
from scim_contract.org import people
from scim_contract.org.asking import SCIM_JSON
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.clients import ANONYMOUS, STRANGER, Who, holding_only, least
from scim_contract.org.documents import resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.finding import by_name, someone
from scim_contract.org.forms import formed
from scim_contract.org.org import Org
from scim_contract.org.passwords import SET_PASSWORD, password
from scim_contract.org.reading import read, read_by
from scim_contract.org.refusals import Try
from scim_contract.org.still import still_user
from scim_contract.org.user_patches import well_provided
from scim_contract.org.values import eq
from scim_contract.org.versions import NO_VERSION, shared_write
from scim_contract.org.workspace import Workspace
from scim_contract.org.writing import Made, creation, marked
from scim_contract.transport import CUT_OFF, MADE_UP_PASSWORD, Exchange

NO_HEADER = "no-header"
MADE_UP_TOKEN = "made-up-token"
_DELETE = "directory:user:delete"
_EDIT_USERS = "directory:user:edit"
_BY_THE_WAY = (NO_PERMISSION, MADE_UP_TOKEN, "directory:user:add", SET_PASSWORD)
"""Who asks so."""
_PASSWORD_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"v1": (NO_PERMISSION,), "v2": ("directory:user:view", "directory:user:add")}
)
"""Who of those who may not write tries to set a password: the first that there is."""


def allowed(org: Org, operation: Operation, permission: str) -> Exchange:
    """The operation asked by the client that holds just one of its listed permissions.

    A read, or a plain write, is the one that other claims look at too; with setPassword a write sets a password,
    and with any other but the first that is listed it leaves the user as it is: which attributes such a
    permission lets a client write is left open.

    Raises:
        Untested: the target has no such client.
    """
    who = holding_only(org.workspace.target, permission)
    usual = who == least(org.workspace.target, operation)
    if not operation.writes:
        return read(org, operation) if usual else read_by(org, operation, who)
    if permission == SET_PASSWORD:
        return password_set(org, operation, who).asked
    if usual:
        return shared_write(org, operation).asked
    if operation.kind != "create" and permission != operation.permissions[0]:
        return unchanged_by(org, operation, who)
    shared = org.acting("shared/allowed")
    written = org.once(("allowed write", operation.id, permission), lambda: shared.write(operation, who=who))
    return written.asked


def shown_to(org: Org, operation: Operation, who: Who, answer: Exchange) -> Exchange:
    """A list as it is shown to somebody, asked anew where it is empty though the one that others are shown is not.

    A list may lag behind, so it is asked for as long as the target says that this may take.
    """
    if operation.kind != "list" or not answer.answer.ok or resources(answer.document):
        return answer
    if not resources(read(org, operation).document):
        return answer
    return org.eventually(
        lambda: read(org, operation, who=who, fresh=True), lambda again: bool(resources(again.document))
    )


def unchanged_by(org: Org, operation: Operation, who: Who) -> Exchange:
    """A write that leaves a user as it was read, by PUT of it or by PATCH of its displayName, done once."""
    shared = org.acting("shared/as read")
    return org.once(("as read", operation.id, who), lambda: _write_as_read(shared, operation, who))


def _write_as_read(org: Org, operation: Operation, who: Who) -> Exchange:
    user = people.subject(org, operation)
    document = org.look(user, operation.prefix).document
    if operation.kind == "modify":
        body = replacing("displayName", document.get("displayName"))
    else:
        body = replacement("users", document)
    return org.ask(operation, user, who=who, body=body)


def password_set(org: Org, operation: Operation, who: Who) -> Written:
    """A password set by PATCH of it alone, or by PUT of the user as read with one added; done once for a client."""
    shared = org.acting("shared/password")
    return org.once(("password", operation.id, who), lambda: _set_password(shared, operation, who))


def _set_password(org: Org, operation: Operation, who: Who) -> Written:
    word = password(org.workspace, f"{org.act}/{operation.id}")

    def change(user: Mapping[str, Any]) -> Change:
        if operation.kind == "modify":
            return Change(replacing("password", word), {})
        return Change(replacement("users", user, password=word), {})

    otherwise: dict[str, Any] = {"who": who, "change": change}
    if (operation.kind, operation.prefix) == ("replace", "v2"):  # whoever reads before it writes knows the ETag
        otherwise["if_match"] = lambda before: before.answer.etag
    with contextlib.suppress(Untested, Blocked):
        user = well_provided(org, operation.prefix)
        written = org.write(operation, case="of one with roles", resource=user, **otherwise)
        if operation.kind == "modify" or written.asked.answer.ok:
            return written  # a PUT of so much, as it is shown, may not be taken for what is stored
    return org.write(operation, **otherwise)


def uninvited_read(org: Org, operation: Operation, name: str) -> Exchange:
    """A read by somebody who may not; `name` as for `playing`.

    Some ask in a way that a server may answer without a look at who asks: for a page of nothing, for one resource
    by its id, for what has changed. And what was never issued is a token, one without its end, or a password.

    Raises:
        Untested: the target has no such client, or asks for no authentication.
    """
    who = playing(org.workspace, name)
    return org.once(("uninvited", operation.id, name), lambda: _uninvited_read(org, operation, name, who))


def _uninvited_read(org: Org, operation: Operation, name: str, who: Who) -> Exchange:
    otherwise = dict[str, Any]()
    if name == MADE_UP_TOKEN and operation.name == "list_users":
        who = Who(least(org.workspace.target, operation).client, CUT_OFF)
    if name == MADE_UP_TOKEN and operation.name == "list_groups":
        who, otherwise = ANONYMOUS, {"headers": (("Authorization", MADE_UP_PASSWORD),)}
    if name in _BY_THE_WAY:
        otherwise |= _by_the_way(org, operation, name)
    elif operation.name == "list_groups" and not operation.requires_filter:
        otherwise |= {"params": {"count": 1}}
    if (_names_of_all(org.workspace).index(name) + (operation.prefix == "v2")) % 2:
        otherwise["accept"] = SCIM_JSON
    return read(org, operation, who=who, case=name, **otherwise)


def _names_of_all(workspace: Workspace) -> list[str]:
    return [*workspace.contract.permissions, NO_PERMISSION, NO_HEADER, MADE_UP_TOKEN]


def _by_the_way(org: Org, operation: Operation, name: str) -> dict[str, Any]:
    attribute = "externalId" if name == SET_PASSWORD else "id"
    if operation.kind == "list":
        named = by_name(org, operation).filter
        if operation.resource == "users":
            with contextlib.suppress(Untested):
                named = {"filter": eq(attribute, someone(org, operation).value(attribute))}
        return {"params": {**named, "startIndex": 2, "count": 0}}
    about = org.something_for(operation)
    if about is None or operation.parameter("If-None-Match") is None:
        return {}
    if name == SET_PASSWORD:
        return {"if_none_match": NO_VERSION}
    with contextlib.suppress(Blocked):
        return {"if_none_match": org.current_etag(about, operation.prefix)}
    return {}


def uninvited_creations(org: Org, operation: Operation, external_id: str) -> Made:
    """Creations by each who may not, under one externalId."""
    changes = {name: creation(org, operation, name, **marked(external_id)) for name in _there(org.workspace, operation)}

    def by(number: int, name: str) -> dict[str, Any]:
        form = formed(operation, changes[name], None, number)
        del form["change"]
        return {"case": name, "who": playing(org.workspace, name), **form}

    answers = org.ask_together(operation, (by(number, name) for number, name in enumerate(changes)))
    return {name: (changes[name], asked) for name, asked in zip(changes, answers, strict=True)}


def answer_of(tried: Written | Exchange) -> Exchange:
    """What the operation answered."""
    return tried.asked if isinstance(tried, Written) else tried


def playing(workspace: Workspace, name: str) -> Who:
    """Somebody who may not: who holds one permission or `none`, `no-header` or `made-up-token`.

    Raises:
        Untested: the target has no such client, or asks for no authentication.
    """
    if name not in (NO_HEADER, MADE_UP_TOKEN):
        return holding_only(workspace.target, name)
    if not workspace.target.clients:
        raise Untested("this target asks for no authentication: its profile names no clients")
    return ANONYMOUS if name == NO_HEADER else STRANGER


def uninvited_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """A write by each who may not, each with a change of its own."""
    names = _there(org.workspace, operation)
    subject = org.subject_of(operation)
    assert subject is not None
    before = org.look(subject, operation.prefix)
    sets_password = next((name for name in _PASSWORD_BY.get(operation.prefix, ()) if name in names), None)

    numbers: dict[str, int] = {}

    def by(name: str) -> Try:
        return lambda word: {"who": playing(org.workspace, name), **changing(name)}

    def form_of(name: str, change: Change | None) -> dict[str, Any]:
        etag = before.answer.etag
        if name in numbers:  # it is sent again, perhaps to another subject, and others were let in before
            subject = org.subject_of(operation)
            assert subject is not None
            etag = org.look(subject, operation.prefix).answer.etag
        return formed(operation, change, etag, numbers.setdefault(name, len(numbers)))

    def changing(name: str) -> dict[str, Any]:
        if operation.kind == "delete":
            return form_of(name, None)
        change = org.new_change(operation, before, name)
        if operation.resource == "users" and name == sets_password:
            word = password(org.workspace, f"{org.act}/{operation.id} {name}")
            alone = operation.kind == "modify"
            change = Change(replacing("password", word), {}) if alone else _with_password(change, word)
            return {"change": change, "body": change.body}
        if (name, operation.id) == (_EDIT_USERS, "patch_scim_group"):
            change = Change(modification(_one_more(org, operation)), {})
            return {"change": change, "body": change.body}
        if (name, operation.name) == (_DELETE, "modify_user"):  # which is how many a directory deletes
            off = {"active": before.document.get("active") is False}
            change = Change(replacing("active", off["active"]), off)
        return form_of(name, change)

    return {name: by(name) for name in names}


def _one_more(org: Org, operation: Operation) -> Mapping[str, Any]:
    """Somebody added to the group by who may change users."""
    return {"op": "add", "path": "members", "value": [{"value": still_user(org, operation.prefix).id}]}


def _with_password(change: Change, word: str) -> Change:
    return Change({**change.body, "password": word}, change.shows)


def _there(workspace: Workspace, operation: Operation) -> list[str]:
    """Who may not and can be played: the clients that the target has for it, nobody, and a stranger."""
    lacking = [p for p in workspace.contract.permissions if p not in operation.permissions]
    names: list[str] = []
    for name in (*lacking, NO_PERMISSION, NO_HEADER, MADE_UP_TOKEN):
        try:
            playing(workspace, name)
        except Untested:
            continue
        names.append(name)
    return names
