"""What a PATCH comes to, for the operations that the contract leaves no doubt about (RFC 7644 §3.5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Contract
from scim_contract.fuzz.paths import Place, place_of
from scim_contract.org.documents import ENTERPRISE

Document = dict[str, Any]


@dataclass(frozen=True)
class Prediction:
    """The document after a PATCH, the attributes that it touches, and whether it must be refused instead."""

    document: Document
    touched: frozenset[str]
    refused: bool = False
    first: str = ""
    """The case of the lifecycle claim that the first operation is one of: `add/plain-path`."""


class _Doubt(Exception):
    """The contract does not say what an operation comes to."""


class _NoTarget(Exception):
    """A replace by a value filter that matches nothing."""


def predict(contract: Contract, kind: str, before: Mapping[str, Any], body: Mapping[str, Any]) -> Prediction | None:
    """What a PATCH that the schema allows comes to; None where that is left open."""
    document: Document = deepcopy(dict(before))
    touched: set[str] = set()
    first = ""
    steps = body.get("Operations")
    if not steps or len(steps) > 100:
        return None
    try:
        for step in steps:
            first = first or _case(contract, kind, step)
            for place, value in _writes(contract, kind, step):
                touched.add(place.name)
                _apply(document, place, step["op"], value)
    except _Doubt:
        return None
    except _NoTarget:
        return Prediction(dict(before), frozenset(), True, first)
    return Prediction(document, frozenset(touched), False, first)


def _case(contract: Contract, kind: str, step: Mapping[str, Any]) -> str:
    path = step.get("path")
    place = place_of(contract, kind, path) if path else None
    if place is None:
        return f"{step['op']}/no-path"
    return f"{step['op']}/" + ("extension" if place.extension else "value-filter" if place.key else "plain-path")


def _writes(contract: Contract, kind: str, step: Mapping[str, Any]) -> list[tuple[Place, Any]]:
    path, value = step.get("path"), step.get("value")
    if path:
        return [(_known(contract, kind, path), value)]
    if not isinstance(value, dict):
        raise _Doubt
    found: list[tuple[Place, Any]] = []
    for name, own in value.items():
        if name == ENTERPRISE and isinstance(own, dict):
            found += [(_known(contract, kind, f"{name}:{sub}"), each) for sub, each in own.items()]
        elif name != "schemas":
            found.append((_known(contract, kind, name), own))
    return found


def _known(contract: Contract, kind: str, path: str) -> Place:
    place = place_of(contract, kind, path)
    if place is None or place.read_only:
        raise _Doubt
    return place


def _apply(document: Document, place: Place, op: str, value: Any) -> None:
    if op != "remove" and value is None:
        raise _Doubt
    if place.extension:
        document = document.setdefault(ENTERPRISE, {})
    if not isinstance(document.get(place.name, []), list) or not (place.entry or place.key):
        _single(document, place, op, value)
    elif place.key:
        _selected(document, place, op, value)
    else:
        _several(document, place, op, value)


def _single(document: Document, place: Place, op: str, value: Any) -> None:
    if op == "remove":
        if place.name in ("userName", "displayName") or place.sub:
            raise _Doubt
        document.pop(place.name, None)
    elif place.sub:
        if isinstance(document.get(place.name), list):
            raise _Doubt
        document[place.name] = {**(document.get(place.name) or {}), place.sub: value}
    elif isinstance(value, dict) and not value.get("value"):
        raise _Doubt  # whether sub-attributes that are not named stay is left open (RFC 7644 §3.5.2.3)
    else:
        document[place.name] = value


def _several(document: Document, place: Place, op: str, value: Any) -> None:
    given = value if isinstance(value, list) else [value]
    match op:
        case "remove" if value is not None:
            raise _Doubt
        case "remove":
            document.pop(place.name, None)
        case "replace":
            document[place.name] = given
        case _:
            document[place.name] = [*(document.get(place.name) or []), *given]


def _selected(document: Document, place: Place, op: str, value: Any) -> None:
    held = document.get(place.name) or []
    hit = [entry for entry in held if isinstance(entry, dict) and _same(entry.get(place.key), place.wanted)]
    if op == "add" or (op == "remove" and value is not None):
        raise _Doubt
    if not hit and op == "replace":
        raise _NoTarget
    if not hit or (place.key == "value" and place.name != "members"):
        raise _Doubt  # a phone number may be kept in the other format
    if op == "remove" and not place.sub:
        document[place.name] = [entry for entry in held if entry not in hit]
    elif op == "remove" or (not place.sub and not isinstance(value, dict)):
        raise _Doubt
    else:
        new = {place.sub: value} if place.sub else value
        document[place.name] = [{**entry, **new} if entry in hit else entry for entry in held]


def _same(held: Any, wanted: Any) -> bool:
    return isinstance(held, str) and isinstance(wanted, str) and held.lower() == wanted.lower()
