"""A run: what the controlling process prepares, and what each process of it holds."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import click

from scim_contract import waivers
from scim_contract.contract import Atom, Contract, load, plan
from scim_contract.fuzz import Fuzzing
from scim_contract.fuzz import known as known_examples
from scim_contract.fuzz.settings import LOOPBACK_EXAMPLES
from scim_contract.judging import Observer
from scim_contract.locate import folder
from scim_contract.org import Ledger, Workspace, new_run_id
from scim_contract.org.turns import LONGEST, Turn, another_has, waiting_for
from scim_contract.plugin import embedded
from scim_contract.plugin.catalogue import Selection, checks, gated
from scim_contract.plugin.options import Settings, check, find_target
from scim_contract.plugin.workers import Workers
from scim_contract.preflight import preflight
from scim_contract.recording import Spool
from scim_contract.sdk.library import Library
from scim_contract.targets import OLDEST, ConfigurationError, Target, edition_named
from scim_contract.transport import Masker, Transport
from scim_contract.verdicts import Result, Tally, Verdict, result
from scim_contract.waivers import Waived, Waiver

TIME_IS_UP = "time was up: the run was given --max-seconds {seconds:g}"
EXAMPLES = "examples.jsonl"
"""Where a run that was given no file keeps the examples that it found, beside its report."""
NOT_ASKED = "no request of this run asked it"


@dataclass(repr=False)
class Run:
    """One run against one target, as the controlling process (or the only one) sees it.

    `library` is the release under judgement where a gate runs; a server is judged by all the other areas.
    """

    settings: Settings
    contract: Contract
    run_id: str
    started: float
    target: Target
    workspace: Workspace
    observer: Observer
    mock: embedded.Embedded | None = None
    waivers: tuple[Waiver, ...] = ()
    tally: Tally = field(default_factory=Tally)
    selection: Selection = field(default_factory=lambda: Selection({}))
    requests: dict[str, int] = field(default_factory=dict)
    waited: float = 0.0
    took: dict[str, list[float]] = field(default_factory=dict)
    leftovers: list[str] = field(default_factory=list)
    interrupted: bool = False
    finished: bool = False
    broken: list[str] = field(default_factory=list)
    workers: Workers = field(default_factory=Workers)
    lost: bool = False
    turn: Turn | None = None
    spool: Spool | None = None
    library: Library | None = None
    other_group: str | None = None

    def count(self, transport: Transport) -> None:
        """Add a process's requests to the run's."""
        for label, number in transport.requests.items():
            self.requests[label] = self.requests.get(label, 0) + number
        self.waited += transport.waited

    def time(self, took: Mapping[str, Sequence[float]]) -> None:
        """Add the seconds that a process's answers took, by operation, to the run's."""
        for operation, seconds in took.items():
            self.took.setdefault(operation, []).extend(seconds)

    def atoms(self) -> list[Atom]:
        """The plan of the run: the atomic claims of what it set out to run, and the observed ones.

        What a generated request broke is told under its own claim too, whether that was selected or not.
        """
        claims, prefixes = self.contract.claims, self.settings.prefixes or None
        return [
            atom
            for atom in plan(self.contract, prefixes=prefixes)
            if self.selection.has(atom)
            or (self.library is None and (claims[atom.claim].observed or atom.key in self.tally.results))
        ]

    def results(self) -> Waived:
        """A verdict for every atomic claim of the plan, the waivers applied."""
        rows: list[Result] = []
        for atom in self.atoms():
            held = self.tally.results.get(atom.key)
            if held is None and not self.selection.has(atom):
                held = result(atom, Verdict.UNTESTED, reason=NOT_ASKED)
            rows.append(held or result(atom, Verdict.INCONCLUSIVE, reason="not finished: its check did not report"))
        return waivers.apply(rows, self.waivers, date.today())


def begin(settings: Settings, target: Target | None = None) -> Run:
    """Start a run: find the target (or start the mock) unless it is given, and make sure that judging can begin.

    Raises:
        ConfigurationError: the settings cannot be used.
        PreflightStop: the target cannot be judged.
    """
    alone = target is not None  # one that is given by a program, which knows who else is there
    target = target or find_target(settings)
    contract = load(target.edition if target is not None else edition_named(settings.edition or OLDEST))
    check(settings, contract)
    _no_gate(settings)
    planted = (settings.mock_faults, settings.mock_variants, settings.mock_seed)
    mock = embedded.start(contract, *planted) if target is None else None
    described = mock.target if mock is not None else target
    assert described is not None
    run_id = new_run_id()
    with ExitStack() as undo:
        if mock is not None:
            undo.callback(mock.stop)
        workspace, observer = open_workspace(settings, contract, described, run_id, "main")
        undo.callback(workspace.transport.close)
        if described.sandbox:
            _make_room(workspace.ledger.path.parent)
        settings = in_force(settings, described)
        _known_example(settings)
        run = Run(settings, contract, run_id, time.time(), described, workspace, observer, mock)
        run.waivers = waivers_of(described, contract)
        run.spool = spooling(settings, workspace)
        if described.sandbox and described.group and mock is None and not alone:
            run.turn = Turn(described)
            undo.callback(run.turn.give_back)
        _look_around(run)
        undo.pop_all()
    return run


def in_force(settings: Settings, target: Target) -> Settings:
    """The settings with what depends on the target: a server on this machine is fuzzed a little by default."""
    fuzz = (LOOPBACK_EXAMPLES if target.loopback else 0) if settings.fuzz is None else settings.fuzz
    return replace(settings, fuzz=fuzz, seed=secrets.randbelow(2**32) if settings.seed is None else settings.seed)


def _known_example(settings: Settings) -> None:
    """An example that is nowhere is better told before anything is asked, and so is a file of them that is none."""
    if not settings.known_examples:
        if settings.example:
            raise ConfigurationError("--example ID is one of --known-examples FILE, which is not given")
        return
    known = known_examples.read(Path(settings.known_examples), needed=bool(settings.example))
    if settings.example and settings.example not in (each.id for each in known):
        raise ConfigurationError(f"{settings.known_examples}: has no example {settings.example!r}")


def fuzzing(settings: Settings, target: Target) -> Fuzzing:
    """The fuzzing that settings in force ask for."""
    return Fuzzing(
        settings.fuzz or 0,
        settings.seed or 0,
        settings.fuzz_seconds,
        settings.known_examples,
        settings.example,
        settings.known_examples or str(Path(settings.reports) / target.name / EXAMPLES),
        settings.target,
    )


def _no_gate(settings: Settings) -> None:
    named = [word for word in (*settings.areas, *(key.split("|")[0] for key in settings.claims)) if gated(word)]
    if named:
        raise ConfigurationError(f"{named[0]} is about client libraries, not servers: `scim-contract gate` judges it")


def _look_around(run: Run) -> None:
    """The preflight, once it is this run's turn with the group, which another run may have renamed meanwhile.

    Where the turn does not come, the group is not looked for, and its claims are untested.
    """
    target, workspace = run.target, run.workspace

    def waiting() -> None:
        click.echo(f"scim-contract: {waiting_for(target)}", err=True)

    if run.turn is None or run.turn.take(LONGEST, waiting):
        preflight(workspace)
        return
    preflight(replace(workspace, target=replace(target, group="")))
    workspace.group_problem = another_has(target)


def _make_room(folder: Path) -> None:
    """A run that cannot keep a ledger must not write; better known before it begins."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{folder}: no ledger can be kept there ({error.strerror or error})") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError(f"{folder}: no ledger can be kept there (it may not be written)")


