"""Defects of discovery and errors, each found by its own claim, and legal differences that are not."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.defects.harness import Defect, assert_found, assert_tolerated
from tests.servers import Reply, Seen, Tamper

V1, V2 = "/api/v2/scim", "/api/v2/scim/v2"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

Edit = Callable[[dict[str, Any]], None]
After = Callable[[Seen, Reply], None]
Before = Callable[[Seen], Reply | None]


def answers(path: str, edit: Edit, method: str = "GET") -> After:
    """A change of what a path answers to those who succeed."""

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == method and seen.path == path and reply.status == 200:
            document = reply.json
            edit(document)
            reply.put(document)

    return after


def setting(name: str, member: str, value: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document[name][member] = value

    return edit


def reply(status: int, document: Any = None) -> Reply:
    body = json.dumps(document).encode() if document is not None else b""
    return Reply(status, {"content-type": "application/json"}, body)


def error(status: int) -> Reply:
    return reply(status, {"schemas": [ERROR], "status": str(status), "detail": "Refused by a test."})


def rerouted(method: str, mark: str, root: str) -> Before:
    """What stands before a mark in the id is all of it."""

    def before(seen: Seen) -> Reply | None:
        if seen.method == method and seen.path.startswith(root):
            seen.path = seen.path.partition(mark)[0]
        return None

    return before


def bodies(method: str, path: str, change: Callable[[Any], Any]) -> Before:
    """Bodies of a method read with too much goodwill; `path` is where the paths begin."""

    def before(seen: Seen) -> Reply | None:
        if seen.method == method and seen.path.startswith(path):
            with contextlib.suppress(ValueError):
                seen.body = json.dumps(change(json.loads(seen.body))).encode()
        return None

    return before


def completed(seen: Seen) -> Reply | None:
    """A body that breaks off just before its end is taken for whole."""
    if seen.method == "PUT" and seen.path.startswith(f"{V2}/users/"):
        try:
            json.loads(seen.body)
        except ValueError:
            seen.body += b"}"
    return None


def out_of_array(body: Any) -> Any:
    return body[0] if isinstance(body, list) and body else body


def unwrapped(body: Any) -> Any:
    """An only member called value, or an only item, is taken out of what should be a scalar."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name in ("title", "externalId", "displayName") and isinstance(value, dict | list) and len(value) == 1:
                body[name] = next(iter(value.values())) if isinstance(value, dict) else value[0]
    return body


def of_a_known_type(body: Any) -> Any:
    """A type that is unknown is read as work."""
    if isinstance(body, dict):
        for each in body.get("phoneNumbers") or []:
            if isinstance(each, dict) and each.get("type") == "conformance-none":
                each["type"] = "work"
    return body


def silently(method: str, path: str, kind: type) -> Before:
    """Success where a title has a wrong type, and the title left as it was."""

    def change(body: Any) -> Any:
        if isinstance(body, dict) and type(body.get("title")) is kind:
            del body["title"]
        return body

    return bodies(method, path, change)


def applied_and_refused(applies: Before, method: str, path: str) -> tuple[Before, After]:
    """What a goodwill reading makes of a body is stored, and then refused all the same."""
    changed: list[bytes] = []

    def before(seen: Seen) -> Reply | None:
        was = seen.body
        applies(seen)
        if seen.body != was and json.loads(seen.body) != _parsed(was):
            changed.append(seen.body)
        return None

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == method and seen.path.startswith(path) and seen.body in changed:
            refused = error(400)
            reply.status, reply.body, reply.headers = 400, refused.body, refused.headers

    return before, after


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def let_in(method: str, path: str) -> Before:
    return lambda seen: reply(200, {}) if (seen.method, seen.path) == (method, path) else None


def stored_and_refused(method: str, path: str, edit: Edit) -> tuple[Before, After]:
    """A document that a method changes although it is refused: reads show it from then on."""
    tried: list[str] = []

    def before(seen: Seen) -> Reply | None:
        if (seen.method, seen.path) == (method, path):
            tried.append(path)
            return error(405)
        return None

    def after(seen: Seen, reply: Reply) -> None:
        if tried:
            answers(path, edit)(seen, reply)

    return before, after


