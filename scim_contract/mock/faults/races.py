"""Faults of two writers at once, who hold the same ETag."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import become, error
from scim_contract.mock.faults.preconditions import is_stale, stale
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

_USED_JUST_NOW = 1.0


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    claim = "etags.one-writer-wins"
    sentence = "Of two writes with the same If-Match at the same time both are applied."
    yield from family(contract, "both-writers-win", claim, sentence, lambda: Plant(before=_late_for_the_check()))
    yield Fault(
        "second-writer-told-409",
        claim,
        ("patch_scim_user",),
        "Of two writes with the same If-Match the later one is refused with 409.",
        lambda: Plant(after=_conflict()),
    )
    yield Fault(
        "second-writer-refused-but-applied",
        claim,
        ("put_scim_v2_user",),
        "Of two writes with the same If-Match the later one is refused and applied.",
        _second_applied,
    )


def _late_for_the_check() -> Callable[[Seen], None]:
    """The precondition is checked against what was there a moment ago, as where check and write are two steps."""
    used = _used()

    def before(seen: Seen) -> None:
        if used(seen):
            del seen.headers["if-match"]

    return before


def _used() -> Callable[[Seen], bool]:
    """Whether the If-Match of a write was that of another one a moment ago."""
    last: dict[str, tuple[str, float]] = {}

    def used(seen: Seen) -> bool:
        given, now = seen.headers.get("if-match"), time.monotonic()
        before, when = last.get(seen.path, (None, now))
        if given is not None and (given != before or now - when > _USED_JUST_NOW):
            last[seen.path] = (given, now)
            return False
        return given is not None

    return used


def _conflict() -> Callable[[Seen, Reply], None]:
    used = _used()

    def after(seen: Seen, reply: Reply) -> None:
        if used(seen) and is_stale(reply):
            become(reply, error(409))

    return after


def _second_applied() -> Plant:
    used = _used()

    def before(seen: Seen) -> None:
        seen.note["second"] = used(seen)
        if seen.note["second"]:
            del seen.headers["if-match"]

    def after(seen: Seen, reply: Reply) -> None:
        if seen.note["second"] and reply.ok:
            become(reply, stale())

    return Plant(before, after)
