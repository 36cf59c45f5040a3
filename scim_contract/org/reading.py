"""A plain read of any operation: what it needs to be asked about, and nothing else."""

from __future__ import annotations

from typing import Any

from scim_contract.contract import Operation
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
