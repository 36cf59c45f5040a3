"""ETags and versions: their shape, where they stand, another resource's, and the plain write that claims look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Written
from scim_contract.org.errors import Blocked
from scim_contract.org.org import Org
from scim_contract.org.still import still_user
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

# An opaque-tag in double quotes, W/ before a weak one (RFC 9110 §8.8.3).
NO_VERSION = '"no-such-version"'
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def is_etag(value: str | None) -> bool:
    """Whether a header's value has the shape of an ETag, quotes included."""
    return value is not None and _ETAG.fullmatch(value) is not None


def beginning(current: str | None) -> str:
    """An ETag that is not the current one, though that begins as it does: without the last letter."""
    return _another(current, lambda word: word[:-1])


def higher(current: str | None) -> str:
    """An ETag that is not the current one, but higher where that is a number, as of a write that is yet to come."""
    return _another(current, lambda word: str(int(word) + 1000) if word.isdecimal() else f"{word}1")


def empty(current: str | None) -> str:
    """An ETag of nothing but its quotes, which the current one is not."""
    return _another(current, lambda _: "")


def nearly(current: str | None) -> str:
    """An ETag that is not the current one, if it is compared to its last letter: in other case, or with one more."""
    return _another(current, lambda word: word.swapcase() if word.swapcase() != word else f"{word}0")


def longer(current: str | None) -> str:
    """An ETag that is not the current one, though the whole current one is its beginning."""
    return _another(current, lambda word: f"{word}-{'0' * 40}")


def _another(current: str | None, made: Callable[[str], str]) -> str:
    """A strong ETag made of the current one's opaque part, a made-up one where it has none or stays as it is."""
    if current is None or not is_etag(current):
        return NO_VERSION
    word = _opaque(current)[1:-1]
    other = made(word)
    return f'"{other}"' if other != word else NO_VERSION


def etag_of(read: Exchange | None) -> str:
    """The ETag header of a read that succeeded.

    Raises:
        Blocked: the read did not succeed or has none.
    """
    if read is None or not read.answer.ok or not read.answer.etag:
        raise Blocked("the read gave no ETag", read)
    return read.answer.etag


def version_of(document: Mapping[str, Any]) -> Any:
    """meta.version of a document, None where it has none."""
    meta = document.get("meta")
    return meta.get("version") if isinstance(meta, dict) else None


def shared_write(org: Org, operation: Operation) -> Written:
    """A plain write of an operation, without If-Match, made once and looked at by every claim that can use it."""
    shared = org.acting("shared/write")
    return org.once(("shared write", operation.id), lambda: shared.write(operation))


def of_another(org: Org, prefix: str, about: Resource | None, current: str | None) -> str:
    """The ETag that another resource had when it was last read, a made-up one where that is the same one, or none.

    Raises:
        Untested, Blocked: there is no other resource, or it cannot be read.
    """
    other = still_user(org, prefix)
    read = org.workspace.found.get((prefix, other.resource, other.id)) or org.look(other, prefix)
    etag = etag_of(read)
    same = (about is not None and about.id == other.id) or _opaque(etag) == _opaque(current or "")
    return etag if is_etag(etag) and not same else NO_VERSION


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/")
