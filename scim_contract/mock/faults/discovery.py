"""Faults of discovery: the resource types, where they lead, and how one authenticates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.behaviour import Document
from scim_contract.mock.faults.acting import become, behind, changing, error
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

LIST_1, LIST_2 = "get_scim_resourcetypes", "get_scim_v2_resourcetypes"
TYPE_1, TYPE_2 = "get_scim_resourcetype", "get_scim_v2_resourcetype"
CONFIG_1, CONFIG_2 = "get_scim_serviceproviderconfig", "get_scim_v2_serviceproviderconfig"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this half of the area; the other is in features."""
    yield from _types(contract)
    yield from _by_name(contract)
    yield from _unknown(contract)
    yield from _endpoints(contract)
    yield from _schemes(contract)


def _types(contract: Contract) -> Iterator[Fault]:
    claim = "discovery.resource-types"
    yield from family(
        contract,
        "group-type-not-listed",
        claim,
        "The list of resource types has no Group.",
        lambda: Plant(after=changing(_without_group)),
    )
    yield Fault(
        "user-type-listed-as-users",
        claim,
        (LIST_1,),
        "The list of resource types has Users in place of User.",
        lambda: Plant(after=_entry(0, name="Users", id="Users")),
    )
    yield Fault(
        "resource-types-miscounted",
        claim,
        (LIST_1, LIST_2),
        "totalResults counts User and Group alone, though the list has more.",
        lambda: Plant(after=changing(lambda d: d.update(totalResults=2))),
    )
    for attribute, number, value, operation in (
        ("schema", 2, None, LIST_2),
        ("endpoint", 3, "", LIST_1),
        ("name", 3, None, LIST_2),
        ("schema", 0, None, LIST_1),
    ):
        yield Fault(
            f"listed-type-{number}-without-{attribute}",
            claim,
            (operation,),
            f"Entry {number} of the list of resource types has no {attribute}.",
            lambda attribute=attribute, number=number, value=value: Plant(after=_entry(number, **{attribute: value})),  # type: ignore[misc]
            also=("discovery.by-name",),
        )


def _by_name(contract: Contract) -> Iterator[Fault]:
    claim = "discovery.by-name"
    yield from family(
        contract,
        "named-type-differs-from-the-list",
        claim,
        "A resource type asked for by name has another description than in the list.",
        lambda: Plant(after=changing(lambda d: d.update(description="Something else."))),
    )
    for name, operation in (
        ("User", TYPE_2),
        ("Group", TYPE_1),
        ("ServiceProviderConfig", TYPE_2),
        ("ResourceType", TYPE_1),
    ):
        yield Fault(
            f"no-type-by-the-name-{name.lower()}",
            claim,
            (operation,),
            f"The resource type {name} is not there by its name, though it is listed.",
            lambda name=name: Plant(before=_for_type(name, lambda seen: error(404, "Not found."))),  # type: ignore[misc]
            editions=() if name in ("User", "Group") else ("2019",),  # later it is discovery.listed-by-name
        )
    yield Fault(
        "group-type-answered-with-user",
        claim,
        (TYPE_1, TYPE_2),
        "Asked for Group it answers User.",
        lambda: Plant(before=_for_type("Group", _read_as("User"))),
    )
    yield Fault(
        "user-type-without-its-extension",
        claim,
        (TYPE_1,),
        "The type User has its schema extension in the list only.",
        lambda: Plant(after=changing(lambda d: d.pop("schemaExtensions", None))),
    )
    yield Fault(
        "types-by-lower-case-names-only",
        claim,
        (TYPE_2,),
        "A resource type has its name in lower case when asked for by name.",
        lambda: Plant(after=changing(lambda d: d.update(name=d["name"].lower()))),
    )


def _unknown(contract: Contract) -> Iterator[Fault]:
    claim = "discovery.unknown-is-404"
    yield from family(
        contract,
        "unknown-type-answered-with-user",
        claim,
        "A name that no resource type has is answered with User.",
        lambda: Plant(before=_for_type("NoSuchResourceType", _read_as("User"))),
        also=("errors.unknown-id",),
    )
    yield Fault(
        "unknown-type-is-no-scim-error",
        claim,
        (TYPE_1, TYPE_2),
        "A name that no resource type has is 404 in the platform's own words, not as a ScimError.",
        lambda: Plant(after=_in_other_words),
        also=("errors.unknown-id", "errors.shape", "errors.status-is-string"),
    )
    yield Fault(
        "unknown-type-breaks",
        claim,
        (TYPE_2,),
        "A name that no resource type has is answered with 500.",
        lambda: Plant(before=_for_type("NoSuchResourceType", lambda seen: error(500))),
        also=("errors.never-5xx", "errors.unknown-id"),
    )
    yield Fault(
        "unknown-type-is-empty",
        claim,
        (TYPE_1,),
        "A name that no resource type has is answered with 200 and an empty object.",
        lambda: Plant(after=_emptied),
        also=("errors.unknown-id", "representations.schema"),
    )


