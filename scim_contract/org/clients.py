"""Who asks: for each request the client with the fewest permissions that may."""

from __future__ import annotations

from dataclasses import dataclass

from scim_contract.contract import Operation
from scim_contract.contract.plan import NO_PERMISSION
from scim_contract.org.errors import Untested
from scim_contract.targets import Client, Target

MADE_UP = "made-up"


@dataclass(frozen=True)
class Who:
    """On whose behalf a request goes out: a client, nobody (`token=""`), or a made-up token."""

    client: Client | None = None
    token: str | None = None


ANONYMOUS = Who(token="")
STRANGER = Who(token=MADE_UP)


def least(target: Target, operation: Operation) -> Who:
    """The client with the fewest permissions that holds the operation's first listed one.

    An open operation is asked by a client with the fewest permissions that has any: neither a missing
    header nor an empty client, which are the permission claims' business. Of several the last by name,
    since one that edits groups is busy enough.

    Raises:
        Untested: no client of the target may ask.
    """
    if not target.clients:
        return ANONYMOUS
    wanted = operation.permissions
    if not wanted:
        holders = [c for c in target.clients if c.permissions] or list(target.clients)
        fewest = min(len(c.permissions) for c in holders)
        return Who(max((c for c in holders if len(c.permissions) == fewest), key=lambda c: c.label))
    for permission in wanted:
        holders = [c for c in target.clients if permission in c.permissions]
        if holders:
            return Who(_fewest(holders))
    raise Untested(f"no client of this target holds {' or '.join(wanted)}")


def holding_only(target: Target, permission: str) -> Who:
    """The client that holds exactly this permission; `none` for the one that holds none.

    Raises:
        Untested: the target has no such client.
    """
    held = frozenset() if permission == NO_PERMISSION else frozenset({permission})
    for client in target.clients:
        if client.permissions == held:
            return Who(client)
    if not target.clients:
        raise Untested("this target asks for no authentication: its profile names no clients")
    name = "no permission at all" if not held else f"only {permission}"
    raise Untested(f"no client of this target holds {name}")


def able(target: Target, permission: str) -> Who:
    """The client with the fewest permissions that holds this one; nobody where the target has no clients.

    Raises:
        Untested: the target has no such client.
    """
    if not target.clients:
        return ANONYMOUS
    holders = [client for client in target.clients if permission in client.permissions]
    if not holders:
        raise Untested(f"no client of this target holds {permission}")
    return Who(_fewest(holders))


def able_to_both(target: Target, one: str, other: str) -> Who:
    """The client with the fewest permissions that holds both; where none does, the one that holds only the first.

    Raises:
        Untested: the target has neither.
    """
    holders = [client for client in target.clients if {one, other} <= client.permissions]
    return Who(_fewest(holders)) if holders else holding_only(target, one)


def _fewest(clients: list[Client]) -> Client:
    return min(clients, key=lambda c: (len(c.permissions), c.label))
