"""Leaving nothing behind: the run's users are removed, the group is put back as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scim_contract.org.changes import modification, replacement
from scim_contract.org.documents import differences, resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.ledger import Leftovers
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource, Workspace
from scim_contract.transport import Exchange, Refused, TokenTrouble, Unreachable, curl

_TROUBLE = (Unreachable, Refused, TokenTrouble, Untested, Blocked)
_GONE = (404, 410)
_FEW = 3
"""So many users, of all, are tried once more where they could not be removed."""


def clean(workspace: Workspace, left: Leftovers) -> list[str]:
    """Remove what a ledger says is left, and put the group back; each step is written to the ledger.

    Returns:
        What could not be undone, each with the curl line that would do it.
    """
    org = Org(workspace, "cleanup")
    problems: list[str] = []
    if left.group is not None:
        problems += _restore(org, *left.group)
    trusted: dict[str, bool] = {}
    there, left_over = [*left.users.items()], dict[tuple[str, str | None], list[str]]()
    while there and not any(trusted.values()):
        first = there.pop(0)
        left_over[first] = remove(org, *first, trusted)
    gone = _deleted_together(org, there, trusted)
    left_over |= {one: remove(org, *one, trusted) for one in there if one[0] not in gone}
    failed = [one for one, why in left_over.items() if why]
    if len(failed) <= _FEW:  # whose answers may have been lost on the way, more than once
        left_over |= {one: remove(org, *one, trusted) for one in failed}
    problems += [line for why in left_over.values() for line in why]
    return [] if workspace.transport.replayed else problems  # a recording keeps nothing


def answers(workspace: Workspace) -> bool:
    """Whether the target answers; one that had stopped to is asked once more."""
    breaker = workspace.transport.breaker
    if not breaker.open:
        return True
    breaker.reset()
    org = Org(workspace, "cleanup")
    try:
        org.ask(org.operation(workspace.contract.prefixes[0], "get_serviceproviderconfig"), case="there")
    except _TROUBLE:
        return False
    return True


def remove(org: Org, user_name: str, user_id: str | None, trusted: dict[str, bool]) -> list[str]:
    """Remove a user of the run's own, whose id may not be known; the ledger is told.

    Args:
        org: on behalf of which act.
        user_name: the user's.
        user_id: the user's, None where only the name is known.
        trusted: the prefixes whose deletes were seen to be done; added to.

    Returns:
        Why it could not be removed, with the curl line that would do it.
    """
    try:
        found = [user_id] if user_id else _find(org, user_name)
    except _TROUBLE as error:
        return [f"user {user_name}: nobody knows whether it is there ({error})"]
    problems: list[str] = []
    for each in found:
        problems += _delete(org, user_name, Resource("users", each, ours=True), trusted)
    if not problems:
        org.workspace.ledger.write("removed", userName=user_name)
    return problems


def _deleted_together(org: Org, users: Sequence[tuple[str, str | None]], trusted: Mapping[str, bool]) -> set[str]:
    """Delete users of known ids side by side, by a prefix whose deletes were seen to be done; the ledger is told.

    Returns:
        The names of those who are gone; of the others it is yet to be found out why they are not.
    """
    known = {name: Resource("users", user_id, ours=True) for name, user_id in users if user_id}
    prefix = next((prefix for prefix, done in trusted.items() if done), None)
    if prefix is None or org.workspace.at_once < 2:
        return set()
    gone: set[str] = set()
    questions = [{"resource": user} for user in known.values()]
    try:
        answers = list(org.ask_together(org.operation(prefix, "delete_user"), questions))
    except _TROUBLE:
        return gone
    for name, asked in zip(known, answers, strict=True):
        if isinstance(asked, Exchange) and (asked.answer.ok or asked.status in _GONE):
            org.workspace.ledger.write("removed", userName=name)
            gone.add(name)
    return gone


def _find(org: Org, user_name: str) -> list[str]:
    """The ids of the users of a name, by whichever prefix can tell."""
    trouble: Exception | None = None
    for prefix in org.workspace.contract.prefixes:
        try:
            found = org.ask(org.operation(prefix, "list_users"), params={"filter": f'userName eq "{user_name}"'})
        except _TROUBLE as error:
            trouble = error
            continue
        if found.answer.ok and isinstance(found.document.get("Resources"), list | None):  # null is nobody
            mine = [r for r in resources(found.document) if str(r.get("userName")).lower() == user_name.lower()]
            return [str(r["id"]) for r in mine if isinstance(r.get("id"), str)]
        trouble = Blocked(f"the list of users answered {found.answer.line}", found)
    raise trouble or Blocked("no list of users to ask")


def _delete(org: Org, user_name: str, user: Resource, trusted: dict[str, bool]) -> list[str]:
    """Delete by either prefix; the first delete of each is checked by reading, all where that showed a lie."""
    said = ""
    for prefix in org.workspace.contract.prefixes:
        try:
            asked = org.ask(org.operation(prefix, "delete_user"), user)
            if asked.status in _GONE:
                return []
            if asked.answer.ok and (trusted.get(prefix) or _is_gone(org, prefix, user)):
                trusted[prefix] = True
                return []
            said = f"{curl(asked.request, org.workspace.transport.masker)}  answered {asked.answer.line}"
        except _TROUBLE as error:
            said = said or f"DELETE {org.workspace.target.base_url} … {user.id}: {error}"
    return [f"user {user_name} (id {user.id}): {said}"]


def _is_gone(org: Org, prefix: str, user: Resource) -> bool:
    seen = org.eventually(lambda: org.gone_or_there(user, prefix), lambda e: e.status in _GONE)
    return seen.status in _GONE


def _restore(org: Org, group_id: str, body: dict[str, Any]) -> list[str]:
    group = Resource("groups", group_id, ours=True)
    kept = {"displayName": body.get("displayName"), "members": body.get("members") or []}
    ways: list[tuple[str, Callable[[], Any]]] = []
    for prefix in org.workspace.contract.prefixes:
        ways.append((prefix, _by_put(org, prefix, group, body, kept)))
    for prefix in org.workspace.contract.prefixes:
        ways.append((prefix, _by_patch(org, prefix, group, kept)))
    said = "it could not be read"
    for prefix, way in ways:
        try:
            now = org.look(group, prefix, fresh=True)
            wrong = _unlike(kept, now)
            if wrong:
                tried: Exchange = way()
                wrong = _unlike(kept, org.look(group, prefix, fresh=True))
                line = curl(tried.request, org.workspace.transport.masker)
                said = f"{line}  answered {tried.answer.line}, and then {'; '.join(wrong)}"
            if not wrong:
                org.workspace.ledger.write("restored-group", id=group_id)
                return []
        except _TROUBLE as error:
            said = str(error)
    return [f"group {kept['displayName']!r} (id {group_id}) is not as it was: {said}"]


def _unlike(kept: dict[str, Any], now: Exchange) -> tuple[str, ...]:
    def shape(document: dict[str, Any]) -> dict[str, Any]:
        members = document.get("members") or []
        return {
            "displayName": document.get("displayName"),
            "members": [m.get("value") for m in members if isinstance(m, dict)],
        }

    return differences(shape(kept), shape(now.document))


def _by_put(
    org: Org, prefix: str, group: Resource, body: dict[str, Any], kept: dict[str, Any]
) -> Callable[[], Exchange]:
    return lambda: org.ask(
        org.operation(prefix, "replace_group"), group, body=replacement("groups", body, **kept), case="put"
    )


def _by_patch(org: Org, prefix: str, group: Resource, kept: dict[str, Any]) -> Callable[[], Exchange]:
    steps = [{"op": "replace", "path": name, "value": value} for name, value in kept.items()]
    return lambda: org.ask(org.operation(prefix, "modify_group"), group, body=modification(*steps), case="patch")
