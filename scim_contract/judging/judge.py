"""The judge: turns what happens in each case of a check into verdicts on atomic claims."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Atom
from scim_contract.judging import message
from scim_contract.judging.expect import Expect, Stop, came
from scim_contract.judging.problem import Problem
from scim_contract.org import spoiled
from scim_contract.org.errors import Blocked, Lost, Unsettled, Untested
from scim_contract.org.workspace import Workspace
from scim_contract.transport import Exchange, Refused, TokenTrouble, Unreachable, curl
from scim_contract.verdicts import Result, Verdict, result


@dataclass(frozen=True)
class Tried:
    """One case of a check that was tried: the keys of its atomic claims, and the exchanges that it took."""

    keys: tuple[str, ...]
    trail: tuple[Exchange, ...]


class Judge:
    """Judges one check: one claim for one operation, case by case.

    `with judge(case) as expect:` brings a case about and judges it; whatever stops it becomes a verdict
    on that case alone, and the check goes on with the next. `lost` are the keys of the cases that the network
    took from it.
    """

    def __init__(self, workspace: Workspace, atoms: Sequence[Atom], test: str) -> None:
        self._workspace = workspace
        self._atoms = tuple(atoms)
        self._test = test
        self.results: list[Result] = []
        self.steps: set[str] = set()
        self.lost: set[str] = set()
        self.tried: list[Tried] = []
        self._notes: tuple[str, ...] = ()

    @property
    def test(self) -> str:
        """The pytest id of the check."""
        return self._test

    @property
    def key(self) -> str:
        """The claim and the operation that it judges, as --claim takes them."""
        return f"{self._atoms[0].claim}|{self._atoms[0].operation}"

    @property
    def cases(self) -> tuple[str, ...]:
        """The values that the claim lists for this operation, in order."""
        return tuple(dict.fromkeys(atom.value for atom in self._atoms))

    @property
    def clients(self) -> tuple[str, ...]:
        """The permissions over which the claim ranges for this operation, in order."""
        return tuple(dict.fromkeys(atom.client for atom in self._atoms))

    def parts(self, case: str = "", client: str = "") -> tuple[str, ...]:
        """The parts of a case that the plan has."""
        return tuple(atom.part for atom in self._of(case, client))

    def begin_again(self) -> tuple[set[str], list[Result]]:
        """Forget what was judged, for a check that is carried out again: gives what was lost, and all results."""
        lost, held = self.lost, self.results
        self.lost, self.results = set(), []
        return lost, held

    @contextmanager
    def __call__(self, case: str = "", client: str = "") -> Generator[Expect, None, None]:
        """One case; KeyError where the plan has none such, since a verdict on it would be lost."""
        atoms = self._of(case, client)
        if not atoms:
            raise KeyError(f"{self._test}: the claim has no case {case!r} for client {client!r}")
        expect = Expect(self._workspace.contract)
        del self._workspace.trail[:]
        self._notes = ()
        begun = time.perf_counter()
        stopped: Result | None = None
        ended = False
        try:
            yield expect
        except Stop:
            ended = True
        except Blocked as error:
            stopped = self._blocked(atoms[0], error)
        except Untested as error:
            stopped = result(atoms[0], Verdict.UNTESTED, reason=str(error))
        except (Unsettled, Lost, Refused) as error:
            stopped = result(atoms[0], Verdict.INCONCLUSIVE, reason=self._text(str(error)))
        except TokenTrouble as error:
            stopped = result(atoms[0], Verdict.INCONCLUSIVE, reason=self._text(str(error)))
            self._lose(atoms, error)
        except Unreachable as error:
            stopped = self._unreachable(atoms[0], error)
            self._lose(atoms, error)
        self._conclude(atoms, expect, stopped, ended, time.perf_counter() - begun)

    def note(self, lines: Sequence[str]) -> None:
        """Let a failure of the case that is open end with these lines."""
        self._notes = tuple(lines)

    def _lose(self, atoms: Sequence[Atom], error: Unreachable | TokenTrouble) -> None:
        if not (isinstance(error, Unreachable) and error.hopeless):
            self.lost.update(atom.key for atom in atoms)
        spoiled.note(self._workspace, error)

    def trail(self, exchanges: Sequence[Exchange]) -> None:
        """Let a failure of the case that is open show these exchanges as what led there."""
        self._workspace.trail[:] = exchanges

    def also(
        self,
        atom: Atom,
        expected: str,
        seen: str,
        exchange: Exchange,
        trail: Sequence[Exchange],
        notes: Sequence[str] = (),
    ) -> None:
        """Say that an atomic claim of another check is violated as well: what a generated request broke.

        `notes` are lines at the end of its message.
        """
        facts = evidence(atom, [Problem(expected, seen, exchange)], trail, self._workspace)
        facts = self._with_notes(facts, notes)
        self.results.append(result(atom, Verdict.VIOLATED, **facts, test=self._test))

    def _of(self, case: str, client: str) -> tuple[Atom, ...]:
        client = client or self._workspace.contract.library  # a library is its claims' only client
        return tuple(a for a in self._atoms if a.value == case and a.client == client)

    def _conclude(
        self, atoms: Sequence[Atom], expect: Expect, stopped: Result | None, ended: bool, seconds: float
    ) -> None:
        trail = tuple(self._workspace.trail)
        self.steps.update(exchange.step for exchange in trail)
        self.tried.append(Tried(tuple(atom.key for atom in atoms), trail))
        known = {atom.part for atom in atoms}
        strange = {p.part for p in expect.problems} - known
        if strange:
            raise KeyError(f"{self._test}: {atoms[0].claim} has no part {sorted(strange)} in this case")
        first_broken: Atom | None = None
        for atom in atoms:
            problems = [p for p in expect.problems if p.part == atom.part]
            self.results.append(self._verdict(atom, problems, expect, stopped, ended, first_broken, trail, seconds))
            if problems and first_broken is None:
                first_broken = atom

    def _verdict(
        self,
        atom: Atom,
        problems: Sequence[Problem],
        expect: Expect,
        stopped: Result | None,
        ended: bool,
        broken: Atom | None,
        trail: Sequence[Exchange],
        seconds: float,
    ) -> Result:
        more = {"test": self._test, "seconds": round(seconds, 4)}
        if broken is not None and (problems or ended):
            reason = f"blocked by {broken.claim}: part {broken.part!r} of the same case is violated"
            return result(atom, Verdict.UNTESTED, reason=reason, blocked_by=atom.operation, **more)
        if problems:
            return result(atom, Verdict.VIOLATED, **self._evidence(atom, problems, trail), **more)
        if stopped is not None:
            facts = {k: getattr(stopped, k) for k in ("reason", "blocked_by", "curl", "steps", "correlation_id")}
            return result(atom, stopped.verdict, **facts, **more)
        if atom.part in expect.set_aside:
            return result(atom, Verdict.UNTESTED, reason=expect.set_aside[atom.part], **more)
        return result(atom, Verdict.CONFORMS, **more)

    def _evidence(self, atom: Atom, problems: Sequence[Problem], trail: Sequence[Exchange]) -> dict[str, object]:
        return self._with_notes(evidence(atom, problems, trail, self._workspace), self._notes)

    def _with_notes(self, facts: dict[str, object], notes: Sequence[str]) -> dict[str, object]:
        return {**facts, "message": self._text("\n".join([str(facts["message"]), *notes]))}

    def _blocked(self, atom: Atom, error: Blocked) -> Result:
        masker = self._workspace.transport.masker
        exchange = error.exchange
        if exchange is None:
            return result(atom, Verdict.UNTESTED, reason=f"blocked by: {self._text(error.what)}")
        where = f"{exchange.request.method} {exchange.path} answered {came(exchange)}"
        facts = {
            "reason": self._text(f"blocked by {where} ({error.what})"),
            "blocked_by": exchange.operation.id if exchange.operation else None,
            "curl": curl(exchange.request, masker),
            "steps": message.steps(self._workspace.trail, masker, until=exchange),
            "correlation_id": exchange.answer.correlation_id,
        }
        seen = [*self._workspace.trail, exchange]
        return result(atom, Verdict.UNTESTED, **veiled(facts, seen, self._workspace))

    def _unreachable(self, atom: Atom, error: Unreachable) -> Result:
        line = curl(error.request, self._workspace.transport.masker) if error.request is not None else None
        facts = veiled({"reason": self._text(error.what), "curl": line}, self._workspace.trail, self._workspace)
        return result(atom, Verdict.INCONCLUSIVE, **facts)

    def _text(self, text: str) -> str:
        return self._workspace.transport.masker.text(text)


def evidence(
    atom: Atom, problems: Sequence[Problem], trail: Sequence[Exchange], workspace: Workspace
) -> dict[str, object]:
    """What a violated result carries: message, curl line, steps and correlation id."""
    masker = workspace.transport.masker
    exchange = message.shown(problems)
    facts: dict[str, object] = {
        "message": message.failure(atom, problems, trail, masker),
        "reason": masker.text("; ".join(f"expected {p.expected}, came {p.came}" for p in problems[:3]))[:1000],
        "curl": curl(exchange.request, masker) if exchange else None,
        "steps": message.steps(trail, masker, until=exchange),
        "correlation_id": exchange.answer.correlation_id if exchange else None,
    }
    return veiled(facts, [*trail, *(p.exchange for p in problems if p.exchange is not None)], workspace)


def veiled(facts: Mapping[str, object], exchanges: Sequence[Exchange], workspace: Workspace) -> dict[str, Any]:
    """The facts without what exchanges tell of people whom the run did not create."""
    strangers = workspace.strangers
    for exchange in exchanges:
        strangers.document(exchange.document)

    def veil(fact: object) -> object:
        if isinstance(fact, str):
            return strangers.text(fact)
        return tuple(veil(each) for each in fact) if isinstance(fact, tuple) else fact

    return {name: veil(fact) for name, fact in facts.items()}
