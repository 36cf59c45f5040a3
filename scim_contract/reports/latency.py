"""How long a target's operations took to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Latency:
    """Of one operation: how often it was asked, and the median and the 95th percentile of its answers in ms.

    Waiting for a rate limit is no part of it, nor are attempts before the answer.
    """

    requests: int
    median_ms: float
    p95_ms: float

    def as_json(self) -> dict[str, Any]:
        """As report.json has it."""
        return asdict(self)


def latencies(took: Mapping[str, Sequence[float]]) -> dict[str, Latency]:
    """The latency of each operation, from the seconds of its answers."""
    return {operation: _latency(sorted(seconds)) for operation, seconds in sorted(took.items()) if seconds}


def together(parts: Sequence[Mapping[str, Latency]]) -> dict[str, Latency]:
    """Of jobs that each asked a part: of an operation that several asked, the job that asked it most often speaks."""
    found: dict[str, Latency] = {}
    for part in parts:
        for operation, latency in part.items():
            if operation not in found or latency.requests > found[operation].requests:
                found[operation] = latency
    return dict(sorted(found.items()))


def _latency(seconds: Sequence[float]) -> Latency:
    nearest = seconds[max(0, -(-len(seconds) * 95 // 100) - 1)]
    return Latency(len(seconds), round(median(seconds) * 1000, 1), round(nearest * 1000, 1))