def post_creates(seen: Seen) -> Reply | None:
    """POST of an item is taken for a creation."""
    if seen.method == "POST" and seen.path.startswith(f"{V1}/users/"):
        seen.path = f"{V1}/users"
    return None


def plain_not_found(seen: Seen, reply: Reply) -> None:
    if seen.method == "DELETE" and seen.path.startswith(f"{V1}/users/") and reply.status == 404:
        reply.body = b'{"message": "not found"}'


CONFIGURED = stored_and_refused("PUT", f"{V1}/serviceproviderconfig", setting("sort", "supported", True))
STORED_AND_REFUSED = applied_and_refused(bodies("PUT", f"{V1}/users/", out_of_array), "PUT", f"{V1}/users/")
UNIMPLEMENTED = ("POST", "PUT", "PATCH", "DELETE")

DEFECTS = [
    Defect(
        "a list of resource types without Group",
        "discovery.resource-types",
        ("get_scim_v2_resourcetypes",),
        after=answers(f"{V2}/resourcetypes", lambda d: d["Resources"].pop(1)),
    ),
    Defect(
        "a resource type that differs from its entry in the list",
        "discovery.by-name",
        ("get_scim_resourcetype",),
        after=answers(f"{V1}/resourcetypes/Group", lambda d: d.update(endpoint="/teams")),
    ),
    Defect(
        "an endpoint that leads nowhere",
        "discovery.endpoints-lead-somewhere",
        ("get_scim_resourcetypes",),
        after=answers(f"{V1}/resourcetypes", lambda d: d["Resources"][0].update(endpoint="/people")),
    ),
    *(
        Defect(
            f"{name} said not to be supported, though it works",
            "discovery.flags-are-true",
            ("get_scim_v2_serviceproviderconfig",),
            after=answers(f"{V2}/serviceproviderconfig", setting(name, "supported", False)),
        )
        for name in ("patch", "changePassword")
    ),
    Defect(
        "lists longer than the declared maxResults",
        "discovery.flags-are-true",
        ("get_scim_serviceproviderconfig",),
        after=answers(f"{V1}/serviceproviderconfig", setting("filter", "maxResults", 3)),
    ),
    Defect(
        "an id read up to its slash",
        "errors.unknown-id",
        ("delete_scim_v2_user",),
        before=rerouted("DELETE", "%2F", f"{V2}/users/"),
    ),
    Defect(
        "a 404 that is no ScimError",
        "errors.unknown-id",
        ("delete_scim_user",),
        after=plain_not_found,
        also=("errors.shape",),
    ),
    Defect(
        "a body that breaks off and is applied all the same",
        "errors.malformed-json",
        ("put_scim_v2_user",),
        before=completed,
    ),
    Defect(
        "an array applied and then refused",
        "errors.malformed-json",
        ("put_scim_user",),
        before=STORED_AND_REFUSED[0],
        after=STORED_AND_REFUSED[1],
    ),
    Defect(
        "a user created from an array",
        "errors.malformed-json",
        ("post_scim_users",),
        before=bodies("POST", f"{V1}/users", out_of_array),
    ),
    Defect(
        "scalars taken out of objects and lists",
        "errors.wrong-types",
        ("put_scim_group", "post_scim_users"),
        before=lambda seen: (
            bodies("PUT", f"{V1}/groups", unwrapped)(seen) or bodies("POST", f"{V1}/users", unwrapped)(seen)
        ),
    ),
    Defect(
        "a number where a text belongs, accepted and thrown away",
        "errors.wrong-types",
        ("put_scim_v2_user",),
        before=silently("PUT", f"{V2}/users/", int),
    ),
    Defect(
        "a phone number of an unknown type",
        "errors.enum-values",
        ("post_scim_v2_users", "put_scim_v2_user"),
        before=lambda seen: (
            bodies("POST", f"{V2}/users", of_a_known_type)(seen) or bodies("PUT", f"{V2}/users", of_a_known_type)(seen)
        ),
    ),
    Defect(
        "PUT of a list answered with success",
        "errors.undocumented-methods",
        ("get_scim_groups",),
        before=let_in("PUT", f"{V1}/groups"),
    ),
    Defect(
        "PUT of the configuration refused, and stored all the same",
        "errors.undocumented-methods",
        ("get_scim_serviceproviderconfig",),
        before=CONFIGURED[0],
        after=CONFIGURED[1],
    ),
    Defect(
        "POST of a user's path that creates one",
        "errors.undocumented-methods",
        ("get_scim_user",),
        before=post_creates,
    ),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path)


