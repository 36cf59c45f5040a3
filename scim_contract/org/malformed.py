"""PATCH bodies that are malformed, each with a change that would be seen if it were applied."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import modification
from scim_contract.org.company import member, members_of, newcomer, nobody
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.group import disposable
from scim_contract.org.membership import let_in
from scim_contract.org.org import Org
from scim_contract.org.refusals import Body, Try, bodies
from scim_contract.org.still import still_user

UNKNOWN = "conformanceUnknown"


def malformed_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """The malformed bodies, by case of lifecycle.patch-malformed-refused and lifecycle.patch-atomic."""
    return bodies(_bodies(org, operation)) if operation.kind == "modify" else {}


def _bodies(org: Org, operation: Operation) -> Mapping[str, Body]:
    many = "emails" if operation.resource == "users" else "members"
    none = "nobody@example.com" if operation.resource == "users" else nobody(org, operation)
    outsider = "" if operation.resource == "users" else _not_in(org, operation)
    missed = f'{many}[value eq "{none}"].value'

    unknown_op = {"op": "frobnicate"} if operation.prefix == "v2" else {}  # in v1 there is none

    def whole(word: str) -> Mapping[str, Any]:
        nobodys, number = 'phoneNumbers[value eq "+13175550199"]', {"value": _number(word), "type": "other"}
        return modification({"op": "replace", "path": nobodys, "value": number})

    def at(path: str) -> Body:
        return lambda word: modification({"op": "replace", "path": path, "value": word})

    def name(word: str) -> Mapping[str, Any]:
        return replacing_name(operation, word)

    return {
        "no-schemas": lambda word: {"Operations": [name(word)]},
        "unknown-op": lambda word: modification({**_without_op(name(word)), **unknown_op}),
        "remove-without-path": lambda word: modification({"op": "remove"}),
        "one-of-three": lambda word: modification(
            name(word), *_kept_elsewhere(operation, outsider, word), {"op": "remove"}
        ),
        "operations-missing": lambda word: {"schemas": modification()["schemas"], name(word)["path"]: word},
        "operations-not-a-list": lambda word: {**modification(), "Operations": name(word)},
        "unparsable-path": at(f"{many}[type eq"),
        "unknown-attribute": lambda word: modification(*_of_nothing(operation, word)),
        "filter-matches-nothing": at(missed) if operation.name != "modify_user" or operation.prefix == "v1" else whole,
        "one-of-two-without-target": lambda word: modification(
            name(word), {"op": "replace", "path": missed, "value": word}
        ),
    }


def _without_op(step: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name != "op"}


def _of_nothing(operation: Operation, word: str) -> list[Any]:
    """An operation about an attribute that does not exist; for users of v2 beside others that are about nothing: a
    null, one without a value, and one whose path is no text."""
    odd = (None, {"op": "add", "path": UNKNOWN}, {"op": "add", "path": 5, "value": word})
    return [*(odd if operation.id == "patch_scim_v2_user" else ()), {"op": "replace", "path": UNKNOWN, "value": word}]


def _kept_elsewhere(operation: Operation, outsider: str, word: str) -> Sequence[Mapping[str, Any]]:
    """Changes of what many a server keeps in other tables than names: they may be stored one by one."""
    if operation.resource != "users":
        return [{"op": "add", "path": "members", "value": [{"value": outsider}]}]
    return (
        {"op": "add", "path": "phoneNumbers", "value": [{"value": _number(word), "type": "other"}]},
        {"op": "replace", "path": f"{ENTERPRISE}:department", "value": word},
        {"op": "add", "path": "emails", "value": [{"value": f"{word}@example.com", "type": "work"}]},
    )


def _not_in(org: Org, operation: Operation) -> str:
    """One who is not in the group: nothing is to come of it, so it may be the one whom nobody changes."""
    there = members_of(org.look(disposable(org, operation.prefix), operation.prefix))
    ours = (member(org, operation.prefix).id, newcomer(org, operation.prefix).id)
    still = still_user(org, operation.prefix).id
    if there >= {*ours, still}:  # such a PATCH whose answer was lost brought it in
        let_in(org, operation.prefix, *sorted(there - {still}))
    return next((each for each in ours if each not in there), still)


def _number(word: str) -> str:
    return f"+1317555{zlib.crc32(word.encode()) % 10_000:04d}"


def replacing_name(operation: Operation, word: str) -> Mapping[str, Any]:
    """One operation that gives a user another title, a group another displayName."""
    return {"op": "replace", "path": "title" if operation.resource == "users" else "displayName", "value": word}
