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
    of examples that are tried first, `only` the id of the one of them to try; `kept` is the file for what is found,
    `target` the target's name on the command line.
    """

    examples: int = 0
    seed: int = 0
    seconds: float = 0
    known: str = ""
    only: str = ""
    kept: str = ""
    target: str = ""

    @property
    def on(self) -> bool:
        """Whether anything is to be tried."""
        return bool(self.examples or self.only)

    def seed_of(self, name: str) -> int:
        """A seed for one part of the fuzzing, the same whatever else is fuzzed."""
        return int.from_bytes(hashlib.sha256(f"{self.seed} {name}".encode()).digest()[:8], "big")
