"""ETags and versions: their shape, where they stand, and the plain write that several claims look at."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Written, replacing
from scim_contract.org.errors import Blocked
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try
from scim_contract.transport import Exchange

# An opaque-tag in double quotes, W/ before a weak one (RFC 9110 §8.8.3).
NO_VERSION = '"no-such-version"'
MEMBERS = "members"
_PLAINLY = ("made-up",)
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def is_etag(value: str | None) -> bool:
    """Whether a header's value has the shape of an ETag, quotes included."""
    return value is not None and _ETAG.fullmatch(value) is not None


def etag_of(read: Exchange | None) -> str:
    """The ETag header of a read that succeeded.

    Raises:
        Blocked: the read did not succeed or has none.
    """
    if read is None or not read.answer.ok or not read.answer.etag:
        raise Blocked("the read gave no ETag", read)
    return read.answer.etag


def version_of(document: Mapping[str, Any]) -> Any:
    """meta.version of a document, None where it has none."""
    meta = document.get("meta")
    return meta.get("version") if isinstance(meta, dict) else None


def shared_write(org: Org, operation: Operation) -> Written:
    """A plain write of an operation, without If-Match, made once and looked at by every claim that can use it."""
    shared = org.acting("shared/write")
    return org.once(("shared write", operation.id), lambda: shared.write(operation))


def outdated(org: Org, operation: Operation) -> str:
    """An ETag that the operation's subject had before a write; found once.

    Raises:
        Blocked: no write gave the subject another ETag.
    """
    return org.once(("outdated", operation.id), lambda: org.acting("shared/stale").outdated_etag(operation))


def stale_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """Writes whose If-Match is not the current ETag: made up, from before the last write; and of members alone."""
    if operation.parameter("If-Match") is None:
        return {}
    etags: dict[str, str] = {"made-up": NO_VERSION}
    with contextlib.suppress(Blocked):  # which is told when it is asked for
        etags["before-the-last-write"] = outdated(org, operation)
    subject = org.subject_of(operation)
    assert subject is not None
    before = org.look(subject, operation.prefix)
    if before.answer.etag == etags.get("before-the-last-write"):  # of a subject before this one, versions being counted
        etags["before-the-last-write"] = org.acting("shared/stale").outdated_etag(operation)
        before = org.look(subject, operation.prefix)

    def with_etag(case: str) -> Try:
        def make(word: str) -> Mapping[str, Any]:
            if operation.kind == "delete":
                return {"if_match": etags[case]}
            change = org.new_change(operation, before, f"{case} {word}")
            body = change.body if case in _PLAINLY else _said_twice(change.body)
            return {"change": change, "body": body, "if_match": etags[case]}

        return make

    tries = {case: with_etag(case) for case in etags}
    if operation.name == "modify_group":
        tries[MEMBERS] = _other_members(org, operation)
    return tries


def _said_twice(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A PATCH whose operations come again without a path, so that no shape of it is let off; or the body as it is."""
    steps = body.get("Operations")
    if not isinstance(steps, list):
        return body
    without = [{"op": step["op"], "value": {step["path"]: step["value"]}} for step in steps]
    return {**body, "Operations": [*steps, *without]}


def _other_members(org: Org, operation: Operation) -> Try:
    """A made-up ETag on a write of members alone: other ones than the group has, whoever they are."""
    user, group = people.still_user(org, operation.prefix), org.subject_of(operation)
    assert group is not None

    def make(_: str) -> Mapping[str, Any]:
        held = org.look(group, operation.prefix).document.get("members") or []
        alone = len(held) == 1 and isinstance(held[0], dict) and held[0].get("value") == user.id
        return {"body": replacing("members", [] if alone else [{"value": user.id}]), "if_match": NO_VERSION}

    return make
