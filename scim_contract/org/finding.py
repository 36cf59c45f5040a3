"""What filters look for: resources that are known, and the group under a name of the run's choosing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scim_contract.contract import Operation
from scim_contract.org import group
from scim_contract.org.changes import replacing
from scim_contract.org.documents import ENTERPRISE, ids, resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.pages import Listing
from scim_contract.org.still import still_user
from scim_contract.org.values import eq
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

if TYPE_CHECKING:
    from scim_contract.org.org import Org

_WORD = re.compile(r"[A-Za-z0-9]{4,}")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 @._-]+")
NAMING = {"users": "userName", "groups": "displayName"}
ATTRIBUTES = {
    "id": "id",
    "user-name": "userName",
    "external-id": "externalId",
    "emails-value": "emails.value",
    "extension": f"{ENTERPRISE}:department",
    "display-name": "displayName",
}
"""The attributes that filters are asked for, by the case of a claim."""
MUST_BE_KNOWN = {"users": ("id", "userName", "externalId"), "groups": ("displayName",)}
"""The attributes that filters have to know, by resource."""


@dataclass(frozen=True)
class Known:
    """A resource to look for, as a read by id shows it; `naming` is the attribute that names it."""

    resource: Resource
    document: Mapping[str, Any]
    naming: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.value(self.naming)

    @property
    def word(self) -> str:
        """Its name, which is one word.

        Raises:
            Untested: the name is something else.
        """
        if not _WORD.fullmatch(self.name):
            raise Untested("the name of the resource at hand is no single word of letters and digits")
        return self.name

    def value(self, attribute: str) -> str:
        """An attribute's text; of emails.value the first.

        Raises:
            Untested: the resource has none.
        """
        found = next(iter(values(self.document, attribute)), None)
        if found is None:
            raise Untested(f"the resource at hand has no {attribute}")
        return found


def values(document: Mapping[str, Any], attribute: str) -> list[str]:
    """The texts that a resource has under an attribute, which may be one of a list's or of the extension's."""
    extended = attribute.startswith(f"{ENTERPRISE}:")
    steps = attribute.removeprefix(f"{ENTERPRISE}:").split(".")
    held: list[Any] = [document]
    for step in (ENTERPRISE, *steps) if extended else steps:
        inner = [each.get(step) for each in held if isinstance(each, dict)]
        held = [item for each in inner for item in (each if isinstance(each, list) else [each])]
    return [each for each in held if isinstance(each, str) and each]


def someone(org: Org, operation: Operation) -> Known:
    """A resource for filters to find; the disposable group bears one word as its name.

    Raises:
        Untested: there is none to be had.
        Blocked: it cannot be read, or not be named.
    """
    if operation.resource == "users":
        found = still_user(org, operation.prefix)
    else:
        found = group.readable(org, operation.prefix)
    known = Known(found, org.look(found, operation.prefix).document, NAMING[operation.resource])
    if operation.resource == "groups" and found.ours and not _WORD.fullmatch(known.name):
        word = f"Conformance{org.workspace.token('plain name')}"
        bears(org, call(org, word, "plain"), operation.prefix, word)
        known = Known(found, org.look(found, operation.prefix).document, NAMING["groups"])
    return known


def two(org: Org, operation: Operation, page: Exchange) -> tuple[Known, Known]:
    """Two resources of a page whose names need no care.

    Raises:
        Untested: it shows none such.
    """
    naming, found = NAMING[operation.resource], dict[str, Known]()
    for item in resources(page.document):
        name, its_id = item.get(naming), item.get("id")
        if isinstance(name, str) and isinstance(its_id, str) and _SAFE.fullmatch(name):
            found.setdefault(name.lower(), Known(Resource(operation.resource, its_id), item, naming))
    if len(found) < 2:
        raise Untested(f"the list shows no two {operation.resource} with plain names to tell apart")
    first, second, *_ = found.values()
    return first, second


def call(org: Org, name: str, case: str) -> Resource:
    """Give the disposable group a name, by whichever prefix takes it; `bears` tells whether it did.

    Raises:
        Untested: the run only reads, there is no such group, or no client may write groups.
        Blocked: no prefix took it.
    """
    refused: Blocked | None = None
    for prefix in org.workspace.contract.prefixes:
        try:
            subject = group.disposable(org, prefix)
        except Blocked as error:
            refused = refused or error
            continue
        operation, body = org.operation(prefix, "modify_group"), replacing("displayName", name)
        asked = org.acting("shared/group").ask(operation, subject, body=body, case=case)
        if asked.answer.ok:
            return subject
        refused = refused or Blocked("the group did not take the name that this check needs", asked)
    assert refused is not None
    raise refused


def bears(org: Org, subject: Resource, prefix: str, name: str) -> None:
    """Make sure by reading that a group has a name.

    Raises:
        Blocked: it has another, or cannot be read.
    """
    seen = org.look(subject, prefix)
    if seen.document.get("displayName") != name:
        raise Blocked("the group did not take the name that this check needs", seen)


def by_name(org: Org, operation: Operation) -> Listing:
    """The list under a filter that finds one resource by its userName or displayName.

    Raises:
        Untested: there is no resource to look for.
        Blocked: it could not be read.
    """
    known = someone(org, operation)
    ours = known.resource.ours and operation.resource == "users"
    return Listing(
        org,
        operation,
        f"{known.naming} eq",
        {"filter": eq(known.naming, known.name)},
        ours,
        1 if ours else None,
        showing(known.resource),
    )


def find(org: Org, operation: Operation, text: str, known: Known, label: str) -> Exchange:
    """A filter that is to find a resource, asked once."""
    look = Listing(
        org,
        operation,
        label,
        {"filter": text},
        still=known.resource.ours and operation.resource == "users",
        ready=showing(known.resource),
    )
    return look.page()


def showing(resource: Resource) -> Callable[[Exchange], bool]:
    """Whether a list shows a resource that was written lately, unless it was refused."""
    return lambda seen: not seen.answer.ok or resource.id in ids(seen.document)


def findable(org: Org, operation: Operation) -> Known:
    """A resource that the plainest filter on its name finds; what other filters find can be told then.

    Raises:
        Untested: there is no resource to look for.
        Blocked: it could not be read, or is not found.
    """
    known = someone(org, operation)
    found(by_name(org, operation).first(), known.resource.id)
    return known


def comparing(org: Org, operation: Operation, page: Callable[[], Exchange]) -> None:
    """Make sure that filters compare names, by the resource at hand or by another one of a page.

    The page is asked for where it has to be. The one at hand may bear a name that the run gave it. That a
    filter does not know such a name yet is then what a check is to tell of, and no reason not to look.

    Raises:
        Untested: there is no resource to look for.
        Blocked: filters do not compare names.
    """
    known = someone(org, operation)
    try:
        findable(org, operation)
    except Blocked as blocked:
        try:
            pair = two(org, operation, page()) if operation.resource == "groups" else ()
        except Untested:
            pair = ()
        other = next((each for each in pair if each.resource.id != known.resource.id), None)
        if other is None:
            raise blocked from None
        text = eq(other.naming, other.name)
        found(Listing(org, operation, "another name", {"filter": text}).page(), other.resource.id)


def found(seen: Exchange, resource_id: str) -> None:
    """Make sure that a filter which others are compared with finds what it is to find.

    Raises:
        Blocked: it does not.
    """
    if not seen.answer.ok or resource_id not in ids(seen.document):
        raise Blocked("a plain value does not find what has it", seen)
