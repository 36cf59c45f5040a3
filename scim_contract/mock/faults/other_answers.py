"""Faults of answers that are no document asked for: a third type, errors, the answer to a delete."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import become
from scim_contract.mock.faults.content_types import asking_for, typed, where
from scim_contract.mock.negotiation import JSON
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

THIRD = "content-types.unacceptable"
ERRORS = "content-types.errors-too"
EMPTY = "content-types.delete-empty"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of other answers and their types."""
    yield from _third_type(contract)
    yield from _errors(contract)
    yield from _deletes(contract)


def _third_type(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "csv-on-request",
        THIRD,
        "Accept: text/csv is answered in text/csv.",
        lambda: Plant(before=asking_for("text/csv", "*/*", note=True), after=_csv),
        also=("representations.answer",),
    )
    yield from family(
        contract,
        "accept-is-echoed",
        THIRD,
        "An answer is said to be of the type asked for, whichever that was, and is JSON all the same.",
        lambda: Plant(before=asking_for("text/csv", "*/*", note=True), after=_echoed),
    )
    yield Fault(
        "html-instead-of-406",
        THIRD,
        ("get_scim_v2_groups",),
        "A type that is not supported is answered with 200 and a page that says so.",
        lambda: Plant(after=_apology),
        also=("representations.answer",),
    )


def _errors(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "problem-json",
        ERRORS,
        "Errors are in application/problem+json.",
        lambda: Plant(after=typed("application/problem+json", lambda seen, reply: reply.status >= 400)),
    )
    for status, told, name in ((404, "text/html", "unknown-id"), (400, "text/plain", "bad-request")):
        yield from family(
            contract,
            f"{status}-in-{told.replace('/', '-')}",
            ERRORS,
            f"A {status} is said to be {told}; other errors are in a documented type.",
            _typed_error(told, status),
            operations=_with_case(contract, name),
        )
    yield Fault(
        "conflict-in-plain-text",
        ERRORS,
        ("post_scim_users",),
        "A 409 is a line of text.",
        lambda: Plant(after=_plain_conflict),
        also=("errors.shape",),
    )
    for operation in ("put_scim_v2_user", "patch_scim_user"):
        yield Fault(
            f"conflict-in-problem-json:{operation}",
            ERRORS,
            (operation,),
            f"A 409 of {operation} is in application/problem+json.",
            _typed_error("application/problem+json", 409),
        )


def _deletes(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "delete-tells-what-it-did",
        EMPTY,
        "A delete is answered with a document that says so.",
        lambda: Plant(after=_talking(b'{"deleted": true}')),
    )
    yield Fault(
        "delete-answers-ok",
        EMPTY,
        ("delete_scim_v2_user",),
        "A delete is answered with the word OK.",
        lambda: Plant(after=_talking(b"OK", "text/plain")),
    )
    yield Fault(
        "delete-answers-null",
        EMPTY,
        ("delete_scim_user",),
        "A delete is answered with null, which is no empty object.",
        lambda: Plant(after=_talking(b"null")),
    )
    yield Fault(
        "delete-as-json-tells-what-it-did",
        EMPTY,
        ("delete_scim_user",),
        "A delete that comes with Content-Type: application/json is answered with a document.",
        lambda: Plant(after=where(lambda seen, reply: "content-type" in seen.headers, _talking(b'{"deleted": true}'))),
    )


# what they are made of -------------------------------------------------------------------------------


def _typed_error(kind: str, status: int) -> Callable[[], Plant]:
    return lambda: Plant(after=typed(kind, lambda seen, reply: reply.status == status))


def _with_case(contract: Contract, case: str) -> tuple[str, ...]:
    """The operations at which the errors of a case can be had."""
    row = next(row for row in contract.claims[ERRORS].cases if row.name == case)
    operations = [contract.operation(each) for each in ranging(contract, ERRORS)]
    return tuple(each.id for each in operations if row.applies is None or row.applies.meets(each))


def _csv(seen: Seen, reply: Reply) -> None:
    if reply.ok and seen.note.get("asked for"):
        reply.headers["content-type"], reply.body = "text/csv", b"id,name\n"


def _echoed(seen: Seen, reply: Reply) -> None:
    if reply.ok and seen.note.get("asked for"):
        reply.headers["content-type"] = "text/csv"


def _apology(seen: Seen, reply: Reply) -> None:
    if reply.status == 406:
        become(reply, Reply(200, {"content-type": "text/html"}, b"<p>This type is not supported.</p>"))


def _plain_conflict(seen: Seen, reply: Reply) -> None:
    if reply.status == 409:
        reply.headers["content-type"], reply.body = "text/plain", b"User already exists"


def _talking(body: bytes, kind: str = JSON) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok:
            become(reply, Reply(200, {"content-type": kind}, body))

    return after
