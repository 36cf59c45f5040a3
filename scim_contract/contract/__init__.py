"""The contract as typed data."""

from scim_contract.contract.claims import LEVELS, Catalogue, Claim, Source
from scim_contract.contract.edition import Contract, load
from scim_contract.contract.operations import Operation, Parameter
from scim_contract.contract.plan import Atom, plan

__all__ = [
    "LEVELS",
    "Atom",
    "Catalogue",
    "Claim",
    "Contract",
    "Operation",
    "Parameter",
    "Source",
    "load",
    "plan",
]
