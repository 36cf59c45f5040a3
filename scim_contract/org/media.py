"""Writes in every documented pair of media types, with texts in many scripts riding on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.asking import JSON, SCIM_JSON, encoded
from scim_contract.org.changes import Change, Written, replacement, replacing
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try, tried
from scim_contract.org.writing import find_user
from scim_contract.transport import Exchange

TEXTS: Mapping[str, str] = MappingProxyType(
    {"accents": "Zoë Ångström", "cjk": "名前テスト", "emoji": "🎧👩‍💻", "right-to-left": "שלום عالم"}
)
PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "accents": (JSON, JSON),
        "cjk": (JSON, SCIM_JSON),
        "emoji": (SCIM_JSON, JSON),
        "right-to-left": (SCIM_JSON, SCIM_JSON),
    }
)
"""Which pair of Content-Type and Accept each text is sent in."""

_WIDER: Mapping[tuple[str, str | None], str] = MappingProxyType(
    {
        (f"{JSON}; charset=utf-8", None): "charset and no Accept",
        (f"{SCIM_JSON}; charset=utf-8", "*/*"): "charset and any",
    }
)


@dataclass(frozen=True)
class Paired:
    """A write in one pair of types: with a text outside ASCII, and, where that did not do, without."""

    with_text: Written
    plain: Written

    @property
    def text(self) -> str:
        """The attribute's value as it was sent."""
        change = self.with_text.change
        return str(change.shows[self.attribute]) if change is not None else ""

    @property
    def attribute(self) -> str:
        """The attribute that bears the text."""
        return _bearer(self.with_text.asked.operation)


def paired(org: Org, operation: Operation, text: str) -> Paired:
    """A write with one of TEXTS in the pair of types that it stands for, made once.

    Raises:
        Untested, Blocked: there is nothing to write.
    """
    shared = org.acting("shared/media")
    return org.once(("paired", operation.id, text), lambda: _paired(shared, operation, text))


def _paired(org: Org, operation: Operation, text: str) -> Paired:
    content_type, accept = PAIRS[text]
    change = _change(org, operation, text)
    written = org.write(operation, change=change, content_type=content_type, accept=accept, case=text)
    if written.applied:
        return Paired(written, written)
    return Paired(written, org.write(operation, content_type=content_type, accept=accept, case=f"{text} plain"))


def _change(org: Org, operation: Operation, text: str) -> Any:
    """A change whose value holds the text; a function of the document before where a PUT needs it."""
    attribute = _bearer(operation)
    word = org.workspace.token(f"{operation.id} {text}")
    if operation.kind == "create":
        body = people.new_user(org.workspace, f"{org.act}/{operation.id}/{text}", title=f"{TEXTS[text]} {word}")
        return Change(body, {"userName": body["userName"], attribute: body[attribute]})
    value = f"{TEXTS[text]} {word}"
    if operation.kind == "modify":
        return Change(replacing(attribute, value), {attribute: value})
    return lambda before: Change(replacement(operation.resource, before, **{attribute: value}), {attribute: value})


def _bearer(operation: Operation | None) -> str:
    return "title" if operation is not None and operation.resource == "users" else "displayName"


def with_charset(org: Org, operation: Operation, content_type: str) -> Written:
    """A write whose Content-Type has a charset; it asks for no type, or for any, in return."""
    key = next(k for k in _WIDER if k[0].startswith(content_type))
    shared = org.acting("shared/media")
    return org.once(
        ("charset", operation.id, content_type),
        lambda: shared.write(operation, content_type=key[0], accept=key[1], case=_WIDER[key]),
    )


def answered_to(org: Org, operation: Operation, accept: str | None) -> Exchange:
    """The answer to a write that asked for a type, for none (None) or for any (`*/*`)."""
    if accept in (None, "*/*"):
        return with_charset(org, operation, JSON if accept is None else SCIM_JSON).asked
    return paired(org, operation, "accents" if accept == JSON else "cjk").plain.asked


def undeclared(org: Org, operation: Operation) -> dict[str, Written]:
    """A good body declared as something else, by case: text-plain, application-xml."""
    shared = org.acting("shared/undeclared")
    return org.once(("undeclared", operation.id), lambda: _undeclared(shared, operation))


def _undeclared(org: Org, operation: Operation) -> dict[str, Written]:
    types = {"text-plain": "text/plain", "application-xml": "application/xml"}
    if operation.kind == "create":
        return {case: _create_declared(org, operation, case, kind) for case, kind in types.items()}
    subject = org.subject_of(operation)
    assert subject is not None

    def declared(case: str, kind: str) -> Try:
        def make(word: str) -> Mapping[str, Any]:
            change = org.new_change(operation, org.look(subject, operation.prefix), f"{case} {word}")
            return {"change": change, "body": change.body, "content_type": kind}

        return make

    return tried(org, operation, {case: declared(case, kind) for case, kind in types.items()})


def _create_declared(org: Org, operation: Operation, case: str, kind: str) -> Written:
    change = org.new_change(operation, None, case)
    asked = org.ask(operation, raw=encoded(change.body), content_type=kind, case=case)
    user_name = str(change.shows["userName"])
    people.note_created(org.workspace, user_name, asked)
    return Written(None, asked, find_user(org, operation.prefix, user_name), change)
