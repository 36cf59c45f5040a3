"""Defects of the lifecycle area, each found by its own claim, and legal differences that are not."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.defects.harness import Defect, assert_found, assert_tolerated
from tests.servers import Reply, Seen, Tamper

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Step = dict[str, Any]


def is_at(seen: Seen, method: str, path: str) -> bool:
    return seen.method == method and f"/api/v2/scim/{path}" in seen.path


def document(seen: Seen) -> dict[str, Any]:
    try:
        value = json.loads(seen.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def send(seen: Seen, body: dict[str, Any]) -> None:
    seen.body = json.dumps(body).encode()


def refuse(reply: Reply, status: int, **more: str) -> None:
    reply.status = status
    reply.put({"schemas": [ERROR], "status": str(status), "detail": "refused", **more})


# ---- creation and deletion


def need_a_title(seen: Seen) -> Reply | None:
    if not is_at(seen, "POST", "users") or "title" in document(seen) or "emails" in document(seen):
        return None
    reply = Reply(400, {"content-type": "application/json"}, b"")
    refuse(reply, 400)
    return reply


def give_a_display_name(seen: Seen) -> None:
    body = document(seen)
    if is_at(seen, "POST", "v2/users") and body.get("userName") and not body.get("displayName"):
        send(seen, {**body, "displayName": "somebody"})


def locate_in_v1(seen: Seen, reply: Reply) -> None:
    if is_at(seen, "POST", "v2/users") and reply.status == 201:
        reply.headers["location"] = reply.headers["location"].replace("/v2/users", "/users")


def accept_capitals(seen: Seen) -> None:
    body = document(seen)
    if is_at(seen, "PUT", "v2/users") and str(body.get("userName")).isupper():
        send(seen, {**body, "userName": f"conformance-{str(body['userName']).lower()}"})


def delete_twice(seen: Seen, reply: Reply) -> None:
    if is_at(seen, "DELETE", "v2/users") and reply.status == 404:
        reply.status, reply.body = 204, b""


# ---- PUT


def ignore_on_put(ignored: Callable[[Any], bool]) -> dict[str, Any]:
    """A PUT of v2 that keeps what was there where the new value is one to ignore."""
    last: dict[str, dict[str, Any]] = {}

    def before(seen: Seen) -> None:
        if is_at(seen, "PUT", "v2/users"):
            old, new = last.get(seen.path, {}), document(seen)
            last[seen.path] = {**{k: v for k, v in old.items() if ignored(new.get(k, ...))}, **new}
            last[seen.path] |= {k: old[k] for k, v in new.items() if ignored(v) and k in old}
            send(seen, last[seen.path])

    def after(seen: Seen, reply: Reply) -> None:
        if is_at(seen, "GET", "v2/users/") and reply.status == 200:
            last[seen.path] = {k: v for k, v in reply.json.items() if k not in ("id", "meta", "groups")}

    return {"before": before, "after": after}


def keep_active(seen: Seen) -> None:
    if is_at(seen, "PUT", "users") and document(seen).get("active") is False:
        send(seen, {**document(seen), "active": True})


# ---- PATCH


def on_steps(path: str, change: Callable[[list[Step]], list[Step]]) -> Callable[[Seen], None]:
    def before(seen: Seen) -> None:
        body = document(seen)
        if is_at(seen, "PATCH", path) and isinstance(body.get("Operations"), list):
            send(seen, {**body, "Operations": change(body["Operations"])})

    return before


def add_as_replace(steps: list[Step]) -> list[Step]:
    return [{**s, "op": "replace"} if s.get("op") == "add" and s.get("path") == "phoneNumbers" else s for s in steps]


def remove_all_that_is_filtered(steps: list[Step]) -> list[Step]:
    return [{**s, "path": s["path"].split("[")[0]} if s["op"] == "remove" and s.get("path") else s for s in steps]


def removes_first(steps: list[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.get("op") != "remove")


def apply_the_good_one(seen: Seen) -> None:
    steps = document(seen).get("Operations")
    if (
        is_at(seen, "PATCH", "v2/users")
        and isinstance(steps, list)
        and len(steps) > 1
        and steps[-1] == {"op": "remove"}
    ):
        send(seen, {**document(seen), "Operations": steps[:1]})
        seen.headers["x-refuse"] = "yes"


def refuse_what_was_applied(seen: Seen, reply: Reply) -> None:
    if "x-refuse" in seen.headers:
        refuse(reply, 400, scimType="noTarget")


def take_it_without_schemas(seen: Seen) -> None:
    if is_at(seen, "PATCH", "v2/groups") and "schemas" not in document(seen):
        send(seen, {"schemas": [PATCH_OP], **document(seen)})


# ---- groups


def show_no_groups(seen: Seen, reply: Reply) -> None:
    if is_at(seen, "GET", "users/") and reply.status == 200:
        reply.put({**reply.json, "groups": []})


def show_members_twice(seen: Seen, reply: Reply) -> None:
    if is_at(seen, "GET", "groups/") and reply.status == 200:
        reply.put({**reply.json, "members": reply.json["members"] * 2})


def find_no_new_name(seen: Seen, reply: Reply) -> None:
    """The list of v1 groups knows the group by its first name only."""
    if seen.path == "/api/v2/scim/groups" and re.search("ConformanceSandbox[0-9a-f]", seen.query):
        reply.put({**reply.json, "totalResults": 0, "Resources": []})


def stale_in_v1() -> Callable[[Seen, Reply], None]:
    """v1 does not see that a PUT of v2 switched a user off."""
    written: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        user = seen.path.rpartition("/")[2]
        if is_at(seen, "PUT", "v2/users"):
            written.add(user)
        if is_at(seen, "GET", "users/") and reply.status == 200 and user in written:
            reply.put({**reply.json, "active": True})

    return after


def on_null(value: Any) -> bool:
    return value is None


def on_empty(value: Any) -> bool:
    return isinstance(value, list) and not value


def on_absent(value: Any) -> bool:
    return value is ...


V2_USER_PUT = ("put_scim_v2_user",)
DEFECTS = [
    Defect("Location names the other prefix", "lifecycle.create", ("post_scim_v2_users",), after=locate_in_v1),
    Defect("a title is required", "lifecycle.create-minimal", ("post_scim_users",), before=need_a_title),
    Defect(
        "displayName is optional",
        "lifecycle.create-missing-refused",
        ("post_scim_v2_users",),
        before=give_a_display_name,
    ),
    Defect("userName unique with case", "lifecycle.user-name-unique", V2_USER_PUT, before=accept_capitals),
    Defect("PUT keeps what is left out", "lifecycle.replace", V2_USER_PUT, **ignore_on_put(on_absent)),
    Defect("PUT ignores null", "lifecycle.replace", V2_USER_PUT, **ignore_on_put(on_null)),
    Defect("PUT ignores []", "lifecycle.replace", V2_USER_PUT, **ignore_on_put(on_empty)),
    Defect("add replaces the list", "lifecycle.patch-add", ("patch_scim_user",), on_steps("users", add_as_replace)),
    Defect(
        "remove by filter takes all",
        "lifecycle.patch-remove",
        ("patch_scim_user",),
        on_steps("users", remove_all_that_is_filtered),
    ),
    Defect(
        "removes go first", "lifecycle.patch-in-order", ("patch_scim_v2_group",), on_steps("v2/groups", removes_first)
    ),
    Defect(
        "refused PATCH half applied",
        "lifecycle.patch-atomic",
        ("patch_scim_v2_user",),
        apply_the_good_one,
        refuse_what_was_applied,
    ),
    Defect(
        "schemas not needed",
        "lifecycle.patch-malformed-refused",
        ("patch_scim_v2_group",),
        before=take_it_without_schemas,
    ),
    Defect("no user is switched off by PUT", "lifecycle.deactivate", ("put_scim_user",), before=keep_active),
    Defect("users name no groups", "lifecycle.members", ("put_scim_group", "patch_scim_group"), after=show_no_groups),
    Defect("members twice", "lifecycle.members", ("patch_scim_group",), after=show_members_twice),
    Defect("new name not found", "lifecycle.rename-group", ("put_scim_group",), after=find_no_new_name),
    Defect("a user is deleted twice", "lifecycle.delete", ("delete_scim_v2_user",), after=delete_twice),
    Defect("v1 is stale", "lifecycle.across-prefixes", V2_USER_PUT, after=stale_in_v1()),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path)


# ---- legal differences


def on_user_answers(change: Callable[[dict[str, Any]], object]) -> Tamper:
    def after(seen: Seen, reply: Reply) -> None:
        if "/users" not in seen.path or reply.status not in (200, 201) or not reply.body:
            return
        body = reply.json
        for user in body.get("Resources") or [body] if "Resources" in body or "userName" in body else []:
            change(user)
        reply.put(body)

    return Tamper(after=after)


def dressed_up() -> Callable[[dict[str, Any]], None]:
    """Phones as tel URIs, absent as null or empty, a role for everyone, an attribute that every read counts."""
    reads = itertools.count()

    def change(user: dict[str, Any]) -> None:
        for phone in user.get("phoneNumbers") or []:
            phone["value"] = f"tel:{phone['value'].removeprefix('tel:')}"
        for name, value in (("title", None), ("emails", None), ("phoneNumbers", []), ("roles", ["employee"])):
            user.setdefault(name, value)
        user["urn:example:more"] = {"reads": next(reads)}

    return change


def null_refused(seen: Seen) -> Reply | None:
    if seen.method != "PUT" or b"null" not in seen.body:
        return None
    reply = Reply(400, {"content-type": "application/json"}, b"")
    refuse(reply, 400, scimType="invalidValue")
    return reply


def delete_later(seen: Seen, reply: Reply) -> None:
    if seen.method == "DELETE" and reply.status == 204:
        reply.status = 202


ALL = tuple(dict.fromkeys(defect.claim for defect in DEFECTS))
LEGAL = {
    "users dressed up": on_user_answers(dressed_up()),
    "null refused": Tamper(before=null_refused),
    "DELETE answers 202": Tamper(after=delete_later),
}


@pytest.mark.parametrize("tamper", LEGAL.values(), ids=LEGAL)
def test_legal_difference_is_tolerated(tamper: Tamper, tmp_path: Path) -> None:
    assert_tolerated(tamper, tmp_path, ALL)
