"""The deck: bodies that between them hold every awkward thing once, shuffled by the seed.

Chance alone would send some of these ten times and others never; several go into one body where none of them may be
refused, so that few requests meet them all. What is generated afterwards looks for what no deck holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from scim_contract.contract import Operation
from scim_contract.fuzz.beside import spelled
from scim_contract.fuzz.bodies import IGNORED, MORE_NAMES, PHONES, Supplied, one_primary, phone
from scim_contract.fuzz.examples import DOMAIN, NAME, PASSWORD, USERS, Body, written
from scim_contract.fuzz.texts import AWKWARD, BEYOND, FILL, LENGTHS, REFUSABLE
from scim_contract.org.documents import ENTERPRISE, GROUP, PATCH_OP, USER

Document = dict[str, Any]
_OF_USER = ("displayName", "title", "externalId", "department")
_OF_FIRST = 8
_SPACES = (" x ", "\tx", "x\u00a0", "\u3000x")
_MEDIA = ("application/json", "application/scim+json")


def deck(operation: Operation, supplied: Supplied, seed: int) -> list[Body]:
    """Every card for an operation, in the seed's order."""
    chance = random.Random(seed)
    maker = _Maker(operation, supplied, chance)
    first = list(dict.fromkeys([*map(written, maker.documents()), *maker.beside()]))
    then = [text for text in dict.fromkeys(maker.other_values()) if text not in first]
    chance.shuffle(first)
    chance.shuffle(then)
    cards: list[str] = []
    while first or then:
        cards += first[:_OF_FIRST] + then[:1]
        del first[:_OF_FIRST], then[:1]
    return [Body(operation.id, text, chance.choice(_MEDIA), chance.choice(_MEDIA)) for text in cards]


