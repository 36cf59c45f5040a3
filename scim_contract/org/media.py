"""Writes in every documented pair of media types, with texts in many scripts riding on them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.across import renamed, switched
from scim_contract.org.asking import JSON, SCIM_JSON, encoded
from scim_contract.org.carrying import TEXTS, TYPES, carrying
from scim_contract.org.changes import Change, Written, replacement, replacing
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.fragments import primary_phone
from scim_contract.org.group_patches import named_and_filled, renamed_alone
from scim_contract.org.joining import joining
from scim_contract.org.org import Org
from scim_contract.org.patches import in_order, patch
from scim_contract.org.refusals import Try
from scim_contract.org.replacements import cleared, stored
from scim_contract.org.trips import SPENT, trip, user_of
from scim_contract.org.versions import etag_of, shared_write
from scim_contract.org.workspace import Resource
from scim_contract.org.writing import Made, creation, marked
from scim_contract.transport import Exchange, Unreachable

_ALIKE = [{"value": f"+131755502{number}", "type": "work"} for number in (31, 32)]
"""Two phone numbers of one type."""
CALLED = "charset-scim"
"""The types of the creation whose user has a phone number."""
UNDOCUMENTED: Mapping[str, str] = MappingProxyType({"text-plain": "text/plain", "application-xml": "application/xml"})

_CARRIERS: Mapping[tuple[str, str], Mapping[str, Callable[[Org, Operation], object]]] = MappingProxyType(
    {
        ("users", "replace"): {
            "json-scim": lambda org, operation: trip(org, operation, "title"),
            "scim-json": stored,
            "scim-scim": lambda org, operation: trip(org, operation, "together"),
            "charset-json": lambda org, operation: trip(org, operation, "display-name"),
            "charset-scim": switched,
        },
        ("users", "modify"): {
            "json-scim": lambda org, operation: patch(org, operation, "replace", "plain-path"),
            "scim-json": lambda org, operation: patch(org, operation, "add", "no-path"),
            "scim-scim": lambda org, operation: patch(org, operation, "replace", "no-path"),
            "charset-json": lambda org, operation: trip(org, operation, "together"),
            "charset-scim": switched,
        },
        ("groups", "replace"): {
            "json-scim": lambda org, operation: cleared(org, operation, "empty list"),
            "scim-json": stored,
            "scim-scim": lambda org, operation: cleared(org, operation, "left out"),
            "charset-json": lambda org, operation: cleared(org, operation, "null"),
            "charset-scim": renamed,
        },
        ("groups", "modify"): {
            "json-scim": renamed_alone,
            "scim-json": lambda org, operation: patch(org, operation, "replace", "no-path"),
            "scim-scim": named_and_filled,
            "charset-json": in_order,
            "charset-scim": renamed,
        },
    }
)
"""By resource, kind of operation and types: the write of another claim that carries them."""


@dataclass(frozen=True)
class Sent:
    """A write in some types: with a text outside ASCII, and, where that did not do, without."""

    with_text: Written
    plain: Written


def sent(org: Org, operation: Operation, name: str) -> Sent:
    """A write in the types of that name, made once; the plain JSON one is the one that other claims look at.

    Raises:
        Untested, Blocked: there is nothing to write.
    """
    if name == "json-json":
        written = shared_write(org, operation)
        return Sent(written, written)
    shared = org.acting("shared/media")
    return org.once(
        ("sent", operation.id, name), lambda: _carried(shared, operation, name) or _send(shared, operation, name)
    )


def _carried(org: Org, operation: Operation, name: str) -> Sent | None:
    """The write of another claim that can carry these types, where it came out well with them."""
    carrier = _CARRIERS.get((operation.resource, operation.kind), {}).get(name)
    if carrier is None:
        return None
    begun = len(org.workspace.trail)
    with contextlib.suppress(Blocked, Untested, Unreachable):  # which is told by the claim whose write it is
        carrier(org, operation)
    del org.workspace.trail[begun:]
    written = carrying(org, operation, name)
    if written is None:
        return None
    org.workspace.trail += [each for each in (written.before, written.asked, written.after) if each is not None]
    return Sent(written, written)


def sent_with(org: Org, operation: Operation, text: str) -> Sent:
    """The write on which one of TEXTS rides."""
    return sent(org, operation, next(name for name, types in TYPES.items() if types.text == text))


def answered_to(org: Org, operation: Operation, accept: str | None) -> Exchange:
    """The answer to a write that asked for a type, for none (None) or for any (`*/*`)."""
    name = next(name for name, types in TYPES.items() if types.accept == accept)
    together = sent(org, operation, name).plain.asked
    if together.answer.ok or TYPES[name].content_type == JSON:
        return together
    shared = org.acting("shared/media")
    alone = org.once(
        ("answered", operation.id, accept), lambda: shared.write(operation, accept=accept, case=f"accept {accept}")
    )
    return alone.asked


def with_charset(org: Org, operation: Operation, name: str) -> Written:
    """A write whose Content-Type has a charset; what else was out of the ordinary is left out where it did no good."""
    together = sent(org, operation, name).plain
    if together.applied:
        return together
    shared, content_type = org.acting("shared/media"), TYPES[name].content_type
    return org.once(
        ("charset", operation.id, name),
        lambda: shared.write(operation, content_type=content_type, case=f"{name} alone"),
    )


def _send(org: Org, operation: Operation, name: str) -> Sent:
    types = TYPES[name]
    plainly: dict[str, Any] = {"content_type": types.content_type, "accept": types.accept}
    if not types.text:
        return _conditionally(org, operation, name, plainly)
    for perhaps in dict.fromkeys((types.perhaps, "")):
        more = " alone" if types.perhaps and not perhaps else ""
        change = _bearing(org, operation, types.text, perhaps, more)
        written = org.write(operation, case=f"{name}{more}", change=change, **plainly)
        if written.applied:
            return Sent(written, written)
        if not written.asked.answer.ok and written.asked.status != 400:
            break  # which is no matter of texts
    return Sent(written, org.write(operation, case=f"{name} plain", **plainly))


def _conditionally(org: Org, operation: Operation, name: str, plainly: dict[str, Any]) -> Sent:
    """A write that is also one with the current If-Match, where the operation has one and it does no harm."""
    if operation.parameter("If-Match") is not None:
        with contextlib.suppress(Blocked):
            both = org.write(operation, case=f"{name} and If-Match", if_match=etag_of, **plainly)
            if both.applied:
                return Sent(both, both)
    if operation.kind == "create" and name == CALLED:
        plainly["change"] = _called(org, operation, name)
    written = org.write(operation, case=name, **plainly)
    return Sent(written, written)


def _called(org: Org, operation: Operation, name: str) -> Change:
    """A user with a phone number, which another claim goes on with."""
    change = creation(org, operation, name, title=f"Title {name}", phoneNumbers=[primary_phone("work")])
    return Change(change.body, {**change.shows, "title": change.body["title"]})


def conditional(org: Org, operation: Operation) -> Written:
    """A write with the current If-Match.

    Raises:
        Untested: there is nothing to write.
        Blocked: the subject cannot be read, or has no ETag.
    """
    both = deleted(org, operation, JSON) if operation.kind == "delete" else sent(org, operation, "charset-scim").plain
    if both.applied and both.asked.request.header("If-Match") is not None:
        return both
    shared = org.acting("shared/conditional")
    return org.once(("conditional", operation.id), lambda: shared.write(operation, if_match=etag_of))


def deleted(org: Org, operation: Operation, content_type: str | None) -> Written:
    """A delete with a Content-Type though it has no body, or with none."""
    if content_type is None:
        return shared_write(org, operation)
    shared = org.acting("shared/delete")
    plainly: dict[str, Any] = {"headers": (("Content-Type", content_type),)}
    if content_type != JSON:
        return org.once(("deleted as", operation.id), lambda: _deleted_as_scim(shared, operation, plainly))
    return org.once(("deleted", operation.id), lambda: _conditionally(shared, operation, "json", plainly).plain)


def deleted_who_is_off(org: Org, operation: Operation) -> list[Written]:
    """The delete of a user who is off, as another claim makes it; none where that could not be made."""
    begun, found = len(org.workspace.trail), list[Written]()
    with contextlib.suppress(Blocked, Untested):  # which is told there
        one = deleted(org, operation, SCIM_JSON)
        found += [one] if one.before is not None and one.before.document.get("active") is False else []
    del org.workspace.trail[begun:]
    return found


def _bearing(org: Org, operation: Operation, text: str, perhaps: str, more: str) -> Any:
    """A change whose value holds the text and what may follow it; a function of the document before, for a PUT."""
    attribute = "title" if operation.resource == "users" else "displayName"
    value = f"{TEXTS[text]}{perhaps} {org.workspace.token(f'{operation.id} {text}{more}')}"
    if operation.kind == "create":
        own = {**joining(org), **({"phoneNumbers": _ALIKE} if perhaps else {})}
        made = creation(org, operation, f"{text}{more}", title=value, **own)
        return Change(made.body, {**made.shows, attribute: value})
    if operation.kind == "modify":
        return Change(replacing(attribute, value), {attribute: value})
    return lambda before: Change(replacement(operation.resource, before, **{attribute: value}), {attribute: value})


def _deleted_as_scim(org: Org, operation: Operation, plainly: dict[str, Any]) -> Written:
    """The delete of a user whom a claim needed to be created, and no longer."""
    spent: Resource | None = None
    with contextlib.suppress(Blocked, Untested, Unreachable):  # then it is the usual subject
        spent = user_of(org, operation.prefix, SPENT)
        if not org.seen(spent, operation.prefix).answer.ok:
            spent = None
    return org.write(operation, resource=spent, case="scim", **plainly)


def undeclared_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """A good body declared as something else, by case: text-plain, application-xml."""
    if operation.kind == "delete":
        return {}
    subject = org.subject_of(operation)
    assert subject is not None
    before = org.look(subject, operation.prefix)

    def declared(case: str, kind: str) -> Try:
        def make(word: str) -> Mapping[str, Any]:
            change = org.new_change(operation, before, f"{case} {word}")
            return {"change": change, "body": change.body, "content_type": kind}

        return make

    return {case: declared(case, kind) for case, kind in UNDOCUMENTED.items()}


def undeclared_creations(org: Org, operation: Operation, external_id: str) -> Made:
    """The same of a creation, whose traces are users with an externalId."""
    changes = {case: creation(org, operation, case, **marked(external_id)) for case in UNDOCUMENTED}
    questions = (
        {"case": case, "raw": encoded(change.body), "content_type": UNDOCUMENTED[case]}
        for case, change in changes.items()
    )
    answers = org.ask_together(operation, questions)
    return {case: (changes[case], asked) for case, asked in zip(changes, answers, strict=True)}
