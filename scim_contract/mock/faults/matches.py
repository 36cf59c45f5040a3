"""Faults of filters: what they find, how it is listed, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.behaviour import Document
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import answering, asking, become, changing, each_resource, error
from scim_contract.mock.faults.lists import (
    GROUPS,
    GROUPS_1,
    GROUPS_2,
    LISTS,
    USERS,
    USERS_1,
    USERS_2,
    Query,
    number,
    refusing,
    rewritten,
)
from scim_contract.mock.faults.searching import underscores
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this part of the area; the others are in filters, searching and indexes."""
    yield from _equality(contract)
    yield from _items(contract)
    yield from _no_match(contract)
    yield from _counting(contract)


def _equality(contract: Contract) -> Iterator[Fault]:
    claim = "filters.equality"
    yield from family(
        contract,
        "eq-finds-all-that-have-the-attribute",
        claim,
        "eq does not compare: whatever has the attribute is found.",
        lambda: Plant(before=asking(rewritten(r" eq .*$", " pr"))),
        also=("filters.no-match", "filters.counts-matches", "filters.not-a-prefix-match"),
    )
    yield from family(
        contract,
        "eq-finds-nothing",
        claim,
        "eq finds nothing, whatever is there.",
        lambda: Plant(before=asking(rewritten(r' eq "', ' eq "nothing'))),
    )
    yield Fault(
        "quotes-are-part-of-the-value",
        claim,
        GROUPS,
        "The quotes around a value are compared with the value, so that only unquoted names are found.",
        lambda: Plant(before=asking(rewritten(r'eq "(\w+)"$', r'eq "\\"\1\\""'))),
    )
    for name, attribute, operations in (
        ("id-unknown-to-filters", "id", (USERS_1,)),
        ("external-id-unknown-to-filters", "externalId", (USERS_2,)),
        ("user-name-unknown-to-filters", "userName", (USERS_1,)),
    ):
        yield Fault(
            name,
            claim,
            operations,
            f"{attribute} eq is refused with invalidFilter, which a server has to know for users.",
            lambda attribute=attribute: Plant(before=asking(refusing(f"^{attribute} "))),  # type: ignore[misc]
        )
    yield from family(
        contract,
        "emails-value-finds-everybody",
        claim,
        "A filter on emails.value is taken as none: everybody is found.",
        lambda: Plant(before=asking(rewritten(r"^emails\..*", "userName pr"))),
        operations=USERS,
    )
    yield Fault(
        "id-finds-every-group",
        claim,
        GROUPS,
        "A filter on the id of a group finds every group.",
        lambda: Plant(before=asking(rewritten(r"^id eq .*", "displayName pr"))),
    )
    yield Fault(
        "external-id-finds-who-has-none",
        claim,
        (USERS_1,),
        "externalId eq finds those as well who have no externalId.",
        lambda: Plant(before=asking(rewritten(r"^(externalId eq .*)$", r"\1 or not (externalId pr)"))),
    )
    yield Fault(
        "filter-applied-to-the-first-page",
        claim,
        LISTS,
        "The filter is applied to the page and not to the list: what is not among the first 25 is not found.",
        lambda: Plant(before=_first_page_noted, after=_on_the_first_page),
        also=("filters.counts-matches", "paging.walk-complete"),
    )
    yield Fault(
        "match-listed-twice",
        claim,
        LISTS,
        "What a filter finds is listed twice, as a join does it.",
        lambda: Plant(after=changing(_doubled)),
        also=("filters.counts-matches", "paging.count-respected", "paging.items-per-page"),
    )


