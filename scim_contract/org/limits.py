"""Writes beyond the limits of the vendor's own extension, and what of them a later read shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Written
from scim_contract.org.documents import GENESYS, entries, resources
from scim_contract.org.misfits import Make, bearing, creations
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try, tried

MOST, BEST = 50, 5.0
_SKILLS, _LANGUAGES = "routingSkills", "routingLanguages"
_VALUES: Mapping[str, tuple[str, int, float]] = MappingProxyType(
    {
        "skills-51": (_SKILLS, MOST + 1, 1.0),
        "languages-51": (_LANGUAGES, MOST + 1, 1.0),
        "proficiency-above": (_SKILLS, 1, BEST + 1),
        "proficiency-below": (_LANGUAGES, 1, -1.0),
    }
)
"""For each case the attribute, how many entries, and of which proficiency."""


def beyond(org: Org, operation: Operation, case: str) -> Written:
    """A write that goes beyond a limit, with what was read around it.

    Raises:
        Untested, Blocked: there is nothing to write, or it cannot be read.
    """
    shared = org.acting("shared/limits")
    return org.once(("limits", operation.id), lambda: _sent(shared, operation))[case]


def _sent(org: Org, operation: Operation) -> Mapping[str, Written]:
    makers = {case: _maker(org, operation, case) for case in _VALUES}
    if operation.kind == "create":
        return creations(org, operation, makers)
    subject = org.subject_of(operation)
    assert subject is not None
    base = org.look(subject, operation.prefix).document

    def bound(make: Make) -> Try:
        return lambda word: make(base, word)

    return tried(org, operation, {case: bound(make) for case, make in makers.items()})


def _maker(org: Org, operation: Operation, case: str) -> Make:
    attribute, number, proficiency = _VALUES[case]
    target = org.workspace.target
    name = (target.routing_skill if attribute == _SKILLS else target.routing_language) or "Conformance"
    names = [name] + [f"{name} {count}" for count in range(2, number + 1)]
    value = {attribute: [{"name": each, "proficiency": proficiency} for each in names]}
    return lambda base, word: {"body": bearing(operation, base, **{GENESYS: value})}


def stored_beyond(written: Written, case: str) -> Iterator[str]:
    """What a later read shows beyond the limit of a case; nothing where all is within."""
    attribute = _VALUES[case][0]
    for user in _users(written):
        extension = user.get(GENESYS)
        held = entries(extension, attribute) if isinstance(extension, dict) else []
        if len(held) > MOST:
            yield f"{len(held)} {attribute}"
        for each in held:
            rating = each.get("proficiency")
            if isinstance(rating, int | float) and not 0 <= rating <= BEST:
                yield f"{attribute} {each.get('name')} of proficiency {rating:g}"


def _users(written: Written) -> list[dict[str, Any]]:
    """What was read afterwards: the resource, or of a create the users that it may have made, by their name."""
    if written.created_as is None:
        return [written.after.document]
    name = written.created_as.lower()
    return [user for user in resources(written.after.document) if str(user.get("userName")).lower() == name]
