"""Scalars of another type than is documented, which a server may refuse or convert."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written
from scim_contract.org.misfits import Base, Make, bearing, named_besides, naming, sent_under
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try
from scim_contract.org.workspace import Resource
from scim_contract.org.writing import Made
from scim_contract.transport import Exchange

_TOGETHER = " together"
"""Makes the number that is sent among others another one than that which is sent alone."""


@dataclass(frozen=True)
class Converted:
    """A write with one such scalar: what it reads back as where it is converted, and what was read.

    `before` is None for a create; `traces` are what the read shows of a write that was refused.
    """

    attribute: str
    value: Any
    asked: Exchange
    after: Exchange
    before: Exchange | None
    traces: tuple[str, ...]

    @property
    def stored(self) -> Any:
        """What the read afterwards shows."""
        return self.after.document.get(self.attribute)


def converted(org: Org, operation: Operation, case: str) -> Converted:
    """An update with `string-for-boolean` or `number-for-string`.

    Raises:
        Untested, Blocked: there is nothing to write, or it cannot be read.
    """
    shared = org.acting("shared/conversions")
    return org.once(("conversions", operation.id), lambda: _updated(shared, operation))[case]


def conversion_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """Updates with one such scalar each, which leave no trace where they are refused."""
    if operation.kind == "delete":
        return {}
    subject = org.subject_of(operation)
    assert subject is not None
    base = org.look(subject, operation.prefix).document

    def sending(name: str, sent: Any) -> Try:
        return lambda word: named_besides(operation, base, {"body": bearing(operation, base, **{name: sent})}, word)

    values = _values(operation, base, _number(org, operation, _TOGETHER))
    return {case: sending(name, sent) for case, (name, sent, _) in values.items()}


def refused_one(org: Org, operation: Operation, case: str, written: Written) -> Converted:
    """One that was refused together with others, none of which left a trace."""
    assert written.before is not None
    name, _, value = _values(operation, written.before.document, _number(org, operation, _TOGETHER))[case]
    return Converted(name, value, written.asked, written.after, written.before, written.traces)


def _values(operation: Operation, base: Base, number: int) -> dict[str, tuple[str, Any, Any]]:
    """By case: the attribute, what is sent, and what that is when converted."""
    values: dict[str, tuple[str, Any, Any]] = {"number-for-string": (naming(operation), number, str(number))}
    if operation.resource == "users":
        other = base.get("active") is False
        values["string-for-boolean"] = ("active", str(other).lower(), other)
    return values


def _number(org: Org, operation: Operation, more: str = "") -> int:
    return int(org.workspace.token(f"{org.act}/{operation.id}{more}"), 16)


def conversion_creations(org: Org, operation: Operation, external_id: str) -> Made:
    """Creations with one such scalar each, all under one externalId."""

    def giving(attribute: str, sent: Any) -> Make:
        return lambda base, word: {"body": bearing(operation, base, **{attribute: sent})}

    values = _values(operation, {}, _number(org, operation))
    return sent_under(
        org, operation, {case: giving(name, sent) for case, (name, sent, _) in values.items()}, external_id
    )


def created_one(org: Org, operation: Operation, case: str, made: Written) -> Converted:
    """A creation with such a scalar; where it was carried out, with a read of the user."""
    shared = org.acting("shared/conversions")
    return org.once(("conversions", operation.id, case), lambda: _created(shared, operation, case, made))


def _created(org: Org, operation: Operation, case: str, made: Written) -> Converted:
    name, _, value = _values(operation, {}, _number(org, operation))[case]
    after, user_id = made.after, made.asked.document.get("id")
    if made.asked.answer.ok and isinstance(user_id, str):
        after = org.gone_or_there(Resource("users", user_id, ours=True), operation.prefix)
    return Converted(name, value, made.asked, after, None, made.traces)


def _updated(org: Org, operation: Operation) -> dict[str, Converted]:
    """Each is written in turn: what is accepted is read at once, what is refused when all have been sent."""
    subject = _subject(org, operation)
    before = org.look(subject, operation.prefix)
    values = _values(operation, before.document, _number(org, operation))
    rows: dict[str, Converted] = {}
    refused: dict[str, tuple[Exchange, Exchange]] = {}
    for case, (name, sent, value) in values.items():
        asked = org.ask(operation, subject, body=bearing(operation, before.document, **{name: sent}), case=case)
        if not asked.answer.ok:
            refused[case] = asked, before
            continue
        after = org.gone_or_there(subject, operation.prefix)
        rows[case] = Converted(name, value, asked, after, before, ())
        before = after if after.answer.ok else before  # a PUT starts from what the last one left
    accepted = {row.attribute for row in rows.values()}
    after = org.gone_or_there(subject, operation.prefix) if refused else before
    for case, (asked, earlier) in refused.items():
        traces = _less(Written(earlier, asked, after, Change({}, {})).traces, accepted)
        rows[case] = Converted(values[case][0], values[case][2], asked, after, earlier, traces)
    return rows


def _subject(org: Org, operation: Operation) -> Resource:
    """A user of its own, since it may be switched off; the disposable group."""
    if operation.resource == "users":
        return org.person(operation.prefix, "converted", title="Conformance").resource
    subject = org.subject_of(operation)
    assert subject is not None
    return subject


def _less(traces: tuple[str, ...], others: Set[str]) -> tuple[str, ...]:
    return tuple(t for t in traces if t.partition(":")[0] not in others)
