"""Faults of what is refused, and of how it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import become, changing, changing_errors, error
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

TRACE = "\n\tat com.example.scim.Users.find(Users.java:120)\n\tat com.example.scim.Filter.run(Filter.java:7)"
PROVOKING = ("content-types.errors-too", "errors.unknown-id")


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this area."""
    yield from _told(contract)
    yield from _ids(contract)
    yield from _bodies(contract)
    yield from _methods(contract)


def _told(contract: Contract) -> Iterator[Fault]:
    some = ("get_user", "get_group", "modify_user", "replace_group")
    yield from family(
        contract,
        "errors-in-html",
        "errors.shape",
        "A 404 comes as a page of HTML.",
        lambda: Plant(after=_in_html),
        operations=ranging(contract, "errors.shape", *some),
        sees=PROVOKING,
    )
    yield from family(
        contract,
        "error-status-is-a-number",
        "errors.status-is-string",
        "status of a ScimError is a number.",
        lambda: Plant(after=changing_errors(lambda d: d.update(status=int(d["status"])) if "status" in d else None)),
        operations=ranging(contract, "errors.status-is-string", *some),
        sees=PROVOKING,
    )
    yield from family(
        contract,
        "stack-trace",
        "errors.no-internals",
        "detail of a ScimError holds a stack trace.",
        lambda: Plant(after=changing_errors(lambda d: d.update(detail=f"{d.get('detail', '')}{TRACE}"))),
        operations=ranging(contract, "errors.no-internals", *some),
        sees=PROVOKING,
    )
    yield from family(
        contract,
        "server-error-for-an-unknown-id",
        "errors.never-5xx",
        "What is not there is a server error.",
        lambda: Plant(after=lambda seen, reply: become(reply, error(500)) if reply.status == 404 else None),
        operations=ranging(contract, "errors.never-5xx", "get_user", "get_group", "modify_user", "delete_user"),
        sees=PROVOKING,
    )


def _ids(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "unknown-id-is-400",
        "errors.unknown-id",
        "An unknown id is refused with 400.",
        lambda: Plant(after=lambda seen, reply: become(reply, error(400)) if reply.status == 404 else None),
        operations=ranging(contract, "errors.unknown-id", "get_user", "replace_user", "delete_user", "get_group"),
    )
    yield Fault(
        "id-read-up-to-its-slash",
        "errors.unknown-id",
        ("delete_scim_v2_user",),
        "An encoded slash in an id ends it, so that another user is deleted.",
        lambda: Plant(before=_up_to_the_slash),
    )


def _bodies(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "broken-off-json-completed",
        "errors.malformed-json",
        "A body that breaks off just before its end is taken for whole.",
        lambda: Plant(before=_completed),
        operations=ranging(contract, "errors.malformed-json", "replace"),
    )
    yield from family(
        contract,
        "array-taken-for-an-object",
        "errors.malformed-json",
        "Of an array the first item is taken.",
        lambda: Plant(before=_rewritten(lambda body: body[0] if isinstance(body, list) and body else body)),
        operations=ranging(contract, "errors.malformed-json", "create", "replace"),
    )
    yield from family(
        contract,
        "scalars-unwrapped",
        "errors.wrong-types",
        "The only value in an object or a list is taken out of it where a text belongs.",
        lambda: Plant(before=_rewritten(_unwrapped)),
        operations=ranging(contract, "errors.wrong-types", "create_user", "replace_group"),
    )
    yield Fault(
        "number-thrown-away",
        "errors.wrong-types",
        ("put_scim_v2_user",),
        "A number where a title belongs is accepted and thrown away.",
        lambda: Plant(before=_rewritten(_without_number)),
    )
    yield from family(
        contract,
        "unknown-phone-type-is-work",
        "errors.enum-values",
        "A phone number of an unknown type is stored as one of type work.",
        lambda: Plant(before=_rewritten(_of_a_known_type)),
        operations=ranging(contract, "errors.enum-values", "create_user", "replace_user"),
    )


def _methods(contract: Contract) -> Iterator[Fault]:
    for name, method, prefix in (
        ("put-of-a-list-succeeds", "PUT", "v1"),
        ("patch-of-a-list-succeeds", "PATCH", "v2"),
        ("delete-of-a-list-succeeds", "DELETE", "v1"),
    ):
        (listing,) = ranging(contract, "errors.undocumented-methods", "list_groups", prefix=prefix)
        path = contract.operation(listing).path
        yield Fault(
            name,
            "errors.undocumented-methods",
            (listing,),
            f"{method} of the list of groups, which no operation is, answers with success.",
            _letting_in(method, path),
        )
    yield Fault(
        "configuration-changed-though-refused",
        "errors.undocumented-methods",
        ("get_scim_serviceproviderconfig",),
        "PUT of the configuration is refused, and changes it all the same.",
        lambda: Plant(before=_note_put, after=_sorted_since, everywhere=True),
    )


def _in_html(seen: Seen, reply: Reply) -> None:
    if reply.status == 404:
        reply.headers["content-type"] = "text/html"
        reply.body = b"<html><head><title>404</title></head><body><h1>Not found</h1></body></html>"


def _up_to_the_slash(seen: Seen) -> None:
    seen.path = seen.path.partition("%2F")[0]


def _completed(seen: Seen) -> None:
    if seen.body and seen.json is None:
        seen.body += b"}"


def _rewritten(change: Callable[[Any], Any]) -> Callable[[Seen], None]:
    """Read a body with too much goodwill."""

    def before(seen: Seen) -> None:
        document = seen.json
        if document is not None:
            seen.body = json.dumps(change(document)).encode()

    return before


def _unwrapped(body: Any) -> Any:
    for name in ("title", "externalId", "displayName"):
        value = body.get(name) if isinstance(body, dict) else None
        if isinstance(value, dict | list) and len(value) == 1:
            body[name] = next(iter(value.values())) if isinstance(value, dict) else value[0]
    return body


def _without_number(body: Any) -> Any:
    if isinstance(body, dict) and type(body.get("title")) is int:
        del body["title"]
    return body


def _of_a_known_type(body: Any) -> Any:
    for phone in (body.get("phoneNumbers") or []) if isinstance(body, dict) else []:
        if isinstance(phone, dict) and phone.get("type") == "conformance-none":
            phone["type"] = "work"
    return body


def _letting_in(method: str, path: str) -> Callable[[], Plant]:
    return lambda: Plant(before=_let_in(method, path), everywhere=True)


def _let_in(method: str, path: str) -> Callable[[Seen], Reply | None]:
    there = Reply(200, {"content-type": "application/json"}, b"{}")
    return lambda seen: there if (seen.method, seen.path) == (method, path) else None


def _note_put(seen: Seen) -> None:
    if seen.method == "PUT" and seen.path.endswith("/scim/serviceproviderconfig"):
        seen.memory["tried"] = True


def _sorted_since(seen: Seen, reply: Reply) -> None:
    if seen.memory.get("tried") and seen.operation == "get_scim_serviceproviderconfig":
        changing(lambda document: document["sort"].update(supported=True))(seen, reply)
