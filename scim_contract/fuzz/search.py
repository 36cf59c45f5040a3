"""Looking for examples that deviate, and making them smaller, within a budget of examples, requests and time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scim_contract.fuzz.deviations import Deviation, Example, Found, Hunt
from scim_contract.org import Blocked, Unsettled, Untested
from scim_contract.transport import Exchange, Refused, TokenTrouble, Unreachable

MOST_FOUND = 5
"""Deviations after which a search ends: who has five to look at needs no sixth."""
_TRIES = 60
"""So many examples are tried to make one smaller."""
Signature = tuple[bool, str, str, str]
_LOST = 3
"""Examples in a row without an answer, after which there is no point in going on."""
STOPS = (Blocked, Untested, Unsettled, Unreachable, Refused, TokenTrouble)


@dataclass(frozen=True)
class Shown:
    """What one example showed: all its deviations, and the exchanges that it took. `sort` is a body's kind."""

    example: Example
    deviations: tuple[Deviation, ...]
    trail: tuple[Exchange, ...] = ()
    sort: str = ""

    def signature(self, deviation: Deviation) -> Signature:
        """What is the same in two examples of one defect: a body of another kind is another claim's."""
        return (self.sort == "valid", *deviation.signature)

    def shows(self, signature: Signature) -> bool:
        """Whether one of the deviations is of this kind."""
        return any(self.signature(each) == signature for each in self.deviations)


@dataclass
class Search:
    """One search: `examine` sends an example and says what it showed, `late` whether the time is up.

    `smaller` gives examples that are simpler than one, the simplest first; `keep` is told of what is found.
    """

    examine: Callable[[Any], Shown]
    smaller: Callable[[Any], Iterable[Any]] = lambda example: ()
    late: Callable[[], bool] = lambda: False
    keep: Callable[[Found], None] = lambda found: None
    hunt: Hunt = field(default_factory=Hunt)
    _known: set[Signature] = field(default_factory=set)
    _stopped: Exception | None = None
    _lost: int = 0
    _last: Exception | None = None

    def all(self, examples: Iterable[Any], most: int) -> None:
        """Try examples, no more than there are left of a number."""
        for example in examples:
            if self.hunt.tried >= most or self.over:
                return
            self.one(example)

    def one(self, example: Any) -> None:
        """Try one example, unless the search is over."""
        if not self.over:
            self.hunt.tried += 1
            self.note(self._look(example))

    def note(self, shown: Shown | None) -> None:
        """Take what an example showed; what is new is made smaller first."""
        if shown is None or not self._new(shown):
            return
        best = self._made_smaller(shown, shown.signature(self._new(shown)[0]))
        new = tuple(self._new(best))
        self._known.update(map(best.signature, new))
        found = Found(best.example, new, best.trail, best.sort)
        self.hunt.found.append(found)
        self.keep(found)

    @property
    def over(self) -> bool:
        """Whether nothing more is to be sent."""
        return self._stopped is not None or len(self.hunt.found) >= MOST_FOUND or self.late()

    def ended(self) -> Hunt:
        """What was found.

        Raises:
            Blocked, Untested, Unreachable: whatever stopped the search before it had found anything.
        """
        error = self._stopped or (None if self.hunt.answered else self._last)
        if error is not None and not self.hunt.found:
            raise error
        return self.hunt

    def stop(self, error: Exception) -> None:
        """Something else stood in the way: the search ends, but for single requests that got no answer."""
        self._lost, self._last = self._lost + 1, error
        if not isinstance(error, Unreachable) or error.hopeless or self._lost >= _LOST:
            self._stopped = error

    def _look(self, example: Any) -> Shown | None:
        try:
            shown = self.examine(example)
            self._lost = 0
            self.hunt.answered += 1
            return shown
        except STOPS as error:
            self.stop(error)
            return None

    def _made_smaller(self, shown: Shown, signature: Signature) -> Shown:
        left, best = _TRIES, shown
        going = True
        while going:
            going = False
            for example in self.smaller(best.example):
                if not left or self._stopped is not None or self.late():
                    return best
                left -= 1
                tried = self._look(example)
                if tried is not None and tried.shows(signature):
                    best, going = tried, True
                    break
        return best

    def _new(self, shown: Shown) -> list[Deviation]:
        return [each for each in shown.deviations if shown.signature(each) not in self._known]
