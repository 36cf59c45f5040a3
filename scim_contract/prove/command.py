"""What `scim-contract prove` does: draw up the trials, carry them out, show what they proved."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from scim_contract.contract import Contract, load
from scim_contract.fuzz.settings import NIGHTLY_EXAMPLES
from scim_contract.mock.catalogue import find
from scim_contract.mock.faults import faults
from scim_contract.mock.variants import variants
from scim_contract.prove import plan
from scim_contract.prove.judged import Judged, Shown, judge
from scim_contract.prove.plan import Planned
from scim_contract.prove.pool import Pool
from scim_contract.prove.trial import Outcome, Trial
from scim_contract.targets import ConfigurationError

_TOLD_EVERY = 100  # trials, where no bar can be drawn: some CIs take minutes of silence for a job that hangs


@dataclass(frozen=True)
class Wanted:
    """What to prove. Nothing named: every fault and every variant, but for the faults that only fuzzing meets.

    `fuzz` is how many examples those get for an operation. `seed` decides of all that is left to chance. `under` are
    variants planted with every fault, and `workers` how many each trial has; where it is `shuffled`, checks come in
    random order: what is caught in calm must be caught then, too.
    """

    faults: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    whole: bool = False
    pairs: int = 0
    seed: int = 0
    jobs: int = 0
    reports: Path = Path("reports")
    edition: str = "2019"
    fuzz: int = NIGHTLY_EXAMPLES
    under: tuple[str, ...] = ()
    workers: int = 0
    shuffled: bool = False


def prove(wanted: Wanted, console: Console) -> int:
    """Prove the suite and print what was found.

    Returns:
        The exit code: 0 every fault is caught by its own claim and no variant alarms, 1 not so, 3 unclear.

    Raises:
        ConfigurationError: a fault, a variant or an area is unknown, nothing is selected, or what shuffles is missing.
    """
    if wanted.shuffled and find_spec("pytest_randomly") is None:
        raise ConfigurationError("--shuffled needs pytest-randomly: pip install pytest-randomly")
    contract = load(wanted.edition)
    planned = [_amid(wanted, each) for each in trials(contract, wanted)]
    if not planned:
        raise ConfigurationError("nothing to prove: no fault and no variant is of these areas")
    # One more than there are processors, since a trial also waits: for its server, its disk, the time of a variant.
    jobs = wanted.jobs or (os.cpu_count() or 1) + 1
    pool = Pool(jobs, wanted.reports / "prove")
    judged = carried_out(planned, pool, console)
    if not wanted.pairs:
        judged = _alone(contract, judged, pool, console, wanted)
    doubtful = (Shown.MISSED, Shown.OTHER) if wanted.under else (Shown.MISSED,)
    unclear_why = {j.planned.trial.name for j in judged if j.shown in doubtful and len(j.planned.faults) == 1}
    if unclear_why and not wanted.whole and not wanted.pairs:
        judged = _seen_whole(judged, unclear_why, pool, console, bool(wanted.under))
    pool.forget(j.planned.trial.name for j in judged if j.good)
    show(judged, contract, console, pool)
    _write(judged, wanted)
    if any(j.shown in (Shown.MISSED, Shown.OTHER, Shown.ALARM) for j in judged):
        return 1
    return 3 if any(not j.good for j in judged) else 0


def _amid(wanted: Wanted, planned: Planned) -> Planned:
    """A trial under the circumstances that are wanted for all of them."""
    fuzzed = plan.fuzzing(planned, wanted.fuzz, wanted.seed)
    return plan.amid(fuzzed, wanted.under, wanted.workers, wanted.seed, wanted.shuffled)


def trials(contract: Contract, wanted: Wanted) -> list[Planned]:
    """The trials that are wanted.

    Raises:
        ConfigurationError: a fault, a variant or an area is unknown.
    """
    known_faults, known_variants = faults(contract), variants(contract)
    for area in wanted.areas:
        if area not in contract.claims.areas:
            raise ConfigurationError(f"no area {area!r}; known: {', '.join(contract.claims.areas)}")
    try:
        chosen = {f.name: f for f in find("fault", known_faults, wanted.faults)}
        bent = {v.name: v for v in find("variant", known_variants, wanted.variants)}
        find("variant", known_variants, wanted.under)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    if not chosen and not bent:
        chosen, bent = {n: f for n, f in known_faults.items() if wanted.areas or not plan.is_fuzzed(f)}, known_variants
    chosen = {n: f for n, f in chosen.items() if not wanted.areas or f.claim.split(".")[0] in wanted.areas}
    broken, legal = list(chosen.values()), list(bent.values())
    if wanted.pairs:
        chance = random.Random(wanted.seed)
        return [
            *plan.pairs(contract, broken, wanted.pairs, chance),
            *plan.triples(contract, legal, wanted.pairs, chance, wanted.areas),
        ]
    if wanted.faults or wanted.variants:
        proving = [plan.of_faults(contract, (fault,), wanted.whole) for fault in broken]
    else:
        proving = [*plan.shared(contract, broken, wanted.whole)]
    if wanted.faults or wanted.variants or wanted.whole:
        sparing = [plan.of_variants(contract, (variant,), wanted.areas) for variant in legal]
    else:
        sparing = [*plan.in_sets(contract, legal, wanted.areas)]
    return [*sparing, *proving]


def carried_out(planned: Sequence[Planned], pool: Pool, console: Console) -> list[Judged]:
    """Carry out trials, showing how far they are, and judge each."""
    by_name = {each.trial.name: each for each in planned}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    judged: dict[str, Judged] = {}
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("proving", total=len(by_name))

        def done(trial: Trial, outcome: Outcome) -> None:
            judged[trial.name] = judge(by_name[trial.name], outcome)
            bad = sum(not each.good for each in judged.values())
            progress.update(task, advance=1, description=f"proving ({bad} not as they should)" if bad else "proving")
            if not console.is_terminal and len(judged) % _TOLD_EVERY == 0:
                doubtful = f"; {bad} not as they should, or to be tried one by one" if bad else ""
                console.print(f"{len(judged)} of {len(by_name)} trials{doubtful}", highlight=False)

        pool.run([each.trial for each in planned], done)
    return [judged[name] for name in by_name]


def _alone(contract: Contract, judged: list[Judged], pool: Pool, console: Console, wanted: Wanted) -> list[Judged]:
    """Where several shared a trial that did not go as it should, try each of them alone."""
    doubtful = [j for j in judged if j.size > 1 and (not j.good or j.shown is Shown.HELD_UP)]
    again = [_amid(wanted, each) for j in doubtful for each in plan.alone(contract, j.planned)]
    pool.forget(j.planned.trial.name for j in doubtful)
    return [j for j in judged if j not in doubtful] + (carried_out(again, pool, console) if again else [])


def _seen_whole(judged: list[Judged], names: set[str], pool: Pool, console: Console, amid: bool) -> list[Judged]:
    """Run everything on the faults that their own claim missed: another claim may tell of them.

    `amid` circumstances that cost answers, by which the few checks of a quick pass were kept from seeing what a whole
    run sees, that is what counts.
    """
    again = [
        replace(j.planned, trial=replace(j.planned.trial, name=f"{j.planned.trial.name} whole", claims=()))
        for j in judged
        if j.planned.trial.name in names
    ]
    told = {j.planned.faults[0].name: j for j in carried_out(again, pool, console)}
    rows: list[Judged] = []
    for j in judged:
        other = told.get(j.planned.trial.name)
        if amid and other is not None and other.shown is Shown.CAUGHT:
            rows.append(replace(j, shown=Shown.CAUGHT))
            continue
        caught = other is not None and other.violated and other.shown is not Shown.CAUGHT
        why = f"{j.why}; in a whole run violated: {', '.join(other.violated)}" if caught and other else j.why
        rows.append(replace(j, shown=Shown.OTHER, why=why) if caught else j)
    return rows


def show(judged: Sequence[Judged], contract: Contract, console: Console, pool: Pool) -> None:
    """Print the table of claims and faults, the variants, and what is not as it should be, with how to see it."""
    of_faults = [j for j in judged if j.planned.faults]
    of_variants = [j for j in judged if j.planned.variants]
    if of_faults:
        console.print(_table(of_faults, contract))
    for j in (j for j in judged if not j.good):
        console.print(f"\n[bold]{j.shown}[/]: {j.planned.trial.name}", highlight=False)
        for fault in j.planned.faults:
            console.print(f"  {fault.sentence}", highlight=False, markup=False)
        for variant in j.planned.variants:
            console.print(f"  {variant.sentence} ({variant.source})", highlight=False, markup=False)
        console.print(f"  {j.why}", highlight=False, markup=False)
        console.print(f"  {j.planned.trial.command}", highlight=False, markup=False, soft_wrap=True)
        console.print(f"  its reports: {pool.folder(j.planned.trial.name)}", highlight=False, soft_wrap=True)
    caught, held_up, passed = (
        sum(j.size for j in judged if j.shown is shown) for shown in (Shown.CAUGHT, Shown.HELD_UP, Shown.PASSED)
    )
    spread = sorted(len(j.violated) for j in of_faults)
    console.print(
        f"\n{caught} of {sum(j.size for j in of_faults)} faults caught by the claim they break, "
        + (f"{held_up} held up by the other of their pair, " if held_up else "")
        + f"{passed} of {sum(j.size for j in of_variants)} variants passed; "
        f"{len(judged)} trials, {sum(j.requests for j in judged):,} requests"
        + (f"; claims violated by a fault: {spread[len(spread) // 2]} at the median" if spread else ""),
        highlight=False,
    )


def _table(judged: Sequence[Judged], contract: Contract) -> Table:
    table = Table("claim", "faults", "caught", "only by another", "missed", title="Faults by the claim that they break")
    for claim in contract.claims.claims:
        counts = Counter(j.shown for j in judged for fault in j.planned.faults if fault.claim == claim.id)
        if counts:
            missed = counts[Shown.MISSED] + counts[Shown.UNCLEAR]
            cells = [counts.total(), counts[Shown.CAUGHT], counts[Shown.OTHER], missed]
            table.add_row(claim.id, *(str(cell) if cell else "·" for cell in cells), style="" if not missed else "red")
    return table


def _write(judged: Sequence[Judged], wanted: Wanted) -> None:
    """Leave what was proved as prove.json."""
    rows = [
        {
            "name": " + ".join(map(str, (*j.planned.faults, *j.planned.variants))),
            "kind": "fault" if j.planned.faults else "variant",
            "claims": [fault.claim for fault in j.planned.faults],
            "shown": j.shown,
            "why": j.why or None,
            "violated": list(j.violated),
            "requests": j.requests,
            "seconds": j.seconds,
            "command": j.planned.trial.command,
        }
        for j in judged
    ]
    path = wanted.reports / "prove" / "prove.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"edition": wanted.edition, "seed": wanted.seed, "trials": rows}, indent=1), "utf-8")
