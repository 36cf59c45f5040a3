"""Who is let in: faults that judge by the request as well as by what its client holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace

from scim_contract.contract import Contract, Operation
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.faults.acting import become, error
from scim_contract.mock.planting import Plant
from scim_contract.mock.wire import Reply, Seen

Permissions = frozenset[str]
Whom = Callable[[Seen, Permissions, Operation], bool]
"""Tells by a request, and by what its client holds, whether it is one of those that a fault is about."""


def letting_in(whom: Whom, then: Callable[[Seen, Reply], None] = lambda seen, reply: None) -> Callable[[], Plant]:
    """Let in some who may not ask, and do something to the answers that they get."""
    return _judging(lambda allowed, meant: allowed or meant, whom, lambda allowed: not allowed, then)


def noticing(whom: Whom, then: Callable[[Seen, Reply], None]) -> Callable[[], Plant]:
    """Do something to the answers of some who may ask."""
    return _judging(lambda allowed, meant: allowed, whom, lambda allowed: allowed, then)


def kept_out(whom: Whom, status: int = 403) -> Callable[[], Plant]:
    """Refuse some who may ask."""

    def refused(seen: Seen, reply: Reply) -> None:
        become(reply, error(status))

    return _judging(lambda allowed, meant: allowed and not meant, whom, lambda allowed: allowed, refused)


def _judging(
    permitted: Callable[[bool, bool], bool],
    whom: Whom,
    noted: Callable[[bool], bool],
    then: Callable[[Seen, Reply], None],
) -> Callable[[], Plant]:
    """Judge anew who may ask, by the request as well as by the permissions that come with it.

    The permissions are known in the midst of the mock only, the request outside of it: the context, which
    each request has for itself, brings them together.
    """

    def make() -> Plant:
        asking: ContextVar[Seen | None] = ContextVar("asking", default=None)

        def before(seen: Seen) -> None:
            asking.set(seen)

        def behaviour(kept: Behaviour, _: Operation) -> Behaviour:
            def judge(held: Permissions, operation: Operation) -> bool:
                allowed, seen = kept.permitted(held, operation), asking.get()
                if seen is None:  # a HEAD, which is no operation's
                    return allowed
                meant = whom(seen, held, operation)
                seen.note["meant"] = meant and noted(allowed)
                return permitted(allowed, meant)

            return replace(kept, permitted=judge)

        def after(seen: Seen, reply: Reply) -> None:
            if seen.note.get("meant"):
                then(seen, reply)

        return Plant(before, after, behaviour)

    return make


def only_in(contract: Contract, prefix: str, after: Callable[[Seen, Reply], None]) -> Callable[[], Plant]:
    """Change the answers of one prefix."""
    own = {operation.id for operation in contract.operations if operation.prefix == prefix}

    def in_prefix(seen: Seen, reply: Reply) -> None:
        if seen.operation in own:
            after(seen, reply)

    return lambda: Plant(after=in_prefix)


def holders(permission: str) -> Whom:
    """Those who hold a permission."""
    return lambda seen, held, operation: permission in held


def valid(seen: Seen) -> bool:
    """Whether a request has a token of the mock's: 43 characters, which no made-up one is given here."""
    return re.fullmatch(r"(?i:bearer) [\w-]{43}", seen.headers.get("authorization", "")) is not None


def made_up(seen: Seen, held: Permissions, operation: Operation) -> bool:
    """Those with a token that was never issued."""
    return "authorization" in seen.headers and not valid(seen)


def telling(was: int, told: int, when: Callable[[Seen], bool] = lambda seen: True) -> Callable[[Seen, Reply], None]:
    """A refusal with another status, its headers kept."""

    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == was and when(seen):
            headers = reply.headers
            become(reply, error(told))
            reply.headers = {**headers, **reply.headers}

    return after


def answered(status: int) -> Callable[[Seen, Reply], None]:
    """A refusal in place of the answer to what was carried out."""

    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok:
            become(reply, error(status))
            if status == 401:
                reply.headers["www-authenticate"] = "Bearer"

    return after


def emptied(document: dict[str, object]) -> None:
    """Make a list one that holds nothing."""
    document.update(totalResults=0, itemsPerPage=0, Resources=[])
