"""What a user or group says, as single facts: each value of each attribute of the model, by meaning.

Facts leave out what a write need not leave alone: meta, a user's groups, schemas, which entry is primary,
references' URIs, and attributes that the models do not name. A phone number is its digits and extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scim_contract.org.documents import ENTERPRISE, GENESYS, said

Fact = tuple[str, str]
"""The attribute and what is said of it: `("emails", "work a@example.com")`."""

_SCALARS = ("userName", "displayName", "title", "externalId", "active")
_ENTRIES = ("emails", "phoneNumbers", "photos")
_RATED = ("routingSkills", "routingLanguages")
LISTED = (*_ENTRIES, "roles", "members", "externalIds", *_RATED)
"""The attributes that have more than one value."""


def facts(document: Mapping[str, Any], name: str = "", kind: str = "") -> frozenset[Fact]:
    """The facts of a document, or of a body that was sent.

    Args:
        document: a user or a group.
        name: only those of this attribute.
        kind: only entries of this type.
    """
    return frozenset(
        fact for fact in _facts(document) if name in ("", fact[0]) and (not kind or fact[1].startswith(f"{kind} "))
    )


def told(some: frozenset[Fact] | set[Fact]) -> str:
    """Facts as a person reads them."""
    return "; ".join(f"{name} {_short(text)}" for name, text in sorted(some)) or "nothing of it"


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:100]}… ({len(text)} characters)"


def number(value: Any) -> str:
    """A phone number by its digits and extension, whichever of the documented formats it is in."""
    main, _, rest = str(value).lower().removeprefix("tel:").partition(";")
    parameters = [p.strip() for p in rest.split(";")]  # the reference writes a space before `ext`
    extension = next((p.partition("=")[2] for p in parameters if p.startswith("ext=")), "")
    digits = "".join(c for c in main if c.isdigit())
    return f"+{digits}" + (f" ext {extension}" if extension else "")


def _facts(document: Mapping[str, Any]) -> Iterator[Fact]:
    for name in _SCALARS:
        value = document.get(name)
        if value is not None:
            yield name, said(value.lower() if name == "userName" and isinstance(value, str) else value)
    for name in _ENTRIES:
        for entry in _objects(document.get(name)):
            value = entry.get("value")
            yield name, f"{str(entry.get('type')).lower()} {number(value) if name == 'phoneNumbers' else value}"
    for role in _list(document.get("roles")):
        yield "roles", said({"value": role.get("value")} if isinstance(role, dict) else role)
    for member in _objects(document.get("members")):
        yield "members", str(member.get("value"))
    extension = document.get(ENTERPRISE)
    if isinstance(extension, dict):
        yield from _of_extension(extension)
    own = document.get(GENESYS)
    if isinstance(own, dict):
        yield from _of_vendor(own)


def _of_extension(extension: Mapping[str, Any]) -> Iterator[Fact]:
    for name in ("department", "division", "employeeNumber", "dateHire"):
        if extension.get(name) is not None:
            yield name, said(extension[name])
    manager = extension.get("manager")
    if isinstance(manager, dict) and manager.get("value") is not None:
        yield "manager", str(manager["value"])


def _of_vendor(extension: Mapping[str, Any]) -> Iterator[Fact]:
    for entry in _objects(extension.get("externalIds")):
        yield "externalIds", f"{entry.get('authority')} {entry.get('value')}"
    for name in _RATED:
        for entry in _objects(extension.get(name)):
            yield name, f"{entry.get('name')} {_rating(entry.get('proficiency'))}"


def _rating(value: Any) -> str:
    """A proficiency as a number: 3 and 3.0 are one."""
    return f"{float(value):g}" if isinstance(value, int | float) and not isinstance(value, bool) else said(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]
