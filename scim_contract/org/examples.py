"""The filters that the reference gives as examples, each with the value of a resource that it is to find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from scim_contract.contract import Operation
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.errors import Untested
from scim_contract.org.finding import Known, showing, someone, values
from scim_contract.org.org import Org
from scim_contract.org.pages import Listing
from scim_contract.org.workspace import Resource

EXAMPLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "id": ("id", "id"),
        "user-name": ("userName", "userName"),
        "manager": ("manager", f"{ENTERPRISE}:manager.value"),
        "email": ("email", "emails.value"),
        "division": ("division", f"{ENTERPRISE}:division"),
        "external-id": ("externalId", "externalId"),
        "employee-number": ("employeeNumber", f"{ENTERPRISE}:employeeNumber"),
        "display-name": ("displayname", "displayName"),
    }
)
"""For each case the name in the example, and where a document has the value."""
_SPECIAL = set(' "()[]')


@dataclass(frozen=True)
class Example:
    """A resource to find, the attribute that finds it, its value, and the list under the example's filter."""

    resource: Resource
    attribute: str
    value: str
    look: Listing


def example(org: Org, operation: Operation, case: str) -> Example:
    """The example of a case, its value unquoted as the reference writes it.

    Raises:
        Untested: the resource at hand has no such value, or one that cannot stand without quotes.
        Blocked: it cannot be read.
    """
    name, attribute = EXAMPLES[case]
    known = _bearer(org, operation)
    found = values(known.document, attribute)
    if not found:
        raise Untested(f"the resource at hand has no {attribute}, and the profile supplies none")
    value = found[0]
    if _SPECIAL & set(value):
        raise Untested(f"the {attribute} of the resource at hand, {value!r}, cannot be written without quotes")
    ours = known.resource.ours and operation.resource == "users"
    still = ours and case not in ("division",)
    text = {"filter": f"{name} eq {value}"}
    look = Listing(org, operation, f"example {case}", text, still, ready=showing(known.resource))
    return Example(known.resource, attribute, value, look)


def inactive(org: Org, operation: Operation) -> tuple[Resource | None, Listing]:
    """The users under the example `active eq false`, and one of them that is the run's own, where it may create one."""
    own, look = None, Listing(org, operation, "example active-false", {"filter": "active eq false"})
    if org.workspace.target.sandbox:
        own = org.person(operation.prefix, "inactive", active=False).resource
        look = replace(look, ready=showing(own))
    return own, look


def _bearer(org: Org, operation: Operation) -> Known:
    """A resource that has as much as can be had: of users one made for it, where the run may create one."""
    known = someone(org, operation)
    if operation.resource != "users" or not org.workspace.target.sandbox:
        return known
    target, word = org.workspace.target, org.workspace.token("example")
    extension = {"employeeNumber": f"No{word}", "manager": {"value": known.resource.id}}
    if target.division:
        extension["division"] = target.division
    attributes = {
        "externalId": f"Ext{word}",
        "emails": [{"value": f"example.{word}@example.com", "type": "work"}],
        ENTERPRISE: extension,
    }
    person = org.person(operation.prefix, "example", **attributes).resource
    return Known(person, org.look(person, operation.prefix).document, known.naming)
