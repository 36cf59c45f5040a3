"""Writes whose If-Match is not the current ETag, in each way that a server may take for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.changes import pathless, replacing
from scim_contract.org.clients import able
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.org import Org
from scim_contract.org.passwords import SET_PASSWORD, password
from scim_contract.org.refusals import Try
from scim_contract.org.still import still_user
from scim_contract.org.versions import NO_VERSION, beginning, empty, higher, longer, nearly, of_another, shared_write
from scim_contract.org.workspace import Resource
from scim_contract.transport import Unreachable

MEMBERS, PASSWORD = "members", "password"
BESIDES = {"modify_group": MEMBERS, "modify_user": PASSWORD}
"""What is written alone with a made-up ETag, besides the whole."""
_PLAINLY = ("made-up",)
_OF_ANOTHER = (("replace_group", "v1"), ("modify_user", "v2"), ("modify_group", "v1"), ("delete_user", "v2"))
_NEARLY, _LONGER = (("delete_user", "v1"),), (("modify_user", "v1"), ("replace_user", "v2"))
"""Where the ETag that is made up is another resource's, nearly the current one, or begins as it does."""
_ALONE: Mapping[tuple[str, str], Callable[[str | None], str]] = MappingProxyType(
    {
        (MEMBERS, "v1"): empty,
        (MEMBERS, "v2"): beginning,
        (PASSWORD, "v1"): beginning,
        (PASSWORD, "v2"): higher,
    }
)
"""How the ETag is made up of the current one for what is written alone."""
_AS_SCIM = (("modify", "v2"), ("replace", "v1"))
"""Where what is sent under the outdated ETag is application/scim+json."""
_LONG_AGO = (("modify", "v1"), ("replace", "v2"))
"""Where the outdated ETag is as old as one can be."""


def outdated(org: Org, operation: Operation) -> str:
    """An ETag that the operation's subject had before a write; found once.

    Raises:
        Blocked: no write gave the subject another ETag.
    """
    subject, shared = org.subject_of(operation), org.acting("shared/stale")
    return org.once(("outdated", operation.id, subject), lambda: _outdated(shared, operation))


def _outdated(org: Org, operation: Operation) -> str:
    """The ETag from before the last write, or, of one operation in two, the oldest that is known, two writes ago."""
    oldest, noun = (operation.kind, operation.prefix) in _LONG_AGO, operation.resource.removesuffix("s")
    writes = [org.operation(operation.prefix, f"{kind}_{noun}") for kind in ("replace", "modify")] if oldest else []
    for write in writes:
        with contextlib.suppress(Untested, Blocked, Unreachable):  # which is told by whoever looks at it
            shared_write(org, write)
    last, subject = org.outdated_etag(operation), org.subject_of(operation)
    assert subject is not None
    for write in writes[len(_older(org, operation, subject)) :]:  # those were another subject's
        org.write(write, resource=subject, case="move on")
    return _older(org, operation, subject)[0] if oldest else last


def _older(org: Org, operation: Operation, subject: Resource) -> list[str]:
    current = org.current_etag(subject, operation.prefix)
    return [etag for etag in org.workspace.etags[subject.resource, subject.id] if etag != current]


