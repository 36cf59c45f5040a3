"""Two kinds of value held against each other, as what a client sends and as what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scim_contract.drift.difference import How
from scim_contract.drift.surface import Kind

REQUEST, ANSWER = "request", "answer"


@dataclass(frozen=True)
class Told:
    """What differs of two kinds: how, before and after, and whether it breaks a client."""

    how: How
    before: str
    after: str
    breaks: bool
    part: str = ""


def compared(old: Kind, new: Kind, direction: str, part: str = "") -> Iterator[Told]:
    """What differs of two kinds, of the items of lists too, but for what is inside of models.

    A value that a client sends may be of more kinds without harm; one that it reads may be of fewer. New values
    beside the listed ones break no client: it must get over values that it does not know.
    """
    if old.items is not None and new.items is not None:
        yield from compared(old.items, new.items, direction, f"{part}[]")
    elif old.word != new.word:
        yield _of_words(old, new, direction, part)
    elif old.model and new.model and old.model != new.model:
        yield Told(How.RENAMED, f"model {old.model}", f"model {new.model}", False, part)
    elif bool(old.model) != bool(new.model):
        yield _wider(old, new, direction, part) if old.model else _narrower(old, new, direction, part)
    elif old.values != new.values:
        yield from _of_values(old, new, direction, part)


def _of_words(old: Kind, new: Kind, direction: str, part: str) -> Told:
    if new.word == "any" or (old.word, new.word) == ("integer", "number"):
        return _wider(old, new, direction, part)
    if old.word == "any" or (old.word, new.word) == ("number", "integer"):
        return _narrower(old, new, direction, part)
    return Told(How.REPLACED, old.text, new.text, True, part)


def _wider(old: Kind, new: Kind, direction: str, part: str) -> Told:
    return Told(How.LOOSENED, old.text, new.text, direction == ANSWER, part)


def _narrower(old: Kind, new: Kind, direction: str, part: str) -> Told:
    return Told(How.TIGHTENED, old.text, new.text, direction == REQUEST, part)


def _of_values(old: Kind, new: Kind, direction: str, part: str) -> Iterator[Told]:
    if not new.values:
        yield Told(How.LOOSENED, f"one of {', '.join(old.values)}", "any text", False, part)
        return
    if not old.values:
        yield Told(How.TIGHTENED, "any text", f"one of {', '.join(new.values)}", direction == REQUEST, part)
        return
    more = [value for value in new.values if value not in old.values]
    fewer = [value for value in old.values if value not in new.values]
    if more:
        yield Told(How.LOOSENED, "the values known", f"also {', '.join(more)}", False, part)
    if fewer:
        yield Told(How.TIGHTENED, "the values known", f"no longer {', '.join(fewer)}", direction == REQUEST, part)
