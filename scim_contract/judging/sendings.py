"""What every write of a run sent, held against its answer and the next read: a text comes back as it was sent.

The checks of representations.round-trip look at writes of their own. Others send texts too, odd ones among them,
and what becomes of those is none of their business: it is told here, whichever check the write was made for.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from scim_contract.contract import Operation
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.documents import ENTERPRISE, EXTENSIONS, said
from scim_contract.org.facts import Fact, facts, told
from scim_contract.org.tellable import tellable
from scim_contract.org.workspace import Workspace
from scim_contract.transport import Exchange

ROUND_TRIP = "representations.round-trip"
ALSO_SEEN = (ROUND_TRIP, "lifecycle.create")
"""The claims with checks of their own that are broken by what is seen here as well."""
_CASES: Mapping[str, str] = MappingProxyType(
    {
        "title": "title",
        "displayName": "display-name",
        "externalId": "external-id",
        "department": "department",
        "employeeNumber": "employee-number",
    }
)
"""The texts of users and groups that a server has to keep as they are, with their cases of the claim."""
_LISTS = ("emails", "phoneNumbers")
_MOST_TOLD = 3
_OWNED = ("active", "division", "photos")
"""What a server may give everyone, or show as it likes."""


@dataclass(frozen=True)
class Otherwise:
    """What became of something that a write sent: the claim, case, part and client that it is told of, and what shows
    it."""

    claim: str
    case: str
    part: str
    operation: Operation
    expected: str
    came: str
    shown: Exchange
    trail: tuple[Exchange, ...]
    client: str = ""


@dataclass(frozen=True)
class _Sent:
    """A write that succeeded: what it sent that can be told, and what was known of the resource before it."""

    asked: Exchange
    texts: frozenset[Fact]
    known: frozenset[Fact]
    epoch: int


class Sendings:
    """Remembers the last write and the last read of each resource, by prefix, until it may have been written again."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._thread = threading.get_ident()
        self._sent: dict[tuple[str, str], _Sent] = {}
        self._read: dict[tuple[str, str], tuple[int, frozenset[Fact]]] = {}

    def see(self, exchange: Exchange) -> Iterator[Otherwise]:
        """What an exchange shows of what was sent with it, or last before it."""
        operation = exchange.operation
        if operation is None or not _plain(exchange, operation):
            return
        key = operation.prefix, _id_of(exchange, operation)
        epoch = self._workspace.writes[f"{operation.resource}/{key[1]}"]
        if operation.kind == "read":
            last = self._sent.pop(key, None)
            if last is not None and last.epoch == epoch:
                yield from _nowhere_to_be_read(last, exchange)
                yield from _read_otherwise(last, exchange)
                yield from _answered_less(last, exchange)
            self._read[key] = epoch, facts(exchange.document)
        elif threading.get_ident() == self._thread:  # of two at once nobody knows which was the last one
            texts, known = _texts(exchange, operation), self._read.get(key, (0, frozenset()))
            yield from _answered_otherwise(exchange, operation, texts)
            yield from _nowhere(exchange, operation)
            before = known[1] if known[0] == epoch - 1 else frozenset[Fact]()
            self._sent[key] = _Sent(exchange, texts, before, epoch)


def _plain(exchange: Exchange, operation: Operation) -> bool:
    """Whether it is a write of a user or group that succeeded, or a read of one, with nothing special about it."""
    wanted = ("create", "replace", "modify", "read")
    return (
        operation.resource in ("users", "groups")
        and operation.kind in wanted
        and exchange.request.method == operation.method
        and (exchange.answer.ok or (operation.kind == "read" and exchange.status == 404))
        and not exchange.strange
        and "?" not in exchange.path
        and (operation.kind == "read" or _may_write_all(exchange, operation))
    )


def _may_write_all(exchange: Exchange, operation: Operation) -> bool:
    """Whether the client is not one that may write some attributes only: the first permission is that for all."""
    held = set(exchange.client.split(", ")) & set(operation.permissions)
    return not held or operation.permissions[0] in held


def _id_of(exchange: Exchange, operation: Operation) -> str:
    if operation.kind == "create":
        return str(exchange.document.get("id"))
    return unquote(exchange.path.rpartition("/")[2])


# what was sent ------------------------------------------------------------------------------------


