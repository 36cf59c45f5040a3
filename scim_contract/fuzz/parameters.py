"""Parameters: pages, filters from the grammar and beside it, ETags, ids."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from scim_contract.contract import Operation
from scim_contract.fuzz.examples import Question
from scim_contract.fuzz.texts import texts, weighted

_NO_HEADER = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_NUMBERS = (
    *("0", "1", "2", "25", "26", "-1", "100", "1000", "65536", "2147483647", "2147483648", "-2147483648"),
    *("4294967296", "9223372036854775807", "9223372036854775808", "1e3", "1.5", "0x10", "+1", " 1", "1 ", "٣", "①"),
    *("", "null", "NaN", "1,2", "1" * 400, "-0", "00001", "true"),
)
_ATTRIBUTES = (
    *("userName", "displayName", "externalId", "id", "title", "active", "emails.value", "emails", "meta.lastModified"),
    *("urn:ietf:params:scim:schemas:core:2.0:User:userName", "members.value", "nickName", "a.b.c", "USERNAME"),
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
)
_OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ", "pr", "re")
_VALUES = ('"x"', "x", "true", "null", "42", "-1.5e3", '"2026-01-01T00:00:00Z"', '"*"', '""', "'x'", '"\\ud800"', "{}")
_BREAKS = ("(", ")", '"', "\\", " ", "[", "]", " and", "not ", "%", "\x00", "\n", ".", ":")
_DEPTHS = (20, 200, 500)
_LONGEST = 3_800
"""What a filter may take up of a URL: some gateways refuse those of 4,000 characters unread."""
_ETAGS = (
    *(
        '"1"',
        'W/"1"',
        "*",
        "1",
        '""',
        '"',
        'W/""',
        '"a", "b"',
        '*, "1"',
        '"a"b"',
        "w/'1'",
        '"\\"',
        '"é"',
        '"\U0001f3a7"',
    ),
    *('"' + "x" * 1_000 + '"', '"' + "x" * 9_000 + '"', ", ".join(f'"{n}"' for n in range(300)), "null", '"1";q=1'),
)
_IDS = (
    *("x", "0", "-1", "null", "00000000-0000-0000-0000-000000000000", "..", ".", "%", " ", "a/b", "a\\b", "a;b", "a?b"),
    *("a#b", "é", "🎧", "\x00", "\n", "x" * 300, "x" * 3_500, '"', "*", "' or '1'='1", "Me", "$ref", ".search"),
)


def questions(operation: Operation) -> SearchStrategy[Question]:
    """Parameters for an operation: those that it has."""
    if operation.kind == "list":
        return st.builds(Question, st.just(operation.id), _queries(operation))
    header = "If-Match" if operation.writes else "If-None-Match"
    etags = weighted((4, st.sampled_from(_ETAGS)), (1, _as_header(texts())))
    asked = st.builds(lambda etag: Question(operation.id, headers=((header, etag),)), etags)
    if operation.writes or operation.path_parameter is None:
        return asked
    ids = weighted((4, st.sampled_from(_IDS)), (1, texts()))
    strange = st.builds(lambda its_id: Question(operation.id, path_id=_encoded(its_id)), ids)
    return weighted((1, asked), (1, strange))


def cards(operation: Operation, seed: int) -> list[Question]:
    """Every awkward number, filter, ETag and id once, in the seed's order."""
    chance = random.Random(seed)
    found = list(_cards(operation))
    chance.shuffle(found)
    return found


