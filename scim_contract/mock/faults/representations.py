"""Faults of what is shown and kept of a resource."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import changing, changing_body, each_resource
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

Edit = Callable[[dict[str, Any]], object]
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this area."""
    yield from _shapes(contract)
    yield from _identity(contract)
    yield from _kept(contract)
    yield from _read_only(contract)
    yield from _derived(contract)


def _shapes(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "meta-is-a-text",
        "representations.schema",
        "meta is a text instead of an object.",
        lambda: Plant(after=each_resource(lambda d: d.update(meta=json.dumps(d.get("meta"))) if "meta" in d else None)),
        operations=ranging(contract, "representations.schema", "get_user", "get_group", "list_users", "list_groups"),
    )
    yield from family(
        contract,
        "active-as-text",
        "representations.schema",
        "active is shown as the text true.",
        lambda: Plant(after=each_resource(lambda d: d.update(active=str(d["active"]).lower()) if "active" in d else 0)),
        operations=ranging(contract, "representations.schema", "get_user", "list_users"),
    )
    yield from family(
        contract,
        "answer-is-empty",
        "representations.answer",
        "A success comes without a body.",
        lambda: Plant(after=_emptied),
        operations=ranging(contract, "representations.answer", "replace", "modify"),
    )
    yield from family(
        contract,
        "no-schemas",
        "representations.schemas-uris",
        "schemas is left out.",
        lambda: Plant(after=each_resource(lambda d: d.pop("schemas", None))),
        operations=ranging(contract, "representations.schemas-uris", "get_user", "get_group", "list_groups"),
    )
    yield Fault(
        "extension-not-in-schemas",
        "representations.schemas-uris",
        ("get_scim_v2_user",),
        "schemas names the core schema alone though the enterprise extension is there.",
        lambda: Plant(after=changing(lambda d: d.update(schemas=d["schemas"][:1]))),
        sees=("representations.round-trip|put_scim_v2_user", "representations.round-trip|post_scim_v2_users"),
    )
    yield from family(
        contract,
        "password-in-meta",
        "representations.password-never-returned",
        "The answer to a write that sets a password repeats it inside meta.",
        lambda: Plant(after=_password_in_meta),
        operations=ranging(contract, "representations.password-never-returned", "modify_user"),
        sees=("lifecycle.set-password",),
    )


def _identity(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "no-id",
        "representations.id",
        "The id is left out.",
        lambda: Plant(after=changing(lambda d: d.pop("id", None))),
        operations=ranging(contract, "representations.id", "replace", "modify"),
    )
    yield from family(
        contract,
        "location-of-nobody",
        "representations.meta",
        "meta.location leads to nobody.",
        lambda: Plant(after=changing(lambda d: d["meta"].update(location=f"{d['meta']['location']}0"))),
        operations=ranging(contract, "representations.meta", "get_user", "get_group"),
    )
    yield from family(
        contract,
        "resource-type-in-lower-case",
        "representations.meta",
        "meta.resourceType is user instead of User.",
        lambda: Plant(after=each_resource(lambda d: d["meta"].update(resourceType=d["meta"]["resourceType"].lower()))),
        operations=ranging(contract, "representations.meta", "get_user", "get_group", "list_users"),
    )
    yield Fault(
        "last-modified-never-moves",
        "representations.meta",
        ("put_scim_v2_user", "patch_scim_v2_user"),
        "lastModified of a user is the same for ever.",
        lambda: Plant(after=_on_path("/v2/users/", "GET", _time_stands_still), everywhere=True),
    )


def _kept(contract: Contract) -> Iterator[Fault]:
    claim = "representations.round-trip"
    for name, attribute, kinds in (
        ("title-lost", "title", ("replace_user", "modify_user", "create_user")),
        ("external-id-lost", "externalId", ("replace_user", "create_user")),
        ("department-lost", ENTERPRISE, ("replace_user", "create_user")),
        ("roles-lost", "roles", ("replace_user",)),
        ("phones-lost", "phoneNumbers", ("create_user", "modify_user")),
    ):
        yield from family(
            contract,
            name,
            claim,
            f"{attribute.rpartition(':')[2]} is taken and not stored.",
            _losing(attribute),
            operations=ranging(contract, claim, *kinds),
        )
    yield Fault(
        "one-phone-type-lost",
        claim,
        ("put_scim_v2_user",),
        "A phone number of type work4 is lost in PUT.",
        lambda: Plant(before=changing_body(_without_work4)),
    )
    yield Fault(
        "phone-extension-lost",
        claim,
        ("patch_scim_v2_user",),
        "A phone number is read without its extension.",
        lambda: Plant(after=_on_path("/v2/users/", "GET", _each("phoneNumbers", _without_extension)), everywhere=True),
    )
    yield Fault(
        "external-id-in-one-prefix",
        "representations.same-in-both-prefixes",
        ("get_scim_user", "get_scim_v2_user"),
        "externalId is shown in one prefix only.",
        lambda: Plant(after=_on_path("/v2/users/", "GET", lambda d: d.pop("externalId", None)), everywhere=True),
    )


