"""How a check judges: cases, expectations, messages, and the claims that every exchange is held against."""

from scim_contract.judging.expect import Expect, came, needed
from scim_contract.judging.judge import Judge
from scim_contract.judging.observed import Observer
from scim_contract.judging.problem import Problem

__all__ = ["Expect", "Judge", "Observer", "Problem", "came", "needed"]
