"""One trial: the suite run against a mock with some faults and variants, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from scim_contract.contract import load
from scim_contract.mock.catalogue import find
from scim_contract.mock.serve import running
from scim_contract.mock.settings import SEED
from scim_contract.mock.settings import Client as MockClient
from scim_contract.mock.settings import Settings as MockSettings
from scim_contract.mock.variants import variants as variants_of
from scim_contract.plugin import embedded
from scim_contract.plugin.options import Settings
from scim_contract.running import run_suites

RESULT = "trial.json"
OUTPUT = "output.txt"
RECORDING = "trial.har"
# What has nothing to say of a trial, and costs each of them time: plugins that others installed, two that collect
# garbage at the end, and the rewriting of assert statements.
_NO_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
_PYTEST = ("--assert=plain", "-p", "no:unraisableexception", "-p", "no:threadexception")


@dataclass(frozen=True)
class Trial:
    """What is planted, and what of the suite is run; without claims and areas, all of it.

    `hollow` are checks (`file::function`) whose bodies are taken out; `record` leaves a recording beside the reports;
    `fuzz` is how many examples are generated for an operation, from a seed; `mock_seed` decides what the mock leaves to
    chance. `workers` are processes of its own; `order` is a seed by which checks come in random order, None for that of
    the suites.
    """

    name: str
    faults: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    hollow: tuple[str, ...] = ()
    record: bool = False
    edition: str = "2019"
    fuzz: int = 0
    seed: int = 0
    mock_seed: int = SEED
    workers: int = 0
    order: int | None = None

    @property
    def command(self) -> str:
        """The command that shows the same to a person."""
        words = ["scim-contract run"]
        words += [f"--mock-fault {name}" for name in self.faults]
        words += [f"--mock-variant {name}" for name in self.variants]
        words += [f"--area {area}" for area in self.areas]
        words += [f"--mock-seed {self.mock_seed}"] if self.mock_seed != SEED else []
        words += [f"--fuzz {self.fuzz} --seed {self.seed}"] if self.fuzz else []
        claims = list(dict.fromkeys(key.split("|")[0] for key in self.claims))
        words += [f"--claim {claim}" for claim in claims]
        return " ".join([*words, "--", *self.options] if self.options else words)

    @property
    def options(self) -> tuple[str, ...]:
        """What pytest is told."""
        workers = ("-n", str(self.workers)) if self.workers else ()
        return workers if self.order is None else (*workers, "-p", "randomly", f"--randomly-seed={self.order}")


@dataclass(frozen=True)
class Outcome:
    """How a trial ended: the run's exit code (-1 where it did not end), the claims violated and where, and the rest."""

    code: int
    rows: tuple[Mapping[str, Any], ...] = ()
    requests: int = 0
    seconds: float = 0.0
    why: str = ""

    def having(self, verdict: str) -> tuple[Mapping[str, Any], ...]:
        """The results of a verdict."""
        return tuple(row for row in self.rows if row["verdict"] == verdict)

    def violated(self, claim: str) -> set[str]:
        """The operations at which a claim is violated."""
        return {row["operation"] for row in self.having("violated") if row["claim"] == claim}


def run(trial: Trial, folder: Path) -> None:
    """Carry out a trial and write its outcome to the folder; meant for a process that does nothing else."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that waits for this one stops it
    os.chdir(folder)
    os.environ.update(_NO_PLUGINS)
    with Path(OUTPUT).open("w", encoding="utf-8") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
        try:
            outcome = _outcome(trial)
        except BaseException as error:
            traceback.print_exc()
            outcome = Outcome(-1, why=f"{type(error).__name__}: {error}")
        sys.stdout.flush()
        sys.stderr.flush()
    Path(RESULT).write_text(json.dumps(asdict(outcome)), "utf-8")


def _outcome(trial: Trial) -> Outcome:
    contract = load(trial.edition)
    variants = find("variant", variants_of(contract), trial.variants)
    clients = embedded.clients(contract, variants)
    served = tuple(MockClient(c.id, str(c.secret), c.permissions) for c in clients)
    planted = (frozenset(trial.faults), frozenset(trial.variants))
    mock = MockSettings(trial.edition, served, False, *planted, trial.mock_seed)
    settings = Settings(
        areas=trial.areas,
        claims=trial.claims,
        hollow=trial.hollow,
        mock_faults=trial.faults,
        mock_variants=trial.variants,
        mock_seed=trial.mock_seed,
        record=RECORDING if trial.record else "",
        fuzz=trial.fuzz,
        seed=trial.seed,
    )
    with running(mock) as url:
        target = embedded.target(contract, url, clients, variants)
        words = (*_PYTEST, *(("-p", "xdist") if trial.workers else ()), *trial.options)
        code = run_suites(settings, words, Console(width=120), target, results=False)
    report = Path("reports") / target.name / "report.json"
    if not report.exists():
        return Outcome(code, why="the run made no report")
    document = json.loads(report.read_text("utf-8"))
    kept = ("claim", "operation", "case", "verdict", "reason", "blocked_by")
    rows = tuple({name: row[name] for name in kept} for row in document["results"])
    return Outcome(code, rows, document["requests"], document["seconds"])
