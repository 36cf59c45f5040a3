"""A write, and what it looks like through the other prefix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written, replacement, replacing
from scim_contract.org.documents import said
from scim_contract.org.lives import is_gone
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange


@dataclass(frozen=True)
class Across:
    """A write, with the read through the other prefix right after it; `change` is None for a delete."""

    elsewhere: Exchange
    change: Change | None
    written: Written

    @property
    def shown(self) -> bool:
        """Whether the other prefix shows the effect."""
        if self.change is None:
            return is_gone(self.elsewhere)
        return self.elsewhere.answer.ok and self.change.seen_in(self.elsewhere.document)

    @property
    def effect(self) -> str:
        """What the other prefix must show."""
        return "404" if self.change is None else self.change.text

    @property
    def seen(self) -> str:
        """What it shows."""
        if self.change is None or not self.elsewhere.answer.ok:
            return self.elsewhere.answer.line
        return ", ".join(f"{name} {said(self.elsewhere.document.get(name))}" for name in self.change.shows)


def seen_in_both(
    org: Org,
    operation: Operation,
    change: Callable[[Mapping[str, Any]], Change] | None = None,
    case: str = "",
    user: Resource | None = None,
    **types: Any,
) -> Across:
    """A write of the operation, and the read through the other prefix; of its subject unless of somebody else."""
    written = org.write(operation, change=change, case=case, resource=user, **types)
    subject = user or org.subject_of(operation)
    if subject is None:
        raise ValueError(f"{operation.id} has no subject")
    return Across(org.gone_or_there(subject, org.twin(operation).prefix), written.change, written)


def setting(operation: Operation, user: Mapping[str, Any], **values: Any) -> Change:
    """A change of one attribute of a user, by PUT of what was read or by PATCH."""
    if operation.kind == "replace":
        return Change(replacement("users", user, **values), values)
    [(name, value)] = values.items()
    return Change(replacing(name, value), values)
