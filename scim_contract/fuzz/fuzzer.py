"""The fuzzing of one process of a run: what the checks of the area fuzzed ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from scim_contract.contract import Operation
from scim_contract.fuzz import known
from scim_contract.fuzz.deviations import Example, Hunt
from scim_contract.fuzz.examples import Body, Question
from scim_contract.fuzz.leaving import put_back
from scim_contract.fuzz.model import History
from scim_contract.fuzz.search import Search, Shown
from scim_contract.fuzz.settings import Fuzzing
from scim_contract.org import Org, Untested

_OF_THE_DECK = 0.85


@dataclass
class Fuzzer:
    """Searches on behalf of checks, each search once a process; `began` is when the first one did.

    The methods raise Untested where the run may not write, the time for fuzzing is over, or there is nothing to try;
    Blocked and Unreachable where something else stood in the way before anything was found.
    """

    fuzzing: Fuzzing
    began: float | None = field(default=None)

    def bodies(self, org: Org, operation: Operation) -> Hunt:
        """What generated bodies of an operation showed."""
        return org.once(("fuzzed bodies", operation.id), lambda: self._bodies(org, operation))

    def parameters(self, org: Org, operation: Operation) -> Hunt:
        """What generated parameters of an operation showed."""
        return org.once(("fuzzed parameters", operation.id), lambda: self._parameters(org, operation))

    def histories(self, org: Org) -> Hunt:
        """What random histories of users and the group showed, of all operations."""
        return org.once(("fuzzed histories",), lambda: self._histories(org.acting("fuzzed/histories")))

    def _bodies(self, org: Org, operation: Operation) -> Hunt:
        from scim_contract.fuzz.smaller import of_body
        from scim_contract.fuzz.writes import Writes

        first = self._first(lambda each: isinstance(each, Body) and each.operation == operation.id)
        search = self._search(Writes(org, operation).examine, of_body)
        search.all(first, len(first))
        if self._generates:
            from scim_contract.fuzz import schemas
            from scim_contract.fuzz.bodies import Supplied, bodies
            from scim_contract.fuzz.deck import deck
            from scim_contract.fuzz.driving import drive

            examples, seed = self.fuzzing.examples, self.fuzzing.seed_of(f"bodies {operation.id}")
            supplied = Supplied.by(org.workspace.target)
            dealt = deck(operation, supplied, seed)[: math.ceil(examples * _OF_THE_DECK)]
            search.all(dealt, len(first) + len(dealt))
            left = examples - len(dealt)
            of_schemathesis = left // 2 if examples >= schemas.FEWEST else 0
            strategy = schemas.bodies(org.workspace.contract.edition, operation) if of_schemathesis else None
            if strategy is not None:
                drive(strategy, search.one, of_schemathesis, seed)
                left -= of_schemathesis
            drive(bodies(operation, supplied), search.one, left, seed)
        return self._ended(org, operation, search)

    def _parameters(self, org: Org, operation: Operation) -> Hunt:
        from scim_contract.fuzz.asking import Questions
        from scim_contract.fuzz.smaller import of_question

        first = self._first(lambda each: isinstance(each, Question) and each.operation == operation.id)
        search = self._search(Questions(org, operation).examine, of_question)
        search.all(first, len(first))
        if self._generates:
            from scim_contract.fuzz.driving import drive
            from scim_contract.fuzz.parameters import cards, questions

            examples, seed = self.fuzzing.examples, self.fuzzing.seed_of(f"parameters {operation.id}")
            dealt = cards(operation, seed)[: math.ceil(examples * _OF_THE_DECK)]
            search.all(dealt, len(first) + len(dealt))
            drive(questions(operation), search.one, examples - len(dealt), seed)
        return self._ended(org, operation, search)

    def _histories(self, org: Org) -> Hunt:
        from scim_contract.fuzz.playing import Playing
        from scim_contract.fuzz.smaller import of_history

        first = self._first(lambda each: isinstance(each, History))
        org.workspace.may_write()
        search = self._search(lambda history: playing.again(history), of_history)
        playing = Playing(org, search)
        search.all(first, len(first))
        if self._generates:
            from scim_contract.fuzz.machine import explore
            from scim_contract.fuzz.openings import openings

            examples, seed = self.fuzzing.examples, self.fuzzing.seed_of("histories")
            played = openings(seed)[: examples // 2]
            search.all(played, len(first) + len(played))
            explore(playing, examples - len(played), seed)
        hunt = search.ended()
        put_back(org, "v1")
        return hunt

    @property
    def _generates(self) -> bool:
        return bool(self.fuzzing.examples) and not self.fuzzing.only

    @cached_property
    def _known(self) -> tuple[Example, ...]:
        return known.read(Path(self.fuzzing.known)) if self.fuzzing.known else ()

    def _first(self, mine: Callable[[Example], bool]) -> list[Example]:
        """The known examples that a search tries first; the clock of the fuzzing starts with the first search."""
        only = self.fuzzing.only
        first = [each for each in self._known if mine(each) and only in ("", each.id)]
        if only and not first:
            raise Untested(f"the run was given --example {only}, which is another one's")
        if self.began is None:
            self.began = time.monotonic()
        if self._late():
            raise Untested(f"the time for fuzzing was over: the run was given --fuzz-seconds {self.fuzzing.seconds:g}")
        return first

    def _search(self, examine: Callable[[Any], Shown], smaller: Callable[[Any], Iterable[Any]]) -> Search:
        def kept(example: Example) -> None:
            if self.fuzzing.kept:
                known.keep(Path(self.fuzzing.kept), example)

        return Search(examine, smaller, self._late, lambda found: kept(found.example))

    def _ended(self, org: Org, operation: Operation, search: Search) -> Hunt:
        hunt = search.ended()
        if operation.resource == "groups" and operation.writes:
            put_back(org, operation.prefix)
        return hunt

    def _late(self) -> bool:
        seconds = self.fuzzing.seconds
        return bool(seconds) and self.began is not None and time.monotonic() - self.began > seconds