def _endpoints(contract: Contract) -> Iterator[Fault]:
    claim = "discovery.endpoints-lead-somewhere"
    yield from family(
        contract,
        "users-endpoint-leads-nowhere",
        claim,
        "The endpoint of User is /people, where there is nothing.",
        lambda: Plant(after=_entry(0, endpoint="/people")),
        also=("discovery.by-name",),
    )
    yield Fault(
        "endpoint-on-the-host-behind",
        claim,
        (LIST_2,),
        "The endpoint of User is on the host behind the proxy, as the server knows itself.",
        lambda: Plant(after=_entry(0, endpoint=behind("https://api.mypurecloud.com/api/v2/scim/v2/users"))),
        also=("discovery.by-name",),
    )
    yield Fault(
        "last-endpoint-leads-nowhere",
        claim,
        (LIST_2,),
        "The endpoint of ResourceType has a letter too many.",
        lambda: Plant(after=_entry(3, endpoint="/resourcetypess")),
        also=("discovery.by-name",),
    )
    yield Fault(
        "endpoint-of-another-version",
        claim,
        (LIST_1,),
        "The endpoint of Group is under a version that is not served.",
        lambda: Plant(after=_entry(1, endpoint="/api/v3/scim/groups")),
        also=("discovery.by-name",),
    )
    yield Fault(
        "config-endpoint-takes-no-get",
        claim,
        (LIST_1, LIST_2),
        "The endpoint of ServiceProviderConfig is one that no GET is allowed on.",
        lambda: Plant(before=_no_get, after=_on_the_list(_entry(2, endpoint="/oauth/token")), everywhere=True),
        also=("discovery.by-name",),
    )


def _schemes(contract: Contract) -> Iterator[Fault]:
    claim = "discovery.authentication-schemes"
    yield from family(
        contract,
        "scheme-without-a-name",
        claim,
        "The authentication scheme has no name.",
        lambda: Plant(after=_scheme(name=None)),
        also=("representations.schema",),
    )
    for name, sentence, changes, operations in (
        (
            "scheme-description-empty",
            "The description of the authentication scheme is empty.",
            {"description": ""},
            (CONFIG_2,),
        ),
        ("scheme-without-a-type", "The authentication scheme has no type.", {"type": None}, (CONFIG_1,)),
        (
            "scheme-of-another-type",
            "The type of the authentication scheme is bearer, which is none of the documented ones.",
            {"type": "bearer"},
            (CONFIG_1, CONFIG_2),
        ),
    ):
        yield Fault(
            name,
            claim,
            operations,
            sentence,
            lambda changes=changes: Plant(after=_scheme(**changes)),  # type: ignore[misc]
            also=("representations.schema",),
        )
    yield Fault(
        "second-scheme-without-a-description",
        claim,
        (CONFIG_1, CONFIG_2),
        "The second of two authentication schemes has no description.",
        lambda: Plant(
            after=changing(lambda d: d["authenticationSchemes"].append({"name": "Basic", "type": "httpbasic"}))
        ),
        also=("representations.schema",),
    )


def _for_type(name: str, answer: Callable[[Seen], Reply | None]) -> Callable[[Seen], Reply | None]:
    """Meet the requests for one resource type."""
    return lambda seen: answer(seen) if seen.path.endswith(f"/{name}") else None


def _read_as(name: str) -> Callable[[Seen], None]:
    def before(seen: Seen) -> None:
        seen.path = f"{seen.path.rpartition('/')[0]}/{name}"

    return before


def _no_get(seen: Seen) -> Reply | None:
    return error(405) if seen.method == "GET" and seen.path.endswith("/oauth/token") else None


def _without_group(document: Document) -> None:
    document["Resources"] = [each for each in document["Resources"] if each["name"] != "Group"]
    document["totalResults"] = document["itemsPerPage"] = len(document["Resources"])


def _entry(number: int, **changes: Any) -> Callable[[Seen, Reply], None]:
    """Change an entry of the list of resource types; None takes an attribute away."""

    def change(document: Document) -> None:
        held = {**document["Resources"][number], **changes}
        document["Resources"][number] = {k: v for k, v in held.items() if v is not None}

    return changing(change)


def _scheme(**changes: Any) -> Callable[[Seen, Reply], None]:
    """Change the first authentication scheme; None takes an attribute away."""

    def change(document: Document) -> None:
        held = {**document["authenticationSchemes"][0], **changes}
        document["authenticationSchemes"][0] = {k: v for k, v in held.items() if v is not None}

    return changing(change)


def _on_the_list(after: Callable[[Seen, Reply], None]) -> Callable[[Seen, Reply], None]:
    return lambda seen, reply: after(seen, reply) if seen.operation in (LIST_1, LIST_2) else None


def _in_other_words(seen: Seen, reply: Reply) -> None:
    if reply.status == 404:
        reply.put({"message": "not found", "code": "not.found", "status": 404})


def _emptied(seen: Seen, reply: Reply) -> None:
    if reply.status == 404:
        become(reply, Reply(200, {"content-type": "application/json"}, b"{}"))
