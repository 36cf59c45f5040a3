"""Single operations of a PATCH, and what each must leave behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scim_contract.contract import Operation
from scim_contract.org.carrying import NOBODY, Rider, Told, carried
from scim_contract.org.changes import Change, Written, modification
from scim_contract.org.errors import Blocked
from scim_contract.org.facts import LISTED, Fact, facts
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

Answered = TypeVar("Answered", Written, Exchange)


@dataclass(frozen=True)
class Step:
    """One operation of a PATCH: what it sends besides `op`, and what a read must show of it.

    `new` is what must be there afterwards, as a document; `over` the attributes (and types of their
    entries) that must be there before and are gone or replaced afterwards. `besides` is another operation of the
    same PATCH, `perhaps` what may be there afterwards; `plainer` is what is sent instead where this is refused with
    400, as it may be.
    """

    body: Mapping[str, Any]
    new: Mapping[str, Any] = field(default_factory=dict)
    over: tuple[tuple[str, str], ...] = ()
    besides: tuple[Mapping[str, Any], ...] = ()
    plainer: Step | None = None
    perhaps: Mapping[str, Any] = field(default_factory=dict)

    def patch(self, op: str) -> dict[str, Any]:
        """The body of the PATCH."""
        return modification(*({"op": op, **each} for each in (self.body, *self.besides)))


@dataclass(frozen=True)
class Patched:
    """A PATCH of one operation that was sent, with the facts that it must bring and those it must take away.

    `named` are the title or displayName that it gives, None where there is no telling.
    """

    written: Written
    there: Set[Fact]
    gone: Set[Fact] = frozenset()
    named: Mapping[str, Any] | None = None


def perhaps_carried(org: Org, operation: Operation, types: str | None, make: Callable[[Rider], Patched]) -> Patched:
    """A PATCH on which types ride, where any do."""
    return carried(org, operation, types, make, told) if types is not None else make(NOBODY)


def told(made: Patched) -> Told | None:
    """The names that it wrote, where it left what it was to leave, and the rest as it was."""
    written = made.written
    was, seen = (facts(read.document) if read else frozenset() for read in (written.before, written.after))
    if made.named is None or seen != (was - made.gone) | made.there:
        return None
    return written, made.named


def settled(step: Step, case: str, ask: Callable[[Step, str], Answered]) -> tuple[Step, Answered]:
    """A step and what came of it; of one that may be refused, and was, the plainer one."""
    asked = ask(step, case)
    exchange = asked.asked if isinstance(asked, Written) else asked
    if step.plainer is None or exchange.status != 400:
        return step, asked
    return step.plainer, ask(step.plainer, f"{case} plainly")


def send(
    org: Org, operation: Operation, op: str, case: str, step: Step, resource: Resource | None, rider: Rider
) -> Written:
    """Send a step.

    Raises:
        Blocked: what it would change is not there.
    """

    def change(document: Mapping[str, Any]) -> Change:
        for name, kind in step.over:
            if not facts(document, name, kind):
                raise Blocked(f"there are no {kind} {name} that a PATCH could {op}".replace("  ", " "))
        return Change(step.patch(op), {})

    return org.write(operation, resource=resource, change=change, case=case, **rider.types)


def judged(written: Written, step: Step) -> Patched:
    """What a step that was sent must have left."""
    there = facts(step.new) | (facts(step.perhaps) & facts(written.after.document))
    single = {(name, "") for name, _ in there if name not in LISTED}
    over = frozenset[Fact]().union(
        *(facts(written.before.document, name, kind) for name, kind in (*step.over, *single)) if written.before else ()
    )
    return Patched(written, there, over - there, {n: step.new[n] for n in ("displayName", "title") if n in step.new})
