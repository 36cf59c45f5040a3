"""Faults of errors: what they look like, what they show of the inside, and errors of the server's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, become, changing_errors, error
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

JAVA = """java.lang.IllegalStateException: no row
\tat com.example.directory.UserStore.load(UserStore.java:142)
\tat com.example.scim.UserResource.get(UserResource.java:57)"""
PYTHON = 'Traceback (most recent call last):\n  File "/srv/scim/users.py", line 12, in create\nKeyError: 0'
NODE = "no such user at UserStore.load (/app/src/users.js:42:17)"
GO = "runtime error: index out of range\n\ngoroutine 17 [running]:\nmain.create(0x1)"
SQL = "INSERT INTO users (id, user_name) VALUES (?, ?): duplicate key value"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of errors wherever they come."""
    yield from _shape(contract)
    yield from _status(contract)
    yield from _internals(contract)
    yield from _broken(contract)


def _shape(contract: Contract) -> Iterator[Fault]:
    claim = "errors.shape"
    sentence = "Errors do not say in schemas that they are errors."
    yield from family(contract, "error-without-schemas", claim, sentence, _saying(lambda d: d.pop("schemas", None)))
    for name, at, plant, sentence in (
        (
            "conflict-without-status",
            ("put_scim_user", "post_scim_v2_users"),
            _saying(lambda d: d.pop("status", None), 409),
            "The error of a 409 has no status.",
        ),
        ("not-found-is-empty", ("get_scim_user",), _becoming(b"", 404), "A 404 has no body."),
        (
            "not-found-is-html",
            ("delete_scim_v2_user",),
            _becoming(b"<html><h1>404</h1></html>", 404, "text/html"),
            "A 404 is a page for people.",
        ),
        (
            "detail-is-an-object",
            ("patch_scim_v2_user", "put_scim_group"),
            _saying(lambda d: d.update(detail={"message": d.get("detail")})),
            "The detail of an error is an object.",
        ),
        (
            "scim-type-of-another-list",
            ("get_scim_v2_group",),
            _saying(lambda d: d.update(scimType="notFound")),
            "scimType is a word that is none of the documented ones.",
        ),
        (
            "bad-filter-without-schemas",
            ("get_scim_v2_users",),
            _saying(lambda d: d.pop("schemas", None), 400),
            "The error of a filter that does not parse does not say in schemas that it is one.",
        ),
    ):
        yield Fault(name, claim, at, sentence, plant, sees=_conflicts(at) if "conflict" in name else ())


def _status(contract: Contract) -> Iterator[Fault]:
    claim = "errors.status-is-string"
    sentence = "The status in an error is a number."
    number = _saying(lambda document: document.update(status=int(document["status"])))
    yield from family(contract, "status-is-a-number", claim, sentence, number)
    conflict = ("post_scim_users", "patch_scim_v2_user")
    status_400 = _saying(lambda document: document.update(status="400"), 409)
    reason = _saying(lambda document: document.update(status="404 Not Found"), 404)
    sentence = "The error of a 409 says that its status is 400."
    yield Fault("conflict-says-400", claim, conflict, sentence, status_400, sees=_conflicts(conflict))
    sentence = "The status in an error holds the reason, too."
    yield Fault("status-with-reason", claim, ("get_scim_group",), sentence, reason)


def _internals(contract: Contract) -> Iterator[Fault]:
    claim = "errors.no-internals"
    sentence = "The detail of an error is a stack trace."
    sees = ("content-types.unacceptable",)  # what else gets an error from operations that refuse nothing
    yield from family(contract, "trace-in-detail", claim, sentence, _detail(JAVA), sees=sees)
    conflict = ("post_scim_v2_users", "put_scim_user")
    sentence = "The error of a 409 shows the statement that failed."
    yield Fault("statement-in-conflict", claim, conflict, sentence, _detail(SQL, 409), sees=_conflicts(conflict))
    sentence = "The error of a 409 names the constraint of the table."
    detail = 'duplicate key value violates unique constraint "users_name_key"'
    yield Fault("constraint-in-conflict", claim, conflict, sentence, _detail(detail, 409), sees=_conflicts(conflict))
    for name, at, text, sentence in (
        ("node-trace-in-404", "get_scim_user", NODE, "A 404 has a stack trace of JavaScript."),
        ("go-trace-in-400", "post_scim_v2_users", GO, "A body that breaks off is answered with a stack trace of Go."),
        ("class-name-in-404", "get_scim_v2_group", "com.example.NoSuchGroupException", "A 404 names a class."),
        ("python-trace-in-400", "post_scim_users", PYTHON, "A body that breaks off is answered with a stack trace."),
    ):
        yield Fault(name, claim, (at,), sentence, _detail(text, int(name[-3:])))
    for at in ("get_scim_user", "patch_scim_v2_group"):
        sentence = "An error repeats the token of the request."
        yield Fault(f"token-in-error:{at}", claim, (at,), sentence, lambda: Plant(after=_token_repeated))


