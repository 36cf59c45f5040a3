"""Writes that were refused and are carried out all the same, some time after a read has shown nothing of them."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from scim_contract.contract import Operation
from scim_contract.judging.sendings import Otherwise
from scim_contract.org.documents import said
from scim_contract.transport import Exchange

LACKING, ANONYMOUS, STALE = (
    "permissions.lacking-refused",
    "permissions.anonymous-refused",
    "etags.stale-if-match-refused",
)
TOLD = (LACKING, ANONYMOUS, STALE)
_ACTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"uninvited": (ANONYMOUS, LACKING), "stale": (STALE,)})
"""The claims whose checks send what is to be refused, by the word of the act that it is sent in."""
_NAMES = ("title", "displayName")
Name = tuple[str, str]
"""One of these attributes and its text: whoever sends a write that is to be refused gives it a text of its own."""


@dataclass
class _Refused:
    """A write that was refused, and whether a read since has shown nothing of it."""

    asked: Exchange
    without_trace: bool = False


class Belated:
    """Remembers, by resource, the names that refused writes would have given, until somebody gives them by right."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._refused: dict[str, dict[Name, _Refused]] = defaultdict(dict)
        self._borne: dict[str, set[Name]] = defaultdict(set)

    def see(self, exchange: Exchange) -> Iterator[Otherwise]:
        """What a read shows of a write that was refused, and had left no trace when it was first looked for."""
        operation = exchange.operation
        if operation is None or operation.resource not in ("users", "groups") or exchange.strange or exchange.retries:
            return
        if threading.get_ident() != self._thread or operation.kind not in ("read", "replace", "modify"):
            return
        about = unquote(exchange.path.rpartition("/")[2])
        if operation.kind == "read":
            if exchange.status == 200:
                yield from self._read(about, exchange)
        else:
            self._written(about, operation, exchange)

    def _written(self, about: str, operation: Operation, exchange: Exchange) -> None:
        names, refused = _names(exchange.request.document), self._refused[about]
        if exchange.answer.ok:
            self._borne[about] |= names
            for name in names & refused.keys():
                del refused[name]
        elif 400 <= exchange.status < 500 and exchange.status != 429 and _act(exchange) in _ACTS:
            refused |= {name: _Refused(exchange) for name in names - self._borne[about]}

    def _read(self, about: str, read: Exchange) -> Iterator[Otherwise]:
        shown, refused = _names(read.document), self._refused[about]
        self._borne[about] |= shown
        for name, write in list(refused.items()):
            if name in shown:
                del refused[name]
                if write.without_trace:  # else it is told by the check that has just looked for a trace
                    yield from _told(write.asked, name, read)
            write.without_trace = True


def _told(write: Exchange, name: Name, read: Exchange) -> Iterator[Otherwise]:
    """The violation of the claim that the refused write was made for, under each key that it may have."""
    assert write.operation is not None
    case = write.step.rpartition("/")[2].partition("#")[0]
    expected = f"nothing changed, since {write.request.method} was refused with {write.answer.line}"
    came = f"{name[0]} {said(name[1])}, as the refused write had it, some time after a read without it"
    for claim in _ACTS[_act(write)]:
        part = "" if claim == STALE else "unchanged"
        value, client = ("", case) if claim == LACKING else (case, "")
        yield Otherwise(claim, value, part, write.operation, expected, came, read, (write, read), client)


def _act(exchange: Exchange) -> str:
    """The last word of what a step was made for: `stale` of shared/stale/put_scim_user/made-up#1."""
    return "/".join(exchange.step.split("/")[:-2]).rpartition("/")[2]


def _names(document: Mapping[str, Any]) -> set[Name]:
    """The names in a document, or in the operations of a PATCH."""
    steps = document.get("Operations")
    given: list[Any] = [document]
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict):
            given.append(step.get("value") if step.get("path") is None else {str(step["path"]): step.get("value")})
    found = [(name, each.get(name)) for each in given if isinstance(each, dict) for name in _NAMES]
    return {(name, text) for name, text in found if isinstance(text, str) and text}