class _Maker:
    def __init__(self, operation: Operation, supplied: Supplied, chance: random.Random) -> None:
        self.operation = operation
        self.chance = chance
        self.users = operation.resource == "users"
        self.attributes = _OF_USER if self.users else ("displayName",)
        self.full = self._full(supplied)

    def documents(self) -> Iterator[Document]:
        """What the schema allows."""
        yield self._of({})
        yield self._of(self.full)
        shuffled = [*AWKWARD]
        self.chance.shuffle(shuffled)
        for texts in (*self._turned(shuffled), *self._turned(_SPACES), [self._long(length) for length in LENGTHS]):
            yield from (self._of(values) for values in self._spread(texts))
        for text in (*REFUSABLE, *(self._long(length) for length in BEYOND)):
            yield self._of({self.chance.choice(self.attributes): text})
        if self.users:
            yield from map(self._of, self._of_users())
        else:
            for who in ([], [0], [0, 1], [0, 0], [1, 0, 1]):
                yield self._of({"members": [{"value": USERS[n]} for n in who]})
            yield self._of({"members": [{"value": USERS[0], "type": "User", "$ref": "https://example.com/wrong"}]})
        if self.operation.kind == "modify":
            yield from self._patches()
        else:
            yield from ({**self._of({}), name: value} for name, value in IGNORED.items())

    def _of_users(self) -> Iterator[Document]:
        for word in MORE_NAMES:
            yield {"userName": f"{NAME}{word}@{DOMAIN}"}
        for kind in PHONES:
            yield {"phoneNumbers": [phone(1, kind, ""), phone(2, kind, "")]}
        for size in (11, 65, 100):
            yield {"phoneNumbers": [phone(n, PHONES[n % len(PHONES)], "") for n in range(size)]}
        yield {"phoneNumbers": [phone(n, kind, form) for n, kind in enumerate(PHONES) for form in ("", "ext")]}
        yield {"phoneNumbers": one_primary([phone(n, kind, "tel:") for n, kind in enumerate(PHONES)], 3)}
        yield {"emails": one_primary([_email("a"), _email("b")], 1)}
        yield {"emails": [_email("ü"), _email("A.b+c"), _email("o'neill"), _email("x" * 60)]}
        yield {"emails": [], "phoneNumbers": []}
        yield {"active": False, "password": PASSWORD, "manager": {"value": USERS[0]}}

    def _patches(self) -> Iterator[Document]:
        """Operations that are awkward by themselves."""
        plain = [_step("replace", "displayName", "x")]
        yield _patch([])
        for size in (20, 65, 100):
            yield _patch(plain * size)
        for name in self.attributes:
            path = _path(name)
            yield _patch([_step("replace", path, "a"), _step("replace", path, "b")])
            yield _patch([_step("remove", path), _step("add", path, "a")] if name != "displayName" else plain)
        lists = ("emails", "phoneNumbers") if self.users else ("members",)
        for name in lists:
            entries = {
                "emails": [_email("a"), _email("b")],
                "phoneNumbers": [phone(1, "work", ""), phone(2, "work", "")],
            }
            given = entries.get(name) or [{"value": user} for user in USERS]
            yield _patch([_step("replace", name, given)])
            yield _patch([_step("add", name, entry) for entry in given])
            yield _patch([_step("add", name, given), _step("add", name, given)])
            yield _patch([_step("remove", name)])
            yield _patch([_step("replace", name, given[:1]), _step("remove", name)])
            yield _patch([_step("replace", name, [])])
            key = "value" if name == "members" else "type"
            yield _patch([_step("replace", name, given), _step("remove", f'{name}[{key} eq "{given[0][key]}"]')])
            yield _patch([_step("replace", f'{name}[{key} eq "nobody"]', given[0])])

    def beside(self) -> Iterator[str]:
        """What it does not allow, or not all servers read alike."""
        for document in (self._of(self.full), self._of({"displayName": "x"})):
            text = written(document)
            name = next(iter(document))
            yield f'{{"{name}": {written(document[name])}, {text[1:]}'
            yield f"{text[:-1]}, {text[1:-1].replace(NAME, f'{NAME}-twin')}}}"
            yield from (text[: len(text) // 2], text[:-1], f"{text}{text}", f"[{text}]", f"{text},", f"{text[:-1]},}}")
            yield text.replace('"', "'")
            yield text.replace('"displayName"', '"display\udcffName"') if "displayName" in text else f"\udcff{text}"
            for spell in (str.upper, str.lower):
                yield written(spelled(document, spell, names=True))
                yield written(spelled(document, spell, names=False))
        yield from ("", "null", "0", '""', "[]", "\udcfe\udcff", "true")
        yield from self._deep()

    def other_values(self) -> Iterator[str]:
        """Every attribute with values that are not its own: many, and most alike to a server."""
        values: tuple[Any, ...] = (None, [], {}, [None], 0, True, "x", {"value": "x"}, [[]])
        for value in values:
            yield from (written(document) for document in self._each(value))

    def _each(self, value: Any) -> Iterator[Document]:
        """Each attribute once with a value that is not its own."""
        for name in self.full:
            if name == "userName" and isinstance(value, (str, int)):
                continue
            yield self._of({name: value})
            if name in ("emails", "phoneNumbers", "members"):
                entry = deepcopy(self.full[name][0])
                for part in entry:
                    yield self._of({name: [{**entry, part: value}]})
                yield self._of({name: [*self.full[name], value]})

    def _deep(self) -> Iterator[str]:
        for depth in (20, 101, 1_000, 10_000):
            text = written(self._of({"displayName": "fuzz-deep"}))
            yield text.replace('"fuzz-deep"', "[" * depth + "]" * depth)
            yield text.replace('"fuzz-deep"', '{"a":' * depth + "1" + "}" * depth)

    def _long(self, length: int) -> str:
        fill = self.chance.choice(FILL)
        return (fill * length)[:length]

    def _turned(self, texts: Sequence[str]) -> Iterator[Sequence[str]]:
        """The texts once for each attribute, so that each of them meets each."""
        padded = [*texts, *texts[: -len(texts) % len(self.attributes)]]
        yield from ([*padded[turn:], *padded[:turn]] for turn in range(len(self.attributes)))

    def _spread(self, texts: Sequence[str]) -> Iterator[Document]:
        """Texts over the attributes that take any, all of them in one body."""
        names = self.attributes
        for first in range(0, len(texts), len(names)):
            yield dict(zip(names, texts[first : first + len(names)], strict=False))

    def _full(self, supplied: Supplied) -> Document:
        if not self.users:
            return {"displayName": "Full", "members": [{"value": user} for user in USERS]}
        full: Document = {
            "userName": f"{NAME}@{DOMAIN}",
            "displayName": "Full",
            "title": "Title",
            "externalId": "Ext",
            "active": True,
            "emails": [{**_email("a"), "primary": True}],
            "phoneNumbers": [{**phone(1, "mobile", ""), "primary": True}],
            "department": "Department",
            "manager": {"value": USERS[0]},
        }
        return {**full, **({"roles": [*supplied.roles]} if supplied.roles else {})}

    def _of(self, values: Document) -> Document:
        """Values as a body of the operation."""
        if self.operation.kind == "modify":
            return _patch([_step("replace", _path(name), value) for name, value in values.items()])
        urn = USER if self.users else GROUP
        own = {name: value for name, value in values.items() if name not in ("department", "manager")}
        needed = {"userName": f"{NAME}@{DOMAIN}", "displayName": "x"} if self.users else {"displayName": "x"}
        document: Document = {"schemas": [urn], **needed, **own}
        if len(own) < len(values):
            document[ENTERPRISE] = {name: value for name, value in values.items() if name not in own}
            document["schemas"] = [urn, ENTERPRISE]
        return document


def _email(local: str) -> Document:
    return {"value": f"{local}@example.com", "type": "work"}


def _path(name: str) -> str:
    return f"{ENTERPRISE}:{name}" if name in ("department", "manager") else name


def _step(op: str, path: str, value: Any = None) -> Document:
    return {"op": op, "path": path} if op == "remove" else {"op": op, "path": path, "value": value}


def _patch(steps: list[Document]) -> Document:
    return {"schemas": [PATCH_OP], "Operations": steps}
