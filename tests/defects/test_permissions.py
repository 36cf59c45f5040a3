"""Defects of the permissions area, each found by its own claim, and legal differences that are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.defects.harness import Defect, assert_found, assert_tolerated, run, violated
from tests.servers import Reply, Seen, Tamper, one_client_each, serving

V2 = "/scim/v2/"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def is_on(seen: Seen, method: str, path: str) -> bool:
    return seen.method == method and path in seen.path


def refusal(status: int) -> Reply:
    reply = Reply(status, {"content-type": "application/json"}, b"")
    reply.put({"schemas": [ERROR], "status": str(status), "detail": "Refused by a test."})
    return reply


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


def forbidden_instead(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "GET", "/scim/users") and V2 not in seen.path and reply.status == 401:
        reply.status = 403


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


APPLIED = refused_but_applied()

DEFECTS = [
    Defect(
        "setPassword alone refused on PATCH, allowed on PUT",
        "permissions.one-suffices",
        ("patch_scim_user",),
        before=refuse_set_password_on_patch(),
    ),
    Defect(
        "any token may list the users of v2",
        "permissions.lacking-refused",
        ("get_scim_v2_users",),
        before=lending("GET", "/scim/v2/users"),
        also=("permissions.same-in-both-prefixes", "permissions.anonymous-refused"),
    ),
    Defect(
        "404 where RFC 7644 has 403",
        "permissions.lacking-refused",
        ("get_scim_v2_group",),
        after=not_found_instead,
    ),
    Defect(
        "a write refused but applied",
        "permissions.lacking-refused",
        ("patch_scim_group",),
        before=APPLIED[0],
        after=APPLIED[1],
        also=("permissions.anonymous-refused",),
    ),
    Defect(
        "a made-up token lets in to PUT of a v2 user",
        "permissions.anonymous-refused",
        ("put_scim_v2_user",),
        before=lending("PUT", "/scim/v2/users/", to=made_up),
    ),
    Defect(
        "no token lets in to a v1 group",
        "permissions.anonymous-refused",
        ("get_scim_group",),
        before=lending("GET", "/scim/groups/", to=anonymous, lender="/groups"),
    ),
    Defect(
        "403 for somebody unknown, where 401 belongs",
        "permissions.anonymous-refused",
        ("get_scim_user", "get_scim_users"),
        after=forbidden_instead,
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


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path)


def gateway(seen: Seen, reply: Reply) -> None:
    if seen.path.startswith("/api/") and reply.status in (401, 403):
        reply.put({"message": "No.", "code": "not.authorized", "status": reply.status})


def test_bodies_of_the_platform_in_front_are_no_violation(tmp_path: Path) -> None:
    claims = ["permissions.lacking-refused", "permissions.anonymous-refused", "permissions.one-suffices"]
    assert_tolerated(Tamper(after=gateway), tmp_path, claims)


def test_a_client_without_permissions_need_not_be_there(tmp_path: Path) -> None:
    with_some = tuple(client for client in one_client_each() if client.permissions)
    assert_tolerated(Tamper(), tmp_path, ["permissions.open-to-anyone"], clients=with_some)


@pytest.mark.parametrize("status", [405, 500])
def test_operation_that_does_not_work_at_all_is_no_matter_of_others_permissions(status: int, tmp_path: Path) -> None:
    def broken(seen: Seen) -> Reply | None:
        return refusal(status) if is_on(seen, "DELETE", "/v2/users/") or is_on(seen, "GET", "/v2/groups/") else None

    claims = ["lacking-refused", "anonymous-refused", "same-in-both-prefixes"]
    with serving(Tamper(before=broken)) as server:
        words = [word for name in claims for word in ("--claim", f"permissions.{name}")]
        _, report, printed = run(tmp_path, server.profile(), *words)
    assert report, printed
    assert not {claim for claim in violated(report) if claim.startswith("permissions.")}, printed


def test_operation_that_fails_for_strangers_alone_does_not_refuse_them(tmp_path: Path) -> None:
    def broken(seen: Seen) -> Reply | None:
        return refusal(500) if is_on(seen, "GET", "/v2/groups/") and made_up(seen) else None

    defect = Defect(
        "500 for a made-up token",
        "permissions.anonymous-refused",
        ("get_scim_v2_group",),
        before=broken,
        also=("errors.never-5xx",),
    )
    assert_found(defect, tmp_path)
