"""Faults of schemas, of resource types by their names, and of who may look at them (edition 2026)."""

from __future__ import annotations

from collections.abc import Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, become, changing, error
from scim_contract.mock.faults.admission import kept_out, letting_in
from scim_contract.mock.faults.permissions import ALIKE, LACKING, ONE
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.representation import GROUP_URN
from scim_contract.mock.wire import Reply, Seen

LISTED = "discovery.schemas"
LIST, READ = ("get_scim_schemas", "get_scim_v2_schemas"), ("get_scim_schema", "get_scim_v2_schema")


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of the schemas; none where the edition has no such operations."""
    if LISTED not in contract.claims:
        return
    yield from _lists(contract)
    yield from _reads(contract)
    yield from _others(contract)


def _lists(contract: Contract) -> Iterator[Fault]:
    def no_group(document: Document) -> None:
        document["Resources"] = [each for each in document["Resources"] if each["id"] != GROUP_URN]
        document["totalResults"] = document["itemsPerPage"] = len(document["Resources"])

    def no_types(document: Document) -> None:
        for each in document["Resources"]:
            for attribute in each["attributes"]:
                attribute.pop("type", None)

    def core_alone(document: Document) -> None:
        document["Resources"] = [each for each in document["Resources"] if ":core:" in each["id"]]
        document["totalResults"] = document["itemsPerPage"] = len(document["Resources"])

    def unfiltered(seen: Seen) -> None:
        seen.ask(filter=None)

    yield from family(contract, "no-schema-of-groups", LISTED, "The list of schemas has none of groups.",
                      lambda: Plant(after=changing(no_group)))  # fmt: skip
    yield Fault("schemas-counted-wrong", LISTED, LIST[:1], "totalResults of the schemas is one more than there are.",
                lambda: Plant(after=changing(lambda d: d.update(totalResults=d["totalResults"] + 1))))  # fmt: skip
    yield Fault("attributes-without-types", LISTED, LIST[1:], "The attributes of the schemas have no type.",
                lambda: Plant(after=changing(no_types)), also=("discovery.schema-by-id",))  # fmt: skip
    yield from family(contract, "no-schemas-of-extensions", "discovery.schemas-of-extensions",
                      "The extensions that resource types name have no schemas.",
                      lambda: Plant(after=changing(core_alone)))  # fmt: skip
    yield from family(contract, "schemas-ignore-a-filter", "discovery.schemas-take-no-filter",
                      "A filter on the schemas is ignored.", lambda: Plant(before=unfiltered))  # fmt: skip
    yield Fault("schemas-filter-is-400", "discovery.schemas-take-no-filter", LIST[:1],
                "A filter on the schemas is refused with 400.",
                lambda: Plant(after=lambda seen, reply: become(reply, error(400)) if reply.status == 403 else None),
                )  # fmt: skip


def _reads(contract: Contract) -> Iterator[Fault]:
    def unknown(seen: Seen) -> Reply | None:
        return error(404) if ":extension:" in seen.item else None

    def shortened(document: Document) -> None:
        document["attributes"] = document["attributes"][1:]

    def renamed(document: Document) -> None:
        document["description"] = f"{document['description']} (latest)"

    def anything(seen: Seen, reply: Reply) -> None:
        if reply.status == 404:
            reply.headers, reply.body = {"content-type": "text/plain"}, b"no such schema"

    def empty(seen: Seen) -> Reply | None:
        if "no:such" not in seen.item:
            return None
        reply = Reply(200, {"content-type": "application/json"}, b"")
        reply.put({"id": seen.item, "attributes": []})
        return reply

    yield from family(contract, "extension-schema-not-found", "discovery.schema-by-id",
                      "Schemas of extensions are listed, but not found by their id.",
                      lambda: Plant(before=unknown))  # fmt: skip
    yield Fault("schema-unlike-its-entry", "discovery.schema-by-id", READ[1:],
                "A schema reads otherwise than in the list.", lambda: Plant(after=changing(renamed)))  # fmt: skip
    yield from family(contract, "schema-lacks-an-attribute", "discovery.schemas-name-what-is-shown",
                      "A schema does not define the first of its attributes.",
                      lambda: Plant(after=changing(shortened)), also=("discovery.schema-by-id",))  # fmt: skip
    yield from family(contract, "unknown-schema-is-empty", "discovery.unknown-schema-is-404",
                      "An id that no schema has is answered with an empty schema.",
                      lambda: Plant(before=empty), also=("errors.undocumented-methods",))  # fmt: skip
    yield Fault("unknown-schema-in-plain-text", "discovery.unknown-schema-is-404", READ[:1],
                "The 404 of a schema is plain text.", lambda: Plant(after=anything),
                also=("errors.shape", "errors.status-is-string", "content-types.errors-too"))  # fmt: skip


def _assigns(held: frozenset[str]) -> bool:
    return any(name.startswith(("routing:", "authorization:", "telephony:")) for name in held)


def _others(contract: Contract) -> Iterator[Fault]:
    def schema_type_unknown(seen: Seen) -> Reply | None:
        return error(404) if seen.item in ("Schema", "ServiceProviderConfig") else None

    def signed_in_only(seen: Seen, reply: Reply) -> None:
        if reply.status == 401:
            become(reply, error(403))

    def moved(seen: Seen, reply: Reply) -> None:
        if reply.status == 401 and "authorization" in seen.headers:
            reply.status, reply.headers, reply.body = 302, {"location": "/login"}, b""

    yield from family(contract, "listed-type-not-found", "discovery.listed-by-name",
                      "Resource types other than User and Group are listed, but not found.",
                      lambda: Plant(before=schema_type_unknown))  # fmt: skip
    yield from family(contract, "assigning-does-not-suffice", ONE,
                      "Who may assign skills or roles and nothing else may not write users.",
                      kept_out(lambda seen, held, operation: len(held) == 1 and _assigns(held)),
                      ranging(contract, ONE, "create_user", "replace_user", "modify_user"),
                      also=(ALIKE,))  # fmt: skip
    for operation in ("delete_scim_user", "put_scim_v2_group"):
        yield Fault(f"let-in-by-routing:{operation}", LACKING, (operation,),
                    f"{operation} lets in those who may assign skills.",
                    letting_in(lambda seen, held, operation: "routing:skill:assign" in held),
                    also=(ALIKE,))  # fmt: skip
    yield from family(contract, "nobody-is-403", "permissions.anonymous-served-or-401",
                      "Who has no valid token is refused with 403 where no permission is asked for.",
                      lambda: Plant(after=signed_in_only))  # fmt: skip
    yield Fault("stranger-is-sent-to-a-login", "permissions.anonymous-served-or-401", ("get_scim_v2_users",),
                "A made-up token is redirected to a page where people log in.", lambda: Plant(after=moved))  # fmt: skip
