"""What one generated write shows: held against what the contract says of its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Operation
from scim_contract.fuzz.deviations import Deviation
from scim_contract.fuzz.predicting import Prediction
from scim_contract.fuzz.sorting import Sort, Sorted
from scim_contract.judging import came
from scim_contract.judging.observed import findings
from scim_contract.org import Workspace
from scim_contract.org.changes import DERIVED
from scim_contract.org.documents import differences, named
from scim_contract.org.facts import Fact, facts, told
from scim_contract.org.tellable import tellable
from scim_contract.transport import Exchange

_CASES = {
    "userName": "user-name",
    "displayName": "display-name",
    "externalId": "external-id",
    "emails": "email-work",
}
_DEFAULTED = ("active", "division", "photos", "roles")
"""What a server may give everyone."""
ROUND_TRIP = "representations.round-trip"


@dataclass(frozen=True)
class Case:
    """A write with the reads around it; `before` is None for a create, `reads` are empty where nothing was created."""

    operation: Operation
    body: Sorted
    asked: Exchange
    before: Exchange | None
    reads: tuple[Exchange, ...]
    prediction: Prediction | None = None
    created: bool = False


def deviations(workspace: Workspace, case: Case) -> Iterator[Deviation]:
    """Everything that is wrong with a write and what followed."""
    for exchange in (case.asked, *case.reads):
        yield from observed(workspace, exchange)
    status, asked = case.asked.status, case.asked
    if status >= 500:
        yield from _changed(case)
    elif not asked.answer.ok and not 400 <= status < 500:
        yield Deviation(case.operation, "applied (2xx), or refused (4xx)", came(asked), asked, about="status")
    elif not asked.answer.ok:
        yield from _changed(case)
        yield from _created(case)
    elif case.body.sort is Sort.INVALID:
        wanted = f"a refusal (4xx), since {case.body.why}"
        yield Deviation(case.operation, wanted, came(asked), asked, case.body.claim, case.body.case, about="accepted")
    elif case.reads:
        yield from _applied(case)


def observed(workspace: Workspace, exchange: Exchange) -> Iterator[Deviation]:
    """What an exchange shows of the claims that every exchange is held against."""
    operation = exchange.operation
    if operation is None:
        return
    for claim, value, part, wrong in findings(workspace, exchange, operation, documented=True):
        for expected, seen in wrong[:1]:
            yield Deviation(operation, expected, seen, exchange, claim, value, part)


def _created(case: Case) -> Iterator[Deviation]:
    if case.created:
        found = case.reads[-1]
        yield Deviation(case.operation, "nothing is created", "the user is in the list", found, about="created")


def _changed(case: Case) -> Iterator[Deviation]:
    """A write that was refused has left everything as it was."""
    if case.before is None or not case.reads:
        return
    read = case.reads[0]
    if not read.answer.ok:
        wanted = "the resource as it was before the refused write"
        yield Deviation(case.operation, wanted, came(read), read, about="gone")
        return
    changed = differences(named(case.before.document), named(read.document), DERIVED)
    claim = "lifecycle.patch-atomic" if case.operation.kind == "modify" else ""
    expected = f"nothing changed by a write that was answered with {case.asked.answer.line}"
    for row in changed[:1]:
        yield Deviation(case.operation, expected, row, read, claim, about="changed")


def _applied(case: Case) -> Iterator[Deviation]:
    """A write that was accepted: what it said is there, whoever reads it, and the ETag tells of it."""
    for read in case.reads:
        if not read.answer.ok:
            yield Deviation(case.operation, "the resource that was written", came(read), read, about="gone")
            return
    if case.body.sort is Sort.VALID:
        yield from _facts(case)
    for read in case.reads:
        yield from _one_primary(case, read)
    yield from _etags(case)


def _facts(case: Case) -> Iterator[Deviation]:
    for read in case.reads:
        seen = facts(read.document)
        if case.operation.kind == "modify":
            yield from _predicted(case, read, seen)
            continue
        missing = tellable(case.body.document) - seen
        if missing:
            yield _lost(case, read, seen, missing, ROUND_TRIP)
            return


def _predicted(case: Case, read: Exchange, seen: frozenset[Fact]) -> Iterator[Deviation]:
    predicted, before = case.prediction, case.before
    if predicted is None or before is None:
        return
    if predicted.refused:
        claim, wanted = "lifecycle.patch-malformed-refused", "400, since its value filter matches nothing"
        yield Deviation(case.operation, wanted, came(case.asked), case.asked, claim, "filter-matches-nothing")
        return
    touched = predicted.touched
    there = {f for f in tellable(predicted.document) if f[0] in touched}
    op, _, kind = predicted.first.partition("/")
    if there - seen:
        yield _lost(case, read, seen, there - seen, f"lifecycle.patch-{op}", kind)
        return
    own = str(read.document.get("userName")).lower()
    untyped = {
        (name, text.removeprefix("none ")) for name, text in facts(predicted.document) if text.startswith("none ")
    }
    gone = {f for f in facts(before.document) - facts(predicted.document) if f[0] in touched} & seen
    gone = {f for f in gone if (f[0], f[1].partition(" ")[2]) not in untyped}  # sent again, and typed by the server
    gone = {f for f in gone if f[0] not in _DEFAULTED and own not in f[1].lower() and not _others(f)}
    if gone:
        yield Deviation(
            case.operation,
            f"a later read without {told(gone)}",
            "it is still there",
            read,
            f"lifecycle.patch-{op}",
            kind,
            about=min(gone)[0],
        )
    rest = {f for f in tellable(before.document) if f[0] not in touched and not _follows(f, touched)} - seen
    if rest:
        yield _lost(case, read, seen, rest, f"lifecycle.patch-{op}", kind)


def _others(fact: Fact) -> bool:
    """Whether it is an email of type other, which the directory owns."""
    return fact[0] == "emails" and not fact[1].startswith("work ")


def _follows(fact: Fact, touched: frozenset[str] | set[str]) -> bool:
    """Whether an attribute may follow another: an email may be the userName."""
    return fact[0] == "emails" and "userName" in touched


def _lost(
    case: Case, read: Exchange, seen: frozenset[Fact], missing: set[Fact] | frozenset[Fact], claim: str, kind: str = ""
) -> Deviation:
    name = min(missing)[0]
    instead = told({fact for fact in seen if fact[0] == name})
    where = (
        "" if read.operation is None or read.operation.prefix == case.operation.prefix else " through the other prefix"
    )
    if claim == ROUND_TRIP:
        kind = f"phone-{min(missing)[1].split()[0]}" if name == "phoneNumbers" else _CASES.get(name, name)
    return Deviation(
        case.operation,
        f"a later read{where} shows {told(missing)}",
        f"it shows {instead}",
        read,
        claim,
        kind,
        about=name,
    )


def _one_primary(case: Case, read: Exchange) -> Iterator[Deviation]:
    for name, own in (("emails", "emails"), ("phoneNumbers", "phone-numbers")):
        held = read.document.get(name)
        flags = [e for e in held if isinstance(e, dict) and e.get("primary") is True] if isinstance(held, list) else []
        if len(flags) > 1:
            seen = f"{len(flags)} are"
            yield Deviation(
                case.operation, f"one of {name} is primary at most", seen, read, "representations.primary", own
            )


def _etags(case: Case) -> Iterator[Deviation]:
    read, before = case.reads[0], case.before
    now, asked = read.answer.etag, case.asked
    if before is not None and before.answer.etag and before.answer.etag == now:
        changed = differences(_readable(before.document), _readable(read.document))
        if changed:
            wanted = f"another ETag than {now} after a write that changed {changed[0].split(':')[0]}"
            yield Deviation(case.operation, wanted, f"ETag {now}", read, "etags.changes-with-writes")
    if (
        asked.answer.etag
        and now
        and asked.answer.etag != now
        and not differences(_readable(asked.document), _readable(read.document))
    ):
        wanted = f"the ETag that the write answered, {asked.answer.etag}"
        yield Deviation(case.operation, wanted, f"ETag {now}", read, "etags.write-answers-the-new")


def _readable(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in named(dict(document)).items() if name != "meta"}
