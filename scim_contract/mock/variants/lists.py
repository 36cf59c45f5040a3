"""How servers answer lists: how much they show, in which order, and which filters and pages they refuse."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import discovery, paging
from scim_contract.mock.directory import Record
from scim_contract.mock.errors import ScimProblem, invalid_value
from scim_contract.mock.faults.acting import Document, error
from scim_contract.mock.filters import FilterEngine
from scim_contract.mock.paging import MAX_RESULTS, Page
from scim_contract.mock.planting import Plant, Variant, replacing
from scim_contract.mock.representation import Links
from scim_contract.mock.variants.making import OPEN, about, document_of, scim
from scim_contract.mock.wire import Reply, Seen

_FILTERS = OPEN + "any other filter may be refused with 400 invalidFilter, and is then untested"
_ENVELOPE = "paging.items-per-page: where there; free where Resources is empty"
_COUNTS = "paging.huge-count: at most filter.maxResults, or 400 tooMany"
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


_NEEDED = MappingProxyType({"users": "id|userName|externalId", "groups": "displayName"})
_EXAMPLES = MappingProxyType(
    {"users": "id|userName|externalId|manager|email|division|employeeNumber", "groups": "id|displayName"}
)
"""The attributes by which a list must be filtered, where the reference gives examples of filters."""


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield from _envelopes()
    yield from _orders()
    yield from _counts()
    yield from _filters(contract)


def _envelopes() -> Iterator[Variant]:
    ways: dict[str, tuple[str, Callable[[Document], object]]] = {
        "lists-say-little": ("A list that is whole has no startIndex and no itemsPerPage.", _bare_when_whole),
        "empty-page-is-absent": ("A page that holds nothing has no Resources.", _absent_when_empty),
        "empty-page-is-null": ("The Resources of a page that holds nothing are null.", _null_when_empty),
        "empty-page-starts-at-one": ("A page that holds nothing says startIndex 1.", _one_when_empty),
        "empty-page-starts-nowhere": ("A page that holds nothing has no startIndex.", _no_start_when_empty),
    }
    for name, (sentence, change) in ways.items():
        yield Variant(name, sentence, _ENVELOPE, lambda change=change: Plant(after=_lists(change)))  # type: ignore[misc]


def _orders() -> Iterator[Variant]:
    source = OPEN + "the order of matches is the server's, the order being stable"
    orders: dict[str, tuple[str, Callable[[Record], Any]]] = {
        "lists-by-name": ("Lists are in the order of the names.", lambda record: record.content["displayName"]),
        "lists-by-id": ("Lists are in the order of the ids.", lambda record: record.id),
        "lists-newest-first": ("Lists begin with what was last changed.", lambda record: -record.modified),
    }
    for name, (sentence, key) in orders.items():
        yield Variant(name, sentence, source, lambda key=key: replacing(cut=_sorted(key)))  # type: ignore[misc]


def _counts() -> Iterator[Variant]:
    for most in (25, 200):
        yield Variant(
            f"at-most-{most}",
            f"A page holds at most {most}, as filter.maxResults says.",
            _COUNTS,
            lambda most=most: replacing(page_asked=_at_most(most), provider_config=_saying(most)),  # type: ignore[misc]
            poor=most > MAX_RESULTS,  # more than there are groups, so that it cannot be seen whether that is kept
        )
    yield Variant(
        "too-many-refused",
        "A count above filter.maxResults is refused with tooMany.",
        _COUNTS,
        lambda: replacing(page_asked=_too_many(MAX_RESULTS)),
    )
    yield Variant(
        "more-than-25-refused",
        "filter.maxResults is 25, and a count above it is refused with tooMany.",
        _COUNTS,
        lambda: replacing(page_asked=_too_many(25), provider_config=_saying(25)),
        poor=True,
    )
    yield Variant(
        "no-maximum-declared",
        "filter.maxResults is not declared.",
        "discovery.flags-are-true: what is declared is respected",
        lambda: replacing(provider_config=_saying(None)),
        poor=True,
    )
    yield Variant(
        "many-is-429",
        "A count above 25 is answered with 429.",
        OPEN + "a count over 25 may be answered with 429",
        lambda: Plant(before=_busy_with_many),
        poor=True,
    )
    yield Variant(
        "large-numbers-refused",
        "A startIndex or count beyond 32 bits is refused.",
        "paging.not-a-number: 10^30: 400, or as huge-count and past-the-end",
        lambda: replacing(integer=_of_32_bits),
    )


def _filters(contract: Contract) -> Iterator[Variant]:
    needed = _EXAMPLES if "filters.documented-examples" in contract.claims else _NEEDED
    wide = {"wide_user_filter": "", "wide_group_filter": ""}
    yield Variant(
        "required-filters-only",
        "Only the filters that must be known are, and the two wide ones of the profile.",
        _FILTERS,
        lambda: Plant(before=_strict(needed, "active eq true", "displayName pr")),
        poor=True,
    )
    yield Variant(
        "required-filters-only-nothing-wide",
        "Only the filters that must be known are.",
        _FILTERS,
        lambda: Plant(before=_strict(needed)),
        profile=wide,
        poor=True,
    )
    yield Variant(
        "wide-filters-refused",
        "Only the filters that must be known are; those that the profile names as wide are refused as well.",
        _FILTERS,
        lambda: Plant(before=_strict(needed)),
        poor=True,
    )
    yield Variant(
        "no-logic-in-filters",
        "Filters with and, or, not or parentheses are refused.",
        _FILTERS,
        lambda: Plant(before=_no_logic),
        poor=True,
    )
    yield Variant(
        "no-users-by-name-or-title",
        "Filters on displayName and title of users are refused.",
        _FILTERS,
        lambda: Plant(before=_no_names),
    )
    yield Variant(
        "empty-filter-refused",
        "An empty filter is refused, where none is needed as well.",
        "filters.malformed: empty (on v1 groups also: as if absent)",
        lambda: Plant(before=_no_empty_filter),
    )
    yield Variant(
        "deactivated-left-out",
        "Lists leave out deactivated users, unless the filter asks for active.",
        OPEN + "lists that do not ask for active may omit deactivated users",
        lambda: replacing(matcher=_living),
    )
    for form in ("NFC", "NFD"):
        yield Variant(
            f"filters-normalised-{form.lower()}",
            f"Filters compare texts in the form {form} of Unicode.",
            OPEN + "how it normalises Unicode in filter values",
            lambda form=form: replacing(matcher=_normalising(form)),  # type: ignore[misc]
        )


def _lists(change: Callable[[Document], object]) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        document = document_of(reply) if scim(seen) and reply.ok else None
        if document is not None and "Resources" in document:
            change(document)
            reply.put(document)

    return after


def _bare_when_whole(document: Document) -> None:
    if document["totalResults"] == len(document["Resources"] or []):
        document.pop("startIndex", None)
        document.pop("itemsPerPage", None)


def _absent_when_empty(document: Document) -> None:
    if not document["Resources"]:
        del document["Resources"]


def _null_when_empty(document: Document) -> None:
    document["Resources"] = document["Resources"] or None


def _one_when_empty(document: Document) -> None:
    if not document["Resources"]:
        document["startIndex"] = 1


def _no_start_when_empty(document: Document) -> None:
    if not document["Resources"] and not document["totalResults"]:
        document.pop("startIndex", None)


def _sorted(key: Callable[[Record], Any]) -> Callable[[Sequence[Record], Page], Sequence[Record]]:
    return lambda records, page: paging.cut(sorted(records, key=key), page)


def _at_most(most: int) -> Callable[[int, int], Page]:
    def page_asked(start: int, count: int) -> Page:
        page = paging.page_asked(start, count)
        return Page(page.start, min(page.count, most))

    return page_asked


def _saying(most: int | None) -> Callable[[Links, str, int], Document]:
    def provider_config(links: Links, version: str, modified: int) -> Document:
        document = discovery.provider_config(links, version, modified)
        document["filter"] = {"supported": True} | ({} if most is None else {"maxResults": most})
        return document

    return provider_config


def _too_many(most: int) -> Callable[[int, int], Page]:
    def page_asked(start: int, count: int) -> Page:
        if count > most:
            raise ScimProblem(400, "So many are not shown at once.", "tooMany")
        return paging.page_asked(start, count)

    return page_asked


def _of_32_bits(name: str, text: str | None, default: int) -> int:
    number = paging.integer(name, text, default)
    if abs(number) >= 2**31:
        raise invalid_value(f"The parameter {name} is out of range.")
    return number


def _busy_with_many(seen: Seen) -> Reply | None:
    count = seen.parameters.get("count", "")
    many = seen.operation is not None and count.isdigit() and int(count) > 25
    return Reply(429, {"retry-after": "0"}, b"") if many else None


def _listing(seen: Seen) -> bool:
    return seen.operation is not None and seen.method == "GET" and seen.path.endswith(("/users", "/groups"))


def _refused() -> Reply:
    return error(400, "This server knows no such filter.", "invalidFilter")


def _strict(needed: Mapping[str, str], *known: str) -> Callable[[Seen], Reply | None]:
    def before(seen: Seen) -> Reply | None:
        text = seen.parameters.get("filter", "").strip()
        if not _listing(seen) or not text or text in known:
            return None
        names = needed["users" if about(seen, "users") else "groups"]
        bare = _QUOTED.sub("VALUE", text)
        allowed = re.fullmatch(rf"(?i)({names})\s+eq\s+\S+", bare)
        return None if allowed or (text == "active eq false" and needed is _EXAMPLES) else _refused()

    return before


def _no_logic(seen: Seen) -> Reply | None:
    bare = _QUOTED.sub("VALUE", seen.parameters.get("filter", ""))
    return _refused() if _listing(seen) and re.search(r"(?i)\b(and|or|not)\b|[()]", bare) else None


def _no_names(seen: Seen) -> Reply | None:
    named = re.search(r"(?i)\b(displayName|title)\b", _QUOTED.sub("VALUE", seen.parameters.get("filter", "")))
    return _refused() if _listing(seen) and about(seen, "users") and named else None


def _no_empty_filter(seen: Seen) -> Reply | None:
    empty = _listing(seen) and not seen.parameters.get("filter", "all").strip()
    return _refused() if empty else None


def _living(engine: FilterEngine, kind: str, text: str, show: Callable[[Record], Document]) -> Callable[[Record], bool]:
    matches = engine.matcher(kind, text, show)
    if kind != "User" or re.search(r"(?i)\bactive\b", _QUOTED.sub("VALUE", text)):
        return matches
    return lambda record: bool(record.content.get("active", True)) and matches(record)


def _normalising(form: Any) -> Callable[..., Callable[[Record], bool]]:
    def normal(value: Any) -> Any:
        if isinstance(value, str):
            return unicodedata.normalize(form, value)
        if isinstance(value, dict):
            return {name: normal(each) for name, each in value.items()}
        return [normal(each) for each in value] if isinstance(value, list) else value

    def matcher(
        engine: FilterEngine, kind: str, text: str, show: Callable[[Record], Document]
    ) -> Callable[[Record], bool]:
        return engine.matcher(kind, unicodedata.normalize(form, text), lambda record: normal(show(record)))

    return matcher
