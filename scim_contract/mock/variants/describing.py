"""How servers describe themselves: their resource types and their configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from scim_contract.contract import Contract, Operation
from scim_contract.mock import discovery
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.faults.acting import Document, become, error
from scim_contract.mock.planting import Plant, Variant, replacing
from scim_contract.mock.representation import Links
from scim_contract.mock.variants.making import OPEN
from scim_contract.mock.wire import Reply, Seen

_ENDPOINTS = "discovery.endpoints-lead-somewhere: relative, absolute or a full URL, in any case"


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield Variant(
        "configuration-says-little",
        "The configuration leaves out everything that it may.",
        "discovery.flags-are-true: what is declared",
        lambda: replacing(provider_config=_little),
        poor=True,
    )
    yield Variant(
        "unknown-resource-type-is-400",
        "A resource type that there is none of is refused with 400.",
        "discovery.unknown-is-404: 404 or 400",
        lambda: Plant(after=_unknown_is_400),
    )
    yield Variant(
        "two-resource-types-listed",
        "The list of resource types has User and Group only.",
        "discovery.resource-types: User and Group at least",
        lambda: replacing(resource_types=lambda links: discovery.resource_types(links)[:2]),
    )
    yield Variant(
        "more-resource-types",
        "There is a resource type besides the documented ones.",
        OPEN + "more resource types",
        _robots,
    )
    ways: dict[str, tuple[str, Callable[[Links, str], str]]] = {
        "absolute": ("absolute paths", lambda links, name: "/" + links.to(name).rstrip("/").split("/", 3)[3]),
        "full": ("full URLs", lambda links, name: links.to(name).rstrip("/")),
        "bare": ("names without a slash", lambda links, name: links.to(name).rstrip("/").rpartition("/")[2]),
        "capitalised": ("in capitals as RFC 7644 has them", lambda links, name: f"/{name}s"),
    }
    for name, (words, endpoint) in ways.items():
        yield Variant(
            f"endpoints-{name}",
            f"The endpoints of resource types are {words}.",
            _ENDPOINTS,
            lambda endpoint=endpoint: _endpoints(endpoint),  # type: ignore[misc]
        )


def _little(links: Links, version: str, modified: int) -> Document:
    document = discovery.provider_config(links, version, modified)
    kept = ("schemas", "meta", "bulk", "sort")
    return {name: value for name, value in document.items() if name in kept}


def _unknown_is_400(seen: Seen, reply: Reply) -> None:
    if reply.status == 404 and "/resourcetypes/" in seen.path and seen.operation is not None:
        become(reply, error(400, "There is no such type."))


def _robot_type(links: Links) -> Document:
    urn = "urn:example:params:scim:schemas:Robot"
    meta = {"resourceType": "ResourceType", "location": links.to("ResourceType", "Robot")}
    group = discovery.resource_type("Group", links) or {}
    return {**group, "id": "Robot", "name": "Robot", "schema": urn, "endpoint": "/robots", "meta": meta}


def _robots() -> Plant:
    def before(seen: Seen) -> Reply | None:
        if seen.method != "GET" or not seen.path.endswith("/robots"):
            return None
        reply = Reply(200, {"content-type": "application/json"}, b"")
        reply.put({"robots": []})
        return reply

    def behaviour(given: Behaviour, operation: Operation) -> Behaviour:
        return replace(
            given,
            resource_type=lambda name, links: (
                _robot_type(links) if name == "Robot" else discovery.resource_type(name, links)
            ),
            resource_types=lambda links: [_robot_type(links), *discovery.resource_types(links)],
        )

    return Plant(before=before, behaviour=behaviour)


def _endpoints(endpoint: Callable[[Links, str], str]) -> Plant:
    def one(name: str, links: Links) -> Document | None:
        document = discovery.resource_type(name, links)
        if document is None or name not in ("User", "Group"):
            return document
        return {**document, "endpoint": endpoint(links, name)}

    def every(links: Links) -> list[Document]:
        return [one(document["name"], links) or document for document in discovery.resource_types(links)]

    return replacing(resource_type=one, resource_types=every)