def _items(contract: Contract) -> Iterator[Fault]:
    claim = "filters.equality"
    yield from family(
        contract,
        "listed-groups-without-members",
        claim,
        "In a list groups have no members.",
        lambda: Plant(after=each_resource(lambda group: group.pop("members", None))),
        operations=GROUPS,
        also=("representations.same-in-both-prefixes",),
    )
    yield Fault(
        "listed-users-without-extension",
        claim,
        USERS,
        "In a list users have no enterprise extension.",
        lambda: Plant(after=each_resource(lambda user: user.pop(ENTERPRISE_URN, None))),
    )
    for name, change, sentence in (
        ("later-pages-without-extension", _poorer_later, "From item 2 on, users in a list have no extension."),
        ("listed-at-the-first-ones-place", _first_place, "Of several users each has the first one's meta.location."),
    ):
        yield Fault(name, claim, USERS, sentence, partial(Plant, after=answering(change)))
    yield Fault(
        "listed-phones-in-another-format",
        claim,
        (USERS_1,),
        "In a list phones are tel URIs, read by id they are not.",
        lambda: Plant(after=each_resource(_phones_as_uris)),
    )
    yield Fault(
        "listed-names-in-lower-case",
        claim,
        (GROUPS_2, USERS_2),
        "In a list displayName is in lower case.",
        lambda: Plant(after=each_resource(lambda each: each.update(displayName=each["displayName"].lower()))),
    )


def _poorer_later(asked: dict[str, str], found: Document) -> None:
    for user in found.get("Resources", []) if asked.get("startIndex", "1") != "1" else ():
        user.pop(ENTERPRISE_URN, None)


def _first_place(_: dict[str, str], found: Document) -> None:
    for user in found.get("Resources", []):
        user["meta"]["location"] = found["Resources"][0]["meta"]["location"]


def _no_match(contract: Contract) -> Iterator[Fault]:
    claim = "filters.no-match"
    sentence = "An underscore in a value stands for any character, as in SQL."
    yield Fault("underscore-is-a-wildcard", claim, (USERS_1, GROUPS_1), sentence, underscores)
    yield from family(
        contract,
        "no-match-is-404",
        claim,
        "A filter that finds nothing is answered with 404.",
        lambda: Plant(after=_when_empty(lambda seen, reply: become(reply, error(404)))),
        also=("paging.past-the-end",),
    )
    yield Fault(
        "no-match-repeats-the-last-answer",
        claim,
        (USERS_1, GROUPS_2),
        "A filter that finds nothing gets what the one before it found.",
        lambda: Plant(after=_repeating),
    )
    yield Fault(
        "no-match-counts-everything",
        claim,
        (USERS_2, GROUPS_1),
        "A filter that finds nothing has no Resources, but a totalResults of everything that there is.",
        lambda: Plant(after=_when_empty(_counting_all)),
    )
    yield Fault(
        "no-match-has-no-body",
        claim,
        (USERS_2, GROUPS_2),
        "A filter that finds nothing is answered with 204 and no body.",
        lambda: Plant(after=_when_empty(lambda seen, reply: become(reply, Reply(204, {}, b"")))),
        also=("representations.answer",),
    )


def _counting(contract: Contract) -> Iterator[Fault]:
    claim = "filters.counts-matches"
    yield from family(
        contract,
        "total-counts-the-directory",
        claim,
        "Under a filter totalResults counts everything that there is.",
        lambda: Plant(after=_everything_counted),
        also=("filters.no-match", "paging.walk-complete", "paging.past-the-end"),
    )
    yield Fault(
        "switched-off-counted-but-not-shown",
        claim,
        USERS,
        "Users who are switched off are on no page, though totalResults counts them where several match.",
        lambda: Plant(after=answering(_hidden_where_off)),
    )
    yield Fault(
        "eq-stops-at-the-first-match",
        claim,
        USERS,
        "Of several users with one displayName eq finds the first.",
        lambda: Plant(after=answering(_first_alone)),
        also=("paging.walk-complete",),
    )
    yield Fault(
        "unpaged-total-counts-the-page",
        claim,
        USERS,
        "Where no page is asked for totalResults counts the 25 that come; on a page it is right.",
        lambda: Plant(after=answering(_unpaged_total)),
        also=("paging.total-independent", "paging.walk-complete"),
    )
    yield from family(
        contract,
        "filter-forgotten-on-the-second-page",
        claim,
        "With a startIndex above 1 the filter is not applied.",
        lambda: Plant(before=_later_without_a_filter),
        also=("paging.walk-complete", "paging.past-the-end", "paging.total-independent"),
    )
    yield Fault(
        "filter-forgotten-on-the-second-page-but-counted",
        claim,
        (GROUPS_1, USERS_1),
        "With a startIndex above 1 the filter is not applied, though totalResults counts its matches.",
        lambda: Plant(before=_later_without_a_filter, after=_counted_all_the_same()),
        also=("paging.walk-complete",),
    )
    yield from family(
        contract,
        "paging-ignored-under-a-filter",
        claim,
        "Where a filter is given startIndex and count are not heeded.",
        lambda: Plant(before=asking(_unpaged)),
        also=("paging.count-respected", "paging.one-based", "paging.walk-complete"),
    )