def _cards(operation: Operation) -> Iterator[Question]:
    if operation.kind != "list":
        header = "If-Match" if operation.writes else "If-None-Match"
        yield from (Question(operation.id, headers=((header, etag),)) for etag in _ETAGS)
        if not operation.writes and operation.path_parameter is not None:
            yield from (Question(operation.id, path_id=_encoded(its_id)) for its_id in _IDS)
        return
    plain = 'displayName eq "x"'
    filters_ = [f"displayName eq {value}" for value in _VALUES]
    filters_ += [_comparison("displayName", operator, '"x"') for operator in _OPERATORS]
    filters_ += [_broken(plain, at, piece) for piece in _BREAKS for at in (0, len(plain))]
    filters_ += ["(" * depth + plain + ")" * depth for depth in _DEPTHS]
    filters_ += [" or ".join([plain] * times) for times in (20, 100)]
    filters_ += [f"not ({plain})", f"emails[{plain}]", 'displayName eq "a\x00b"', 'displayName eq "🎧"']
    yield from (Question(operation.id, _query(("filter", text))) for text in filters_)
    for number, other in zip(_NUMBERS, reversed(_NUMBERS), strict=True):
        yield Question(operation.id, _query(("filter", plain), ("startIndex", number)))
        yield Question(operation.id, _query(("filter", plain), ("count", other)))


def _query(*pairs: tuple[str, str]) -> str:
    return "&".join(f"{name}={_fitting(value)}" for name, value in pairs)


def _fitting(value: str) -> str:
    """A value as it goes into a URL, less what of its end is too long for one."""
    whole = quote(value.encode("utf-8", "replace"), safe="-._~")
    return whole if len(whole) <= _LONGEST else _fitting(value[: max(1, len(value) * _LONGEST // len(whole) - 1)])


def _as_header(values: SearchStrategy[str]) -> SearchStrategy[str]:
    """Texts as an ETag, less what no header can hold."""
    return st.builds(lambda text: f'"{_NO_HEADER.sub("", text)[:2_000]}"', values)


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="-_~").replace(".", "%2E")


@st.composite
def _queries(draw: DrawFn, operation: Operation) -> str:
    pairs: list[tuple[str, str]] = []
    names = draw(st.lists(st.sampled_from(("startIndex", "count", "filter", "filter")), min_size=1, max_size=3))
    for name in names:
        if operation.parameter(name) is not None:
            numbers = weighted((4, st.sampled_from(_NUMBERS)), (1, st.integers(-5, 200).map(str)))
            pairs.append((name, draw(filters() if name == "filter" else numbers)))
    if operation.requires_filter and "filter" not in names and draw(st.booleans()):
        pairs.append(("filter", 'displayName eq "x"'))
    return _query(*pairs)


def filters() -> SearchStrategy[str]:
    """Filters: comparisons, joined and nested, and what is left of them after a mistake."""
    plain = st.builds(_comparison, st.sampled_from(_ATTRIBUTES), st.sampled_from(_OPERATORS), _values())
    nested = st.recursive(
        plain,
        lambda inner: st.one_of(
            st.builds(lambda one, word, other: f"{one} {word} {other}", inner, st.sampled_from(("and", "or")), inner),
            st.builds(lambda one: f"not ({one})", inner),
            st.builds(lambda one: f"({one})", inner),
            st.builds(lambda one: f"emails[{one}]", inner),
        ),
        max_leaves=4,
    )
    deep = st.builds(lambda one, depth: "(" * depth + one + ")" * depth, plain, st.sampled_from(_DEPTHS))
    long = st.builds(lambda one, times: " or ".join([one] * times), plain, st.sampled_from((20, 100)))
    broken = st.builds(_broken, nested, st.integers(0, 60), st.sampled_from(_BREAKS))
    return weighted((4, plain), (3, nested), (1, deep), (1, long), (5, broken), (1, texts()))


def _values() -> SearchStrategy[str]:
    quoted = st.builds(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"', texts())
    return weighted((3, st.sampled_from(_VALUES)), (2, quoted))


def _comparison(attribute: str, operator: str, value: str) -> str:
    return f"{attribute} pr" if operator == "pr" else f"{attribute} {operator} {value}"


def _broken(text: str, at: int, piece: str) -> str:
    """A filter with a piece put into it, or taken out where the piece is a space."""
    place = at % (len(text) + 1)
    return text[:place] + text[place + 1 :] if piece == " " else text[:place] + piece + text[place:]
