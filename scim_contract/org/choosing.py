"""Reads and lists for which a client chooses attributes: what is asked for, and what of it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.documents import ENTERPRISE, resources
from scim_contract.org.errors import Blocked, Unsettled, Untested
from scim_contract.org.finding import Known, by_name, someone
from scim_contract.org.org import Org
from scim_contract.transport import Exchange

ALWAYS: Mapping[str, tuple[str, ...]] = {
    "users": ("id", "userName", "active", "meta"),
    "groups": ("id", "meta"),  # and active, which the model of a group does not have
}
"""What the reference says is given in any case."""
SCHEMAS = "schemas"
"""What RFC 7643 §3 has in every document, whatever is asked for."""
_MODELS = MappingProxyType({"users": "ScimV2User", "groups": "ScimV2Group"})
_TRIES = 3
_PLAIN = ("displayName", "title", "emails", "phoneNumbers", "externalId", "members", "roles", ENTERPRISE)


@dataclass(frozen=True)
class Chosen:
    """An answer to a client that chose attributes, with what of the resource it shows and what there is to show.

    Both are under the names of the model; a server may say more.
    """

    answer: Exchange
    shown: Mapping[str, Any]
    whole: Mapping[str, Any]


def candidates(org: Org, operation: Operation) -> list[str]:
    """Attributes that the resource at hand has and that are not given in any case, the plainest first.

    Raises:
        Untested, Blocked: there is no resource to look at.
    """
    whole = _whole(org, someone(org, operation), operation, fresh=False)
    return [name for name in _PLAIN if whole.get(name) not in (None, [], {})]


def chosen(org: Org, operation: Operation, case: str, **params: str) -> Chosen:
    """The resource at hand, by a read or in a list, with parameters that choose attributes.

    What there is to show is read whole; where the resource moved in between, both are read again.

    Raises:
        Untested: there is no resource to look at.
        Blocked: it cannot be read, or is not in the list.
        Unsettled: it moved each time.
    """
    known = someone(org, operation)
    shared = org.acting("shared/attributes")
    for attempt in range(_TRIES):
        whole = _whole(org, known, operation, fresh=attempt > 0)
        answer = _asked(shared, operation, known, case, params)
        found = _found(answer, operation, known.resource.id) if answer.answer.ok else {}
        shown = org.workspace.contract.models.named(_MODELS[operation.resource], dict(found))
        if _version(shown) in ("", _version(whole)):
            return Chosen(answer, shown, whole)
        whole = _whole(org, known, operation, fresh=True)
        if _version(shown) == _version(whole):
            return Chosen(answer, shown, whole)
    raise Unsettled(f"the {operation.resource} at hand changed each of the {_TRIES} times it was looked at")


def _asked(org: Org, operation: Operation, known: Known, case: str, params: Mapping[str, str]) -> Exchange:
    if operation.kind == "list":
        wanted = {**by_name(org, operation).filter, **params}
        return org.eventually(
            lambda: org.ask(operation, params=wanted, case=case),
            lambda seen: not seen.answer.ok or bool(_items(seen, known.resource.id)),
        )
    return org.ask(operation, known.resource, params=params, case=case)


def _found(answer: Exchange, operation: Operation, its_id: str) -> Mapping[str, Any]:
    if operation.kind != "list":
        return answer.document
    there = _items(answer, its_id)
    if not there:
        raise Blocked("the resource at hand is not in the list", answer)
    return there[0]


def _items(answer: Exchange, its_id: str) -> list[dict[str, Any]]:
    """The items of a list that bear an id; where there is but one, that one, whatever it bears."""
    found = resources(answer.document)
    return [item for item in found if item.get("id") == its_id] or (found if len(found) == 1 else [])


def _whole(org: Org, known: Known, operation: Operation, *, fresh: bool) -> Mapping[str, Any]:
    return org.in_model(org.look(known.resource, operation.prefix, fresh=fresh))


def _version(document: Mapping[str, Any]) -> str:
    meta = document.get("meta")
    return str(meta.get("version", "")) if isinstance(meta, dict) else ""


def several(names: Sequence[str]) -> tuple[str, ...]:
    """Two attributes to ask for at once.

    Raises:
        Untested: the resource at hand has no two.
    """
    if len(names) < 2:
        raise Untested("the resource at hand has no two attributes besides what is given in any case")
    return tuple(names[:2])


def one(names: Sequence[str]) -> tuple[str, ...]:
    """One attribute to ask for.

    Raises:
        Untested: the resource at hand has none.
    """
    if not names:
        raise Untested("the resource at hand has no attribute besides what is given in any case")
    return tuple(names[:1])


def besides(answer: Chosen, operation: Operation, names: Iterable[str]) -> list[str]:
    """What an answer shows of the model besides some attributes and what is given in any case."""
    free = {*names, *ALWAYS[operation.resource], SCHEMAS}
    return [name for name, value in answer.shown.items() if name not in free and value not in (None, [], {})]
