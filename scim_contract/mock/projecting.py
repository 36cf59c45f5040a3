"""What of a user or a group is given, where a client chooses (`attributes`, `excludedAttributes`).

Source: the parameters of the same names of the reference; RFC 7644, 3.9 and 3.10 for how attributes are named.
"""

from __future__ import annotations

from typing import Any

from scim_contract.mock.directory import EXTENSIONS

ALWAYS = ("id", "username", "active", "meta", "schemas")
"""What is given in any case, in lower case; of a group only what a group has of it. RFC 7643, 3 asks for schemas."""

Document = dict[str, Any]


def projected(document: Document, attributes: str, excluded: str) -> Document:
    """The document with what is asked for, or without what is not wanted; whole where a client says neither."""
    if attributes.strip():
        return included(document, names_in(attributes))
    return without(document, names_in(excluded)) if excluded.strip() else document


def names_in(text: str) -> tuple[str, ...]:
    """The names of a list with commas, in lower case, without a core schema's URN."""
    names = (name.strip().lower() for name in text.split(","))
    return tuple(_core(name) for name in names if name)


def included(document: Document, names: tuple[str, ...]) -> Document:
    """What these names ask for, and what is given in any case."""
    shown: Document = {}
    for key, value in document.items():
        if key.lower() in ALWAYS or key.lower() in names:
            shown[key] = value
            continue
        inner = _within(key, names)
        part = _part(value, inner, key in EXTENSIONS, kept=True) if inner else None
        if part not in (None, {}, []):
            shown[key] = part
    return _named(shown)


def without(document: Document, names: tuple[str, ...]) -> Document:
    """All but what these names say, and what is given in any case."""
    shown: Document = {}
    for key, value in document.items():
        if key.lower() in names and key.lower() not in ALWAYS:
            continue
        inner = () if key.lower() in ALWAYS else _within(key, names)
        shown[key] = _part(value, inner, key in EXTENSIONS, kept=False) if inner else value
    return _named({key: value for key, value in shown.items() if key not in EXTENSIONS or value})


def _core(name: str) -> str:
    for kind in ("user", "group"):
        name = name.removeprefix(f"urn:ietf:params:scim:schemas:core:2.0:{kind}:")
    return name


def _within(key: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What the names say of the inside of an attribute: `emails.value`, or what follows an extension's URN."""
    before = f"{key.lower()}:" if key in EXTENSIONS else f"{key.lower()}."
    return tuple(name.removeprefix(before) for name in names if name.startswith(before))


def _part(value: Any, names: tuple[str, ...], deeper: bool, kept: bool) -> Any:
    if isinstance(value, list):
        return [_part(item, names, deeper, kept) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {}
    for key, item in value.items():
        inner = _within(key, names) if deeper else ()
        if inner:
            shown[key] = _part(item, inner, False, kept)
        elif (key.lower() in names) is kept:
            shown[key] = item
    return shown


def _named(document: Document) -> Document:
    """The document with schemas that name the extensions which are left."""
    urns = [urn for urn in document.get("schemas", ()) if urn not in EXTENSIONS or urn in document]
    return {**document, "schemas": urns}
