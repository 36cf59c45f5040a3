"""Recordings made by hand: the same few steps, with other words for the same things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scim_contract.recording import About, Recorded, Recording
from scim_contract.transport import Exchange
from tests.exchanges import URL, exchange

RUN = "20261124t070001-4f2a"
JSON = ("Content-Type", "application/json")


def about(run: str = RUN, **more: Any) -> About:
    """What a recording says of its run."""
    return About(**{"version": "0.1.0", "edition": "2019", "run": run, "target": "test", "base_url": URL, **more})


def recording(*exchanges: Exchange, run: str = RUN, apart: float = 1.0, **more: Any) -> Recording:
    """A recording of exchanges, so many seconds apart."""
    entries = tuple(Recorded(each, 1795503601.0 + n * apart, ("etags.stable",)) for n, each in enumerate(exchanges))
    return Recording(about(run, **more), entries)


def life(run: str = RUN, user: str = "0b2c5f1e-8f7d-4c63-9d6a-2f4f7f0f9a01", first: int = 1) -> list[Exchange]:
    """A user created, read, changed and read again; `first` is the number in the first ETag."""
    changed = replace(_read(run, user, first + 4, "Title two"), step="act/get_scim_user/look#2")
    path = f"/api/v2/scim/users/{user}"
    made = exchange("post_scim_users", 201, user_document(run, user, first, "Title one"), step="act/post_scim_users/#1")
    patch = exchange("patch_scim_user", 200, changed.document, path=path, step="act/patch_scim_user/#1")
    return [made, _read(run, user, first, "Title one"), patch, changed]


def user_document(run: str, user: str, version: int, title: str) -> dict[str, Any]:
    """A user as an answer shows it."""
    return {
        "id": user, "userName": f"conformance-{run}-0a1b2c3d@example.com", "title": title,
        "emails": [{"type": "work", "value": "a@example.com"}, {"type": "other", "value": "b@example.com"}],
        "meta": {"version": f'"{version}"', "lastModified": f"2026-11-24T07:00:0{version % 9}+00:00",
                 "location": f"{URL}/api/v2/scim/users/{user}"},
    }  # fmt: skip


def altered(exchanges: Sequence[Exchange], number: int, body: Any = None, status: int | None = None) -> list[Exchange]:
    """The same exchanges, but one with another body or status."""
    given = list(exchanges)
    old = given[number]
    path = old.request.url.removeprefix(URL)
    new_body = old.document if body is None else body
    given[number] = exchange(
        old.operation.id if old.operation else "", status or old.status, new_body, path=path,
        headers=old.answer.headers, step=old.step, method=old.request.method,
    )  # fmt: skip
    return given


def _read(run: str, user: str, version: int, title: str) -> Exchange:
    document = user_document(run, user, version, title)
    headers = (JSON, ("ETag", f'"{version}"'))
    path = f"/api/v2/scim/users/{user}"
    return exchange("get_scim_user", 200, document, path=path, headers=headers, step="act/get_scim_user/look#1")
