"""Texts that servers stumble over: each of these has cost somebody a night."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
AWKWARD = (
    "a",
    "Ada Lovelace",
    " leading",
    "trailing ",
    "two  spaces",
    "\ttab",
    "new\nline",
    "cr\r\nlf",
    "e\u0301",  # an accent of its own: NFC would make one character of the two
    "\u212b",  # Angstrom sign: NFC and NFKC make another character of it
    "\ufb01x",  # a ligature, which NFKC takes apart
    "Zoë-名前",
    "🎧👩‍👩‍👧",
    "שלום עולם",
    "İıſK",
    "ß",
    "\u200b",
    "a\u00ad-\u200fb",
    "\ufeffbom",
    "\u2028\u2029",
    "\x7f\x85",
    "\ufffe\uffff",
    "\U0010ffff",
    '"',
    "\\",
    "'; DROP TABLE users; --",
    "<b>&amp;</b>",
    "%00%2e%2e",
    "${7*7}{{x}}",
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "=1+1",
    "../../etc/passwd",
    "urn:ietf:params:scim:schemas:core:2.0:User",
)
REFUSABLE = ("a\x00b", "\x00", "\ud800", "a\udfffb")
LENGTHS = (64, 127, 128, 255, 256, 257, 500, 511, 512, 513, 899, 900, 901, 999, 1000)
BEYOND = (1001, 1024, 4096, 70_000)
FILL = ("x", "é", "名", "🎧", " y")


def texts() -> SearchStrategy[str]:
    """Texts of any kind, mostly short."""
    short = st.builds("".join, st.lists(characters(), min_size=1, max_size=12))
    several = st.builds("".join, st.lists(st.sampled_from(AWKWARD), min_size=2, max_size=4))
    return weighted(
        (6, st.sampled_from(AWKWARD)),
        (5, several),
        (3, long_texts()),
        (3, padded()),
        (2, refusable()),
        (1, short),
    )


def weighted(*chances: tuple[int, SearchStrategy[T]]) -> SearchStrategy[T]:
    """One of some strategies, each so often; the first is what an example becomes when it is made smaller."""
    numbers = [number for number, (weight, _) in enumerate(chances) for _ in range(weight)]
    return st.sampled_from(numbers).flatmap(lambda number: chances[number][1])


def refusable() -> SearchStrategy[str]:
    """What a server may refuse, so that it is alone: U+0000 and half a surrogate pair."""
    return st.sampled_from(REFUSABLE)


def characters() -> SearchStrategy[str]:
    """Characters of every plane; hypothesis' own strategy would spend a second to sort them all first."""
    planes = ((0x20, 0x7E), (0xA0, 0x2FF), (0x300, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x10FFFF))
    return st.one_of(*(st.builds(chr, st.integers(first, last)) for first, last in planes))


def long_texts() -> SearchStrategy[str]:
    """Texts at the lengths at which columns and buffers end; few beyond what a server must take."""
    lengths = st.sampled_from((*LENGTHS, *LENGTHS, *BEYOND))
    return st.builds(lambda length, fill: (fill * length)[:length], lengths, st.sampled_from(FILL))


def padded() -> SearchStrategy[str]:
    """A text between characters that some servers trim."""
    around = st.sampled_from(("", " ", "  ", "\t", "\u00a0", "\u3000"))
    words = st.sampled_from(("x", "Ada Lovelace", "é", "e\u0301"))
    return st.builds(lambda before, word, after: before + word + after, around, words, around)


def odd_values() -> SearchStrategy[object]:
    """JSON values that belong to no attribute in particular."""
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from((0, -1, 1, 2**31, 2**53, 2**53 + 1, -(2**63), 2**64, 10**40)),
        st.sampled_from((0.1, -0.0, 1e-300, 1e308)),
        st.sampled_from(AWKWARD),
    )
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(("a", "value", "", "$ref")), inner, max_size=2)
        ),
        max_leaves=5,
    )
