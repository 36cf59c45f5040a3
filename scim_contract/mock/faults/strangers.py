"""Faults of permissions: nobody and strangers, what is open to anyone, and one prefix unlike the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import become, changing
from scim_contract.mock.faults.admission import (
    emptied,
    kept_out,
    letting_in,
    made_up,
    noticing,
    only_in,
    telling,
    valid,
)
from scim_contract.mock.faults.permissions import ALIKE, ANONYMOUS, FIRST, LACKING, ONE
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.wire import Reply, Seen

OPEN = "permissions.open-to-anyone"
CHALLENGE = "permissions.challenge"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of requests without a valid token, of open operations and of prefixes that differ."""
    yield from _strangers(contract)
    yield from _challenges(contract)
    yield from _open(contract)
    yield from _one_prefix(contract)


# nobody and strangers --------------------------------------------------------------------------------


def _strangers(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "no-token-needed",
        ANONYMOUS,
        "A request without an Authorization header is let in.",
        letting_in(lambda seen, held, operation: "authorization" not in seen.headers),
        also=(ALIKE,),
    )
    yield from family(
        contract,
        "any-bearer-is-believed",
        ANONYMOUS,
        "A token that was never issued lets in.",
        letting_in(made_up),
        also=(ALIKE,),
    )
    yield from family(
        contract,
        "strangers-are-403",
        ANONYMOUS,
        "Who has no valid token is refused with 403, where 401 belongs.",
        lambda: Plant(after=telling(401, 403)),
        also=(ALIKE,),
    )
    yield Fault(
        "made-up-token-is-400",
        ANONYMOUS,
        ("put_scim_group",),
        "A made-up token is refused with 400, as one that does not parse; a missing one with 401.",
        lambda: Plant(after=telling(401, 400, lambda seen: "authorization" in seen.headers)),
        also=(ALIKE,),
    )
    yield Fault(
        "made-up-token-crashes",
        ANONYMOUS,
        ("get_scim_v2_group",),
        "A made-up token makes the server answer 500; a missing one is refused with 401.",
        lambda: Plant(after=telling(401, 500, lambda seen: "authorization" in seen.headers)),
        also=(ALIKE, "errors.never-5xx"),
    )
    yield Fault(
        "nobody-is-sent-to-a-login",
        ANONYMOUS,
        ("get_scim_users",),
        "A request without a token is redirected to a page where people log in.",
        lambda: Plant(after=_login(302)),
        also=(ALIKE,),
    )
    yield Fault(
        "nobody-is-shown-a-login",
        ANONYMOUS,
        ("get_scim_v2_user",),
        "A request without a token is answered with 200 and a page where people log in.",
        lambda: Plant(after=_login(200)),
        also=(ALIKE, "content-types.accept-json", "representations.answer"),
    )


def _challenges(contract: Contract) -> Iterator[Fault]:
    nothing: dict[str, str] = {}
    yield from family(
        contract,
        "no-challenge",
        CHALLENGE,
        "A 401 comes without WWW-Authenticate.",
        lambda: replacing(challenge=lambda presented: nothing),
    )
    yield from family(
        contract,
        "no-challenge-to-a-wrong-token",
        CHALLENGE,
        "A 401 for a token that is not known comes without WWW-Authenticate; one for no token has it.",
        lambda: Plant(
            behaviour=lambda b, _: replace(b, challenge=lambda given: nothing if given else b.challenge(given))
        ),
    )
    yield Fault(
        "empty-challenge",
        CHALLENGE,
        ("delete_scim_v2_user",),
        "WWW-Authenticate comes without a value.",
        lambda: replacing(challenge=lambda presented: {"WWW-Authenticate": ""}),
    )
    yield Fault(
        "no-challenge-without-a-token",
        CHALLENGE,
        ("patch_scim_group",),
        "A 401 for a missing token comes without WWW-Authenticate; one for a wrong token has it.",
        lambda: Plant(
            behaviour=lambda b, _: replace(b, challenge=lambda given: b.challenge(given) if given else nothing)
        ),
    )


