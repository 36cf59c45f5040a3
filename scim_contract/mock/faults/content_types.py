"""Faults of the type that an answer is written in, and of what it says in either type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import each_resource, error, leaving_out
from scim_contract.mock.negotiation import JSON, SCIM
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

ACCEPT_JSON = "content-types.accept-json"
ACCEPT_SCIM = "content-types.accept-scim"
ACCEPT_ANY = "content-types.accept-any"
SAME = "content-types.accept-irrelevant-to-content"
When = Callable[[Seen, Reply], bool]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of answers and their types."""
    yield from _accept_json(contract)
    yield from _accept_scim(contract)
    yield from _accept_any(contract)
    yield from _other_content(contract)


def _accept_json(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "scim-json-to-who-asks-for-json",
        ACCEPT_JSON,
        "Who asks for application/json is answered in application/scim+json.",
        lambda: Plant(after=typed(SCIM, asked_for(JSON))),
    )
    for operation in ("patch_scim_user", "get_scim_v2_serviceproviderconfig", "post_scim_v2_users"):
        yield Fault(
            f"json-not-acceptable:{operation}",
            ACCEPT_JSON,
            (operation,),
            f"Accept: application/json is refused with 406 by {operation}.",
            lambda: Plant(before=not_acceptable(JSON)),
        )
    yield Fault(
        "created-as-scim-json",
        ACCEPT_JSON,
        ("post_scim_users",),
        "A 201 is in application/scim+json, whatever was asked for.",
        lambda: Plant(after=typed(SCIM, lambda seen, reply: reply.status == 201)),
    )
    yield Fault(
        "answer-without-a-type",
        ACCEPT_JSON,
        ("get_scim_groups",),
        "An answer to who asks for application/json comes without a Content-Type.",
        lambda: Plant(after=_untyped),
    )


def _accept_scim(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "json-to-who-asks-for-scim-json",
        ACCEPT_SCIM,
        "Who asks for application/scim+json is answered in application/json.",
        lambda: Plant(before=asking_for(SCIM, JSON)),
    )
    yield from family(
        contract,
        "scim-json-not-acceptable",
        ACCEPT_SCIM,
        "Accept: application/scim+json is refused with 406.",
        lambda: Plant(before=not_acceptable(SCIM)),
    )
    yield from family(
        contract,
        "answers-in-the-type-of-the-body",
        ACCEPT_SCIM,
        "An answer is in the type that the body came in, whatever was asked for.",
        lambda: Plant(after=_mirrored),
        operations=ranging(contract, ACCEPT_SCIM, "create", "replace", "modify"),
        also=(ACCEPT_JSON,),
    )
    yield Fault(
        "scim-json-of-a-vendor",
        ACCEPT_SCIM,
        ("get_scim_v2_users",),
        "Who asks for application/scim+json is answered in application/vnd.scim+json.",
        lambda: Plant(after=typed("application/vnd.scim+json", asked_for(SCIM))),
    )


def _accept_any(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "html-where-no-type-is-asked-for",
        ACCEPT_ANY,
        "Without an Accept header an answer is said to be text/html.",
        lambda: Plant(after=typed("text/html", asked_for(None))),
    )
    yield from family(
        contract,
        "text-json-where-any-type-will-do",
        ACCEPT_ANY,
        "To Accept: */* an answer is in text/json.",
        lambda: Plant(after=typed("text/json", asked_for("*/*"))),
    )
    for operation, accept, words in (
        ("get_scim_groups", None, "A request without an Accept header"),
        ("post_scim_v2_users", None, "A request without an Accept header"),
        ("put_scim_user", "*/*", "Accept: */*"),
        ("get_scim_v2_user", "*/*", "Accept: */*"),
    ):
        yield Fault(
            f"{'any' if accept else 'no'}-type-not-acceptable:{operation}",
            ACCEPT_ANY,
            (operation,),
            f"{words} is refused with 406 by {operation}.",
            _refusing(accept),
        )
    for operation, accept in (("get_scim_user", None), ("get_scim_v2_groups", "*/*")):
        yield Fault(
            f"html-to-the-simplest-request:{operation}",
            ACCEPT_ANY,
            (operation,),
            f"Without a Content-Type, and {'with any' if accept else 'without an'} Accept, {operation} says text/html.",
            _to_the_simplest(accept),
        )


