"""How large the matrix of 5,000 results is, and how long a browser takes to open it.

    python benchmarks/page.py [--results N] [--failing N] [--times N]

Needs a checkout, and chromium on PATH. Opening is from the request for the file to the first claims on the page.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scim_contract.reports.page import writing
from tests import pages
from tests.browsing import browser, opened
from tests.reported import CONTRACT

_SIZE, _OPENS = 3_000_000, 1.0


def main() -> int:
    """Print the figures; 1 where one is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=int, default=5_000)
    parser.add_argument("--failing", type=int, default=500)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    report = pages.many(given.results, given.failing)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        path = writing.write(report, CONTRACT, Path(folder), pages.nights(report))
        written = time.perf_counter() - begun
        size = path.stat().st_size
        seconds = _openings(path, given.times)
    opens = statistics.median(seconds)
    print(f"{given.results} results, {given.failing} violated")
    print(f"written in {written:.2f} s; {size:,} bytes (at most {_SIZE:,})")
    print(f"opens in {opens:.2f} s, the median of {given.times} (at most {_OPENS:g}), fastest {min(seconds):.2f} s")
    return int(size > _SIZE or opens > _OPENS)


def _openings(path: Path, times: int) -> list[float]:
    seconds = []
    with browser() as chromium:
        for _ in range(times):
            with opened(chromium, path) as told:
                told.page.wait_for_selector("#list .claim")
                seconds.append(told.page.evaluate("performance.now()") / 1000)  # since the file was asked for
    return seconds


if __name__ == "__main__":
    sys.exit(main())