def _when_empty(change: Callable[[Seen, Reply], None]) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok and "filter" in seen.parameters and reply.json["totalResults"] == 0:
            change(seen, reply)

    return after


def _repeating(seen: Seen, reply: Reply) -> None:
    if reply.ok and reply.json["Resources"]:
        seen.memory["last"] = reply.body
    elif reply.ok:
        reply.body = seen.memory.get("last", reply.body)


def _counting_all(seen: Seen, reply: Reply) -> None:
    if seen.directory is not None:
        table = seen.directory.users if str(seen.operation).endswith("_users") else seen.directory.groups
        reply.put({**reply.json, "totalResults": len(table)})


def _first_page_noted(seen: Seen) -> None:
    if seen.directory is not None:
        table = seen.directory.users if str(seen.operation).endswith("_users") else seen.directory.groups
        seen.note["first"] = set(list(table)[:25])


def _on_the_first_page(seen: Seen, reply: Reply) -> None:
    def change(query: Query, document: Document) -> None:
        if " eq " in query.get("filter", ""):
            document["Resources"] = [each for each in document["Resources"] if each["id"] in seen.note["first"]]

    answering(change)(seen, reply)


def _doubled(document: Document) -> None:
    if document["totalResults"] == 1 and document["Resources"]:
        document.update(Resources=document["Resources"] * 2, totalResults=2, itemsPerPage=2)


def _phones_as_uris(user: Document) -> None:
    for phone in user.get("phoneNumbers", []):
        phone["value"] = "tel:" + phone["value"].removeprefix("tel:")


def _everything_counted(seen: Seen, reply: Reply) -> None:
    def change(query: Query, document: Document) -> None:
        if "filter" in query and seen.directory is not None:
            table = seen.directory.users if str(seen.operation).endswith("_users") else seen.directory.groups
            document["totalResults"] = len(table)

    answering(change)(seen, reply)


def _hidden_where_off(_: Query, document: Document) -> None:
    if document["totalResults"] > 2:
        document["Resources"] = [user for user in document["Resources"] if user.get("active")]
        document["itemsPerPage"] = len(document["Resources"])


def _first_alone(query: Query, document: Document) -> None:
    if query.get("filter", "").startswith("displayName eq"):
        first = document["Resources"][:1] if number(query, "startIndex", 1) <= 1 else []
        document.update(Resources=first, totalResults=min(document["totalResults"], 1), itemsPerPage=len(first))


def _later_without_a_filter(seen: Seen) -> None:
    seen.note["filter"] = seen.parameters.get("filter")
    if "filter" in seen.parameters and number(seen.parameters, "startIndex", 1) > 1:
        seen.ask(filter="id pr")


def _counted_all_the_same() -> Callable[[Seen, Reply], None]:
    totals: dict[str | None, int] = {}

    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok and number(seen.parameters, "startIndex", 1) > 1:
            reply.put({**reply.json, "totalResults": totals.get(seen.note["filter"], reply.json["totalResults"])})
        elif reply.ok:
            totals[seen.note["filter"]] = reply.json["totalResults"]

    return after


def _unpaged(query: Query) -> None:
    if "filter" in query:
        query.pop("startIndex", None)
        query.pop("count", None)


def _unpaged_total(query: Query, document: Document) -> None:
    if not {"startIndex", "count"} & query.keys():
        document["totalResults"] = len(document["Resources"])