# ---- what the contract leaves open


def more_types(document: dict[str, Any]) -> None:
    """More resource types than the documented ones, and endpoints written in other ways."""
    user, group, config, kind = document["Resources"]
    user["endpoint"], group["endpoint"] = "/Users", f"{V2}/Groups"
    config["endpoint"] = "ServiceProviderConfig"
    kind["endpoint"] = "https://elsewhere.example/resourcetypes"
    own = {**kind, "id": "Robot", "name": "Robot", "schema": "urn:example:Robot", "endpoint": "/robots"}
    document["Resources"].append(own)
    document["totalResults"] = len(document["Resources"])


def robots(seen: Seen) -> Reply | None:
    return reply(200, {"robots": []}) if seen.path == f"{V2}/robots" else None


def bare_platform(seen: Seen) -> Reply | None:
    """A platform in front that answers what it does not know in its own words, or in none."""
    if seen.path.endswith("/") or (seen.method in UNIMPLEMENTED and "/resourcetypes" in seen.path):
        return Reply(301 if seen.method == "GET" else 501, {"location": "/"}, b"")
    if "%00" in seen.path or "%2F" in seen.path or len(seen.path) > 2000:
        return Reply(414, {"content-type": "text/html"}, b"<h1>414</h1>")
    return None


def converted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_documented(name, converted(each)) for name, each in value.items()}
    return [converted(each) for each in value] if isinstance(value, list) else value


def _as_documented(name: str, value: Any) -> Any:
    if name in ("title", "displayName", "value") and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if name in ("active", "value") and value in ("true", "false"):
        return value == "true"
    return value


def converting(seen: Seen) -> Reply | None:
    return bodies(seen.method, V1, converted)(seen)


def moving_meta() -> Edit:
    """A configuration that bears another version and another time at each read."""
    reads: list[int] = []

    def edit(document: dict[str, Any]) -> None:
        reads.append(len(reads))
        document["meta"].update(version=f'"{len(reads)}"', lastModified=f"2026-01-01T00:00:{len(reads) % 60:02}Z")

    return edit


def silent_configuration(document: dict[str, Any]) -> None:
    for name in ("patch", "filter", "etag", "changePassword", "authenticationSchemes"):
        document.pop(name)


LEGAL: dict[str, tuple[Tamper, tuple[str, ...]]] = {
    "ids and methods that the platform in front answers": (
        Tamper(before=bare_platform), ("errors.unknown-id", "errors.undocumented-methods")),
    "scalars converted": (Tamper(before=converting), ("errors.wrong-types",)),
    "a configuration that says little": (
        Tamper(after=answers(f"{V1}/serviceproviderconfig", silent_configuration)),
        ("discovery.flags-are-true", "discovery.authentication-schemes")),
    "a configuration whose meta is made anew at each read": (
        Tamper(after=answers(f"{V1}/serviceproviderconfig", moving_meta())), ("errors.undocumented-methods",)),
    "400 for an unknown resource type": (
        Tamper(before=lambda seen: error(400) if seen.path.endswith("/NoSuchResourceType") else None),
        ("discovery.unknown-is-404", "errors.undocumented-methods")),
    "more resource types, endpoints of every kind": (
        Tamper(before=robots, after=answers(f"{V2}/resourcetypes", more_types)),
        ("discovery.resource-types", "discovery.endpoints-lead-somewhere")),
}  # fmt: skip


@pytest.mark.parametrize("name", LEGAL)
def test_legal_difference_is_tolerated(name: str, tmp_path: Path) -> None:
    tamper, claims = LEGAL[name]
    assert_tolerated(tamper, tmp_path, claims)
