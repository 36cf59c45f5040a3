"""One history after another: what is drawn is played, and what deviates is noted with the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass, field

from scim_contract.fuzz.deviations import Deviation
from scim_contract.fuzz.histories import Player
from scim_contract.fuzz.leaving import Leaving
from scim_contract.fuzz.model import History, Step
from scim_contract.fuzz.search import STOPS, Search, Shown
from scim_contract.org import Org


@dataclass
class Playing:
    """Histories on behalf of a search, which also plays those again that are to be made smaller."""

    org: Org
    search: Search
    _player: Player | None = None
    _steps: list[Step] = field(default_factory=list)
    _wrong: tuple[Deviation, ...] = ()
    _lost: bool = False
    _leaving: Leaving = field(init=False)

    def __post_init__(self) -> None:
        self._leaving = Leaving(self.org)

    def begin(self) -> None:
        """Begin a history; nothing is played any more once the search is over."""
        del self.org.workspace.trail[:]
        self._steps, self._wrong, self._lost = [], (), False
        self._player = None if self.search.over else Player(self.org, self._leaving)
        self.search.hunt.tried += self._player is not None

    def step(self, step: Step) -> None:
        """Play one more step, unless the history deviates already."""
        if self._player is None or self._wrong or self._lost or self.search.over:
            return
        self._steps.append(step)
        try:
            self._wrong = self._player.play(step)
        except STOPS as error:
            self.search.stop(error)
            self._lost = True

    def end(self) -> None:
        """End the history and tell the search what it showed."""
        if self._player is None:
            return
        self.search.hunt.answered += not self._lost
        trail = tuple(self.org.workspace.trail)
        _ended(self._player, self.search)
        self.search.note(Shown(History(tuple(self._steps)), self._wrong, trail))

    def again(self, history: History) -> Shown:
        """Play a history from its beginning."""
        del self.org.workspace.trail[:]
        player = Player(self.org, self._leaving)
        for step in history.steps:
            wrong = player.play(step)
            if wrong:
                break
        else:
            wrong = ()
        trail = tuple(self.org.workspace.trail)
        _ended(player, self.search)
        return Shown(history, wrong, trail)


def _ended(player: Player, search: Search) -> None:
    try:
        player.end()
    except STOPS as error:
        search.stop(error)
