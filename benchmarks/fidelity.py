"""How much of what is wrong with a mock does `compare` see? A sample of the mock's faults, each held against the mock.

    python benchmarks/fidelity.py --faults 150 --variants 40 --seed 1

Those that only generated requests meet are not among them, since two recordings of such requests are not compared.
Prints how many are seen at each operation that they touch: in the answers themselves, and with the promises that
the two runs came to judge differently. Exits 1 where less than 98 % of the faults are.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scim_contract.compare import Kind, compare
from scim_contract.contract import Contract, load
from scim_contract.mock.faults import faults
from scim_contract.mock.planting import Fault, Variant
from scim_contract.mock.variants import variants
from scim_contract.prove import plan
from scim_contract.prove.pool import Pool
from scim_contract.prove.trial import RECORDING, Outcome, Trial
from scim_contract.recording import read

ENOUGH = 0.98


@dataclass(frozen=True)
class Seen:
    """Where one planted thing shows: operations of differences in answers, and of any difference."""

    answers: frozenset[str]
    any: frozenset[str]


def main() -> int:
    """Draw, run, compare, print."""
    options = _options()
    contract, chance = load("2019"), random.Random(options.seed)
    bank = [fault for fault in faults(contract).values() if not plan.is_fuzzed(fault)]
    legal = list(variants(contract).values())
    if options.name:
        drawn = [fault for fault in bank if fault.name in options.name]
        bent = [variant for variant in legal if variant.name in options.name]
    else:
        drawn = chance.sample(bank, min(options.faults, len(bank)))
        bent = chance.sample(legal, min(options.variants, len(legal)))
    with tempfile.TemporaryDirectory() as folder:
        pool = Pool(options.jobs or (os.cpu_count() or 1) + 1, Path(folder))
        return _judge(contract, drawn, bent, pool)


def _judge(contract: Contract, drawn: Sequence[Fault], bent: Sequence[Variant], pool: Pool) -> int:
    trials = {f.name: replace(plan.of_faults(contract, (f,)).trial, record=True) for f in drawn}
    areas = ("permissions", "content-types", "paging", "etags", "representations", "lifecycle", "errors")
    trials |= {v.name: replace(plan.of_variants(contract, (v,), areas).trial, record=True) for v in bent}
    plain = {t.name: replace(t, name=f"plain of {t.name}", faults=(), variants=()) for t in trials.values()}
    shared: dict[tuple[object, ...], Trial] = {}
    for trial in plain.values():
        shared.setdefault((trial.claims, trial.areas), trial)
    _carry_out([*shared.values(), *trials.values()], pool)
    seen = {name: _seen(pool, shared[(trial.claims, trial.areas)], trial) for name, trial in trials.items()}
    missed = [f for f in drawn if not set(f.operations) <= seen[f.name].any]
    in_answers = sum(set(f.operations) <= seen[f.name].answers for f in drawn)
    print(f"\nfaults: {len(drawn) - len(missed)} of {len(drawn)} seen at each of their operations; "
          f"{in_answers} in the answers alone")  # fmt: skip
    for fault in missed:
        print(f"  not seen: {fault.name}: {fault.sentence} (seen at {', '.join(sorted(seen[fault.name].any)) or '-'})")
    unseen = [v for v in bent if not seen[v.name].any]
    print(f"variants: {len(bent) - len(unseen)} of {len(bent)} show as differences")
    for variant in unseen:
        print(f"  no difference: {variant.name}: {variant.sentence}")
    return 0 if len(missed) <= (1 - ENOUGH) * len(drawn) else 1


def _seen(pool: Pool, plain: Trial, trial: Trial) -> Seen:
    there, here = (pool.folder(each.name) / RECORDING for each in (plain, trial))
    if not here.exists():
        print(f"  no recording: {trial.name}: the run stopped before it judged")
        return Seen(frozenset(), frozenset())
    found = compare(read(there), read(here))
    answers = frozenset(d.operation for d in found.differences if d.kind is not Kind.PROMISE)
    return Seen(answers, frozenset(d.operation for d in found.differences))


def _carry_out(trials: Sequence[Trial], pool: Pool) -> None:
    ended: list[str] = []

    def tell(trial: Trial, outcome: Outcome) -> None:
        ended.append(trial.name)
        if len(ended) % 25 == 0:
            print(f"{len(ended)} of {len(trials)} trials", flush=True)

    pool.run(trials, tell)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=150)
    parser.add_argument("--variants", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--name", action="append", default=[], help="this fault or variant, in place of a sample")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