def _broken(contract: Contract) -> Iterator[Fault]:
    claim = "errors.never-5xx"
    sentence = "The first request that an operation gets is answered with 500."
    yield from family(contract, "cold-start-is-500", claim, sentence, _cold_start, fleeting=True)
    for name, at, when, sees, sentence in (
        ("conflict-is-500", "put_scim_v2_user", _refused_with(409), "lifecycle.user-name-unique", "A 409 is a 500."),
        ("bad-body-is-500", "patch_scim_group", _refused_with(400), "errors.malformed-json", "A bad body is a 500."),
        (
            "unacceptable-is-500",
            "get_scim_serviceproviderconfig",
            _refused_with(406),
            "content-types.unacceptable",
            "An Accept that cannot be met is a 500.",
        ),
        (
            "nul-is-500",
            "delete_scim_user",
            lambda s, r: "%00" in s.path,
            "errors.unknown-id",
            "A NUL in an id is a 500.",
        ),
        (
            "long-id-is-500",
            "get_scim_v2_group",
            lambda seen, reply: len(seen.path) > 1000,
            "errors.unknown-id",
            "A very long id is a 500.",
        ),
        (
            "null-is-500",
            "put_scim_user",
            lambda s, r: b": null" in s.body or b":null" in s.body,
            "lifecycle.replace",
            "null is a 500.",
        ),
        (
            "huge-count-is-500",
            "get_scim_groups",
            lambda seen, reply: len(seen.parameters.get("count", "")) > 3,
            "paging.not-a-number",
            "A count of more than three digits is a 500.",
        ),
    ):
        key = f"{sees}|{at}"
        yield Fault(name, claim, (at,), sentence, _failing(when), sees=(key,))


# ----------------------------------------------------------------------------------------------------------


def _conflicts(operations: tuple[str, ...]) -> tuple[str, ...]:
    """The checks that make operations answer 409."""
    return tuple(f"lifecycle.user-name-unique|{operation}" for operation in operations)


def _saying(change: Callable[[Document], object], status: int = 0) -> Callable[[], Plant]:
    """Errors, or those of a status only, say something else."""
    changed = changing_errors(change)

    def after(seen: Seen, reply: Reply) -> None:
        if status in (0, reply.status):
            changed(seen, reply)

    return lambda: Plant(after=after)


def _detail(text: str, status: int = 0) -> Callable[[], Plant]:
    return _saying(lambda document: document.update(detail=text), status)


def _becoming(body: bytes, status: int, media_type: str = "application/json") -> Callable[[], Plant]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == status:
            become(reply, Reply(status, {"content-type": media_type} if body else {}, body))

    return lambda: Plant(after=after)


def _token_repeated(seen: Seen, reply: Reply) -> None:
    token = seen.headers.get("authorization")
    if reply.status >= 400 and token is not None:
        document: Any = reply.json
        document["detail"] = f"Refused for {token}."
        reply.body = json.dumps(document).encode()


def _internal() -> Reply:
    return error(500, "The server could not answer this request.")


def _cold_start() -> Plant:
    warm: set[str | None] = set()

    def before(seen: Seen) -> Reply | None:
        if seen.operation in warm:
            return None
        warm.add(seen.operation)
        return _internal()

    return Plant(before=before)


def _refused_with(status: int) -> Callable[[Seen, Reply], bool]:
    return lambda seen, reply: reply.status == status


def _failing(when: Callable[[Seen, Reply], bool]) -> Callable[[], Plant]:
    def after(seen: Seen, reply: Reply) -> None:
        if when(seen, reply):
            become(reply, _internal())

    return lambda: Plant(after=after)
