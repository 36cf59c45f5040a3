"""Defects of every area, planted together where they do not meet: one server and one run for each group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.harness import Defect
from tests.messages.defects import content_types as types
from tests.messages.defects import errors, etags, lifecycle, lists, permissions
from tests.messages.defects import representations as shown
from tests.servers import Reply, Seen, Tamper

Before = Callable[[Seen], Reply | None]
After = Callable[[Seen, Reply], None]


@dataclass(frozen=True)
class Planted:
    """A defect and the one result whose message is looked at; several results may share one defect.

    `client` and `case` say which, where the claim has several at the operation.
    """

    name: str
    claim: str
    operation: str
    before: Before = lambda seen: None
    after: After = lambda seen, reply: None
    client: str = ""
    case: str = ""

    def __str__(self) -> str:
        return self.name


def known(name: str, defects: Sequence[Defect], defect: str, **which: str) -> Planted:
    """A defect that keeps nothing from one server to the next."""
    found = next(each for each in defects if each.name == defect)
    operation = which.pop("operation", found.operations[0])
    return Planted(name, found.claim, operation, found.before, found.after, **which)


def together(planted: Sequence[Planted]) -> Tamper:
    """All of the defects in one server."""

    def before(seen: Seen) -> Reply | None:
        return next((reply for each in planted if (reply := each.before(seen)) is not None), None)

    def after(seen: Seen, reply: Reply) -> None:
        for each in planted:
            each.after(seen, reply)

    return Tamper(before, after)


# ---- defects of answers, for the claims that every exchange is held against


def answers(method: str, path: str, edit: Callable[[dict[str, Any]], object]) -> After:
    """A change of each success of a method on paths that hold a text."""
    return shown.answers(method, path, edit)


def wrong_in_the_middle(user: dict[str, Any]) -> None:
    for phone in user.get("phoneNumbers") or []:
        phone["type"] = "landline"
    user["active"] = "yes"


def shows_the_password(seen: Seen, reply: Reply) -> None:
    if seen.method == "PATCH" and "/v2/users/" in seen.path and b'"password"' in seen.body and reply.status == 200:
        reply.put({**reply.json, "password": "*"})


def errors_where(method: str, path: str, change: Callable[[Reply], None], status: int = 404) -> After:
    """A change of an error on paths that hold a text."""

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == method and path in seen.path and reply.status == status:
            change(reply)

    return after


def in_html(reply: Reply) -> None:
    reply.headers["content-type"] = "text/html"
    reply.body = b"<html>\n<head><title>404</title></head>\n<body><h1>Not found</h1></body>\n</html>\n"


def with_a_number(reply: Reply) -> None:
    reply.put({**reply.json, "status": 404})


def with_a_stack_trace(reply: Reply) -> None:
    trace = "\n\tat com.example.scim.Users.find(Users.java:120)\n\tat com.example.scim.Filter.run(Filter.java:7)" * 6
    reply.put({**reply.json, "detail": f"Cannot read the filter, please check it and try again.{trace}"})


def crashes(method: str, path: str, holds: bytes) -> Before:
    """500 for what a body or query holds."""

    def before(seen: Seen) -> Reply | None:
        there = holds in seen.body or holds in seen.query.encode()
        if not (seen.method == method and path in seen.path and there):
            return None
        return Reply(500, {"content-type": "application/json"}, b'{"message":"Something broke","status":500}')

    return before


def other_kind(seen: Seen, reply: Reply) -> None:
    """A malformed filter is refused as a wrong value."""
    if seen.method == "GET" and seen.path == lists.USERS_1 and b"invalidFilter" in reply.body:
        reply.put({**reply.json, "scimType": "invalidValue"})


def forget_quotes(seen: Seen, reply: Reply) -> None:
    if seen.method == "GET" and "/v2/users/" in seen.path and "etag" in reply.headers:
        reply.headers["etag"] = reply.headers["etag"].strip('"')


def forgets_to_check(seen: Seen) -> None:
    """If-Match is not looked at by PATCH of a v1 group, so both of two writers win."""
    if seen.method == "PATCH" and "/scim/users/" in seen.path:
        seen.headers.pop("if-match", None)


LENT_ALL = permissions.lending("GET", "/scim/v2/users")
LENT_ANONYMOUS = permissions.lending("GET", "/scim/groups/", to=permissions.anonymous, lender="/groups")
APPLIED = permissions.refused_but_applied()
HALF = lifecycle.ignore_on_put(lifecycle.on_absent)

GROUPS: tuple[tuple[Planted, ...], ...] = (
    (
        known("one-suffices", permissions.DEFECTS, "setPassword alone refused on PATCH, allowed on PUT"),
        Planted(
            "lacking-let-in",
            "permissions.lacking-refused",
            "get_scim_v2_users",
            before=LENT_ALL,
            client="none",
        ),
        known("lacking-404", permissions.DEFECTS, "404 where RFC 7644 has 403", client="directory:user:edit"),
        Planted(
            "refused-but-applied",
            "permissions.lacking-refused",
            "patch_scim_group",
            APPLIED[0],
            APPLIED[1],
            client="directory:user:view",
        ),
        known("no-challenge", permissions.DEFECTS, "a 401 without a challenge", case="no-header"),
        known("open-is-closed", permissions.DEFECTS, "the configuration of v2 asks for a token"),
        known(
            "prefixes-differ",
            permissions.DEFECTS,
            "one prefix alone answers 404 instead of 403",
            operation="get_scim_v2_group",
        ),
    ),
    (
        Planted(
            "anonymous-let-in",
            "permissions.anonymous-refused",
            "get_scim_group",
            before=LENT_ANONYMOUS,
            case="no-header",
        ),
        known("accept-ignored", types.DEFECTS, "Accept ignored on a v2 group"),
        known("html-for-any", types.DEFECTS, "HTML where any type will do", case="any"),
        known("poorer-in-scim", types.DEFECTS, "an attribute left out of scim+json"),
        known("scim-body-refused", types.DEFECTS, "scim+json bodies refused on one PATCH", case="accept-scim"),
        known("json-body-not-read", types.DEFECTS, "json bodies taken and not read", case="accept-json"),
        known("charset-refused", types.DEFECTS, "a charset parameter refused", case="json"),
        known("text-taken-for-json", types.DEFECTS, "text/plain and XML taken for JSON"),
        known("csv-on-request", types.DEFECTS, "CSV on request"),
        known("only-latin", types.DEFECTS, "only Latin letters survive a PUT"),
        known("talkative-delete", types.DEFECTS, "a delete that says something"),
    ),
    (
        known("walk-repeats", lists.DEFECTS, "the second page begins one too early"),
        known("count-zero", lists.DEFECTS, "count=0 taken as the default"),
        known("ten-by-default", lists.DEFECTS, "10 by default"),
        known("total-of-the-page", lists.DEFECTS, "totalResults counted after slicing", case="with-filter"),
        known("items-per-page", lists.DEFECTS, "itemsPerPage as asked, not as given", case="partial-page"),
        known("finds-everybody", lists.DEFECTS, "an unknown attribute finds everybody", case="emails-value"),
        known("example-refused", lists.DEFECTS, "the documented, unquoted example refused", case="unquoted"),
        known("percent-is-a-wildcard", lists.DEFECTS, "% is a wildcard", case="percent"),
        known("plus-decoded-twice", lists.DEFECTS, "%2B decoded twice", case="plus"),
        known("parentheses-dropped", lists.DEFECTS, "parentheses dropped"),
        Planted(
            "schema",
            "representations.schema",
            "get_scim_v2_user",
            after=answers("GET", "/v2/users/", wrong_in_the_middle),
        ),
        Planted("malformed-filter", "filters.malformed", "get_scim_users", after=other_kind, case="unclosed-quote"),
    ),
    (
        known("if-match-ignored", etags.DEFECTS, "If-Match ignored only on PUT of a v2 group", case="made-up"),
        known("if-match-ignored-delete", etags.DEFECTS, "If-Match ignored only on DELETE in v1", case="made-up"),
        Planted(
            "stale-refused-but-applied",
            "etags.stale-if-match-refused",
            "patch_scim_v2_user",
            etags.let_stale_through,
            etags.refuse_but_apply(),
            case="made-up",
        ),
        known("precondition-failed", etags.DEFECTS, "412 as RFC 7232 has it, where the reference says 400"),
        known("never-304", etags.DEFECTS, "If-None-Match ignored on the v2 configuration"),
        Planted("etag-without-quotes", "etags.header-quoted", "get_scim_v2_user", after=forget_quotes),
        known("version-without-quotes", etags.DEFECTS, "meta.version without its quotes"),
        Planted("both-writers-win", "etags.one-writer-wins", "patch_scim_user", before=forgets_to_check),
        known("list-versions", etags.DEFECTS, "versions in a list that never change"),
    ),
    (
        Planted(
            "schemas-uris",
            "representations.schemas-uris",
            "get_scim_groups",
            after=answers("GET", "/scim/groups", lambda d: [g.pop("schemas") for g in d.get("Resources", [])]),
        ),
        Planted(
            "password-shown", "representations.password-never-returned", "patch_scim_v2_user", after=shows_the_password
        ),
        known("no-id", shown.DEFECTS, "no id in the answer to a PUT"),
        known("location-of-nobody", shown.DEFECTS, "a location that leads to nobody", case="location"),
        known("other-email", shown.DEFECTS, "an answer that hides what became of the other email"),
        known("ref-to-group", shown.DEFECTS, "members that are called groups in their $ref", case="members"),
        known("national-number", shown.DEFECTS, "phone numbers in the national format"),
        known("lost-phone-type", shown.DEFECTS, "one type of phone number lost in PUT", case="phone-work4"),
    ),
    (
        known("external-id-in-v1-only", shown.DEFECTS, "externalId shown in one prefix only"),
        known("two-primaries", shown.DEFECTS, "a PATCH that leaves two phone numbers primary"),
        known("members-lost", shown.DEFECTS, "a group that loses its members when it is written as it was read"),
        known("location-header", lifecycle.DEFECTS, "Location names the other prefix"),
        known("title-required", lifecycle.DEFECTS, "a title is required"),
        known("created-without-name", lifecycle.DEFECTS, "displayName is optional"),
        known("deleted-twice", lifecycle.DEFECTS, "a user is deleted twice"),
        known("half-applied", lifecycle.DEFECTS, "refused PATCH half applied"),
        known("add-replaces", lifecycle.DEFECTS, "add replaces the list"),
        known("new-name-not-found", lifecycle.DEFECTS, "new name not found"),
    ),
    (
        Planted("left-out-is-kept", "lifecycle.replace", "put_scim_v2_user", **HALF, case="left-out-is-cleared"),
        known("never-switched-off", lifecycle.DEFECTS, "no user is switched off by PUT"),
        known("no-groups", lifecycle.DEFECTS, "users name no groups", operation="patch_scim_group"),
        known("removes-first", lifecycle.DEFECTS, "removes go first"),
        known("endpoint-nowhere", errors.DEFECTS, "an endpoint that leads nowhere"),
        Planted(
            "error-in-html",
            "errors.shape",
            "get_scim_v2_user",
            after=errors_where("GET", "/v2/users/", in_html),
        ),
        Planted(
            "status-is-a-number",
            "errors.status-is-string",
            "delete_scim_v2_user",
            after=errors_where("DELETE", "/v2/users/", with_a_number),
        ),
        Planted(
            "stack-trace",
            "errors.no-internals",
            "get_scim_v2_groups",
            after=errors_where("GET", "/v2/groups", with_a_stack_trace, status=400),
        ),
        Planted(
            "server-error",
            "errors.never-5xx",
            "get_scim_v2_users",
            before=crashes("GET", "/v2/users", b"zz"),
        ),
    ),
)
"""What is planted together, a run for each group."""

EXTRA = {
    2: ("filters.equality|get_scim_v2_users",),
    4: ("lifecycle.set-password|patch_scim_v2_user", "filters.documented-example|get_scim_groups"),
    6: ("errors.unknown-id", "filters.malformed|get_scim_v2_users", "filters.malformed|get_scim_v2_groups"),
}
"""What is asked besides, by group, for the sake of claims that are held against every exchange."""
