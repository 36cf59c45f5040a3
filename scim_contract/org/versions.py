"""ETags and versions: their shape, where they stand, and the plain write that several claims look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Written, replacing
from scim_contract.org.errors import Blocked
from scim_contract.org.org import Org
from scim_contract.org.refusals import Tried, Try, tried
from scim_contract.transport import Exchange

# An opaque-tag in double quotes, W/ before a weak one (RFC 9110 §8.8.3).
NO_VERSION = '"no-such-version"'
MEMBERS = "members"
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


def stale_write(org: Org, operation: Operation, case: str) -> Written:
    """A write whose If-Match is not the current ETag: `made-up`, or one from `before-the-last-write`.

    A group is also patched in its `members` alone. All are sent before what is left of them is read, once.

    Raises:
        Untested: there is nothing to write.
        Blocked: the subject cannot be read, or never had another ETag.
    """
    shared = org.acting("shared/stale")
    found, lacking = org.once(("stale", operation.id), lambda: _stale_writes(shared, operation))
    if lacking is not None and case not in found:
        raise lacking
    return found[case]


def _stale_writes(org: Org, operation: Operation) -> tuple[Tried, Blocked | None]:
    etags: dict[str, str] = {"made-up": NO_VERSION}
    lacking: Blocked | None = None
    try:
        etags["before-the-last-write"] = org.outdated_etag(operation)
    except Blocked as error:
        lacking = error
    subject = org.subject_of(operation)
    assert subject is not None
    before = org.look(subject, operation.prefix)

    def with_etag(case: str) -> Try:
        def make(word: str) -> Mapping[str, Any]:
            if operation.kind == "delete":
                return {"if_match": etags[case]}
            change = org.new_change(operation, before, f"{case} {word}")
            return {"change": change, "body": change.body, "if_match": etags[case]}

        return make

    tries = {case: with_etag(case) for case in etags}
    if operation.name == "modify_group":
        tries[MEMBERS] = _other_members(org, operation)
    return tried(org, operation, tries), lacking


def _other_members(org: Org, operation: Operation) -> Try:
    """A made-up ETag on a write of members alone: other ones than the group has, whoever they are."""
    user, group = people.still_user(org, operation.prefix), org.subject_of(operation)
    assert group is not None

    def make(_: str) -> Mapping[str, Any]:
        held = org.look(group, operation.prefix).document.get("members") or []
        alone = len(held) == 1 and isinstance(held[0], dict) and held[0].get("value") == user.id
        return {"body": replacing("members", [] if alone else [{"value": user.id}]), "if_match": NO_VERSION}

    return make
