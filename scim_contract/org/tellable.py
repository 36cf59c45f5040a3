"""What of a body that was sent must come back as it was: the rest the contract leaves to the server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.facts import Fact, facts

LONGEST = 1_000
"""A server may refuse longer texts, and what it makes of them is not said."""
MOST = 100
"""Likewise for the entries of a list."""
_ODD = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"(?:tel:)?\+\d{5,15}(?:;ext=\d{1,8})?")
_PHONES = ("work", "work2", "work3", "work4", "home", "mobile", "other")
_TEXTS = ("userName", "displayName", "title", "externalId")


def tellable(document: Mapping[str, Any]) -> frozenset[Fact]:
    """The facts that a body states and that a server which accepts it must show."""
    return facts(dict(_kept(document)))


def _kept(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _TEXTS:
        if _tells(document.get(name)):
            yield name, document[name]
    if isinstance(document.get("active"), bool):
        yield "active", document["active"]
    yield "emails", [e for e in _entries(document, "emails") if e.get("type") == "work" and _tells(e.get("value"))]
    yield "phoneNumbers", [e for e in _entries(document, "phoneNumbers") if _is_number(e)]
    yield "members", [e for e in _entries(document, "members") if _tells(e.get("value"))]
    roles = document.get("roles")
    if isinstance(roles, list) and len(roles) <= MOST:
        yield "roles", [role for role in roles if _tells(role)]
    extension = document.get(ENTERPRISE)
    if isinstance(extension, dict):
        yield ENTERPRISE, {n: v for n, v in extension.items() if _tells(v.get("value") if isinstance(v, dict) else v)}


def _tells(value: Any) -> bool:
    """Whether a text is one that a server may not keep otherwise: neither empty, nor longer than all must take."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST and not _ODD.search(value)


def _is_number(entry: Mapping[str, Any]) -> bool:
    value = entry.get("value")
    return entry.get("type") in _PHONES and isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def _entries(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    held = document.get(name)
    if not isinstance(held, list) or len(held) > MOST:
        return []
    return [entry for entry in held if isinstance(entry, dict)]
