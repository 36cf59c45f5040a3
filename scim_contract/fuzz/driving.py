"""hypothesis, set up for this use: quiet, without a database, nothing written to disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.strategies import SearchStrategy


def quiet(examples: int, steps: int = 1) -> settings:
    """The settings of every search. Health checks are about tests that people write.

    Examples are generated and no more: hypothesis takes it for an error when one that failed passes as it is made
    smaller, which a budget of requests and somebody else's directory bring about.
    """
    set_hypothesis_home_dir(os.devnull)  # where it would keep what it read of the code: nothing can be written there
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )


def drive(strategy: SearchStrategy[Any], call: Callable[[Any], None], examples: int, start: int) -> None:
    """Call with generated examples; the same seed, the same examples."""
    if examples <= 0:
        return

    @seed(start)
    @quiet(examples)
    @given(strategy)
    def every(example: Any) -> None:
        call(example)

    every()
