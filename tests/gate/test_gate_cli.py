"""The command line of the gate: a user's mistakes are sentences, and the area is the gate's alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from scim_contract.contract import load
from scim_contract.contract.plan import plan
from scim_contract.plugin.catalogue import checks, gated
from scim_contract.plugin.run import suites_folder
from tests.commands import invoke


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("perl==1",), "no driver for SDKs of 'perl'"),
        (("pyton==1",), "did you mean 'python'?"),
        (("python",), "which release of python? write python==VERSION, or --package FILE"),
        (("python==1", "--package", "x.whl"), "leave the version out"),
        (("python==1", "--against", "0", "--history", "1"), "--against and --history are two questions"),
        (("python==1", "--history", "1..2"), "write gate python --history 1..2"),
        (("python", "--package", "no-such.whl"), "no-such.whl: there is no such package"),
    ],
)
def test_mistakes_are_sentences(words: tuple[str, ...], said: str) -> None:
    told = invoke("gate", *words)
    assert told.code == 2
    assert said in told.text
    assert "Traceback" not in told.text


@pytest.mark.parametrize("words", [("--area", "sdk"), ("--claim", "sdk.request"), ("--claim", "sdk.methods|x")])
def test_a_server_is_not_judged_by_the_claims_of_libraries(words: tuple[str, ...], tmp_path: Path) -> None:
    told = invoke("run", "--reports", str(tmp_path), *words)
    assert told.code == 2
    assert "`scim-contract gate` judges it" in told.text


def test_every_claim_of_the_gate_has_a_check_for_every_case() -> None:
    known: dict[str, set[str]] = {}
    for each in checks(suites_folder()):
        if gated(each.claim):
            known.setdefault(each.claim, set()).update(each.cases or {""})
    wanted: dict[str, set[str]] = {}
    for atom in plan(load("2019"), areas=["sdk"]):
        if gated(atom.claim):
            wanted.setdefault(atom.claim, set()).add(atom.value)
    assert known == wanted
