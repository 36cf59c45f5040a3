"""Defects of permissions in front of the mock, whose messages are looked at."""

from collections.abc import Callable

from scim_contract.mock.faults.acting import error
from tests.harness import Defect
from tests.servers import Reply, Seen, is_on

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def refusal(status: int) -> Reply:
    return error(status, "Refused by a test.")


def refuse_set_password_on_patch() -> Callable[[Seen], Reply | None]:
    """setPassword alone is allowed on PUT but refused on PATCH of a v1 user."""

    def before(seen: Seen) -> Reply | None:
        return refusal(403) if is_on(seen, "PATCH", "/scim/users/") and b'"password"' in seen.body else None

    return before


def lending(
    method: str, path: str, to: Callable[[Seen], bool] = lambda seen: True, lender: str = ""
) -> Callable[[Seen], Reply | None]:
    """Some who may not ask an operation get in: they are lent the first token that asked `lender` (or the same)."""
    tokens: list[str] = []

    def before(seen: Seen) -> Reply | None:
        given = seen.headers.get("authorization", "")
        asked_there = lender in seen.path if lender else is_on(seen, method, path)
        if asked_there and given and not made_up(seen):
            tokens.append(given)
        if is_on(seen, method, path) and to(seen) and tokens:
            seen.headers["authorization"] = tokens[0]
        return None

    return before


def anonymous(seen: Seen) -> bool:
    return "authorization" not in seen.headers


def made_up(seen: Seen) -> bool:
    return seen.headers.get("authorization") == "Bearer made-up"


def not_found_instead(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "GET", "/v2/groups/") and reply.status == 403:
        reply.status = 404


def no_challenge(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "POST", "/v2/users"):
        reply.headers.pop("www-authenticate", None)


def closed(seen: Seen) -> Reply | None:
    return refusal(401) if is_on(seen, "GET", "/v2/serviceproviderconfig") and anonymous(seen) else None


def refused_but_applied() -> tuple[Callable[[Seen], Reply | None], Callable[[Seen, Reply], None]]:
    """A PATCH of a v1 group by whoever may not is refused with 403, and applied all the same."""
    lend, first = lending("PATCH", "/scim/groups/", lender="/groups"), list[str]()

    def before(seen: Seen) -> Reply | None:
        own = seen.headers.get("authorization", "none")
        if "/groups" in seen.path:
            first.append(own)
        if is_on(seen, "PATCH", "/scim/groups/"):
            seen.headers["x-own"] = own
        return lend(seen)

    def after(seen: Seen, reply: Reply) -> None:
        own = seen.headers.get("x-own")
        if own is not None and own != first[0] and reply.status == 200:
            reply.status = 401 if own in ("none", "Bearer made-up") else 403
            reply.put({"schemas": [ERROR], "status": str(reply.status)})

    return before, after


DEFECTS = [
    Defect(
        "setPassword alone refused on PATCH, allowed on PUT",
        "permissions.one-suffices",
        ("patch_scim_user",),
        before=refuse_set_password_on_patch(),
    ),
    Defect(
        "404 where RFC 7644 has 403",
        "permissions.lacking-refused",
        ("get_scim_v2_group",),
        after=not_found_instead,
    ),
    Defect("a 401 without a challenge", "permissions.challenge", ("post_scim_v2_users",), after=no_challenge),
    Defect(
        "the configuration of v2 asks for a token",
        "permissions.open-to-anyone",
        ("get_scim_v2_serviceproviderconfig",),
        before=closed,
    ),
    Defect(
        "one prefix alone answers 404 instead of 403",
        "permissions.same-in-both-prefixes",
        ("get_scim_group", "get_scim_v2_group"),
        after=not_found_instead,
    ),
]
