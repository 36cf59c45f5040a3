"""Openings: short histories that every directory goes through, through all pairs of prefixes, shuffled by the seed.

Chance finds what nobody thought of, but comes seldom upon three requests that only together mean something.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from scim_contract.fuzz.model import History, Step

FULL: dict[str, Any] = {
    "displayName": "Full",
    "title": "Title",
    "externalId": "Ext",
    "department": "Department",
    "emails": [{"value": "first@example.com", "type": "work"}],
    "phoneNumbers": [{"value": "+13175000000", "type": "work2"}],
}
"""A user with a value for everything: only what is there can be lost."""
_OTHER_EMAIL = [{"value": "second@example.com", "type": "work"}]


def openings(seed: int) -> list[History]:
    """Every opening through every pair of prefixes, in the seed's order."""
    found = [History(steps) for one, other in product(("v1", "v2"), repeat=2) for steps in _openings(one, other)]
    random.Random(seed).shuffle(found)
    return found


def _openings(one: str, other: str) -> Iterator[tuple[Step, ...]]:
    def user(act: str, prefix: str, etag: str = "", less: str = "", **values: Any) -> Step:
        taken = {f"-{less}": None} if less else {}
        return Step(act, "users", prefix, etag=etag, reader=one, values=_json({**values, **taken}))

    def group(act: str, prefix: str, etag: str = "", **values: Any) -> Step:
        return Step(act, "groups", prefix, etag=etag, reader=one, values=_json(values))

    nobody = Step("modify", "groups", other, etag="stale", reader=one, values=_json({"-members": [0]}))

    new = Step("create", "users", one, reader=other, values=_json(FULL))
    rename = user("modify", one, title="Second")
    yield (Step("at-once", "users", one),)
    yield new, user("replace", other, "current", title="Second"), user("replace", one, "stale", title="Third")
    yield new, user("modify", other, emails=_OTHER_EMAIL), user("modify", other, less="emails")
    yield new, rename, user("modify", other, externalId="Other"), user("modify", other, displayName="Third")
    yield new, rename, user("modify", other, "stale", less="title"), user("delete", other, "stale")
    yield new, user("read", other), rename, user("read", other, "stale"), user("read", other, "current")
    yield new, rename, Step("list", "users", other), user("delete", one), Step("list", "users", other)
    yield (
        new,
        *(user("modify", one, title=f"Title {n}") for n in range(4)),
        user("modify", other, "stale", active=False),
    )
    yield new, Step("modify", "users", other, allowed=False, reader=one, etag="current", values=_json({"title": "No"}))
    yield new, group("replace", other, members=[]), group("replace", one, "current", members=[0]), rename
    yield (
        new,
        group("modify", one, members=[0]),
        nobody,
        group("modify", other, "current", displayName="Conformance opening"),
        user("delete", other),
    )


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
