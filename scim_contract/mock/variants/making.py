"""What variants are made of: changes of the SCIM requests and answers, whatever else changes them too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scim_contract.mock.directory import Directory
from scim_contract.mock.faults.acting import Document, error, operations_of, resources_in
from scim_contract.mock.projecting import projected
from scim_contract.mock.wire import Reply, Seen

OPEN = "claims.md, 'What the contract leaves open': "
_WITH_BODY = ("POST", "PUT", "PATCH")


def scim(seen: Seen) -> bool:
    """Whether a request is for the API rather than for a token."""
    return seen.path.startswith("/api/")


def about(seen: Seen, resource: str, *methods: str) -> bool:
    """Whether a request is for an operation on users or groups, of these methods only where given."""
    on = seen.operation is not None and re.search(rf"/{resource}(/[^/]+)?$", seen.path) is not None
    return on and (not methods or seen.method in methods)


def document_of(reply: Reply) -> Document | None:
    """The JSON object that an answer holds, None where it holds none."""
    if not reply.body or "json" not in reply.headers.get("content-type", ""):
        return None
    document = reply.json
    return document if isinstance(document, dict) else None


def body_of(seen: Seen) -> Document | None:
    """The JSON object that comes with a write of the contract, None where there is none."""
    if seen.operation is None or seen.method not in _WITH_BODY:
        return None
    document = seen.json
    return document if isinstance(document, dict) else None


def documents(change: Callable[[Document], object]) -> Callable[[Seen, Reply], None]:
    """Change every JSON object that the API answers, errors too."""

    def after(seen: Seen, reply: Reply) -> None:
        document = document_of(reply) if scim(seen) else None
        if document is not None:
            change(document)
            reply.put(document)

    return after


def shown(change: Callable[[Document], object], *kinds: str) -> Callable[[Seen, Reply], None]:
    """Change each resource that is shown, of these kinds (User, Group …) only where given.

    A client that chose attributes is given no more than these, whatever the change adds.
    """

    def after(seen: Seen, reply: Reply) -> None:
        document = document_of(reply) if scim(seen) and reply.ok else None
        if document is None:
            return
        for resource in resources_in(document):
            if not kinds or resource.get("meta", {}).get("resourceType") in kinds:
                change(resource)
                _as_chosen(resource, seen.parameters)
        reply.put(document)

    return after


def _as_chosen(resource: Document, asked: Mapping[str, str]) -> None:
    attributes, excluded = asked.get("attributes", ""), asked.get("excludedAttributes", "")
    if attributes or excluded:
        chosen = projected(dict(resource), attributes, excluded)
        resource.clear()
        resource.update(chosen)


def bodies(change: Callable[[Document], object]) -> Callable[[Seen], None]:
    """Change the JSON object that comes with a write."""

    def before(seen: Seen) -> None:
        document = body_of(seen)
        if document is not None:
            change(document)
            seen.put(document)

    return before


def refusing(
    when: Callable[[Seen, Document], bool], status: int = 400, scim_type: str | None = "invalidValue"
) -> Callable[[Seen], Reply | None]:
    """Refuse the writes whose body is of a kind."""

    def before(seen: Seen) -> Reply | None:
        document = body_of(seen)
        refused = document is not None and when(seen, document)
        return error(status, "This server does not take such a body.", scim_type) if refused else None

    return before


def objects_in(value: Any) -> Iterator[Document]:
    """Every object in a document, itself included."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(each)


def written(document: Document, seen: Seen) -> Iterator[tuple[str, Any]]:
    """The attributes that a body writes, names in lower case: of a PATCH by their paths as well."""
    if seen.method != "PATCH":
        yield from ((name.lower(), value) for name, value in document.items())
        return
    for operation in operations_of(seen):
        yield from written_by(operation)


def written_by(operation: Document) -> Iterator[tuple[str, Any]]:
    """The attributes that an operation of a PATCH writes, by its path or without one; names in lower case."""
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path:
        yield path.lower(), value
    elif isinstance(value, dict):
        yield from ((name.lower(), each) for name, each in value.items())


def directory_of(seen: Seen) -> Directory:
    """What the mock keeps; a plant meets its requests only where that is known."""
    assert seen.directory is not None
    return seen.directory
