"""hypothesis, set up for this use: quiet, without a database, nothing written to disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.strategies import SearchStrategy

from scim_contract.fuzz.search import Deviates


def quiet(examples: int, steps: int = 1) -> settings:
    """The settings of every search. Health checks are about tests that people write."""
    set_hypothesis_home_dir(os.devnull)  # where it would keep what it read of the code: nothing can be written there
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        print_blob=False,
    )


def drive(strategy: SearchStrategy[Any], call: Callable[[Any], None], examples: int, start: int) -> None:
    """Call with generated examples, smaller ones once one raises `Deviates`; the same seed, the same examples."""

    @seed(start)
    @quiet(examples)
    @given(strategy)
    def every(example: Any) -> None:
        call(example)

    with contextlib.suppress(Deviates):
        every()
