"""Bodies that know SCIM: what clients send, and what lies just beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from scim_contract.contract import Operation
from scim_contract.fuzz.beside import beside
from scim_contract.fuzz.examples import DOMAIN, NAME, PASSWORD, SELF, USERS, Body, written
from scim_contract.fuzz.steps import patches
from scim_contract.fuzz.texts import texts, weighted
from scim_contract.org.documents import ENTERPRISE, GROUP, USER
from scim_contract.targets import Target

Document = dict[str, Any]
_MEDIA = ("application/json", "application/scim+json", "application/json; charset=utf-8")
_ACCEPT = ("application/json", "application/scim+json")
MORE_NAMES = ("+tag", ".Ab", "ü", "-名", "'", "%41", " x", "İ")
"""What may stand in a userName besides its marker."""
PHONES = ("work", "work2", "work3", "work4", "home", "mobile", "other")


@dataclass(frozen=True)
class Supplied:
    """What the target has that a user may be given."""

    roles: tuple[str, ...] = ()
    division: str = ""

    @classmethod
    def by(cls, target: Target) -> Supplied:
        """What a target's profile supplies."""
        return cls(target.roles, target.division)


def bodies(operation: Operation, supplied: Supplied) -> SearchStrategy[Body]:
    """Bodies for an operation: most that the schema allows, some beside it, some that are hardly JSON."""
    match operation.kind, operation.resource:
        case "modify", _:
            documents = patches(operation.resource, attributes(supplied), group_attributes())
        case _, "groups":
            documents = groups()
        case kind, _:
            documents = users(supplied, new=kind == "create")
    text = weighted((13, st.builds(written, documents)), (7, beside(documents)))
    return st.builds(Body, st.just(operation.id), text, st.sampled_from(_MEDIA), st.sampled_from(_ACCEPT))


@st.composite
def users(draw: DrawFn, supplied: Supplied, new: bool) -> Document:
    """A user for POST or PUT with some of its attributes."""
    document: Document = {"schemas": [USER]}
    if new or draw(st.integers(0, 4)) > 0:
        document["userName"] = draw(names())
    if new or draw(st.integers(0, 9)) > 0:
        document["displayName"] = draw(texts())
    strategies = attributes(supplied)
    for name in draw(st.lists(st.sampled_from(sorted(strategies)), min_size=2, max_size=7, unique=True)):
        own = strategies[name]
        if name in ("department", "division", "manager"):
            document.setdefault(ENTERPRISE, {})[name] = draw(own())
        elif name not in ("userName", "displayName"):
            document[name] = draw(own())
    if ENTERPRISE in document and draw(st.booleans()):
        document["schemas"] = [USER, ENTERPRISE]
    for name in draw(st.lists(st.sampled_from(sorted(IGNORED)), max_size=1)):
        document[name] = IGNORED[name]
    return document


IGNORED: Document = {
    "id": SELF,
    "meta": {"resourceType": "User", "version": '"1"', "location": "https://example.com/"},
    "groups": [{"value": "00000000-0000-4000-8000-000000000000"}],
    "nickName": "unknown to the models",
    "urn:example:params:scim:schemas:extension:fuzz:2.0:User": {"a": [{"b": {"c": [None]}}]},
}


def attributes(supplied: Supplied) -> dict[str, Callable[[], SearchStrategy[Any]]]:
    """A strategy for each attribute of a user that a client may write."""
    known: dict[str, Callable[[], SearchStrategy[Any]]] = {
        "userName": names,
        "displayName": texts,
        "title": texts,
        "externalId": texts,
        "active": st.booleans,
        "emails": emails,
        "phoneNumbers": phones,
        "department": texts,
        "manager": lambda: st.builds(lambda who: {"value": who}, st.sampled_from(USERS)),
        "password": lambda: st.just(PASSWORD),
    }
    if supplied.roles:
        known["roles"] = lambda: st.lists(st.sampled_from(supplied.roles), max_size=2)
    if supplied.division:
        known["division"] = lambda: st.just(supplied.division)
    return known


def names() -> SearchStrategy[str]:
    """A userName of the run's own: it begins with the run's marker, whatever else is in it."""
    more = weighted((1, st.just("")), (2, st.sampled_from(MORE_NAMES)))
    return st.builds(lambda word: f"{NAME}{word}@{DOMAIN}", more)


def emails() -> SearchStrategy[list[Document]]:
    """Email addresses of both types, one of them primary or none."""
    locals_ = st.sampled_from(("a", "b", "A.b+c", "ü", "o'neill", "名前", "x" * 60))
    entry = st.builds(
        lambda local, kind: {"value": f"{local}@example.com", "type": kind},
        locals_,
        st.sampled_from(("work", "work", "other")),
    )
    return st.builds(one_primary, st.lists(entry, max_size=3), st.integers(0, 5))


def phones() -> SearchStrategy[list[Document]]:
    """Phone numbers of any types, several of one type too, seldom very many."""
    entry = st.builds(phone, st.integers(0, 999_999), st.sampled_from(PHONES), st.sampled_from(("", "tel:", "ext")))
    few = st.lists(entry, max_size=4)
    twins = st.builds(
        lambda kind, n: [phone(n + k, kind, "") for k in range(2)], st.sampled_from(PHONES), st.integers(0, 99)
    )
    many = st.builds(
        lambda size: [phone(n, PHONES[n % 7], "") for n in range(size)], st.sampled_from((11, 65, 66, 99, 100))
    )
    return st.builds(one_primary, weighted((3, few), (3, twins), (2, many)), st.integers(0, 9))


def phone(number: int, kind: str, form: str) -> Document:
    """A phone number of a type, as E.164, as a tel URI, or as one with an extension."""
    value = f"+1317{5_000_000 + number}"
    if form:
        value = f"tel:{value}" + (f";ext={number % 10_000}" if form == "ext" else "")
    return {"value": value, "type": kind}


def one_primary(entries: list[Document], which: int) -> list[Document]:
    """Entries with one of them primary; with none where there are not so many."""
    return [{**entry, "primary": n == which} if n == which else entry for n, entry in enumerate(entries)]


@st.composite
def groups(draw: DrawFn) -> Document:
    """A group for PUT."""
    document: Document = {"schemas": [GROUP]}
    strategies = group_attributes()
    for name in draw(st.lists(st.sampled_from(sorted(strategies)), max_size=2, unique=True)):
        document[name] = draw(strategies[name]())
    if draw(st.integers(0, 9)) > 0:
        document.setdefault("displayName", draw(texts()))
    return document


def group_attributes() -> dict[str, Callable[[], SearchStrategy[Any]]]:
    """A strategy for each attribute of a group that a client may write."""
    return {"displayName": texts, "members": members}


def members() -> SearchStrategy[list[Document]]:
    """Members that exist, one of them perhaps twice, with and without what a client may leave out."""
    more: tuple[Document, ...] = ({}, {"type": "User"}, {"type": "User", "$ref": "https://example.com/wrong"})
    entry = st.builds(lambda who, extra: {"value": who, **extra}, st.sampled_from(USERS), st.sampled_from(more))
    return st.lists(entry, max_size=3)
