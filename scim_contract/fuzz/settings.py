"""How much is fuzzed, and from which seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

LOOPBACK_EXAMPLES = 10
"""Examples for each operation of a server on this machine, unless the user says otherwise."""
NIGHTLY_EXAMPLES = 200


@dataclass(frozen=True)
class Fuzzing:
    """The fuzzing of one run.

    `examples` are for each operation, none for no fuzzing; `seconds` ends it early (0: it does not); `known` is a file
    of examples that are tried first, `only` the id of the one of them to try.
    """

    examples: int = 0
    seed: int = 0
    seconds: float = 0
    known: str = ""
    only: str = ""

    def seed_of(self, name: str) -> int:
        """A seed for one part of the fuzzing, the same whatever else is fuzzed."""
        return int.from_bytes(hashlib.sha256(f"{self.seed} {name}".encode()).digest()[:8], "big")
