"""Defects of representations in front of the mock, whose messages are looked at."""

import json
from collections.abc import Callable
from typing import Any

from tests.harness import Defect
from tests.servers import Reply, Seen

Edit = Callable[[dict[str, Any]], object]
After = Callable[[Seen, Reply], None]


def answers(method: str, path: str, edit: Edit) -> After:
    """Change the resource in each success of a method on paths that hold a text."""

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == method and path in seen.path and reply.status in (200, 201) and reply.body:
            document = reply.json
            edit(document)
            reply.put(document)

    return after


def bodies(method: str, path: str, edit: Edit) -> Callable[[Seen], None]:
    """Change the body of each request of a method on paths that hold a text."""

    def before(seen: Seen) -> None:
        try:
            document = json.loads(seen.body) if seen.method == method and path in seen.path else None
        except ValueError:
            return
        if isinstance(document, dict):
            edit(document)
            seen.body = json.dumps(document).encode()

    return before


def each(name: str, edit: Edit) -> Edit:
    """Change each entry of a list in a resource."""
    return lambda document: [edit(entry) for entry in document.get(name) or []]


# ---- defects


def location_of_nobody(user: dict[str, Any]) -> None:
    user["meta"]["location"] = user["meta"]["location"][:-4] + "0000"


def without_work4(user: dict[str, Any]) -> None:
    if isinstance(user.get("phoneNumbers"), list):
        user["phoneNumbers"] = [phone for phone in user["phoneNumbers"] if phone.get("type") != "work4"]


def without_members_if_whole(group: dict[str, Any]) -> None:
    if "meta" in group:
        group["members"] = []


def national(phone: dict[str, Any]) -> None:
    phone["value"] = phone["value"].replace("+1317", "(317) ")


def hide_other_email(user: dict[str, Any]) -> None:
    user["emails"] = [email for email in user.get("emails", []) if email["type"] != "other"]


def to_group(reference: dict[str, Any]) -> None:
    reference["$ref"] = reference["$ref"].replace("/users/", "/groups/")


def two_primaries() -> After:
    """A phone number that a PATCH made primary leaves the others primary, too."""
    patched: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == "PATCH" and "/v2/users/" in seen.path and b'"primary": true' in seen.body.lower():
            patched.add(seen.path)
        if seen.path in patched and reply.status == 200:
            document = reply.json
            each("phoneNumbers", lambda phone: phone.update(primary=True))(document)
            reply.put(document)

    return after


DEFECTS = [
    Defect(
        "no id in the answer to a PUT",
        "representations.id",
        ("put_scim_v2_user",),
        after=answers("PUT", "/v2/users/", lambda user: user.pop("id")),
    ),
    Defect(
        "a location that leads to nobody",
        "representations.meta",
        ("get_scim_user",),
        after=answers("GET", "/scim/users/", location_of_nobody),
    ),
    Defect(
        "one type of phone number lost in PUT",
        "representations.round-trip",
        ("put_scim_v2_user",),
        before=bodies("PUT", "/v2/users/", without_work4),
    ),
    Defect(
        "externalId shown in one prefix only",
        "representations.same-in-both-prefixes",
        ("get_scim_user", "get_scim_v2_user"),
        after=answers("GET", "/v2/users/", lambda user: user.pop("externalId", None)),
    ),
    Defect(
        "a group that loses its members when it is written as it was read",
        "representations.read-only",
        ("put_scim_v2_group",),
        before=bodies("PUT", "/v2/groups/", without_members_if_whole),
    ),
    Defect(
        "an answer that hides what became of the other email",
        "representations.other-email-immutable",
        ("put_scim_user",),
        after=answers("PUT", "/scim/users/", hide_other_email),
    ),
    Defect(
        "members that are called groups in their $ref",
        "representations.references",
        ("get_scim_group",),
        after=answers("GET", "/scim/groups/", each("members", to_group)),
    ),
    Defect(
        "a PATCH that leaves two phone numbers primary",
        "representations.primary",
        ("patch_scim_v2_user",),
        after=two_primaries(),
    ),
    Defect(
        "phone numbers in the national format",
        "representations.phone-format",
        ("patch_scim_user",),
        after=answers("GET", "/scim/users/", each("phoneNumbers", national)),
    ),
]
