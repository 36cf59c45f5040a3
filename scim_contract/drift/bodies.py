"""The models of requests and answers held against each other, each once for all operations that it is met at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from scim_contract.drift.difference import Difference, How
from scim_contract.drift.kinds import ANSWER, REQUEST, compared
from scim_contract.drift.surface import Kind, Offered, Property, Surface

Pair = tuple[str, str, str]
"""A model of the one contract, the model of the other that stands in its place, and request or answer."""


def of_bodies(old: Surface, new: Surface, both: Sequence[tuple[Offered, Offered]]) -> Iterator[Difference]:
    """What differs inside the bodies of operations that both contracts have."""
    for (mine, theirs, direction), operations in _pairs(old, new, both).items():
        yield from _of_models(old.models[mine], new.models[theirs], mine, direction, tuple(operations))


def _pairs(old: Surface, new: Surface, both: Sequence[tuple[Offered, Offered]]) -> Mapping[Pair, list[str]]:
    found: dict[Pair, list[str]] = {}
    for mine, theirs in both:
        for direction, first, second in (
            (REQUEST, mine.request, theirs.request),
            (ANSWER, mine.answer, theirs.answer),
        ):
            if first is not None and second is not None:
                for pair in _reached(old, new, first, second, direction):
                    found.setdefault(pair, []).append(mine.id)
    return found


def _reached(old: Surface, new: Surface, mine: Kind, theirs: Kind, direction: str) -> Iterator[Pair]:
    ahead, seen = [(mine, theirs)], set[Pair]()
    while ahead:
        first, second = (_bare(kind) for kind in ahead.pop(0))
        pair = first.model, second.model, direction
        if not first.model or not second.model or pair in seen:
            continue
        seen.add(pair)
        yield pair
        theirs_held = new.models[second.model]
        ahead += [
            (held.kind, theirs_held[name].kind)
            for name, held in old.models[first.model].items()
            if name in theirs_held and _is_met(held, direction)
        ]


def _bare(kind: Kind) -> Kind:
    while kind.items is not None:
        kind = kind.items
    return kind


def _is_met(held: Property, direction: str) -> bool:
    """A client has no business with the inside of what it cannot send."""
    return direction == ANSWER or not held.read_only


def _of_models(
    old: Mapping[str, Property], new: Mapping[str, Property], model: str, direction: str, operations: tuple[str, ...]
) -> Iterator[Difference]:
    def told(how: How, name: str, before: str, after: str, breaks: bool) -> Difference:
        return Difference(how, direction, name, before, after, breaks, operations, model=model)

    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    for before, after in _renamed(old, new, gone, come):
        gone.remove(before)
        come.remove(after)
        yield told(How.RENAMED, before, before, after, True)
    for name in gone:
        yield told(How.REMOVED, name, old[name].kind.text, "", True)
    for name in come:
        needed = direction == REQUEST and new[name].required
        how = How.TIGHTENED if needed else How.ADDED
        yield told(how, name, "no such property" if needed else "", _told(new[name], needed), needed)
    for name in (name for name in old if name in new):
        if direction == REQUEST and old[name].read_only and new[name].read_only:
            continue
        for each in compared(old[name].kind, new[name].kind, direction):
            yield told(each.how, name + each.part, each.before, each.after, each.breaks)
        yield from _duties(old[name], new[name], name, direction, told)


def _told(held: Property, needed: bool) -> str:
    return f"{held.kind.text}, required" if needed else held.kind.text


def _duties(
    old: Property, new: Property, name: str, direction: str, told: Callable[[How, str, str, str, bool], Difference]
) -> Iterator[Difference]:
    if old.required and not new.required:
        yield told(How.LOOSENED, name, "required", "optional", direction == ANSWER)
    if new.required and not old.required:
        yield told(How.TIGHTENED, name, "optional", "required", direction == REQUEST)
    if direction == REQUEST and old.read_only is not new.read_only:
        how = How.TIGHTENED if new.read_only else How.LOOSENED
        words = {True: "read-only", False: "writable"}
        yield told(how, name, words[old.read_only], words[new.read_only], new.read_only)


def _renamed(
    old: Mapping[str, Property], new: Mapping[str, Property], gone: Sequence[str], come: Sequence[str]
) -> list[tuple[str, str]]:
    """A property that went and one of the same kind that came, where names tell that they are one."""
    found: list[tuple[str, str]] = []
    for before in gone:
        like = [after for after in come if _alike(before, after) and old[before].kind == new[after].kind]
        if len(like) == 1 and like[0] not in [after for _, after in found]:
            found.append((before, like[0]))
    return found


def _alike(one: str, other: str) -> bool:
    """Whether two names are one but for case and marks, or one is the other with something added."""
    first, second = ("".join(c for c in name.lower() if c.isalnum()) for name in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) > 3 and shorter in longer