def _other_content(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "meta-missing-in-scim-json",
        SAME,
        "In application/scim+json resources come without their meta.",
        lambda: Plant(after=_in_scim(leaving_out("meta"))),
        also=("etags.equals-meta-version", "representations.answer"),
    )
    yield Fault(
        "phones-missing-in-scim-json",
        SAME,
        ("get_scim_user",),
        "In application/scim+json a user comes without phoneNumbers.",
        lambda: Plant(after=_in_scim(leaving_out("phoneNumbers"))),
    )
    yield Fault(
        "active-is-a-text-in-scim-json",
        SAME,
        ("get_scim_v2_user",),
        'In application/scim+json active is "true", a text.',
        lambda: Plant(after=_in_scim(lambda user: user.update(active=str(user.get("active")).lower()))),
        also=("representations.schema",),
    )
    yield Fault(
        "brief-in-scim-json",
        SAME,
        ("patch_scim_v2_user",),
        "The answer to a PATCH that asks for application/scim+json shows no title.",
        lambda: Plant(after=_in_scim(leaving_out("title"))),
    )
    yield Fault(
        "brief-in-json",
        SAME,
        ("put_scim_group",),
        "The answer to a PUT that asks for application/json shows no displayName.",
        lambda: Plant(after=where(asked_for(JSON), each_resource(leaving_out("displayName")))),
    )
    yield Fault(
        "total-too-small-in-scim-json",
        SAME,
        ("get_scim_users",),
        "In application/scim+json the total of a list is one too small.",
        lambda: Plant(after=_in_scim_list),
    )


# what they are made of -------------------------------------------------------------------------------


def asked_for(accept: str | None) -> When:
    """Of successes with a body: those whose Accept is this; None for those without one."""
    return lambda seen, reply: reply.ok and bool(reply.body) and seen.headers.get("accept") == accept


def typed(kind: str, when: When) -> Callable[[Seen, Reply], None]:
    """Say that an answer is of another type."""

    def after(seen: Seen, reply: Reply) -> None:
        if reply.body and when(seen, reply):
            reply.headers["content-type"] = kind

    return after


def not_acceptable(accept: str | None) -> Callable[[Seen], Reply | None]:
    """Refuse an Accept; None for a request that has none."""
    return lambda seen: error(406) if seen.headers.get("accept") == accept else None


def where(when: When, then: Callable[[Seen, Reply], None]) -> Callable[[Seen, Reply], None]:
    """Do something to some answers only."""
    return lambda seen, reply: then(seen, reply) if when(seen, reply) else None


def _refusing(accept: str | None) -> Callable[[], Plant]:
    return lambda: Plant(before=not_acceptable(accept))


def _to_the_simplest(accept: str | None) -> Callable[[], Plant]:
    asked = asked_for(accept)
    return lambda: Plant(
        after=typed("text/html", lambda seen, reply: asked(seen, reply) and "content-type" not in seen.headers)
    )


def _untyped(seen: Seen, reply: Reply) -> None:
    if asked_for(JSON)(seen, reply):
        del reply.headers["content-type"]


def asking_for(accept: str, instead: str, note: bool = False) -> Callable[[Seen], None]:
    """Take an Accept for another one; `note` it under "asked for"."""

    def before(seen: Seen) -> None:
        if seen.headers.get("accept") == accept:
            seen.headers["accept"] = instead
            seen.note["asked for"] = note

    return before


def _mirrored(seen: Seen, reply: Reply) -> None:
    kind = seen.headers.get("content-type", JSON).partition(";")[0]
    if reply.ok and reply.body and kind in (JSON, SCIM):
        reply.headers["content-type"] = kind


def _in_scim(change: Callable[[dict[str, Any]], object]) -> Callable[[Seen, Reply], None]:
    return where(asked_for(SCIM), each_resource(change))


def _in_scim_list(seen: Seen, reply: Reply) -> None:
    if asked_for(SCIM)(seen, reply):
        document = reply.json
        document["totalResults"] -= 1
        reply.put(document)
