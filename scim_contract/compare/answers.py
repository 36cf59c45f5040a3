"""Two answers to one question compared: status, media type, the headers that matter, the body."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.compare.align import Aligned, subject
from scim_contract.compare.bodies import Bodies, Found, form
from scim_contract.compare.difference import Difference, Kind
from scim_contract.compare.meaning import Meaning
from scim_contract.compare.pairs import Matched
from scim_contract.org.documents import resources
from scim_contract.recording import Recorded
from scim_contract.transport import Answer

_ABSENT = "absent"
_LIST = ("Resources", "totalResults", "itemsPerPage", "startIndex")


@dataclass(frozen=True)
class Sides:
    """Two recordings under comparison: their words, what is matched, and whether their people are the same."""

    one: Meaning
    other: Meaning
    matched: Matched
    company: bool

    def differences(self, aligned: Aligned) -> list[Difference]:
        """Where two aligned answers differ, each difference once."""
        entry = aligned.baseline
        found = dict.fromkeys(self._answers(aligned, entry.exchange.answer, aligned.candidate.exchange.answer))
        steps, claims = (entry.step,), entry.claims
        return [Difference(entry.operation, *each, 1, steps, claims) for each in found]

    def learn(self, aligned: Aligned) -> None:
        """Match the texts that both sides sent at the same place of a request: they stand for each other."""
        sent = [_json(e.exchange.request.body or b"") for e in (aligned.baseline, aligned.candidate)]
        self.matched.words.update(_together(*sent))

    def _answers(self, aligned: Aligned, a: Answer, b: Answer) -> Iterator[Found]:
        bodies = Bodies(aligned, self.one, self.other, self.matched)
        if a.status != b.status:
            yield Kind.STATUS, "status", a.line, b.line
        if a.ok != b.ok or a.status // 100 != b.status // 100:
            return
        left, right = (_content_type(each) for each in (a, b))
        if left != right and bool(a.body) == bool(b.body):
            yield Kind.MEDIA, "Content-Type", left, right
        yield from self._headers(bodies, a, b)
        if (a.json_problem is None) != (b.json_problem is None):
            yield Kind.SHAPE, "$", _sort(a), _sort(b)
        elif a.json_problem is None:
            yield from self._documents(bodies, a.json, b.json)
        elif bool(a.body.strip()) != bool(b.body.strip()):
            yield Kind.SHAPE, "$", _sort(a), _sort(b)

    def _headers(self, bodies: Bodies, a: Answer, b: Answer) -> Iterator[Found]:
        for name in ("ETag", "Location", "WWW-Authenticate"):
            left, right = a.header(name), b.header(name)
            if (left is None) != (right is None):
                yield Kind.HEADER, name, *(_ABSENT if v is None else "there" for v in (left, right))  # type: ignore[misc]
            elif left is not None and right is not None and name == "ETag":
                if form(left) != form(right):
                    yield Kind.HEADER, name, form(left), form(right)
                elif bodies.aligned.strict and not self._same_version(bodies.aligned, left, right):
                    yield Kind.IDENTITY, name, "one version", "another version"
            elif left is not None and right is not None and name == "Location":
                yield from ((kind, name, x, y) for kind, _, x, y in bodies.compare("$", left, right))

    def _same_version(self, aligned: Aligned, left: str, right: str) -> bool:
        document = aligned.baseline.exchange.document
        owner = document.get("id") if isinstance(document.get("id"), str) else None
        about = subject(aligned.baseline)
        return self.matched.same_version(owner or about.rpartition("/")[2] or about, left, right)

    def _documents(self, bodies: Bodies, a: Any, b: Any) -> Iterator[Found]:
        if not isinstance(a, dict) or not isinstance(b, dict) or not ("totalResults" in a and "totalResults" in b):
            yield from bodies.compare("$", a, b)
            return
        left, right = ({k: v for k, v in each.items() if k not in _LIST} for each in (a, b))
        yield from bodies.compare("$", left, right)
        if ("Resources" in a) != ("Resources" in b) and bodies.aligned.strict and self._comparable(a, b):
            yield Kind.SHAPE, "$.Resources", *("there" if "Resources" in each else _ABSENT for each in (a, b))  # type: ignore[misc]
        for name in _LIST[1:]:
            if isinstance(a.get(name), int) != isinstance(b.get(name), int):
                yield Kind.TYPE, f"$.{name}", *(bodies.told(e.get(name), self.one) for e in (a, b))  # type: ignore[misc]
        yield from self._pages(bodies, a, b)

    def _pages(self, bodies: Bodies, a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Found]:
        whole = all(_partial(each) is False for each in (a, b))
        if not self._comparable(a, b) or not bodies.aligned.strict:
            facts = [_facts(each, bodies.aligned.baseline) for each in (a, b)]
            for name in facts[0]:
                if facts[0][name] != facts[1][name]:
                    yield Kind.LIST, "$.Resources", *(f"{name}: {fact[name]}" for fact in facts)  # type: ignore[misc]
            return
        for name in _LIST[1:]:
            if isinstance(a.get(name), int) and isinstance(b.get(name), int) and a[name] != b[name]:
                yield Kind.LIST, f"$.{name}", str(a[name]), str(b[name])
        left, right = resources(dict(a)), resources(dict(b))
        if whole:
            yield from bodies.compare("$.Resources", left, right)
        elif len(left) != len(right):
            yield Kind.LIST, "$.Resources", f"{len(left)} of a page", f"{len(right)} of a page"

    def _comparable(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
        """Whether two lists are of the same people: the runs' own, or all there are in the same directory."""
        ours = (
            all(meaning.own(item) for item in resources(dict(each)))
            for each, meaning in ((a, self.one), (b, self.other))
        )
        return self.company or all(ours)


def _facts(page: Mapping[str, Any], entry: Recorded) -> dict[str, bool]:
    """What holds of a page whoever is on it."""
    shown, per = len(resources(dict(page))), page.get("itemsPerPage")
    return {"itemsPerPage counts them": per == shown, "more than there are": shown > _number(page.get("totalResults"))}


def _partial(page: Mapping[str, Any]) -> bool:
    return len(resources(dict(page))) < _number(page.get("totalResults"))


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _content_type(answer: Answer) -> str:
    """The Content-Type with its parameters, whatever their case and spaces."""
    return "; ".join(part.strip().lower() for part in (answer.header("Content-Type") or _ABSENT).split(";"))


def _sort(answer: Answer) -> str:
    if not answer.body.strip():
        return "no body"
    return "JSON" if answer.json_problem is None else "a body that is no JSON"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _together(a: Any, b: Any) -> Iterator[tuple[str, str]]:
    """The texts that stand at the same place of two values."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in a.keys() & b.keys():
            yield from _together(a[key], b[key])
    elif isinstance(a, list) and isinstance(b, list):
        for x, y in zip(a, b, strict=False):
            yield from _together(x, y)
    elif isinstance(a, str) and isinstance(b, str) and a != b:
        yield a, b
