"""PATCH bodies: operations with real paths and value filters over the attributes of the models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from scim_contract.fuzz.examples import USERS
from scim_contract.fuzz.texts import odd_values, weighted
from scim_contract.org.documents import ENTERPRISE, GROUP, PATCH_OP, USER

Document = dict[str, Any]
Attributes = Mapping[str, Callable[[], SearchStrategy[Any]]]
_EXTENSION = ("department", "division", "manager")
_LISTS = ("emails", "phoneNumbers", "members")
_TYPES = {"emails": ("work", "other"), "phoneNumbers": ("work", "work2", "home", "mobile", "other")}
_BEYOND = (
    "nickName",
    "meta.version",
    "emails[type eq",
    "a.b.c.d",
    "",
    "name.familyName",
    "emails[0]",
    "groups",
    "$ref",
    "x" * 300,
)


def patches(kind: str, of_user: Attributes, of_group: Attributes) -> SearchStrategy[Document]:
    """PATCH bodies for users or groups, mostly of one to three operations."""
    own = of_user if kind == "users" else of_group
    one = _step(own, USER if kind == "users" else GROUP)
    several = st.lists(one, min_size=1, max_size=3)
    many = st.builds(lambda step, size: [step] * size, one, st.sampled_from((20, 65, 100)))
    listed: SearchStrategy[list[Document]] = weighted((16, several), (2, many), (1, st.just([])))
    return st.builds(lambda steps: {"schemas": [PATCH_OP], "Operations": steps}, listed)


@st.composite
def _step(draw: DrawFn, attributes: Attributes, urn: str) -> Document:
    op = draw(st.sampled_from(("replace", "add", "remove")))
    name = draw(st.sampled_from(sorted(attributes)))
    form = draw(st.sampled_from(("path", "path", "path", "filter", "filter", "none", "none", "urn", "beyond")))
    path = f"{ENTERPRISE}:{name}" if name in _EXTENSION else name
    if form == "beyond":
        step: Document = {"op": op, "path": draw(st.sampled_from(_BEYOND))}
        return step if op == "remove" else {**step, "value": draw(odd_values())}
    if form == "none" and op != "remove":
        value = draw(attributes[name]())
        return {"op": op, "value": {ENTERPRISE: {name: value}} if name in _EXTENSION else {name: value}}
    if form == "filter" and name in _LISTS:
        return draw(_selecting(op, name))
    if form == "urn" and name not in _EXTENSION:
        path = f"{urn}:{name}"
    if op == "remove":
        return {"op": op, "path": path}
    return {"op": op, "path": path, "value": draw(attributes[name]())}


@st.composite
def _selecting(draw: DrawFn, op: str, name: str) -> Document:
    """An operation on the entries that a value filter selects."""
    if name == "members":
        return {"op": "remove", "path": f'members[value eq "{draw(st.sampled_from(USERS))}"]'}
    kind = draw(st.sampled_from(_TYPES[name]))
    path = f'{name}[type eq "{kind}"]'
    if op == "remove":
        return {"op": op, "path": path}
    if draw(st.booleans()):
        return {"op": op, "path": f"{path}.value", "value": draw(_value_of(name))}
    return {"op": op, "path": path, "value": {"value": draw(_value_of(name)), "type": kind}}


def _value_of(name: str) -> SearchStrategy[str]:
    if name == "emails":
        return st.sampled_from(("new@example.com", "New.Name@example.com", "ü@example.com"))
    return st.sampled_from(("+13175559001", "tel:+13175559002", "tel:+13175559003;ext=12"))
