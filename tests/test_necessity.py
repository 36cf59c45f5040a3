"""No check is there for nothing: without the body of any one of them, some fault is no longer found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scim_contract.contract import Contract, load
from scim_contract.locate import editions
from scim_contract.mock.faults import faults
from scim_contract.mock.planting import Fault
from scim_contract.plugin.catalogue import Check, checks, gated
from scim_contract.plugin.run import suites_folder
from scim_contract.prove import plan
from scim_contract.prove.pool import Pool

# A client library has no faults of the mock: defects planted in real SDKs show its checks at work (tests/gate).
CHECKS = [check for check in checks(suites_folder()) if not gated(check.claim)]


def contract_of(check: Check) -> Contract:
    """The contract of the first edition that has a check's claim."""
    known = (load(edition) for edition in editions())
    return next(contract for contract in known if check.claim in contract.claims)


def candidates(contract: Contract, check: Check) -> list[Fault]:
    """The faults that a check may be the only one to find, the narrow ones first."""
    of_claim = [fault for fault in faults(contract).values() if fault.claim == check.claim]
    return sorted(of_claim, key=lambda fault: len(fault.operations))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.file}::{check.function}")
def test_without_its_body_a_fault_is_missed(check: Check, tmp_path: Path) -> None:
    contract, pool = contract_of(check), Pool(1, tmp_path)
    hollow = f"{check.file}::{check.function}"
    for fault in candidates(contract, check):
        trial = replace(plan.of_faults(contract, (fault,)).trial, hollow=(hollow,), fuzz=int(plan.is_fuzzed(fault)))
        outcome = pool.run([trial], lambda *_: None)[trial.name]
        assert outcome.rows, outcome.why
        if not set(fault.operations) <= outcome.violated(fault.claim):
            return
    pytest.fail(f"every fault of {check.claim} is found without {hollow}")
