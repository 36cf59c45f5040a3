"""Faults and variants: what they are, and how they come to act on a mock."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from scim_contract.contract import Contract, Operation
from scim_contract.contract.plan import atoms
from scim_contract.mock.behaviour import Behaviour, reference
from scim_contract.mock.directory import Directory
from scim_contract.mock.wire import Asgi, Reply, Seen, Tamper


@dataclass(frozen=True)
class Plant:
    """What is done to a mock. Made anew for each mock, so it may remember what it saw.

    `before` and `after` meet the requests for the operations that the fault names, or, `everywhere`, all
    requests. `behaviour` answers the operations otherwise; `directory` changes what the mock begins with;
    `wrap` puts something around the whole application, given the mock's seed. `seconds` is how long each answer
    is held back.
    """

    before: Callable[[Seen], Reply | None] = lambda seen: None
    after: Callable[[Seen, Reply], None] = lambda seen, reply: None
    behaviour: Callable[[Behaviour, Operation], Behaviour] = lambda behaviour, operation: behaviour
    directory: Callable[[Directory], None] = lambda directory: None
    wrap: Callable[[Asgi, int], Asgi] = lambda app, seed: app
    seconds: float = 0
    everywhere: bool = False


@dataclass(frozen=True)
class Fault:
    """A promise broken: the claim that must tell of it, and the operations at which it must.

    `also` are claims that the fault breaks besides. `sees` are keys of checks that bring about what an
    observed claim is to see (`claim` or `claim|operation|prefix`). `link` leads to the report of a real bug.
    `editions` are those that promise what it breaks, where not all do whose claims name its operations. One that is
    `fleeting` shows in a single answer of each operation, which a connection that breaks may take for good.
    """

    name: str
    claim: str
    operations: tuple[str, ...]
    sentence: str
    plant: Callable[[], Plant]
    also: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    link: str = ""
    editions: tuple[str, ...] = ()
    fleeting: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Variant:
    """A difference that the contract allows, and where. `profile` are settings of targets.toml that go with it.

    A target that is `poor` shows less than the embedded mock, so that claims may be untested;
    `clients` keeps the permissions of the clients that it has, None for one client each.
    """

    name: str
    sentence: str
    source: str
    plant: Callable[[], Plant] = Plant
    profile: dict[str, Any] = field(default_factory=dict)
    poor: bool = False
    clients: tuple[frozenset[str], ...] | None = None

    def __str__(self) -> str:
        return self.name


T = TypeVar("T", bound=Fault | Variant)


def replacing(
    before: Callable[[Seen], Reply | None] = Plant.before,
    after: Callable[[Seen, Reply], None] = Plant.after,
    **pieces: Any,
) -> Plant:
    """A plant by which operations are answered with other pieces of behaviour."""
    return Plant(before, after, lambda behaviour, _: replace(behaviour, **pieces))


def by_name(contract: Contract, modules: Iterable[Callable[[Contract], Iterable[T]]]) -> dict[str, T]:
    """What some modules declare, by its name, in their order.

    :raises ValueError: two of them bear the same name.
    """
    named: dict[str, T] = {}
    for module in modules:
        for each in module(contract):
            if each.name in named:
                raise ValueError(f"two are called {each.name}")
            named[each.name] = each
    return named


def ranging(contract: Contract, claim: str, *kinds: str, prefix: str | None = None) -> tuple[str, ...]:
    """The operations that a claim ranges over, of these kinds (or names) and of this prefix only where given."""
    held = contract.claims[claim]
    return tuple(
        operation.id
        for operation in contract.operations
        if (not kinds or operation.kind in kinds or operation.name in kinds)
        and (prefix is None or operation.prefix == prefix)
        and atoms(contract, held, operation)
    )


def fitting(contract: Contract, fault: Fault) -> Fault | None:
    """The fault at those of its operations where it breaks a promise of the edition; None where it breaks none.

    Faults are written for the first edition. Another one may promise less, or have it promised elsewhere.
    """
    if fault.claim not in contract.claims or (fault.editions and contract.edition not in fault.editions):
        return None
    held = contract.claims[fault.claim]
    there = tuple(each for each in fault.operations if atoms(contract, held, contract.operation(each)))
    return replace(fault, operations=there) if there else None


def family(
    contract: Contract,
    name: str,
    claim: str,
    sentence: str,
    plant: Callable[[], Plant],
    operations: Sequence[str] = (),
    **more: Any,
) -> Iterator[Fault]:
    """The same fault at all its operations, at a single one in v1 and at a single one in v2.

    :param operations: all those that the claim ranges over, unless given.
    :param more: further fields of each fault.
    """
    everywhere = tuple(operations) or ranging(contract, claim)
    yield Fault(name, claim, everywhere, sentence, plant, **more)
    for prefix in contract.prefixes:
        own = [each for each in everywhere if contract.operation(each).prefix == prefix]
        if own and len(everywhere) > 1:
            chosen = own[zlib.crc32(f"{name} {prefix}".encode()) % len(own)]
            yield Fault(f"{name}:{chosen}", claim, (chosen,), f"{sentence} At {chosen} only.", plant, **more)


@dataclass(frozen=True)
class Planted:
    """What the faults and variants of a mock come to."""

    behaviours: Callable[[Operation], Behaviour]
    tampers: tuple[Tamper, ...]
    plants: tuple[Plant, ...]

    def wrapped(self, app: Asgi, seed: int) -> Asgi:
        """The application with what the plants put around it, where something is left to chance by this seed."""
        for plant in self.plants:
            app = plant.wrap(app, seed)
        return app

    def sown(self, directory: Directory) -> Directory:
        """The directory with what the plants change in it."""
        for plant in self.plants:
            plant.directory(directory)
        return directory


def planted(contract: Contract, given: Iterable[Fault | Variant]) -> Planted:
    """Bring faults and variants together.

    :raises ValueError: two of them replace the same piece of behaviour of the same operation.
    """
    made = [(each, each.plant()) for each in given]
    behaviours = {operation.id: _behaviour(operation, made) for operation in contract.operations}
    tampers = tuple(
        Tamper(plant.before, plant.after, plant.seconds, _met(each, plant)) for each, plant in made if not _idle(plant)
    )
    return Planted(lambda operation: behaviours[operation.id], tampers, tuple(plant for _, plant in made))


def _idle(plant: Plant) -> bool:
    return plant.before is Plant.before and plant.after is Plant.after and not plant.seconds


def _met(each: Fault | Variant, plant: Plant) -> frozenset[str] | None:
    return None if plant.everywhere or isinstance(each, Variant) else frozenset(each.operations)


def _behaviour(operation: Operation, made: Sequence[tuple[Fault | Variant, Plant]]) -> Behaviour:
    behaviour, changed_by = reference(operation), dict[str, Fault | Variant]()
    for each, plant in made:
        if isinstance(each, Fault) and not plant.everywhere and operation.id not in each.operations:
            continue
        changed = plant.behaviour(behaviour, operation)
        for name in (f.name for f in fields(Behaviour) if getattr(changed, f.name) is not getattr(behaviour, f.name)):
            if name in changed_by:
                raise ValueError(
                    f"{changed_by[name]} and {each} both change {name} of {operation.id}: take one of them"
                )
            changed_by[name] = each
        behaviour = changed
    return behaviour
