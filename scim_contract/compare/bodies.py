"""Two JSON bodies compared by meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scim_contract.compare.align import Aligned, subject
from scim_contract.compare.difference import Kind
from scim_contract.compare.meaning import Meaning, blurred, moment
from scim_contract.compare.pairs import Matched

Found = tuple[Kind, str, str, str]
"""Kind, where, and what the baseline and the candidate say."""

_PROSE = ("detail", "description", "documentationUri")
_ABSENT = "absent"
_LONGEST = 80
_NAMING = ("userName", "displayName", "type", "value", "name", "op", "path")


@dataclass(frozen=True)
class Bodies:
    """What comparing two bodies needs to know: the two exchanges and what has been matched so far."""

    aligned: Aligned
    one: Meaning
    other: Meaning
    matched: Matched

    def compare(self, path: str, a: Any, b: Any, owner: str = "") -> Iterator[Found]:
        """The differences between two values at a path; `owner` is the id of the resource that they are part of."""
        if _type(a) != _type(b):
            yield Kind.TYPE, path, self.told(a, self.one), self.told(b, self.other)
        elif isinstance(a, dict):
            yield from self._objects(path, a, b, owner)
        elif isinstance(a, list):
            yield from self._lists(path, a, b, owner)
        elif isinstance(a, str):
            yield from self._texts(path, a, b, owner)
        elif self.aligned.strict and a != b:
            yield Kind.VALUE, path, json.dumps(a), json.dumps(b)

    def told(self, value: Any, meaning: Meaning) -> str:
        """A value as a difference shows it: without what every run has other words for."""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        text = blurred(meaning.split(text)[0]) or '""'
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

    def _objects(self, path: str, a: Mapping[str, Any], b: Mapping[str, Any], owner: str) -> Iterator[Found]:
        if isinstance(a.get("id"), str):
            owner = a["id"]
        for key in dict.fromkeys([*a, *b]):
            where = f"{path}.{key}" if key.replace("$", "").isidentifier() else f'{path}["{key}"]'
            if key in a and key in b:
                yield from self.compare(where, a[key], b[key], owner)
            elif self.aligned.strict:
                left, right = ((a[key], self.one), None) if key in a else (None, (b[key], self.other))
                yield Kind.SHAPE, where, self.told(*left) if left else _ABSENT, self.told(*right) if right else _ABSENT

    def _lists(self, path: str, a: Sequence[Any], b: Sequence[Any], owner: str) -> Iterator[Found]:
        left, right = list(a), list(b)
        for item in a:  # first those that are alike, whatever their order
            twin = next((other for other in right if self.like(item, other)), None)
            if twin is not None:
                left.remove(item)
                right.remove(twin)
                yield from self.compare(f"{path}[*]", item, twin, owner)
        for item in list(left):  # then those of one name
            twin = next((other for other in right if _named_alike(self, item, other)), None)
            if twin is not None:
                left.remove(item)
                right.remove(twin)
                yield from self.compare(f"{path}[*]", item, twin, owner)
        if not self.aligned.strict:
            return
        for item in left:
            yield Kind.LIST, f"{path}[*]", self.told(item, self.one), _ABSENT
        for item in right:
            yield Kind.LIST, f"{path}[*]", _ABSENT, self.told(item, self.other)

    def like(self, a: Any, b: Any) -> bool:
        """Whether two values can mean the same, with nothing matched by asking."""
        if isinstance(a, dict) and isinstance(b, dict):
            return a.keys() == b.keys() and all(self.like(a[key], b[key]) for key in a)
        if isinstance(a, list) and isinstance(b, list):
            return len(a) == len(b) and all(any(self.like(x, y) for y in b) for x in a)
        if not isinstance(a, str) or not isinstance(b, str):
            return type(a) is type(b) and bool(a == b)
        if a == b or (a, b) in self.matched.words or (moment(a) and moment(b)):
            return True
        (left, some), (right, others) = self.one.split(a), self.other.split(b)
        known = not any(self.matched.ids.clash(x, y) for x, y in zip(some, others, strict=False))
        return left == right and len(some) == len(others) and known

    def _texts(self, path: str, a: str, b: str, owner: str) -> Iterator[Found]:
        if path.endswith(".version"):
            yield from self._versions(path, a, b, owner)
            return
        when, then = moment(a), moment(b)
        if when is not None and then is not None:
            early, late = self.one.during(when, self.aligned.baseline), self.other.during(then, self.aligned.candidate)
            if early != late and self.aligned.strict and self.aligned.written:
                yield Kind.VALUE, path, *(("now" if now else "another time") for now in (early, late))  # type: ignore[misc]
            return
        (left, some), (right, others) = self.one.split(a), self.other.split(b)  # equal ids are to be matched as well
        if (a, b) in self.matched.words:  # an id that was sent later: where it is first met, it is matched all the same
            for x, y in zip(some, others, strict=False):
                self.matched.ids.agree(x, y)
            return
        if not self.aligned.strict:
            return
        if left != right or len(some) != len(others):
            kind = Kind.TEXT if path.rsplit(".", 1)[-1] in _PROSE else Kind.VALUE
            yield kind, path, self.told(a, self.one), self.told(b, self.other)
            return
        yield from self.identities(path, some, others)

    def identities(self, path: str, some: Sequence[str], others: Sequence[str]) -> Iterator[Found]:
        """Ids that do not stand for each other; only those that both recordings know are held to it."""
        for x, y in zip(some, others, strict=True):
            known = x in self.one.ids or y in self.other.ids
            if known and not self.matched.ids.agree(x, y):
                yield Kind.IDENTITY, path, "one resource's id", "another resource's id"

    def _versions(self, path: str, a: str, b: str, owner: str) -> Iterator[Found]:
        if form(a) != form(b):
            yield Kind.VALUE, path, form(a), form(b)
        elif self.aligned.strict and not self.matched.same_version(owner or subject(self.aligned.baseline), a, b):
            yield Kind.IDENTITY, path, "one version", "another version"


def form(etag: str) -> str:
    """What kind of ETag it is."""
    bare = etag.removeprefix("W/")
    quoted = len(bare) > 1 and bare[0] == bare[-1] == '"'
    return ("a weak ETag" if bare != etag else "an ETag") + ("" if quoted else " without quotes")


def _named_alike(bodies: Bodies, a: Any, b: Any) -> bool:
    if not isinstance(a, dict) or not isinstance(b, dict):
        return False
    names = [name for name in _NAMING if name in a and name in b]
    return bool(names) and bodies.like(a[names[0]], b[names[0]])


def _type(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, (int, float)) else type(value).__name__
