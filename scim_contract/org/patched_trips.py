"""Round trips by PATCH: where another claim makes the same PATCH, else in turn with one read after them all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from scim_contract.contract import Operation
from scim_contract.org.across import switched
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import Fact, facts
from scim_contract.org.fragments import DOUBTFUL, SUPPLIED, WRITABLE, Fragment, fragment, fragments, steps
from scim_contract.org.org import Org
from scim_contract.org.patches import patch
from scim_contract.org.side_by_side import one_of_many
from scim_contract.org.trip import Trip, about_to_name, freely_named, settle_name, updated
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange, Unreachable

_ELSEWHERE: Mapping[str, Callable[[Org, Operation], Written]] = MappingProxyType(
    {
        "title": lambda org, operation: patch(org, operation, "replace", "plain-path").written,
        "department": lambda org, operation: patch(org, operation, "replace", "extension").written,
        "active": lambda org, operation: switched(org, operation).off.written,
    }
)
"""The PATCHes of other claims that send one of these alone."""
_STAYING = frozenset(
    ("userName", "displayName", "title", "externalId", "phoneNumbers", "department", "division", "manager")
)
_IN_TURN = tuple(case for case in (*WRITABLE, "manager", *SUPPLIED, *DOUBTFUL, "email-other") if case not in _ELSEWHERE)


def modified(org: Org, operation: Operation, case: str) -> Trip:
    """One PATCH for each case, in turn, and one read after all of them; where that does not show a case, the
    case is written once more with a read of its own, since a later PATCH may have undone it."""
    elsewhere = _patched_elsewhere(org, operation, case)
    if elsewhere is not None:
        return elsewhere
    part = fragment(org, operation, case)
    in_turn = org.once(("in turn", operation.id), lambda: _in_turn(org, operation))
    user = _patched_user(org, operation)
    alone = in_turn.get(case)
    if alone is not None:
        led = tuple(each for each in (alone.before, alone.asked, alone.after) if each is not None)
        sent = alone.change.shows if alone.change is not None else part
        made = Trip(alone, sent, alone.after.document, led)
        if made.back or not made.written.asked.answer.ok:
            return made
    if case != "together":
        part = fragment(org, operation, case, " alone")
    name = case if case == "together" else f"{case} alone"
    return updated(org, operation, user, case, part, lambda _, bearing: _change(bearing), name)


def piece_by_piece(org: Org, operation: Operation) -> list[Written]:
    """The PATCHes that were sent in turn and whose answer shows something else than the one before it, which has an
    ETag too; nothing of any other operation.
    """
    if operation.name != "modify_user":
        return []
    with contextlib.suppress(Blocked, Untested):
        shared = org.acting("shared/round-trip")
        sent = org.once(("in turn", operation.id), lambda: _in_turn(shared, operation))
        pairs = [(one.asked, other) for one, other in pairwise(sent.values()) if one is not None and other is not None]
        return [replace(made, before=was, after=made.asked) for was, made in pairs if _told_apart(was, made)]
    return []


def lost_in_turn(org: Org, operation: Operation) -> list[tuple[Written, frozenset[Fact]]]:
    """The same, each with what the answer before it shows and its own does not, though it is about something else.

    Addresses, roles and photos are left out: a server may make them of a userName, or choose them.
    """
    found = []
    for made in piece_by_piece(org, operation):
        assert made.change is not None
        was, now = (facts(read.document) if read else frozenset[Fact]() for read in (made.before, made.after))
        own = {name for name, _ in facts(made.change.shows)}
        found.append((made, frozenset(fact for fact in was - now if fact[0] in _STAYING and fact[0] not in own)))
    return found


def _told_apart(was: Exchange, made: Written) -> bool:
    now, part = made.asked, facts(made.change.shows if made.change is not None else {})
    tagged = all(each.answer.ok and each.answer.etag and each.document for each in (was, now))
    return tagged and not part <= facts(was.document) and part <= facts(now.document)


def _change(part: Fragment) -> Change:
    return Change(modification(*steps(part, "replace")), part)


def _patched_elsewhere(org: Org, operation: Operation, case: str) -> Trip | None:
    """The PATCH of that attribute alone which another claim makes, where what it sent is there afterwards."""
    make = _ELSEWHERE.get(case)
    if make is None:
        return None
    with contextlib.suppress(Blocked, Untested, Unreachable):  # which is told by the claim whose PATCH it is
        written = make(org, operation)
        sent = _sent_by(written)
        made = Trip(written, sent, written.after.document)
        if sent and written.asked.answer.ok and made.back:
            return made
    return None


def _sent_by(written: Written) -> Fragment:
    """The part of a user that the first operation of a PATCH sends."""
    step, *_ = written.change.body["Operations"] if written.change is not None else [{}]
    if step.get("path") is None:
        return dict(step.get("value") or {})
    name = str(step["path"])
    if name.startswith(f"{ENTERPRISE}:"):
        return {ENTERPRISE: {name.removeprefix(f"{ENTERPRISE}:"): step.get("value")}}
    return {name: step.get("value")}


def _in_turn(org: Org, operation: Operation) -> dict[str, Written | None]:
    """None in the place of one whose answer was lost: it may have been done all the same."""
    user = _patched_user(org, operation)
    before = org.look(user, operation.prefix)
    sent: dict[str, tuple[Change, Exchange] | None] = {}
    for case, made in fragments(org, operation, _IN_TURN).items():
        part = freely_named(org, user, made)
        about_to_name(org, user, part)
        change = Change(modification(*steps(part, "add")), part)
        sent[case] = None
        with contextlib.suppress(Unreachable):
            sent[case] = change, org.ask(operation, user, body=change.body, case=case)
    after = org.gone_or_there(user, operation.prefix)
    named = sent.get("user-name")
    if named is not None:
        settle_name(org, user, before, after, named[0].shows)
    return {case: came and Written(before, came[1], after, came[0]) for case, came in sent.items()}


def _patched_user(org: Org, operation: Operation) -> Resource:
    return one_of_many(org, operation.prefix, "patched piece by piece", 1)
