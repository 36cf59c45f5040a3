"""Creations that must be refused: incomplete ones, and ones under a name that is taken; with what they left behind."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.changes import Written
from scim_contract.org.documents import USER, ids, resources, said
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.org.writing import creation
from scim_contract.transport import Exchange, Unreachable

INCOMPLETE: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "user-name-absent": {"userName": None},
        "display-name-absent": {"displayName": None},
        "user-name-empty": {"userName": ""},
        "display-name-empty": {"displayName": ""},
    }
)


def incomplete(org: Org, operation: Operation, case: str) -> Exchange:
    """A creation that leaves out or empties a required attribute; `case` is one of `INCOMPLETE`."""
    return _incomplete(org, operation)[case].asked


def made_of(org: Org, operation: Operation, case: str) -> list[str]:
    """The users that an incomplete creation made, found by the externalId that all of them bear.

    Raises:
        Blocked: the list of users cannot be asked.
    """
    sent = _incomplete(org, operation)
    found = org.once(
        ("incomplete found", operation.id), lambda: _find(org.acting("shared/incomplete"), operation, sent)
    )
    return [f"the user {said(user)} exists" for user in found[case]]


@dataclass(frozen=True)
class _Incomplete:
    whole: Mapping[str, Any]
    asked: Exchange

    def made(self, user: Mapping[str, Any]) -> bool:
        """Whether a user bears one of the names that only this creation had."""
        return any(user.get(name) == self.whole[name] for name in ("userName", "displayName"))


def _incomplete(org: Org, operation: Operation) -> dict[str, _Incomplete]:
    return org.once(("incomplete", operation.id), lambda: _send(org.acting("shared/incomplete"), operation))


def _send(org: Org, operation: Operation) -> dict[str, _Incomplete]:
    org.workspace.may_write()
    external = f"Incomplete-{org.workspace.token(operation.id)}"
    sent = {}
    for case, changes in INCOMPLETE.items():
        whole = people.new_user(
            org.workspace, org.workspace.step(org.act, operation.id, f"name {case}"), externalId=external
        )
        body = {name: value for name, value in {**whole, **changes}.items() if value is not None}
        asked = org.ask(operation, body=body, case=case)
        made = people.note_created(org.workspace, whole["userName"], asked)
        if made is not None and body.get("userName") == "":  # else the empty name is taken for the other prefix
            user = Resource("users", made, ours=True)
            with contextlib.suppress(Untested, Unreachable):  # then the cleaning up does it
                org.ask(org.operation(operation.prefix, "delete_user"), user, case="away again")
        sent[case] = _Incomplete(whole, asked)
    return sent


def _find(org: Org, operation: Operation, sent: Mapping[str, _Incomplete]) -> dict[str, list[str]]:
    external = next(iter(sent.values())).whole["externalId"]
    users = org.operation(operation.prefix, "list_users")
    found = org.ask(users, params={"filter": f'externalId eq "{external}"'}, case="find")
    if not found.answer.ok:
        raise Blocked("the list of users cannot be asked what an incomplete creation made", found)
    made = {case: [u for u in resources(found.document) if each.made(u)] for case, each in sent.items()}
    for case, each in sent.items():
        name = each.whole["userName"]
        if not made[case] and not each.asked.answer.ok:
            people.note_gone(org.workspace, name)
        for user in made[case]:
            org.workspace.ledger.write("created", userName=name, id=user.get("id"))
    return {case: [str(user.get("id")) for user in users] for case, users in made.items()}


def twice_primary(org: Org, operation: Operation) -> Written:
    """A creation that makes two emails primary, and two phone numbers, made once: a server refuses it, or keeps one."""
    return org.once(("twice primary", operation.id), lambda: _twice_primary(org.acting("shared/primary"), operation))


def _twice_primary(org: Org, operation: Operation) -> Written:
    word = org.workspace.token(f"primary/{operation.id}")
    emails = [
        {"value": f"{name}.{word}@example.com", "type": kind, "primary": True}
        for name, kind in (("work", "work"), ("second", "work"), ("other", "other"))
    ]
    phones = [
        {"value": value, "type": kind, "primary": True}
        for kind, value in (("work", "+13175550141"), ("mobile", "+13175550142"))
    ]
    change = creation(org, operation, "twice primary", emails=emails, phoneNumbers=phones)
    return org.write(operation, change=change, case="twice primary")


def named_like(org: Org, operation: Operation, holder: str, names: Mapping[str, str]) -> Mapping[str, Written]:
    """Creations under a living user's name, with the lists of users of that name before and after them.

    Where the list shows another user afterwards, only what was not refused is told of it, if there is any such.

    Args:
        org: whose directory.
        operation: the creation.
        holder: the userName of the living user.
        names: what is sent as userName, by the claim's case.

    Raises:
        Blocked: the list does not show that user, so a second one could not be told from it.
    """
    before = _before(org, operation, holder)
    asked = {case: _sent_as(org, operation, holder, name, case) for case, name in names.items()}
    after = _named(org, operation, holder)
    if not after.answer.ok:
        raise Blocked("the list of users cannot be asked who has a userName", after)
    told = {*ids(before.document), *(each.document.get("id") for each in asked.values())}
    for number, user in enumerate(user for user in ids(after.document) if user not in told):
        org.workspace.ledger.write("created", userName=_second(holder, f"number {number}"), id=user)
    guilty = [case for case, each in asked.items() if each.answer.ok] or [*names]
    return {case: Written(before, each, after if case in guilty else before, None) for case, each in asked.items()}


def _sent_as(org: Org, operation: Operation, holder: str, name: str, case: str) -> Exchange:
    word = org.workspace.token(f"named like/{operation.id}/{case}")
    body = {"schemas": [USER], "userName": name, "displayName": f"Conformance {word}", "title": f"Title {word}"}
    in_scim = operation.prefix == "v2" and name != holder
    asked = org.ask(operation, body=body, case=case, content_type=SCIM_JSON if in_scim else JSON)
    people.note_created(org.workspace, _second(holder, case), asked)
    return asked


def _second(holder: str, case: str) -> str:
    """What the ledger calls a user under another's name: it knows users by name, and this one would share it."""
    return f"{holder} for {case}"


def _before(org: Org, operation: Operation, holder: str) -> Exchange:
    found = org.eventually(lambda: _named(org, operation, holder), lambda found: len(ids(found.document)) > 0)
    names = [str(user.get("userName")).lower() for user in resources(found.document)]
    if set(names) != {holder.lower()}:  # more than one has it where another write gave it away
        raise Blocked("the list of users does not show the users of a userName, and nobody else", found)
    return found


def _named(org: Org, operation: Operation, name: str) -> Exchange:
    users = org.operation(operation.prefix, "list_users")
    return org.ask(users, params={"filter": f'userName eq "{name}"'}, case="named")
