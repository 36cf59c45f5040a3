"""How a request goes over the wire; knows nothing of claims."""

from scim_contract.secret import MASK, Secret
from scim_contract.transport.curl import MADE_UP_PASSWORD, curl
from scim_contract.transport.errors import Refused, TokenTrouble, Unreachable
from scim_contract.transport.exchange import Answer, Exchange, Request
from scim_contract.transport.http import CUT, CUT_OFF, Transport, Wire
from scim_contract.transport.masking import Masker
from scim_contract.transport.tokens import Tokens

__all__ = [
    "CUT",
    "CUT_OFF",
    "MADE_UP_PASSWORD",
    "MASK",
    "Answer",
    "Exchange",
    "Masker",
    "Refused",
    "Request",
    "Secret",
    "TokenTrouble",
    "Tokens",
    "Transport",
    "Unreachable",
    "Wire",
    "curl",
]