def _read_only(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "meta-is-stored",
        "representations.read-only",
        ("patch_scim_user",),
        "What a PATCH says of meta is stored.",
        lambda: Plant(before=_note_location, after=_show_location, everywhere=True),
    )
    yield Fault(
        "members-lost-when-written-as-read",
        "representations.read-only",
        ("put_scim_v2_group",),
        "A group loses its members when it is written as it was read.",
        lambda: Plant(before=changing_body(_without_members_if_whole)),
    )
    yield from family(
        contract,
        "other-email-hidden",
        "representations.other-email-immutable",
        "The answer hides what became of the email of type other.",
        lambda: Plant(after=changing(_hide_other_email)),
        operations=ranging(contract, "representations.other-email-immutable", "replace"),
    )


def _derived(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "members-called-groups",
        "representations.references",
        "The $ref of a member leads to a group of that id.",
        lambda: Plant(after=changing(_each("members", _to_group))),
        operations=ranging(contract, "representations.references", "get_group"),
    )
    for patch, path in (("patch_scim_user", "/scim/users/"), ("patch_scim_v2_user", "/v2/users/")):
        yield Fault(
            f"two-primaries:{patch}",
            "representations.primary",
            (patch,),
            "A phone number that a PATCH made primary leaves the others primary, too.",
            _leaving_two_primaries(patch),
        )
        yield Fault(
            f"national-numbers:{patch}",
            "representations.phone-format",
            (patch,),
            "Phone numbers are shown in the national format.",
            _in_national_format(path),
        )


def _emptied(seen: Seen, reply: Reply) -> None:
    if reply.status == 200:
        reply.body = b""


def _password_in_meta(seen: Seen, reply: Reply) -> None:
    found = re.search(rb'"password"\s*:\s*"([^"]+)"|"path"\s*:\s*"password"\s*,\s*"value"\s*:\s*"([^"]+)"', seen.body)
    if found and reply.ok:
        document = reply.json
        document["meta"]["password"] = (found[1] or found[2]).decode()
        reply.put(document)


def _on_path(path: str, method: str, edit: Edit) -> Callable[[Seen, Reply], None]:
    """Change the resource in each success of a method on paths that hold a text, whoever asks."""
    change = changing(edit)

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == method and path in seen.path:
            change(seen, reply)

    return after


def _each(attribute: str, edit: Edit) -> Edit:
    def change(document: dict[str, Any]) -> None:
        for value in document.get(attribute) or []:
            edit(value)

    return change


def _time_stands_still(document: dict[str, Any]) -> None:
    document["meta"]["lastModified"] = "2020-01-01T00:00:00.000Z"


def _losing(attribute: str) -> Callable[[], Plant]:
    return lambda: Plant(before=_without(attribute))


def _without(attribute: str) -> Callable[[Seen], None]:
    """Take an attribute from a whole resource or from the operations of a PATCH."""

    def before(seen: Seen) -> None:
        was = seen.json
        if isinstance(was, dict) and isinstance(was.get("Operations"), list):
            kept = [o for o in was["Operations"] if not (isinstance(o, dict) and o.get("path") == attribute)]
            seen.put({**was, "Operations": kept or [{"op": "replace", "path": "active", "value": True}]})
        elif isinstance(was, dict) and attribute in was:
            seen.put({name: value for name, value in was.items() if name != attribute})

    return before


def _without_work4(document: dict[str, Any]) -> None:
    phones = document.get("phoneNumbers")
    if isinstance(phones, list):
        document["phoneNumbers"] = [p for p in phones if not (isinstance(p, dict) and p.get("type") == "work4")]


def _without_extension(phone: dict[str, Any]) -> None:
    phone["value"] = re.sub(r";\s*ext=\d+", "", phone["value"])


def _without_members_if_whole(document: dict[str, Any]) -> None:
    if "meta" in document:
        document["members"] = []


def _hide_other_email(user: dict[str, Any]) -> None:
    user["emails"] = [email for email in user.get("emails", []) if email.get("type") != "other"]


def _note_location(seen: Seen) -> None:
    if seen.operation != "patch_scim_user" or b'"path": "meta"' not in seen.body:
        return
    document = seen.json
    seen.memory[seen.path] = document["Operations"][0]["value"]["location"]
    document["Operations"] = [{"op": "replace", "path": "active", "value": True}]
    seen.put(document)


def _show_location(seen: Seen, reply: Reply) -> None:
    if seen.path in seen.memory and reply.status == 200:
        document = reply.json
        document["meta"]["location"] = seen.memory[seen.path]
        reply.put(document)


def _leaving_two_primaries(operation: str) -> Callable[[], Plant]:
    return lambda: Plant(after=_two_primaries(operation), everywhere=True)


def _in_national_format(path: str) -> Callable[[], Plant]:
    return lambda: Plant(after=_on_path(path, "GET", _each("phoneNumbers", _national)), everywhere=True)


def _two_primaries(operation: str) -> Callable[[Seen, Reply], None]:
    patched: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation == operation and b'"primary": true' in seen.body.lower():
            patched.add(seen.path)
        if seen.path in patched and reply.status == 200:
            changing(_each("phoneNumbers", lambda phone: phone.update(primary=True)))(seen, reply)

    return after


def _to_group(member: dict[str, Any]) -> None:
    member["$ref"] = member["$ref"].replace("/users/", "/groups/")


def _national(phone: dict[str, Any]) -> None:
    digits = re.sub(r"\D", "", phone["value"].partition(";")[0])
    phone["value"] = f"({digits[1:4]}) {digits[4:7]}-{digits[7:]}"