def _texts(exchange: Exchange, operation: Operation) -> frozenset[Fact]:
    """The texts, emails and phone numbers that a body leaves no doubt about."""
    kind = (exchange.request.header("Content-Type") or "").lower().replace(" ", "")
    if kind.partition(";")[0] not in (JSON, SCIM_JSON) or kind.partition(";")[2] not in ("", "charset=utf-8"):
        return frozenset()
    try:
        body = json.loads(exchange.request.body or b"", object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return frozenset()
    if not isinstance(body, dict):
        return frozenset()
    document = _patched(body.get("Operations")) if operation.kind == "modify" else body
    if not isinstance(document.get(ENTERPRISE, {}), dict):
        return frozenset()
    return frozenset(fact for fact in tellable(document) if fact[0] in (*_CASES, *_LISTS))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object each name of which is there once, in whatever case."""
    if len({name.lower() for name, _ in pairs}) < len(pairs):
        raise ValueError("a name is there twice")
    return dict(pairs)


def _patched(steps: Any) -> dict[str, Any]:
    """What the operations of a PATCH write, where each is about whole attributes; else nothing."""
    document: dict[str, Any] = {}
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, dict):
            return {}
        op, path, value = str(step.get("op")).lower(), step.get("path"), step.get("value")
        whole = _nested(path, None if op == "remove" else value) if path is not None or op == "remove" else value
        if op not in ("add", "replace", "remove") or not isinstance(whole, dict):
            return {}
        extension = {**_object(document.get(ENTERPRISE)), **_object(whole.get(ENTERPRISE))}
        document |= {**whole, **({ENTERPRISE: extension} if extension else {})}
    return {} if _twice(document) or _twice(document.get(ENTERPRISE, {})) else document


def _twice(some: Any) -> bool:
    """Whether a name is there twice, in one case and in another."""
    return isinstance(some, dict) and len({name.lower() for name in some}) < len(some)


def _nested(path: Any, value: Any) -> dict[str, Any] | None:
    """A value under its plain path; None where the path is another one."""
    if not isinstance(path, str):
        return None
    extension = next((urn for urn in EXTENSIONS if path.startswith(f"{urn}:")), "")
    inner = path.removeprefix(f"{extension}:")
    if not inner.isalnum():
        return None
    return {extension: {inner: value}} if extension else {path: value}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


# what came of it ----------------------------------------------------------------------------------


def _answered_otherwise(exchange: Exchange, operation: Operation, sent: frozenset[Fact]) -> Iterator[Otherwise]:
    """What the answer to the write shows otherwise."""
    seen = facts(exchange.document)
    for case, missing, instead in _unlike(sent, seen):
        if instead:
            expected, came = f"the answer shows {_some(missing)}, as sent", _some(instead)
            yield Otherwise(ROUND_TRIP, case, "", operation, expected, came, exchange, (exchange,))


def _read_otherwise(last: _Sent, read: Exchange) -> Iterator[Otherwise]:
    """What the next read shows otherwise, or not at all."""
    seen, operation = facts(read.document), last.asked.operation
    assert operation is not None
    if operation.kind == "create" and not read.answer.ok:
        return  # which is the creation's own business
    for case, missing, instead in _unlike(last.texts, seen):
        expected = f"a later read shows {_some(missing)}, as sent"
        came = _some(instead) if instead else f"it shows no {min(missing)[0]}"
        came = came if read.answer.ok else read.answer.line
        yield Otherwise(ROUND_TRIP, case, "", operation, expected, came, read, (last.asked, read))


def _nowhere_to_be_read(last: _Sent, read: Exchange) -> Iterator[Otherwise]:
    """A user whose creation was answered with success, and who is not there."""
    operation = last.asked.operation
    assert operation is not None
    if operation.kind == "create" and read.status == 404:
        expected, came = "the user that was created can be read", read.answer.line
        yield Otherwise("lifecycle.create", "", "readable", operation, expected, came, read, (last.asked, read))


def _unlike(sent: frozenset[Fact], seen: frozenset[Fact]) -> Iterator[tuple[str, set[Fact], set[Fact]]]:
    """By case of the claim: what of it is not seen, and what is seen of the attribute instead."""
    missing = sent - seen
    for case in sorted({_case(fact) for fact in missing}):
        own = {fact for fact in missing if _case(fact) == case}
        yield case, own, {fact for fact in seen if fact[0] == min(own)[0]}


def _case(fact: Fact) -> str:
    match fact[0]:
        case "emails":
            return "email-work"
        case "phoneNumbers":
            return f"phone-{fact[1].split()[0]}"
    return _CASES[fact[0]]


def _some(found: set[Fact]) -> str:
    """Facts as a person reads them, of many the first ones."""
    rest = len(found) - _MOST_TOLD
    return told(set(sorted(found)[:_MOST_TOLD])) + (f"; and {rest} more" if rest > 0 else "")


def _answered_less(last: _Sent, read: Exchange) -> Iterator[Otherwise]:
    """What was sent, or was there before, and is there after the write, but not in the answer to it."""
    asked, operation = last.asked, last.asked.operation
    assert operation is not None
    if not read.answer.ok or asked.document.get("id") != read.document.get("id"):
        return
    there = ((last.texts | last.known) & facts(read.document)) - facts(asked.document)
    lost = {fact for fact in there if fact[0] not in _OWNED and not _of_another_type(fact)}
    if lost:
        expected = f"a whole {operation.response_model}, with {told(lost)} as the next read shows it"
        came = f"the answer does not show {'it' if len(lost) == 1 else 'them'}"
        yield Otherwise("representations.answer", "", "model", operation, expected, came, asked, (asked, read))


def _nowhere(exchange: Exchange, operation: Operation) -> Iterator[Otherwise]:
    """A creation whose Location is not the meta.location beside it, in whatever types it was sent and answered."""
    meta, header = exchange.document.get("meta"), exchange.answer.header("Location")
    location = meta.get("location") if isinstance(meta, dict) else None
    if operation.kind == "create" and location is not None and header != location:
        expected = "a Location header that equals meta.location"
        came = f"Location {said(header)}, meta.location {said(location)}"
        yield Otherwise("lifecycle.create", "", "created", operation, expected, came, exchange, (exchange,))


def _of_another_type(fact: Fact) -> bool:
    """Whether it is an email that the directory owns."""
    return fact[0] == "emails" and not fact[1].startswith("work ")
