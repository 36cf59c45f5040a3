"""Media types, and texts in many scripts, that ride on writes which are made for another claim anyway."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from scim_contract.contract import Operation
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.changes import Change, Written
from scim_contract.org.documents import differences, named, plain
from scim_contract.org.errors import Blocked
from scim_contract.org.org import Org
from scim_contract.org.versions import etag_of
from scim_contract.transport import Unreachable

TEXTS: Mapping[str, str] = MappingProxyType(
    {"accents": "Zoë Ångström Noe\u0308l", "cjk": "名前テスト", "emoji": "🎧👩‍💻", "right-to-left": "שלום عالم"}
)
_MOVING = ("groups", "version", "lastModified")
"""What others may move between the answer to a write and the read after it."""


@dataclass(frozen=True)
class Types:
    """How a write is sent: its Content-Type, its Accept, and which of TEXTS rides on it.

    `perhaps` follows the text where it may: a server that refuses it is sent the text without.
    """

    content_type: str
    accept: str | None
    text: str = ""
    perhaps: str = ""


TYPES: Mapping[str, Types] = MappingProxyType(
    {
        "json-json": Types(JSON, JSON),
        "json-scim": Types(JSON, SCIM_JSON, "cjk"),
        "scim-json": Types(SCIM_JSON, JSON, "emoji"),
        "scim-scim": Types(SCIM_JSON, SCIM_JSON, "right-to-left"),
        "charset-json": Types(f"{JSON}; charset=utf-8", None, "accents", "\twith a tab\nand a line"),
        "charset-scim": Types(f"{SCIM_JSON};charset=UTF-8", "*/*"),
    }
)
"""The documented pairs of Content-Type and Accept, and a charset, in two spellings, with no Accept and with any."""


@dataclass(frozen=True)
class Rider:
    """What rides on a write: the fields of Asked that say its types, and a text.

    `more` makes the words of a write that is made again without them others than they were; where it is `long`, a
    name is made as long as names may be.
    """

    types: Mapping[str, Any]
    text: str = ""
    more: str = ""
    long: bool = False

    def on(self, value: str) -> str:
        """A value with the text in front of it."""
        return f"{self.text} {value}" if self.text else value


NOBODY = Rider({})
Made = TypeVar("Made")
Told = tuple[Written, Mapping[str, Any]]
"""A write, and the attributes by which it is told, with their values."""


def carried(
    org: Org,
    operation: Operation,
    name: str,
    make: Callable[[Rider], Made],
    told: Callable[[Made], Told | None],
) -> Made:
    """A write of another claim's, made in the types of that name, with the text that goes with them.

    Where anything of it did not come out as it should, nobody knows whose fault that is: then it is made once more
    as it would be without, and the types have to be tried on a write of their own.

    Args:
        org: whose directory.
        operation: the write.
        name: one of TYPES.
        make: makes it.
        told: what it wrote, None where not all that its own claim wants of it holds.
    """
    with contextlib.suppress(Blocked, Unreachable):
        made = make(_rider(operation, name))
        good = told(made)
        if good is not None and _came_out_well(*good):
            written, shows = good
            body = written.change.body if written.change is not None else {}
            _carried(org, operation)[name] = replace(written, change=Change(body, shows))
            return made
    return make(Rider({}, more=" plain"))


def carrying(org: Org, operation: Operation, name: str) -> Written | None:
    """The write that carried these types and came out well, None where none did."""
    return _carried(org, operation).get(name)


def unlike(written: Written) -> list[str]:
    """The attributes of the model that the answer to a write shows otherwise than the read after it, but what others
    may move."""
    other = differences(named(written.asked.document), named(written.after.document), _MOVING)
    return sorted(row.split(": ")[0] for row in other)


def unread(written: Written) -> set[str]:
    """The attributes of a whole resource's body of which the read after the write shows nothing."""
    body = written.change.body if written.change else {}
    return set(plain(named(body))) - {"schemas", "password", *plain(written.after.document)}


def _rider(operation: Operation, name: str) -> Rider:
    """The types that need no text make a write that is also one with the current If-Match, where it has one."""
    types = TYPES[name]
    asked: dict[str, Any] = {"content_type": types.content_type, "accept": types.accept}
    if types.content_type != JSON and not types.text and operation.parameter("If-Match") is not None:
        asked["if_match"] = etag_of
    return Rider(asked, TEXTS.get(types.text, "") + types.perhaps, long=bool(types.perhaps))


def _carried(org: Org, operation: Operation) -> dict[str, Written]:
    found: dict[str, Written] = org.once(("carried", operation.id), dict)
    return found


def _came_out_well(written: Written, shows: Mapping[str, Any]) -> bool:
    """Whether it was applied whole, and its answer and a later read say the same."""
    if not written.asked.answer.ok or not written.after.answer.ok or not written.asked.document:
        return False
    there = all(written.after.document.get(name) == value for name, value in shows.items())
    return there and not unread(written) and not unlike(written)
