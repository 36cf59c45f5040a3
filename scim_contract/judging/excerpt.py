"""The part of a body that a person needs to see: what the problems name, and as much else as there is room for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ITEM = 150
_LEAST = 60
_LONG = 200
_NAME = 80
_ABOUT = 4_000
_LEFT_OUT = "…"
_WORD = re.compile(r"[\w$:]+")
_QUOTED = re.compile(r"[\"']([^\"']{4,})[\"']|\b([0-9a-f]{8}-[0-9a-f-]{27})\b")
_NAMING = ("id", "userName", "displayName", "name")
_LAST = ("schemas", "meta")


@dataclass(frozen=True)
class About:
    """What a text names and quotes: the words in it, and what stands in quotes or is an id."""

    words: frozenset[str]
    quoted: tuple[str, ...]

    @staticmethod
    def of(text: str) -> About:
        """What a text names and quotes; of a very long one its beginning."""
        text = text[:_ABOUT]
        words = frozenset(word.strip(":") for word in _WORD.findall(text))
        return About(words, tuple(dict.fromkeys(match[1] or match[2] for match in _QUOTED.finditer(text))))


def excerpt(value: Any, about: About, limit: int) -> str:
    """A JSON value as text, cut to about a length.

    Members and items that are left out are an `…`; those that `about` names or quotes come before any
    others, each at its place.
    """
    text = _text(value)
    if len(text) <= limit:
        return text
    if not isinstance(value, dict):
        return _cut(text, limit)
    items = value.get("Resources")
    if not isinstance(items, list):
        return _object(value, about, limit)
    rest = {name: member for name, member in value.items() if name not in ("Resources", "schemas")}
    head = _cut(_text(rest)[1:-1], limit)
    listed = ", ".join(_items(items, about, limit - len(head)))
    return f'{{{_LEFT_OUT}, {head}, "Resources": [{listed}]}}'


def _items(items: list[Any], about: About, limit: int) -> Iterator[str]:
    """The items that are named, or the first ones, each by what it is called, until there is no more room."""
    named = [item for item in items if _quotes(item, about)] or items
    shown = 0
    while shown < len(named) and (limit > 0 or not shown):
        item = named[shown]
        text = _object(item, about, _ITEM) if isinstance(item, dict) else _cut(_text(item), _ITEM)
        shown, limit = shown + 1, limit - len(text)
        yield text
    if shown < len(items):
        yield f"{_LEFT_OUT} {len(items) - shown} more"


def _object(value: Mapping[str, Any], about: About, limit: int) -> str:
    """What it is called, then the members that are named, then the others in order; shown at their places."""
    if len(_text(value)) <= limit:
        return _text(value)
    named = [name for name in value if _named(name, value[name], about)]
    calling = [name for name in _NAMING if name in value and name not in named]
    others = [name for name in value if name not in (*named, *calling, *_LAST)]
    texts: dict[str, str] = {}
    left = limit
    for name in [*calling, *named, *others, *(name for name in _LAST if name in value and name not in named)]:
        room = max(left, _ITEM) if name in (*calling, *named) else left
        text = f"{_cut(_text(name), _NAME)}: {_member(value[name], about, max(room - len(name), 1))}"
        worth = name in named or (isinstance(value[name], str) and len(text) >= _LONG and left >= _LEAST)
        if (len(text) <= room or worth) and left > -limit:
            texts[name], left = text, left - len(text)
    rows: list[str] = []
    for name in value:
        rows += [texts[name]] if name in texts else [_LEFT_OUT] if rows[-1:] != [_LEFT_OUT] else []
    return "{" + ", ".join(rows) + "}"


def _member(value: Any, about: About, limit: int) -> str:
    """A member's value; of an object in it, too, what is named comes first."""
    return _object(value, about, limit) if isinstance(value, dict) else _cut(_text(value), limit)


def _named(name: str, value: Any, about: About) -> bool:
    inner = value.keys() if isinstance(value, dict) else frozenset[str]()
    return name in about.words or not about.words.isdisjoint(inner) or (name not in _LAST and _quotes(value, about))


def _quotes(value: Any, about: About) -> bool:
    """Whether something that is quoted, or an id, stands in a value."""
    text = _text(value)
    return any(quoted in text for quoted in about.quoted)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}{_LEFT_OUT}"
