"""Looking for an example that deviates, and making it smaller, within a budget of examples, requests and time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scim_contract.fuzz.deviations import Deviation, Example, Found, Hunt

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_MOST_FOUND = 3
_SMALLER = 60
"""So many examples are tried to make one smaller."""


class Deviates(Exception):
    """An example shows the deviation that is looked for."""


@dataclass(frozen=True)
class Shown:
    """What one example showed: all its deviations, and the exchanges that it took."""

    example: Example
    deviations: tuple[Deviation, ...]
    trail: tuple[Any, ...] = ()
    sort: str = ""

    def shows(self, signature: tuple[str, str, str]) -> bool:
        """Whether one of the deviations is of this kind."""
        return any(each.signature == signature for each in self.deviations)


Examine = Callable[[Any], Shown]


@dataclass
class Search:
    """One search: `examine` sends an example and says what it showed, `late` whether the time is up.

    hypothesis calls examples again, and calls it an error if they then pass. So what was tried is remembered, by the
    example: what deviated raises again without a request, and what is new passes once the budget is spent.
    """

    examine: Examine
    late: Callable[[], bool] = lambda: False
    hunt: Hunt = field(default_factory=Hunt)
    _known: set[tuple[str, str, str]] = field(default_factory=set)
    _wanted: tuple[str, str, str] | None = None
    _tried: dict[Example, Shown] = field(default_factory=dict)
    _best: Shown | None = None
    _smaller: int = 0
    _stopped: Exception | None = None

    def run(self, strategy: SearchStrategy[Any], examples: int, seed: int, first: Sequence[Example] = ()) -> Hunt:
        """Try examples, those of `first` before generated ones.

        Raises:
            Exception: whatever stopped the first example; what comes later only ends the search.
        """
        for example in first:
            self._first(example)
        rounds = 0
        while self.hunt.tried < examples and len(self.hunt.found) < _MOST_FOUND and not self._over():
            before = self.hunt.tried
            self._round(strategy, examples - self.hunt.tried, seed + rounds)
            rounds += 1
            if self.hunt.tried == before:
                break
        if self._stopped is not None and not self.hunt.found:
            raise self._stopped
        return self.hunt

    def _over(self) -> bool:
        return self._stopped is not None or self.late()

    def _first(self, example: Example) -> None:
        shown = self._look(example)
        if shown is not None and (new := self._new(shown)):
            self._known.update(each.signature for each in new)
            self.hunt.found.append(Found(example, tuple(new), shown.trail, shown.sort))

    def _round(self, strategy: SearchStrategy[Any], examples: int, seed: int) -> None:
        from scim_contract.fuzz.driving import drive

        self._wanted, self._best, self._smaller = None, None, 0
        self._tried.clear()
        drive(strategy, self._call, examples, seed)
        best = self._best
        if best is not None and self._wanted is not None:
            new = tuple(self._new(best))
            self._known.update(each.signature for each in new)
            self.hunt.found.append(Found(best.example, new, best.trail, best.sort))

    def _call(self, example: Example) -> None:
        if self._wanted is None:
            shown = None if self._over() else self._look(example)
            new = [] if shown is None else self._new(shown)
            if shown is None or not new:
                return
            self._wanted = new[0].signature
        elif example in self._tried:
            shown = self._tried[example]
        elif self._smaller < _SMALLER and not self._over():
            self._smaller += 1
            shown = self._look(example)
        else:
            return
        if shown is None:
            return
        self._tried[example] = shown
        if shown.shows(self._wanted):
            self._best = shown
            raise Deviates

    def _look(self, example: Example) -> Shown | None:
        from scim_contract.org import Blocked, Unsettled, Untested
        from scim_contract.transport import Refused, TokenTrouble, Unreachable

        if self._wanted is None:
            self.hunt.tried += 1
        try:
            return self.examine(example)
        except (Blocked, Untested, Unsettled, Unreachable, Refused, TokenTrouble) as error:
            self._stopped = error
            return None

    def _new(self, shown: Shown) -> list[Deviation]:
        return [each for each in shown.deviations if each.signature not in self._known]
