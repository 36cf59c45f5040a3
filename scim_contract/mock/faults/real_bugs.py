"""Bugs that users reported of other SCIM servers, as far as this contract can show them; here those of asking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from scim_contract.contract import Contract
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.directory import Record
from scim_contract.mock.faults import real_bugs_answers, real_bugs_errors, real_bugs_patches, real_bugs_users
from scim_contract.mock.faults.acting import Document, answering, asking, become, error
from scim_contract.mock.paging import Page
from scim_contract.mock.planting import Fault, Plant, ranging
from scim_contract.mock.wire import Reply, Seen

USERS, USERS_2, GROUPS = "get_scim_users", "get_scim_v2_users", "get_scim_groups"
GROUPS_2, USER, USER_2 = "get_scim_v2_groups", "get_scim_user", "get_scim_v2_user"
GITHUB = "https://github.com/"


def faults(contract: Contract) -> Iterator[Fault]:
    """The bugs of every topic, each with a link to its report."""
    yield from _who_may(contract)
    yield from _media_types(contract)
    yield from _pages(contract)
    yield from _filters(contract)
    yield from real_bugs_answers.faults(contract)
    yield from real_bugs_errors.faults(contract)
    yield from real_bugs_users.faults(contract)
    yield from real_bugs_patches.faults(contract)


def _who_may(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-500-without-a-token",
        "permissions.anonymous-refused",
        (USERS, USER_2),
        "A request without an Authorization header breaks the server.",
        lambda: Plant(before=lambda seen: error(500) if "authorization" not in seen.headers else None),
        also=("permissions.challenge", "permissions.same-in-both-prefixes", "errors.never-5xx"),
        link=GITHUB + "keycloak/keycloak/issues/49973",
    )
    yield Fault(
        "bug-odd-id-is-401",
        "errors.unknown-id",
        (USER, USER_2),
        "An id that is no UUID is answered as if the token were bad.",
        lambda: Plant(before=_odd_id_is_401),
        link=GITHUB + "ssoready/ssoready/pull/259",
    )
    yield Fault(
        "bug-401-without-challenge",
        "permissions.challenge",
        ranging(contract, "permissions.challenge"),
        "No 401 has a WWW-Authenticate header.",
        lambda: Plant(behaviour=_without_challenge),
        link=GITHUB + "thunder-id/thunderid/pull/5104",
    )
    yield Fault(
        "bug-searching-needs-the-right-to-create",
        "permissions.one-suffices",
        (USERS, USERS_2),
        "Who looks for users needs the permission to create them.",
        lambda: Plant(behaviour=_searched_by_who_may_create),
        also=("permissions.lacking-refused", "permissions.same-in-both-prefixes"),
        link=GITHUB + "wso2/product-is/issues/10378",
    )


def _media_types(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-scim-json-body-not-parsed",
        "content-types.body-scim",
        ranging(contract, "content-types.body-scim"),
        "Only bodies sent as application/json are parsed; one sent as application/scim+json is taken for none.",
        lambda: Plant(before=_unparsed("application/scim+json")),
        link=GITHUB + "better-auth/better-auth/pull/6365",
    )
    yield Fault(
        "bug-json-body-not-parsed",
        "content-types.body-json",
        ("post_scim_users", "patch_scim_group", "put_scim_v2_user", "put_scim_v2_group", "patch_scim_v2_user"),
        "Only bodies sent as application/scim+json are parsed; one sent as application/json is taken for none.",
        lambda: Plant(before=_unparsed("application/json")),
        link=GITHUB + "scimmyjs/scimmy-routers/pull/22",
    )
    yield Fault(
        "bug-delete-needs-a-content-type",
        "content-types.none-needed",
        ranging(contract, "content-types.none-needed", "delete"),
        "A DELETE without a Content-Type is refused with 415.",
        lambda: Plant(before=lambda seen: None if "content-type" in seen.headers else error(415)),
        link=GITHUB + "bitwarden/server/pull/2294",
    )
    yield Fault(
        "bug-scim-json-not-acceptable",
        "content-types.accept-scim",
        (USERS, USER_2),
        "Accept: application/scim+json is refused with 406, */* is answered.",
        lambda: Plant(before=_only_json_acceptable),
        link=GITHUB + "wso2/product-is/issues/3374",
    )


def _pages(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-count-0-refused",
        "paging.count-zero",
        ranging(contract, "paging.count-zero"),
        "A count of 0 is refused.",
        lambda: Plant(before=asking(lambda asked: _bad_value() if asked.get("count") == "0" else None)),
        also=("paging.count-negative",),
        link=GITHUB + "pond/scimitar/pull/168",
    )
    yield Fault(
        "bug-past-the-end-begins-anew",
        "paging.past-the-end",
        (USERS, USERS_2),
        "A startIndex past the end gives the first page, and totalResults counts what is on it.",
        lambda: Plant(behaviour=_begins_anew),
        also=("paging.not-a-number",),
        link=GITHUB + "wso2/product-is/issues/13752",
    )
    yield Fault(
        "bug-total-counts-the-page",
        "paging.total-independent",
        (USERS, GROUPS_2),
        "totalResults is the number of Resources on the page.",
        lambda: Plant(after=answering(_total_of_page)),
        also=("paging.count-zero", "paging.past-the-end", "filters.counts-matches"),
        link=GITHUB + "wso2/product-is/issues/7320",
    )
    yield Fault(
        "bug-paged-list-breaks",
        "paging.one-based",
        (USERS, USERS_2),
        "A list of users with both startIndex and count breaks the server.",
        lambda: Plant(before=asking(lambda asked: error(500) if asked.keys() >= {"startIndex", "count"} else None)),
        also=("errors.never-5xx",),
        link=GITHUB + "wso2/product-is/issues/7381",
    )
    yield Fault(
        "bug-empty-page-breaks",
        "filters.no-match",
        (USERS, GROUPS),
        "Without a count, or with one of 0, a page without Resources breaks the server.",
        lambda: Plant(after=_first_of_page),
        also=("paging.count-zero", "filters.forgets-deleted", "errors.never-5xx"),
        link=GITHUB + "wso2/product-is/issues/9303",
    )


def _filters(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-filter-in-ascii-only",
        "filters.encoding",
        (GROUPS, GROUPS_2),
        "A filter with a letter outside ASCII is refused.",
        lambda: Plant(before=asking(lambda asked: None if asked.get("filter", "").isascii() else _bad_syntax())),
        link=GITHUB + "apache/directory-scimple/issues/981",
    )
    yield Fault(
        "bug-filter-on-emails-dropped",
        "filters.equality",
        (USERS, USERS_2),
        "A filter on the value of an email is dropped, and everybody is listed.",
        lambda: Plant(before=asking(_emails_dropped)),
        link=GITHUB + "eneo-ai/eneo/pull/443",
    )
    yield Fault(
        "bug-query-decoded-twice",
        "filters.encoding",
        (USERS, GROUPS_2),
        "Percent-encoding in a query is undone twice.",
        lambda: Plant(before=_decoded_once_already),
        also=("filters.value-is-data",),
        link=GITHUB + "fdipuma/scrima-dotnet/pull/5",
    )
    yield Fault(
        "bug-filter-cut-at-an-apostrophe",
        "filters.encoding",
        (USERS, GROUPS),
        "The value in a filter ends at the first apostrophe.",
        lambda: Plant(before=asking(_cut_at_apostrophe)),
        also=("filters.value-is-data",),
        link=GITHUB + "wso2/product-is/issues/6631",
    )


# who may ------------------------------------------------------------------------------------------------


def _odd_id_is_401(seen: Seen) -> Reply | None:
    try:
        UUID(unquote(seen.path.rpartition("/")[2]))
    except ValueError:
        return error(401, "The token is not valid.")
    return None


def _without_challenge(behaviour: Behaviour, _: Any) -> Behaviour:
    return replace(behaviour, challenge=lambda presented: {})


def _searched_by_who_may_create(behaviour: Behaviour, _: Any) -> Behaviour:
    return replace(behaviour, permitted=lambda held, operation: "directory:user:add" in held)


# media types --------------------------------------------------------------------------------------------


def _unparsed(media_type: str) -> Callable[[Seen], None]:
    def before(seen: Seen) -> None:
        if seen.headers.get("content-type", "").partition(";")[0].strip().lower() == media_type:
            seen.body = b"{}"

    return before


def _only_json_acceptable(seen: Seen) -> Reply | None:
    return None if seen.headers.get("accept", "*/*") in ("*/*", "application/json") else error(406)


# pages --------------------------------------------------------------------------------------------------


def _bad_value() -> Reply:
    return error(400, "count is at least 1.", "invalidValue")


def _begins_anew(behaviour: Behaviour, _: Any) -> Behaviour:
    """The page is cut before anyone counts, and past the end it is the first one."""
    begun: list[bool] = [False]

    def cut(items: Sequence[Record], page: Page) -> Sequence[Record]:
        begun[0] = len(items) < page.start
        return behaviour.cut(items, Page(1, page.count) if begun[0] else page)

    def list_response(resources: Sequence[Document], total: int, page: Page) -> Document:
        return behaviour.list_response(resources, len(resources) if begun[0] else total, page)

    return replace(behaviour, cut=cut, list_response=list_response)


def _total_of_page(asked: dict[str, str], document: Document) -> None:
    document["totalResults"] = len(document["Resources"])


def _first_of_page(seen: Seen, reply: Reply) -> None:
    if reply.ok and seen.parameters.get("count", "0") == "0" and not reply.json["Resources"]:
        become(reply, error(500))


# filters ------------------------------------------------------------------------------------------------


def _bad_syntax() -> Reply:
    return error(400, "The filter cannot be mapped.", "invalidSyntax")


def _emails_dropped(asked: dict[str, str]) -> None:
    if asked.get("filter", "").lower().startswith("emails"):
        asked["filter"] = "userName pr"


def _decoded_once_already(seen: Seen) -> None:
    seen.query = quote(unquote(seen.query), safe="=&%+\"'")


def _cut_at_apostrophe(asked: dict[str, str]) -> None:
    if "filter" in asked:
        asked["filter"] = re.sub(r"'[^\"]*\"$", '"', asked["filter"])
