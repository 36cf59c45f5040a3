"""What fuzzing keeps: the most memory that a run of the area `fuzzed` holds at once, with few examples and with many.

    python benchmarks/memory.py --few 100 --many 1000

Each run is a process of its own, with the mock in another; examples are for each operation. Prints the largest process
of each run in MB, and the ratio of the two; exits 1 where many examples hold more than half as much again as few.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile

MOST = 1.5


def peak(examples: int, seed: int) -> float:
    """The most memory of a run with so many examples for each operation, in MB."""
    words = ["run", "--area", "fuzzed", "--fuzz", str(examples), "--seed", str(seed)]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "scim_contract", *words], cwd=folder, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"the run with {examples} examples ended with {process.returncode}")
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> int:
    """Run with few examples and with many, print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--many", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    few, many = peak(options.few, options.seed), peak(options.many, options.seed)
    print(f"{options.few:>6} examples an operation: {few:,.0f} MB")
    print(f"{options.many:>6} examples an operation: {many:,.0f} MB, {many / few:.2f} times as much")
    return 0 if many <= MOST * few else 1


if __name__ == "__main__":
    sys.exit(main())
