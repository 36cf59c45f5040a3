"""How a check brings a situation about in the target's directory, and how it is cleaned up."""

from scim_contract.org.asking import JSON, SCIM_JSON, Asked
from scim_contract.org.changes import Change, Written, modification, replacement, replacing
from scim_contract.org.errors import Blocked, Unsettled, Untested
from scim_contract.org.ledger import Ledger, new_run_id
from scim_contract.org.org import Org
from scim_contract.org.people import Person
from scim_contract.org.workspace import Resource, Workspace

__all__ = [
    "JSON",
    "SCIM_JSON",
    "Asked",
    "Blocked",
    "Change",
    "Ledger",
    "Org",
    "Person",
    "Resource",
    "Unsettled",
    "Untested",
    "Workspace",
    "Written",
    "modification",
    "new_run_id",
    "replacement",
    "replacing",
]