# what is open to anyone ------------------------------------------------------------------------------


def _open(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "open-to-tokens-only",
        OPEN,
        "An operation that is open to anyone asks for a token.",
        kept_out(lambda seen, held, operation: not valid(seen), status=401),
        editions=FIRST,
    )
    yield from family(
        contract,
        "open-to-permissions-only",
        OPEN,
        "An operation that is open to anyone refuses a client that holds no permission.",
        kept_out(lambda seen, held, operation: valid(seen) and not held),
    )
    yield Fault(
        "hidden-from-nobody",
        OPEN,
        ("get_scim_v2_resourcetype",),
        "Without a token a resource type is not found.",
        kept_out(lambda seen, held, operation: "authorization" not in seen.headers, status=404),
        editions=FIRST,
    )
    yield Fault(
        "nobody-is-shown-no-types",
        OPEN,
        ("get_scim_resourcetypes",),
        "Without a token the list of resource types is empty.",
        noticing(lambda seen, held, operation: "authorization" not in seen.headers, changing(emptied)),
        editions=FIRST,
    )
    yield Fault(
        "holding-nothing-is-shown-no-types",
        OPEN,
        ("get_scim_v2_resourcetypes",),
        "To a client that holds no permission the list of resource types is empty.",
        noticing(lambda seen, held, operation: valid(seen) and not held, changing(emptied)),
    )


# one prefix otherwise than the other -----------------------------------------------------------------


def _one_prefix(contract: Contract) -> Iterator[Fault]:
    every = ranging(contract, ALIKE)
    for prefix, (was, told) in (("v1", (403, 404)), ("v2", (401, 403))):
        whom = {403: "lacks a permission", 401: "has no valid token"}[was]
        owner = {403: LACKING, 401: ANONYMOUS}[was]
        for name, operations in _all_and_one(contract, f"{was}-is-{told}-in-{prefix}", every, prefix):
            yield Fault(
                name,
                ALIKE,
                operations,
                f"Who {whom} is refused with {told} in {prefix}, and with {was} in the other prefix.",
                only_in(contract, prefix, telling(was, told)),
                also=(owner,),
            )
    made_up = telling(401, 400, lambda seen: "authorization" in seen.headers)
    yield Fault(
        "made-up-token-is-400-in-v1",
        ALIKE,
        ("get_scim_users", "get_scim_v2_users"),
        "A made-up token is refused with 400 in v1 and with 401 in v2.",
        only_in(contract, "v1", made_up),
        also=(ANONYMOUS,),
    )
    nobody = telling(401, 403, lambda seen: "authorization" not in seen.headers)
    yield Fault(
        "no-token-is-403-in-v2",
        ALIKE,
        ("put_scim_user", "put_scim_v2_user"),
        "A request without a token is refused with 403 in v2 and with 401 in v1.",
        only_in(contract, "v2", nobody),
        also=(ANONYMOUS,),
    )
    yield Fault(
        "editor-may-read-in-v1-only",
        ALIKE,
        ("get_scim_user", "get_scim_v2_user"),
        "With directory:user:edit alone a user can be read in v1, and in v2 not.",
        kept_out(lambda seen, held, op: op.prefix == "v2" and held == {"directory:user:edit"}),
        also=(ONE,),
    )


def _all_and_one(
    contract: Contract, name: str, every: Sequence[str], prefix: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """All operations, and one pair of twins: that of the list of users."""
    yield name, tuple(every)
    pair = tuple(contract.find(each, "list_users").id for each in contract.prefixes)
    yield f"{name}:{contract.find(prefix, 'list_users').id}", pair


# what they are made of --------------------------------------------------------------------------------


def _login(status: int) -> Callable[[Seen, Reply], None]:
    """A page for people where there is no token."""

    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 401 and "authorization" not in seen.headers:
            page = b"<!doctype html><title>Log in</title>"
            become(reply, Reply(status, {"content-type": "text/html"}, page))
            if status == 302:
                reply.headers["location"] = "/login"

    return after