def open_workspace(
    settings: Settings, contract: Contract, target: Target, run_id: str, worker: str, counted: Path | None = None
) -> tuple[Workspace, Observer]:
    """One process's workspace on a target; `counted` is where the run's first process counts its requests."""
    transport = Transport(target, Masker(), counted)
    ledger = Ledger(Path(settings.ledger), target.name, run_id)
    workspace = Workspace(contract, target, transport, ledger, worker)
    return workspace, Observer(workspace)


def spooling(settings: Settings, workspace: Workspace) -> Spool | None:
    """Where one process of a run that is recorded writes what it sees; None where it is not recorded.

    Raises:
        ConfigurationError: nothing can be written there.
    """
    if not settings.record:
        return None
    masker = workspace.transport.masker
    spool = Spool(Path(settings.record), workspace.ledger.run, workspace.worker, masker)
    workspace.observers.append(spool.see)
    return spool


def waivers_of(target: Target, contract: Contract) -> tuple[Waiver, ...]:
    """The waivers of a target, which lie beside its targets.toml.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    return waivers.load_waivers(target.folder / target.waivers, contract) if target.waivers else ()


def suites_folder() -> Path:
    """The folder of the suites."""
    return folder("suites")


def areas_with_checks(contract: Contract) -> tuple[str, ...]:
    """The areas by which a server is judged, those that have a suite, in the catalogue's order."""
    with_checks = {each.claim.split(".")[0] for each in checks(suites_folder()) if not gated(each.claim)}
    return tuple(area for area in contract.claims.areas if area in with_checks)
