"""What a suite file needs: the marker that binds a check to its claim, and the types in its signature."""

from __future__ import annotations

import pytest

from scim_contract.contract import Operation
from scim_contract.fuzz import Fuzzer
from scim_contract.judging import Expect, Judge, came, needed
from scim_contract.org import (
    JSON,
    SCIM_JSON,
    Blocked,
    Change,
    Org,
    Unsettled,
    Untested,
    Written,
    modification,
    replacement,
    replacing,
)
from scim_contract.transport import Exchange


def claim(claim_id: str, *cases: str) -> pytest.MarkDecorator:
    """Bind a check to its claim; the check runs once for each operation that the claim names.

    Args:
        claim_id: the claim's id in claims.yaml.
        cases: the cases that this check judges, where several checks share a claim; all by default.
    """
    return pytest.mark.claim(claim_id, *cases)


__all__ = [
    "JSON",
    "SCIM_JSON",
    "Blocked",
    "Change",
    "Exchange",
    "Expect",
    "Fuzzer",
    "Judge",
    "Operation",
    "Org",
    "Unsettled",
    "Untested",
    "Written",
    "came",
    "claim",
    "modification",
    "needed",
    "replacement",
    "replacing",
]
