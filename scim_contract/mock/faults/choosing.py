"""Faults of what a client is given when it chooses attributes (edition 2026)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, asking, each_resource, error
from scim_contract.mock.planting import Fault, Plant, family, replacing
from scim_contract.mock.projecting import ALWAYS, included, names_in, projected, without
from scim_contract.mock.wire import Reply, Seen

INCLUDED, EXCLUDED, KEPT = "attributes.included", "attributes.excluded", "attributes.always-kept"
NAMED, UNKNOWN, VERSION = (
    *("attributes.named-as-elsewhere", "attributes.unknown-ignored", "attributes.version-of-the-whole"),
)
Projected = Callable[[Document, str, str], Document]
_URN = "urn:"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of attributes and excludedAttributes; none where the edition has no such parameters."""
    if INCLUDED not in contract.claims:
        return
    yield from _included(contract)
    yield from _excluded(contract)
    yield from _names(contract)


def choosing(way: Projected) -> Callable[[], Plant]:
    """A plant by which what is given is chosen in another way."""
    return lambda: replacing(projected=way)


def when_asked(change: Callable[[Document], object], parameter: str = "attributes") -> Callable[[], Plant]:
    """A plant that changes resources in answers to a client that chose."""
    every = each_resource(change)

    def after(seen: Seen, reply: Reply) -> None:
        if parameter in seen.parameters:
            every(seen, reply)

    return lambda: Plant(after=after)


def _included(contract: Contract) -> Iterator[Fault]:
    def ignored(document: Document, attributes: str, excluded: str) -> Document:
        return projected(document, "", excluded)

    def only_the_first(document: Document, attributes: str, excluded: str) -> Document:
        return projected(document, attributes.partition(",")[0], excluded)

    def nothing_else(document: Document, attributes: str, excluded: str) -> Document:
        shown = projected(document, attributes, excluded)
        needless = ALWAYS if attributes else ()
        return {k: v for k, v in shown.items() if k.lower() not in needless or k in ("id", "meta")}

    yield from family(contract, "attributes-ignored", INCLUDED, "attributes is ignored.", choosing(ignored),
                      also=(NAMED,))  # fmt: skip
    yield from family(contract, "first-attribute-alone", INCLUDED, "Of several attributes the first is given.",
                      choosing(only_the_first))  # fmt: skip
    yield Fault("attributes-take-the-active", INCLUDED, ("get_scim_user", "get_scim_v2_users"),
                "Who asks for attributes is given no userName and no active.", choosing(nothing_else),
                also=(UNKNOWN,))  # fmt: skip
    yield Fault("attributes-take-meta", INCLUDED, ("get_scim_v2_group",), "Who asks for attributes is given no meta.",
                when_asked(lambda shown: shown.pop("meta", None)), also=(UNKNOWN,))  # fmt: skip
    yield Fault("attributes-empty-what-is-asked", INCLUDED, ("get_scim_groups",),
                "Attributes that are asked for are there, but empty.",
                when_asked(lambda shown: shown.update(displayName="")), also=(NAMED,))  # fmt: skip


def _excluded(contract: Contract) -> Iterator[Fault]:
    def ignored(document: Document, attributes: str, excluded: str) -> Document:
        return projected(document, attributes, "")

    def as_asked_for(document: Document, attributes: str, excluded: str) -> Document:
        return projected(document, attributes or excluded, "")

    def all_lists(document: Document, attributes: str, excluded: str) -> Document:
        shown = projected(document, attributes, excluded)
        return {k: v for k, v in shown.items() if not (excluded and isinstance(v, list) and k != "schemas")}

    def thoroughly(document: Document, attributes: str, excluded: str) -> Document:
        shown = projected(document, attributes, excluded)
        names = names_in(excluded)
        return {k: v for k, v in shown.items() if k.lower() not in names or k in ("id", "meta")}

    yield from family(contract, "excluded-attributes-ignored", EXCLUDED, "excludedAttributes is ignored.",
                      choosing(ignored))  # fmt: skip
    yield from family(contract, "excluded-read-as-included", EXCLUDED, "excludedAttributes is read as attributes.",
                      choosing(as_asked_for))  # fmt: skip
    yield Fault("excluded-takes-all-lists", EXCLUDED, ("get_scim_v2_user",),
                "Where anything is excluded, all lists are left out.", choosing(all_lists))  # fmt: skip
    yield from family(contract, "excluded-takes-user-name", KEPT, "excludedAttributes takes away userName and active.",
                      choosing(thoroughly), ("get_scim_user", "get_scim_v2_user", "get_scim_users"))  # fmt: skip
    yield Fault("excluded-takes-meta", KEPT, ("get_scim_group", "get_scim_v2_groups"),
                "excludedAttributes takes away meta where it is named.", _without_meta)  # fmt: skip


def _without_meta() -> Plant:
    every = each_resource(lambda shown: shown.pop("meta", None))

    def after(seen: Seen, reply: Reply) -> None:
        if "meta" in names_in(seen.parameters.get("excludedAttributes", "")):
            every(seen, reply)

    return Plant(after=after)


def _names(contract: Contract) -> Iterator[Fault]:
    def exact_case(document: Document, attributes: str, excluded: str) -> Document:
        known = [name for name in attributes.split(",") if name.split(".")[0] in document or name.startswith(_URN)]
        return projected(document, ",".join(known) or ("none" if attributes else ""), excluded)

    def no_parts(document: Document, attributes: str, excluded: str) -> Document:
        names = tuple(name for name in names_in(attributes) if "." not in name or name.startswith(_URN))
        return included(document, names) if attributes else projected(document, "", excluded)

    def no_extension(document: Document, attributes: str, excluded: str) -> Document:
        names = tuple(name for name in names_in(attributes) if not name.startswith(_URN))
        return included(document, names) if attributes else without(document, names_in(excluded))

    yield from family(contract, "attributes-in-exact-case", NAMED, "Attributes are found in the model's case only.",
                      choosing(exact_case))  # fmt: skip
    yield from family(contract, "no-parts-of-attributes", NAMED, "attributes knows no parts such as emails.value.",
                      choosing(no_parts))  # fmt: skip
    users = ("get_scim_user", "get_scim_users", "get_scim_v2_user", "get_scim_v2_users")
    yield from family(contract, "no-attributes-of-extensions", NAMED,
                      "attributes knows no attributes of the enterprise extension.", choosing(no_extension),
                      users)  # fmt: skip
    yield from family(contract, "unknown-attribute-refused", UNKNOWN, "An attribute that does not exist is refused.",
                      lambda: Plant(before=asking(_refuse_unknown)))  # fmt: skip
    yield from family(contract, "etag-of-the-part", VERSION, "The ETag is that of what is shown, not of the resource.",
                      lambda: Plant(after=_hashed))  # fmt: skip


def _refuse_unknown(query: dict[str, str]) -> Reply | None:
    asked = query.get("attributes", "") + query.get("excludedAttributes", "")
    return error(400, scim_type="invalidValue") if "conformanceNone" in asked else None


def _hashed(seen: Seen, reply: Reply) -> None:
    if "attributes" in seen.parameters and reply.ok:
        reply.headers["etag"] = f'"{hashlib.sha256(reply.body).hexdigest()[:12]}"'
