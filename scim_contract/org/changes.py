"""Changes that can be told by reading: what a write sends, and whether a later read shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.org.documents import GROUP, PATCH_OP, USER, differences, ids, named, said
from scim_contract.transport import Exchange

_READ_ONLY = {"users": ("id", "meta", "groups", "schemas"), "groups": ("id", "meta", "schemas")}
DERIVED = ("meta", "groups")


@dataclass(frozen=True)
class Change:
    """A body to send, and the attributes by which a read shows that it was applied."""

    body: dict[str, Any]
    shows: Mapping[str, Any]

    def seen_in(self, document: Mapping[str, Any]) -> bool:
        """Whether a read shows every changed attribute with its new value."""
        return all(document.get(name) == value for name, value in self.shows.items())

    @property
    def text(self) -> str:
        """The change as a person reads it."""
        return ", ".join(f"{name} {said(value)}" for name, value in self.shows.items())


def replacement(resource: str, document: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    """A body for PUT: what was read, less what is read-only, with some attributes otherwise."""
    kept = {k: v for k, v in document.items() if k not in _READ_ONLY[resource] and v not in (None, [], {})}
    shown, own = document.get("schemas"), [USER if resource == "users" else GROUP]
    return {"schemas": shown if isinstance(shown, list) and shown else own, **kept, **values}


def modification(*operations: Mapping[str, Any] | None) -> dict[str, Any]:
    """A body for PATCH with these operations; None is sent as null."""
    return {"schemas": [PATCH_OP], "Operations": [dict(each) if each is not None else None for each in operations]}


def replacing(path: str, value: Any) -> dict[str, Any]:
    """A body for PATCH that replaces one attribute."""
    return modification({"op": "replace", "path": path, "value": value})


def pathless(step: Mapping[str, Any]) -> dict[str, Any]:
    """An operation of a PATCH as it is without a path: what it names goes into the value."""
    return {"op": step["op"], "value": {step["path"]: step["value"]}}


@dataclass(frozen=True)
class Written:
    """A write with what was read before and after it; for a create there is nothing before.

    For a create, `after` is the read of what was created, or the list of users with its userName.
    """

    before: Exchange | None
    asked: Exchange
    after: Exchange
    change: Change | None

    @property
    def applied(self) -> bool:
        """Whether the read after the write shows the change (for a delete: that the resource is gone)."""
        if self.change is None:
            return self.after.status in (404, 410)
        if self.created_as is not None:
            return any(self.change.seen_in(item) for item in self._found())
        return self.change.seen_in(self.after.document)

    @property
    def created_as(self) -> str | None:
        """The userName of a create, None for any other write."""
        creates = self.asked.operation is not None and self.asked.operation.kind == "create"
        return str(self.change.shows.get("userName")) if creates and self.change is not None else None

    @property
    def traces(self) -> tuple[str, ...]:
        """What the read after the write shows to have changed, meta, derived and unnamed attributes apart.

        Where lists were read, which resources appeared in them or went.
        """
        if self.created_as is not None:
            return tuple(f"the user {said(item.get('userName'))} exists, id {item.get('id')}" for item in self._found())
        if self.before is None:
            return ()
        if not self.after.answer.ok:
            return (f"{self.after}",)
        if "Resources" in self.before.document:
            was, now = set(ids(self.before.document)), set(ids(self.after.document))
            return (
                *(f"{i} is in the list now" for i in sorted(now - was)),
                *(f"{i} is no longer in the list" for i in sorted(was - now)),
            )
        return differences(named(self.before.document), named(self.after.document), DERIVED)

    def _found(self) -> list[dict[str, Any]]:
        if not self.after.answer.ok:
            return []
        items = self.after.document.get("Resources", [self.after.document])
        name = (self.created_as or "").lower()
        return [i for i in items or [] if isinstance(i, dict) and str(i.get("userName")).lower() == name]
