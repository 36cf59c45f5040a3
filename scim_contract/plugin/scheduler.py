"""Under xdist: what must not run side by side, or is dear to set up twice, goes to one worker."""

from __future__ import annotations

import re
from typing import Any

from xdist.scheduler import LoadScopeScheduling

_NODE = re.compile(r"(?P<file>[^/]+)\.py::(?P<function>\w+)\[(?P<prefix>v\d+)-(?P<operation>\w+)\]$")


def scope(node_id: str) -> str:
    """The scope of an item; items of one scope run on one worker, one after the other.

    Everything about groups is one scope, since one group is all that the run may change, and everything
    about the list of users another, since 27 users stand for a full page. The rest goes by operation, so
    that exchanges are shared.
    """
    match = _NODE.search(node_id)
    if match is None:
        return node_id
    operation = match["operation"]
    if "_group" in operation:
        return "groups"
    if operation.endswith("_users") and operation.startswith("get_"):
        return "list of users"
    return f"{match['prefix']} {operation}"


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
    """xdist's scheduling by scope, with the scopes of this suite."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        self.config = config

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)
