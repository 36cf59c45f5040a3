"""Defects of the representations area, each found by its own claim, and legal differences that are not."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.defects.harness import Defect, assert_found, assert_tolerated
from tests.servers import Reply, Seen, Tamper

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


def time_stands_still(document: dict[str, Any]) -> None:
    document["meta"]["lastModified"] = "2020-01-01T00:00:00.000Z"


def without_work4(user: dict[str, Any]) -> None:
    if isinstance(user.get("phoneNumbers"), list):
        user["phoneNumbers"] = [phone for phone in user["phoneNumbers"] if phone.get("type") != "work4"]


def without_extension(phone: dict[str, Any]) -> None:
    phone["value"] = phone["value"].split(";")[0]


def without_members_if_whole(group: dict[str, Any]) -> None:
    if "meta" in group:
        group["members"] = []


def national(phone: dict[str, Any]) -> None:
    phone["value"] = phone["value"].replace("+1317", "(317) ")


def hide_other_email(user: dict[str, Any]) -> None:
    user["emails"] = [email for email in user.get("emails", []) if email["type"] != "other"]


def to_group(reference: dict[str, Any]) -> None:
    reference["$ref"] = reference["$ref"].replace("/users/", "/groups/")


def stored_meta() -> tuple[Callable[[Seen], None], After]:
    """A PATCH of meta succeeds, and the location in it is shown from then on."""
    stored: dict[str, str] = {}

    def before(seen: Seen) -> None:
        if seen.method == "PATCH" and "/scim/users/" in seen.path and b'"path": "meta"' in seen.body:
            body = json.loads(seen.body)
            stored[seen.path] = body["Operations"][0]["value"]["location"]
            body["Operations"] = [{"op": "replace", "path": "active", "value": True}]
            seen.body = json.dumps(body).encode()

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == "GET" and seen.path in stored and reply.status == 200:
            reply.put({**reply.json, "meta": {**reply.json["meta"], "location": stored[seen.path]}})

    return before, after


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


STORE_META = stored_meta()
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
        "lastModified that never moves",
        "representations.meta",
        ("put_scim_v2_user", "patch_scim_v2_user"),
        after=answers("GET", "/v2/users/", time_stands_still),
    ),
    Defect(
        "one type of phone number lost in PUT",
        "representations.round-trip",
        ("put_scim_v2_user",),
        before=bodies("PUT", "/v2/users/", without_work4),
    ),
    Defect(
        "a phone number read without its extension",
        "representations.round-trip",
        ("patch_scim_v2_user",),
        after=answers("GET", "/v2/users/", each("phoneNumbers", without_extension)),
    ),
    Defect(
        "externalId shown in one prefix only",
        "representations.same-in-both-prefixes",
        ("get_scim_user", "get_scim_v2_user"),
        after=answers("GET", "/v2/users/", lambda user: user.pop("externalId", None)),
    ),
    Defect(
        "a PATCH of meta that is stored",
        "representations.read-only",
        ("patch_scim_user",),
        before=STORE_META[0],
        after=STORE_META[1],
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


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path)


# ---- what the contract leaves open


def every_resource(*edits: Edit) -> After:
    """Change each resource in each success, those in lists included."""

    def after(seen: Seen, reply: Reply) -> None:
        if "/scim/" not in seen.path or reply.status not in (200, 201) or not reply.body:
            return
        document = reply.json
        for resource in document.get("Resources", [document]):
            for edit in edits:
                edit(resource)
        reply.put(document)

    return after


def other_format(phone: dict[str, Any]) -> None:
    bare = phone["value"].removeprefix("tel:")
    phone["value"] = f"tel:{bare}".replace("+1317", "+1-317-").replace(";ext", "; ext")


def own_email(user: dict[str, Any]) -> None:
    if "userName" in user:
        hide_other_email(user)
        user["emails"].append({"value": user["userName"], "type": "other"})


def own_primaries(user: dict[str, Any]) -> None:
    for name in ("emails", "phoneNumbers"):
        for place, entry in enumerate(user.get(name, [])):
            entry["primary"] = place == 0


def own_roles(user: dict[str, Any]) -> None:
    if "userName" in user:
        user["roles"] = ["employee"]


def whole_seconds(resource: dict[str, Any]) -> None:
    if "lastModified" in resource.get("meta", {}):
        resource["meta"]["lastModified"] = resource["meta"]["lastModified"][:19] + "+00:00"


def relative_links(resource: dict[str, Any]) -> None:
    if "location" in resource.get("meta", {}):
        resource["meta"]["location"] = re.sub("^https?://[^/]+", "", resource["meta"]["location"])
    for name in ("groups", "members"):
        each(name, lambda reference: reference.update({"$ref": "/".join(reference["$ref"].split("/")[-2:])}))(resource)


def nothing_empty(resource: dict[str, Any]) -> None:
    for name in [name for name, value in resource.items() if value == []]:
        del resource[name]


LEGAL = {
    "values that the directory owns": (each("phoneNumbers", other_format), own_email, own_primaries, own_roles),
    "another way to say the same": (whole_seconds, relative_links, nothing_empty),
}


@pytest.mark.parametrize("difference", LEGAL)
def test_legal_difference_is_tolerated(difference: str, tmp_path: Path) -> None:
    claims = list(dict.fromkeys(defect.claim for defect in DEFECTS))
    assert_tolerated(Tamper(after=every_resource(*LEGAL[difference])), tmp_path, claims)
