"""An edition's claims.yaml that extends an earlier one: what it inherits, changes, drops and adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scim_contract.contract.claims import CatalogueError

_KEYS = {"extends", "operations", "changed", "dropped", "claims"}
_DROPPED_KEYS = {"id", "reason"}
WHY = "why"
"""What a changed claim says of the change; no part of the claim itself."""

Document = Mapping[str, Any]


def extended(document: Document, earlier: Callable[[str], Document]) -> Document:
    """A claims.yaml as one document, whatever it extends.

    Sets of operations take the place of those of the same name. A claim of `changed` has the fields that
    differ; `cases-dropped` names cases that go, `cases-added` has those that come, or that take the place of
    one of the same name. A new claim stands behind the one that it names with `after`, else behind the last
    of its area.

    Args:
        document: the parsed file.
        earlier: gives the document of another edition.

    Raises:
        CatalogueError: it changes, drops or stands behind a claim that there is none of, or adds one that is there.
    """
    if "extends" not in document:
        return document
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise CatalogueError(f"unknown key {unknown[0]!r} beside extends")
    base = extended(earlier(str(document["extends"])), earlier)
    rows = {row["id"]: row for row in base["claims"]}
    for row in document.get("changed", ()):
        rows[row["id"]] = _changed(_inherited(rows, row, "changed"), row)
    for row in document.get("dropped", ()):
        if set(row) != _DROPPED_KEYS or not row["reason"]:
            raise CatalogueError(f"dropped claim {row.get('id')!r}: it has an id and a reason, and nothing else")
        del rows[_inherited(rows, row, "dropped")["id"]]
    claims = list(rows.values())
    for row in document.get("claims", ()):
        if row["id"] in {each["id"] for each in claims}:
            raise CatalogueError(f"claim {row['id']!r}: is new, but there already")
        claims.insert(_place(claims, row), {key: value for key, value in row.items() if key != "after"})
    return {"operations": {**base.get("operations", {}), **document.get("operations", {})}, "claims": claims}


def reasons(document: Document) -> dict[str, str]:
    """Why an edition drops or changes claims of the one that it extends, by the claim's id."""
    dropped = {row["id"]: row["reason"] for row in document.get("dropped", ())}
    changed = {row["id"]: row[WHY] for row in document.get("changed", ()) if WHY in row}
    return {claim: " ".join(reason.split()) for claim, reason in {**dropped, **changed}.items()}


def _inherited(rows: Mapping[str, Document], row: Document, how: str) -> Document:
    if row["id"] not in rows:
        raise CatalogueError(f"claim {row['id']!r}: is {how}, but the edition that is extended has none such")
    return rows[row["id"]]


def _changed(before: Document, row: Document) -> Document:
    after = {**before, **{k: v for k, v in row.items() if k not in (WHY, "cases-dropped", "cases-added")}}
    if "cases-dropped" in row or "cases-added" in row:
        after["cases"] = _cases(before, row)
    return after


def _cases(before: Document, row: Document) -> list[Any]:
    held = {_name(case): case for case in before.get("cases", ())}
    for name in row.get("cases-dropped", ()):
        if held.pop(name, None) is None:
            raise CatalogueError(f"claim {row['id']!r}: drops the case {name!r}, which it has not")
    for case in row.get("cases-added", ()):
        held[_name(case)] = case
    return list(held.values())


def _name(case: Any) -> str:
    return str(case["name"] if isinstance(case, Mapping) else case)


def _place(claims: Sequence[Document], row: Document) -> int:
    ids = [each["id"] for each in claims]
    if "after" in row:
        if row["after"] not in ids:
            raise CatalogueError(f"claim {row['id']!r}: is to stand after {row['after']!r}, which there is none of")
        return ids.index(row["after"]) + 1
    area = row["id"].split(".")[0]
    return max((n for n, each in enumerate(ids, 1) if each.split(".")[0] == area), default=len(ids))
