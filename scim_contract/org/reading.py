"""A plain read of any operation: what it needs to be asked about, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.clients import Who
from scim_contract.org.finding import by_name
from scim_contract.org.org import Org
from scim_contract.transport import Exchange


def read(
    org: Org, operation: Operation, *, who: Who | None = None, case: str = "", fresh: bool = False, **otherwise: Any
) -> Exchange:
    """A read that every operation of the method GET can answer with success, shared by the checks.

    It is asked once, whatever is written meanwhile; `fresh` asks it anew. A list is asked for one
    resource by its name, which is a filter that must be supported.

    Raises:
        Untested: there is nothing to ask about, or no client may ask.
        Blocked: what it needs first did not work.
    """

    def ask() -> Exchange:
        params: dict[str, Any] = {}
        if operation.kind == "list" and operation.parameter("filter") is not None:
            params = {"params": by_name(org, operation).filter}
        about = org.something_for(operation)
        return org.acting("shared/read").ask(operation, about, who=who, case=case, **{**params, **otherwise})

    return ask() if fresh else org.once(("read", operation.id, who, case, repr(otherwise)), ask)


BARE_READS: Mapping[str, tuple[str | None, str]] = MappingProxyType(
    {"no-accept": (None, JSON), "any": ("*/*", SCIM_JSON)}
)
"""Reads whose Accept and Content-Type are both out of the ordinary, by the case of their Accept."""


def bare_read(org: Org, operation: Operation, accept: str | None, content_type: str | None) -> Exchange:
    """A read with a certain Accept, or with a Content-Type though it has no body.

    Both are tried in one request; where that does not succeed, the one that was asked for is tried alone.
    """
    for case, (kind, sent) in BARE_READS.items():
        if (accept == kind and content_type is None) or content_type == sent:
            both = read(org, operation, accept=kind, headers=(("Content-Type", sent),), case=f"{case} and Content-Type")
            if both.answer.ok:
                return both
    if content_type is None:
        return read(org, operation, accept=accept, case=f"accept {accept}")
    return read(org, operation, headers=(("Content-Type", content_type),), case=f"content-type {content_type}")
