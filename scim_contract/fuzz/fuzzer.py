"""The fuzzing of one process of a run: what the checks of the area fuzzed ask."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from scim_contract.contract import Operation
from scim_contract.fuzz.deviations import Hunt
from scim_contract.fuzz.settings import Fuzzing
from scim_contract.org import Org, Untested

_OF_THE_DECK = 0.8


@dataclass
class Fuzzer:
    """Searches on behalf of checks, each search once a process; `began` is when the first one did."""

    fuzzing: Fuzzing
    began: float | None = field(default=None)

    def bodies(self, org: Org, operation: Operation) -> Hunt:
        """What generated bodies of an operation showed.

        Raises:
            Untested: the run may not write this, or the time for fuzzing was over.
            Blocked, Unreachable: the first request of all did not come through.
        """
        return org.once(("fuzzed bodies", operation.id), lambda: self._bodies(org, operation))

    def _bodies(self, org: Org, operation: Operation) -> Hunt:
        from scim_contract.fuzz.bodies import Supplied, bodies
        from scim_contract.fuzz.deck import deck
        from scim_contract.fuzz.driving import drive
        from scim_contract.fuzz.search import Search
        from scim_contract.fuzz.smaller import of_body
        from scim_contract.fuzz.writes import Writes

        self._in_time()
        examples, seed = self.fuzzing.examples, self.fuzzing.seed_of(f"bodies {operation.id}")
        search = Search(Writes(org, operation).examine, of_body, self._late)
        supplied = Supplied.by(org.workspace.target)
        search.all(deck(operation, supplied, seed), math.ceil(examples * _OF_THE_DECK))
        drive(bodies(operation, supplied), search.one, examples - search.hunt.tried, seed)
        return search.ended()

    def parameters(self, org: Org, operation: Operation) -> Hunt:
        """What generated parameters of an operation showed; raises as `bodies` does."""
        return org.once(("fuzzed parameters", operation.id), lambda: self._parameters(org, operation))

    def _parameters(self, org: Org, operation: Operation) -> Hunt:
        from scim_contract.fuzz.asking import Questions
        from scim_contract.fuzz.driving import drive
        from scim_contract.fuzz.parameters import questions
        from scim_contract.fuzz.search import Search
        from scim_contract.fuzz.smaller import of_question

        self._in_time()
        search = Search(Questions(org, operation).examine, of_question, self._late)
        drive(questions(operation), search.one, self.fuzzing.examples, self.fuzzing.seed_of(f"asking {operation.id}"))
        return search.ended()

    def histories(self, org: Org) -> Hunt:
        """What random histories of users and the group showed, of all operations; raises as `bodies` does."""
        return org.once(("fuzzed histories",), lambda: self._histories(org.acting("fuzzed/histories")))

    def _histories(self, org: Org) -> Hunt:
        from scim_contract.fuzz.machine import explore, smaller
        from scim_contract.fuzz.playing import Playing
        from scim_contract.fuzz.search import Search

        self._in_time()
        org.workspace.may_write()
        search = Search(lambda history: playing.again(history), smaller, self._late)
        playing = Playing(org, search)
        explore(playing, self.fuzzing.examples, self.fuzzing.seed_of("histories"))
        return search.ended()

    def _in_time(self) -> None:
        if self.began is None:
            self.began = time.monotonic()
        if self._late():
            raise Untested(f"the time for fuzzing was over: the run was given --fuzz-seconds {self.fuzzing.seconds:g}")

    def _late(self) -> bool:
        seconds = self.fuzzing.seconds
        return bool(seconds) and self.began is not None and time.monotonic() - self.began > seconds
