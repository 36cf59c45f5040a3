"""What fuzzing finds: the suite's area `fuzzed`, and schemathesis' own command line, side by side.

    python benchmarks/fuzzing.py --faults 12 --seeds 3

Both get the same openapi.yaml, the same mock and the same planted faults, each fault alone, with the same seeds. A
fault is found by the suite where its own claim is violated at an operation that it names; by schemathesis where a check
of `--checks all` fails at such an operation that does not fail there on the plain mock with any seed. Prints, for both,
the faults found at least once, the findings, the requests of all trials, and the findings per 1,000 requests.
Exits 1 where the suite's figure is not the larger.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from scim_contract.contract import Contract, load
from scim_contract.locate import folder as installed
from scim_contract.mock.faults import faults
from scim_contract.mock.planting import Fault
from scim_contract.mock.serve import running
from scim_contract.mock.settings import Client, Settings
from scim_contract.mock.wire import Asgi
from scim_contract.prove.pool import Pool
from scim_contract.prove.trial import Outcome, Trial

EDITION = "2019"
SECONDS = 600


@dataclass
class Tally:
    """What one of the two found: trials that told of their fault, and what all trials cost."""

    found: dict[str, int] = field(default_factory=dict)
    requests: int = 0

    def add(self, fault: str, hit: bool, requests: int) -> None:
        """One trial more."""
        self.found[fault] = self.found.get(fault, 0) + hit
        self.requests += requests

    def line(self, name: str, seeds: int) -> str:
        """The figures as a line of the table."""
        ever, hits = sum(map(bool, self.found.values())), sum(self.found.values())
        return (f"{name:<14} {ever:>3} of {len(self.found):<3} {hits:>4} of {len(self.found) * seeds:<4} "
                f"{self.requests:>9,} {self.rate:>9.3f}")  # fmt: skip

    @property
    def rate(self) -> float:
        """Findings per 1,000 requests."""
        return 1000 * sum(self.found.values()) / max(self.requests, 1)


def main() -> int:
    """Draw the faults, try both on each, print."""
    options = _options()
    contract = load(EDITION)
    bank = [fault for fault in faults(contract).values() if fault.claim.startswith("fuzzed.")]
    drawn = random.Random(options.draw).sample(bank, min(options.faults, len(bank)))
    seeds = range(1, options.seeds + 1)
    with tempfile.TemporaryDirectory() as folder:
        ours = _suite(drawn, seeds, options.fuzz, Pool(options.jobs, Path(folder)))
        theirs = _schemathesis(contract, drawn, seeds, options.examples, Path(folder))
    print(f"\n{'':<14} {'faults':>10} {'findings':>12} {'requests':>9} {'per 1,000':>9}")
    print(ours.line("scim-contract", options.seeds))
    print(theirs.line("schemathesis", options.seeds))
    for fault in drawn:
        print(f"  {fault.name}: {ours.found[fault.name]} and {theirs.found[fault.name]} of {options.seeds}")
    return 0 if ours.rate > theirs.rate else 1


def _suite(drawn: list[Fault], seeds: range, fuzz: int, pool: Pool) -> Tally:
    by_name = {fault.name: fault for fault in drawn}
    trials = [
        Trial(f"{fault.name} {seed}", (fault.name,), areas=("fuzzed",), fuzz=fuzz, seed=seed)
        for fault in drawn
        for seed in seeds
    ]
    tally = Tally()

    def tell(trial: Trial, outcome: Outcome) -> None:
        fault = by_name[trial.faults[0]]
        tally.add(fault.name, bool(outcome.violated(fault.claim) & set(fault.operations)), outcome.requests)
        print(f"scim-contract {trial.name}: {tally.found[fault.name]}, {outcome.requests} requests", flush=True)

    pool.run(trials, tell)
    return tally


def _schemathesis(contract: Contract, drawn: list[Fault], seeds: range, examples: int, folder: Path) -> Tally:
    named = {str(operation): operation.id for operation in contract.operations}
    plain: set[tuple[str, str]] = set()
    for seed in seeds:
        plain |= _failures(contract, (), seed, examples, folder)[0]
    tally = Tally()
    for fault in drawn:
        for seed in seeds:
            failures, requests = _failures(contract, (fault.name,), seed, examples, folder)
            new = {named.get(operation) for _, operation in failures - plain}
            tally.add(fault.name, bool(new & set(fault.operations)), requests)
            print(f"schemathesis {fault.name} {seed}: {tally.found[fault.name]}, {requests} requests", flush=True)
    return tally


def _failures(
    contract: Contract, planted: tuple[str, ...], seed: int, examples: int, folder: Path
) -> tuple[set[tuple[str, str]], int]:
    """The kinds of failure that the command line tells of, each with its operation, and the requests it sent."""
    report = folder / "schemathesis.json"
    report.unlink(missing_ok=True)
    with _counted(contract, planted) as (url, token, sent):
        words = ["run", str(installed("schemas") / EDITION / "openapi.yaml"), "--url", url, "--checks", "all"]
        words += ["--seed", str(seed), "-n", str(examples), "--no-shrink", "-H", f"Authorization: Bearer {token}"]
        words += ["--report", "json", "--report-json-path", str(report)]
        st = Path(sys.executable).with_name("schemathesis")
        subprocess.run([str(st), *words], capture_output=True, cwd=folder, timeout=SECONDS, check=False)
    failures = json.loads(report.read_text("utf-8"))["failures"]
    return {(f["type"], operation) for f in failures for operation in f["operations"]}, len(sent)


@contextmanager
def _counted(contract: Contract, planted: tuple[str, ...]) -> Iterator[tuple[str, str, list[str]]]:
    """A mock that notes what is asked of it; gives its URL, a token with all permissions, and the notes."""
    sent: list[str] = []

    def wrap(app: Asgi) -> Asgi:
        async def counting(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
            if scope["type"] == "http" and "/scim" in scope["path"]:
                sent.append(scope["path"])
            await app(scope, receive, send)

        return counting

    secret = secrets.token_urlsafe(16)
    client = Client("bench", secret, frozenset(contract.permissions))
    with running(Settings(EDITION, (client,), False, frozenset(planted), frozenset()), wrap) as url:
        asked = {"grant_type": "client_credentials"}
        answer = httpx.post(f"{url}/oauth/token", data=asked, auth=("bench", secret))
        yield url, answer.json()["access_token"], sent


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=12)
    parser.add_argument("--draw", type=int, default=1, help="the seed that draws the faults")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--fuzz", type=int, default=20, help="the suite's examples an operation")
    parser.add_argument("--examples", type=int, default=20, help="schemathesis' examples an operation")
    parser.add_argument("--jobs", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
