"""Fuzzing: generated requests, which look for what nobody thought of.

hypothesis and schemathesis are loaded only where something is generated: a run without fuzzing does not pay for them.
"""

from scim_contract.fuzz.fuzzer import Fuzzer
from scim_contract.fuzz.settings import Fuzzing

__all__ = ["Fuzzer", "Fuzzing"]
