"""Defects of lifecycle in front of the mock, whose messages are looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.harness import Defect
from tests.servers import Reply, Seen

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
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


# ---- groups


def show_no_groups(seen: Seen, reply: Reply) -> None:
    if is_at(seen, "GET", "users/") and reply.status == 200:
        reply.put({**reply.json, "groups": []})


def find_no_new_name(seen: Seen, reply: Reply) -> None:
    """The list of v1 groups knows the group by its first name only."""
    if seen.path == "/api/v2/scim/groups" and re.search("ConformanceSandbox[0-9a-f]", seen.query):
        reply.put({**reply.json, "totalResults": 0, "Resources": []})


def on_absent(value: Any) -> bool:
    return value is ...


DEFECTS = [
    Defect("Location names the other prefix", "lifecycle.create", ("post_scim_v2_users",), after=locate_in_v1),
    Defect("a title is required", "lifecycle.create-minimal", ("post_scim_users",), before=need_a_title),
    Defect(
        "displayName is optional",
        "lifecycle.create-missing-refused",
        ("post_scim_v2_users",),
        before=give_a_display_name,
    ),
    Defect("add replaces the list", "lifecycle.patch-add", ("patch_scim_user",), on_steps("users", add_as_replace)),
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
    Defect("no user is switched off by PUT", "lifecycle.deactivate", ("put_scim_user",), before=keep_active),
    Defect("users name no groups", "lifecycle.members", ("put_scim_group", "patch_scim_group"), after=show_no_groups),
    Defect("new name not found", "lifecycle.rename-group", ("put_scim_group",), after=find_no_new_name),
    Defect("a user is deleted twice", "lifecycle.delete", ("delete_scim_v2_user",), after=delete_twice),
]
