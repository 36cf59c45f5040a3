"""The forms in which a write may come: who looks at some of them only lets the others pass."""

from __future__ import annotations

from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.asking import SCIM_JSON
from scim_contract.org.changes import Change, pathless

_FORMS = 3


def formed(operation: Operation, change: Change | None, etag: str | None, number: int) -> dict[str, Any]:
    """What to ask, in one form of three: as scim+json, with the current ETag, or without a path.

    Where the ETag goes with a PATCH, its operations come twice.

    Args:
        operation: the write.
        change: what it writes, None for a delete.
        etag: the current one of what it writes, None where there is none.
        number: of the form; the prefixes begin with different ones.
    """
    form = (number + (operation.prefix == "v2")) % _FORMS
    asked: dict[str, Any] = {"accept": SCIM_JSON} if form == 0 else {}
    if form == 1 and etag and operation.parameter("If-Match") is not None:
        asked["if_match"] = etag
    if change is None:
        return asked
    if form == 0:
        asked["content_type"] = SCIM_JSON
    steps = change.body.get("Operations")
    if isinstance(steps, list) and form > 0:
        steps = steps * 2 if form == 1 else [pathless(step) for step in steps]
        change = Change({**change.body, "Operations": steps}, change.shows)
    return {**asked, "change": change, "body": change.body}