def stale_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """Writes whose If-Match is not the current ETag: made up, or from before the last write.

    What is made up is another resource's, or nearly the current one, at some of the operations. Some parts of a
    resource have a way of their own, and a write of theirs alone is made as well: members, a password.
    """
    if operation.parameter("If-Match") is None:
        return {}
    etags = dict[str, str]()
    with contextlib.suppress(Blocked):  # which is told when it is asked for
        etags["before-the-last-write"] = outdated(org, operation)
    subject = org.subject_of(operation)
    assert subject is not None
    before = org.look(subject, operation.prefix)
    if before.answer.etag == etags.get("before-the-last-write"):  # of a subject before this one, versions being counted
        etags["before-the-last-write"] = org.acting("shared/stale").outdated_etag(operation)
        before = org.look(subject, operation.prefix)
    etags = {"made-up": _made_up(org, operation, subject, before.answer.etag), **etags}

    sent: set[str] = set()

    def stale(case: str) -> str:
        if case not in sent:
            sent.add(case)
            return etags[case]
        return _stale_by_now(org, operation, case, etags[case])

    def alone(case: str) -> str:
        current = before.answer.etag if case not in sent else _current(org, operation)
        sent.add(case)
        return _ALONE[case, operation.prefix](current)

    def with_etag(case: str) -> Try:
        def make(word: str) -> Mapping[str, Any]:
            if operation.kind == "delete":
                return {"if_match": stale(case)}
            change = org.new_change(operation, before, f"{case} {word}")
            if case in _PLAINLY:
                body = _adding(change.body) if operation.prefix == "v1" else change.body
                return {"change": change, "body": body, "if_match": stale(case)}
            types = SCIM_JSON if (operation.kind, operation.prefix) in _AS_SCIM else JSON
            body = _said_twice(change.body)
            return {"change": change, "body": body, "if_match": stale(case), "content_type": types}

        return make

    tries = {case: with_etag(case) for case in etags}
    if operation.name == "modify_group":
        tries[MEMBERS] = _other_members(org, operation, lambda: alone(MEMBERS))
    if operation.name == "modify_user":
        with contextlib.suppress(Untested):
            tries[PASSWORD] = _another_password(org, operation, lambda: alone(PASSWORD))
    return tries


def _stale_by_now(org: Org, operation: Operation, case: str, etag: str) -> str:
    """What is sent again may meet another subject, or one that is as it was: then the ETags of that one count."""
    subject, current = org.subject_of(operation), _current(org, operation)
    assert subject is not None
    if case in _PLAINLY:
        return _made_up(org, operation, subject, current)
    older = _older(org, operation, subject) if current else []
    return etag if etag in older else org.acting("shared/stale").outdated_etag(operation)


def _current(org: Org, operation: Operation) -> str | None:
    subject = org.subject_of(operation)
    assert subject is not None
    return org.look(subject, operation.prefix).answer.etag


def _made_up(org: Org, operation: Operation, subject: Resource, current: str | None) -> str:
    if (operation.name, operation.prefix) in _OF_ANOTHER:
        with contextlib.suppress(Untested, Blocked):
            return of_another(org, operation.prefix, subject, current)
    if (operation.name, operation.prefix) in _NEARLY:
        return nearly(current)
    if (operation.name, operation.prefix) in _LONGER:
        return longer(current)
    return NO_VERSION


def _adding(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A PATCH that adds what it would replace; or the body as it is."""
    steps = body.get("Operations")
    return {**body, "Operations": [{**step, "op": "add"} for step in steps]} if isinstance(steps, list) else body


def _said_twice(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A PATCH whose operations come again without a path, so that no shape of it is let off; or the body as it is."""
    steps = body.get("Operations")
    if not isinstance(steps, list):
        return body
    return {**body, "Operations": [*steps, *map(pathless, steps)]}


def _other_members(org: Org, operation: Operation, etag: Callable[[], str]) -> Try:
    """A made-up ETag on a write of members alone: other ones than the group has, whoever they are."""
    user, group = still_user(org, operation.prefix), org.subject_of(operation)
    assert group is not None

    def make(_: str) -> Mapping[str, Any]:
        key = (operation.prefix, group.resource, group.id)
        read = org.workspace.found.get(key) or org.look(group, operation.prefix)
        held = read.document.get("members") or []
        alone = len(held) == 1 and isinstance(held[0], dict) and held[0].get("value") == user.id
        return {"body": replacing("members", [] if alone else [{"value": user.id}]), "if_match": etag()}

    return make


def _another_password(org: Org, operation: Operation, etag: Callable[[], str]) -> Try:
    """A made-up ETag on a write of the password alone, by somebody who may set it.

    Raises:
        Untested: nobody may.
    """
    who = able(org.workspace.target, SET_PASSWORD)

    def make(word: str) -> Mapping[str, Any]:
        return {"who": who, "body": replacing("password", password(org.workspace, word)), "if_match": etag()}

    return make
