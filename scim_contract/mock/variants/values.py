"""How servers show resources: what they leave out, add, write in another way, or decide themselves."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import representation, rules
from scim_contract.mock.directory import ENTERPRISE_URN, Directory, Record
from scim_contract.mock.faults.acting import Document
from scim_contract.mock.planting import Plant, Variant, replacing
from scim_contract.mock.representation import Links
from scim_contract.mock.variants.making import OPEN, bodies, documents, objects_in, shown
from scim_contract.mock.wire import Reply, Seen

_EMPTY = OPEN + "an absent list, an empty list and null are the same value"
_OWNED = OPEN + "Values that the directory owns"
_COMPANY = OPEN + "Order and company"
_LISTS = ("emails", "phoneNumbers", "photos", "roles", "groups", "members")
Change = Callable[[Document], object]


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield from _nothing()
    yield from _more()
    yield from _owned(contract)
    yield from _company()


def _of(name: str, sentence: str, source: str, change: Change, *kinds: str) -> Variant:
    return Variant(name, sentence, source, lambda: Plant(after=shown(change, *kinds)))


def _nothing() -> Iterator[Variant]:
    yield _of("empty-is-absent", "Empty lists and objects are not shown.", _EMPTY, _sparse)
    yield _of("empty-lists-shown", "Lists that hold nothing are shown as empty lists.", _EMPTY, _with_lists)
    yield Variant(
        "absent-is-null",
        "What has no value is shown as null, lists too.",
        _EMPTY,
        lambda: Plant(before=bodies(_without_nulls), after=shown(_with_nulls, "User", "Group")),
    )


def _more() -> Iterator[Variant]:
    source = OPEN + "attributes that the models do not name, in answers and errors"
    yield Variant(
        "extra-attributes",
        "Every object has attributes that the models do not name, in lists and errors too.",
        source,
        lambda: Plant(after=documents(_extra)),
    )
    yield Variant(
        "extra-attribute-that-moves",
        "Users have an attribute of the vendor's own that counts the reads.",
        source,
        lambda: Plant(after=shown(_counting(), "User")),
    )
    yield _of("extra-schemas", "Resources have a schema of the vendor's own.", source, _own_schema, "User", "Group")
    yield _of(
        "names-of-others",
        "Members, groups and managers come with the name of what they refer to.",
        source,
        _displays,
        "User",
        "Group",
    )
    yield Variant(
        "links-without-host",
        "Locations and references are written without the host.",
        "RFC 7643, 2.3.7: a reference may be relative",
        lambda: Plant(after=_links_on("")),
    )
    yield Variant(
        "links-by-the-name-of-the-api",
        "Locations and references are on the host that the vendor's API is known by, wherever this server is.",
        "representations.meta: the run asks no host but the target's",
        lambda: Plant(after=_links_on("https://api.mypurecloud.com")),
        poor=True,
    )
    yield _of(
        "references-from-the-prefix",
        "References are written from the prefix on: users/ID.",
        "RFC 7643, 2.3.7: a reference may be relative",
        _relative,
        "User",
        "Group",
    )


def _owned(contract: Contract) -> Iterator[Variant]:
    yield _of("phones-as-uris", "Phones are shown as tel URIs.", _OWNED, _uris, "User")
    yield _of("phones-with-hyphens", "Phones are shown as tel URIs with hyphens.", _OWNED, _hyphens, "User")
    yield _of("user-names-lower-case", "A userName is kept in lower case.", _OWNED, _lower, "User")
    yield _of("photos-elsewhere", "Photos are shown under the server's own URIs.", _OWNED, _moved_photos, "User")
    yield Variant(
        "no-photos",
        "Photos are not shown.",
        _OWNED,
        lambda: Plant(after=shown(lambda user: user.pop("photos", None), "User")),
        poor=True,
    )
    role = _with_role(contract)
    yield Variant("default-role", "Every user has a role by default.", _OWNED, lambda: _showing(role))
    sentence = "Every user has a division by default."
    yield Variant("default-division", sentence, _OWNED, lambda: _showing(_with_division))
    yield _of("primary-chosen", "Where no value is primary, the first one is.", _OWNED, _first_primary, "User")
    yield _of("primary-always-told", "Each value tells whether it is primary.", _OWNED, _all_primary, "User")
    for name, sentence, change in (
        ("other-email-is-user-name", "The email of type other is always the userName.", _own_email),
        ("user-name-is-work-email", "Who has no email of type work is shown with the userName as one.", _work_email),
    ):
        # A server whose other email is the userName never shows the one that was sent.
        poor = name == "other-email-is-user-name"
        yield Variant(name, sentence, _OWNED, lambda change=change: _showing(change), poor=poor)  # type: ignore[misc]


def _company() -> Iterator[Variant]:
    yield _of("lists-shuffled", "Lists come in another order at each read.", _COMPANY, _shuffle)
    yield _of("lists-backwards", "Lists within a resource come in reverse.", _COMPANY, _backwards)
    yield _of("values-twice", "Roles and phones are shown twice.", _COMPANY, _twice, "User")


def _sparse(document: Document) -> None:
    for each in list(objects_in(document)):
        for name in [name for name, value in each.items() if value in ([], {})]:
            del each[name]


def _lists_of(resource: Document) -> tuple[str, ...]:
    return _LISTS[:5] if resource["meta"]["resourceType"] == "User" else _LISTS[5:]


def _with_lists(resource: Document) -> None:
    if resource.get("meta", {}).get("resourceType") in ("User", "Group"):
        for name in _lists_of(resource):
            if resource.get(name) is None:
                resource[name] = []


def _with_nulls(resource: Document) -> None:
    for name in _lists_of(resource):
        resource[name] = resource.get(name) or None
    if resource["meta"]["resourceType"] == "User":
        for name in ("title", "externalId", ENTERPRISE_URN):
            resource.setdefault(name, None)


def _without_nulls(body: Document) -> None:
    """Such a server takes what it gives: a null of a whole resource is as good as absent."""
    for name in [name for name, value in body.items() if value is None and "Operations" not in body]:
        del body[name]


def _extra(document: Document) -> None:
    for each in list(objects_in(document)):
        each["x-vendor"] = {"label": "Étage 3", "flags": [True, None, 1.5]}
        each["x-rank"] = None


def _counting() -> Change:
    reads = itertools.count(1)
    return lambda user: user.update({"urn:example:params:usage": {"reads": next(reads)}})


def _relative(resource: Document) -> None:
    for each in objects_in(resource):
        if isinstance(each.get("$ref"), str):
            each["$ref"] = "/".join(each["$ref"].split("/")[-2:])


def _own_schema(resource: Document) -> None:
    urn = "urn:ietf:params:scim:schemas:extension:example:2.0:Badge"
    resource["schemas"] = [urn, *resource["schemas"]]
    resource[urn] = {"number": 7, "colour": None}


def _displays(resource: Document) -> None:
    for each in objects_in(resource):
        if "value" in each and "$ref" in each:
            each["display"] = f"Name of {each['value'][:4]}"


def _links_on(host: str) -> Callable[[Seen, Reply], None]:
    def moved(resource: Document) -> None:
        for each in objects_in(resource):
            for name in ("location", "$ref"):
                if isinstance(each.get(name), str):
                    each[name] = re.sub("^https?://[^/]+", host, each[name])

    def after(seen: Seen, reply: Reply) -> None:
        shown(moved)(seen, reply)
        if "location" in reply.headers:
            reply.headers["location"] = re.sub("^https?://[^/]+", host, reply.headers["location"])

    return after


def _each(resource: Document, name: str) -> Iterator[Document]:
    yield from resource.get(name) or ()


def _uris(user: Document) -> None:
    for phone in _each(user, "phoneNumbers"):
        phone["value"] = "tel:" + phone["value"].removeprefix("tel:")


def _hyphens(user: Document) -> None:
    _uris(user)
    for phone in _each(user, "phoneNumbers"):
        phone["value"] = re.sub(r"^tel:\+(\d\d)(\d{3})(\d+)", r"tel:+\1-\2-\3", phone["value"])


def _lower(user: Document) -> None:
    user["userName"] = user["userName"].lower()


def _moved_photos(user: Document) -> None:
    for place, photo in enumerate(_each(user, "photos")):
        photo["value"] = f"https://cdn.example.com/{user['id']}/{place}.png"


def _with_role(contract: Contract) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    objects = "$ref" in contract.model("ScimV2User")["properties"]["roles"]["items"]
    role = {"value": "Member"} if objects else "Member"

    def change(content: Mapping[str, Any]) -> dict[str, Any]:
        if "userName" not in content:
            return dict(content)
        roles = content.get("roles") or []
        return {**content, "roles": roles if role in roles else [*roles, role]}

    return change


def _with_division(content: Mapping[str, Any]) -> dict[str, Any]:
    if "userName" not in content:
        return dict(content)
    return {**content, ENTERPRISE_URN: {"division": "Home", **(content.get(ENTERPRISE_URN) or {})}}


def _first_primary(user: Document) -> None:
    for name in ("emails", "phoneNumbers"):
        values = user.get(name) or []
        if values and not any(value.get("primary") for value in values):
            values[0]["primary"] = True


def _all_primary(user: Document) -> None:
    for name in ("emails", "phoneNumbers"):
        for value in _each(user, name):
            value.setdefault("primary", False)


def _showing(change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Plant:
    """What filters are to find as well is changed before they look; who writes it as it is shown changes nothing."""

    def show(record: Record, directory: Directory, links: Links) -> Document:
        return representation.show(replace(record, content=change(record.content)), directory, links)

    def require_password_only(content: Mapping[str, Any], before: Record) -> None:
        rules.require_password_only(change(content), replace(before, content=change(before.content)))

    return replacing(show=show, require_password_only=require_password_only)


def _own_email(content: Mapping[str, Any]) -> dict[str, Any]:
    if "userName" not in content:
        return dict(content)
    others = [email for email in content.get("emails", ()) if email.get("type") != "other"]
    return {**content, "emails": [*others, {"value": content["userName"], "type": "other"}]}


def _work_email(content: Mapping[str, Any]) -> dict[str, Any]:
    emails = content.get("emails", [])
    if "userName" not in content or any(email.get("type") == "work" for email in emails):
        return dict(content)
    return {**content, "emails": [*emails, {"value": content["userName"], "type": "work"}]}


def _shuffle(resource: Document) -> None:
    for each in objects_in(resource):
        for value in each.values():
            if isinstance(value, list):
                random.shuffle(value)


def _backwards(resource: Document) -> None:
    for each in objects_in(resource):
        for value in each.values():
            if isinstance(value, list):
                value.reverse()


def _twice(user: Document) -> None:
    for name in ("roles", "phoneNumbers"):
        values = user.get(name) or []
        if values and not any(value.get("primary") for value in values if isinstance(value, dict)):
            user[name] = [value for place, value in enumerate(values) if value not in values[:place]] * 2
