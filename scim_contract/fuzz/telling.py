"""Telling what a search found: under the fuzzed claim that it was for, and under the claims that are broken."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from scim_contract.fuzz.deviations import Found, Hunt
from scim_contract.fuzz.settings import Fuzzing
from scim_contract.judging import Expect, Judge


def tell(judge: Judge, expect: Expect, hunt: Hunt, fuzzing: Fuzzing, mine: Callable[[Found], bool]) -> None:
    """Note what was found, of what is `mine`; the fuzzed claim fails by the documented and the standard alone."""
    contract = expect.contract
    for found in hunt.found:
        if not mine(found):
            continue
        rows = [each for each in found.deviations if each.fails(contract)]
        if rows and not expect.problems:
            judge.trail(found.trail)
            judge.note(again(judge, found, fuzzing))
            for each in rows:
                own = f"{each.expected} ({each.claim})" if each.claim else each.expected
                expect.that(False, own, each.came, each.exchange)
        for each in found.deviations:
            atom = each.atom(contract)
            if atom is not None:
                judge.also(atom, each.expected, each.came, each.exchange, found.trail, again(judge, found, fuzzing))


def again(judge: Judge, found: Found, fuzzing: Fuzzing) -> tuple[str, str]:
    """How an example is tried again, from the command line and with pytest."""
    kept, its_id = shlex.quote(fuzzing.kept), found.example.id
    target = shlex.quote(fuzzing.target)
    return (
        f"  Again:     scim-contract run --target {target} --claim {shlex.quote(judge.key)} "
        f"--known-examples {kept} --example {its_id}",
        f"             pytest {shlex.quote(judge.test)} --scim-target {target} "
        f"--scim-known-examples {kept} --scim-example {its_id}",
    )
