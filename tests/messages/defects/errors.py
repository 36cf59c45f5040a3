"""Defects of errors in front of the mock, whose messages are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.harness import Defect
from tests.servers import Reply, Seen

V1, V2 = "/api/v2/scim", "/api/v2/scim/v2"

Edit = Callable[[dict[str, Any]], None]
After = Callable[[Seen, Reply], None]


def answers(path: str, edit: Edit, method: str = "GET") -> After:
    """A change of what a path answers to those who succeed."""

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == method and seen.path == path and reply.status == 200:
            document = reply.json
            edit(document)
            reply.put(document)

    return after


DEFECTS = [
    Defect(
        "an endpoint that leads nowhere",
        "discovery.endpoints-lead-somewhere",
        ("get_scim_resourcetypes",),
        after=answers(f"{V1}/resourcetypes", lambda d: d["Resources"][0].update(endpoint="/people")),
    ),
]
