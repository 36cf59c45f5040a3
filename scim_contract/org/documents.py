"""Comparing SCIM documents by meaning: null, empty and absent are one, lists have no order."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GENESYS = "urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User"
EXTENSIONS = (ENTERPRISE, GENESYS)
"""The extensions of a user that any edition has."""
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

NAMED = frozenset(
    (
        *("id", "schemas", "active", "userName", "displayName", "password", "title", "phoneNumbers", "emails"),
        *("photos", "externalId", "groups", "roles", "members", "meta", ENTERPRISE),
    )
)
"""The attributes of users and groups that the models name; a server may show others, which say nothing."""


def named(document: dict[str, Any]) -> dict[str, Any]:
    """A user or a group with the attributes that the models name."""
    return {name: value for name, value in document.items() if name in NAMED}


def entries(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list of a document; none where there is no such list."""
    value = document.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def plain(value: Any, leave_out: Collection[str] = ()) -> Any:
    """The value as it counts: nothing absent, null or empty in it, lists sorted and without repeats."""
    if isinstance(value, dict):
        members = {k: plain(v, leave_out) for k, v in value.items() if k not in leave_out}
        return {k: v for k, v in sorted(members.items()) if v not in (None, [], {})}
    if isinstance(value, list):
        items = {json.dumps(plain(v, leave_out), sort_keys=True): plain(v, leave_out) for v in value}
        return [items[k] for k in sorted(items)]
    return value


def differences(before: Any, after: Any, leave_out: Collection[str] = ()) -> tuple[str, ...]:
    """What differs between two documents: `title: "b" instead of "a"` each; nothing where they mean the same."""
    return tuple(_differences("", plain(before, leave_out), plain(after, leave_out)))


def _differences(path: str, before: Any, after: Any) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        rows: list[str] = []
        for key in sorted(before.keys() | after.keys()):
            rows += _differences(f"{path}.{key}" if path else key, before.get(key), after.get(key))
        return rows
    if json.dumps(before) == json.dumps(after):  # 1 == True, at every depth
        return []
    name = path or "the document"
    return [f"{name}: {_shown(after)} instead of {_shown(before)}"]


def said(value: Any) -> str:
    """A JSON value as a person reads it: `absent` for none, a text that holds double quotes in single ones."""
    if value is None:
        return "absent"
    if isinstance(value, str) and '"' in value and value.isprintable() and not set("\\'") & set(value):
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False, default=str)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else said(value)
    return text if len(text) <= 120 else f"{text[:100]}… ({len(text)} characters)"


def resources(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of a list answer's Resources; an empty list where there are none."""
    items = document.get("Resources")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def ids(document: dict[str, Any]) -> list[str]:
    """The ids of a list answer's Resources, in order."""
    return [str(item.get("id")) for item in resources(document)]


def groups_of(user: Mapping[str, Any]) -> set[str]:
    """The ids of the groups that a user says it is in."""
    groups = user.get("groups")
    return {str(g.get("value")) for g in groups if isinstance(g, dict)} if isinstance(groups, list) else set()


def total(document: dict[str, Any]) -> int | None:
    """totalResults of a list answer, None where it is no whole number."""
    value = document.get("totalResults")
    return value if isinstance(value, int) and not isinstance(value, bool) else None
