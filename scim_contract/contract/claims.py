"""The catalogue of claims, read from an edition's claims.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scim_contract.contract.operations import Operation

LEVELS = {"D": "documented", "S": "standard", "I": "inferred"}
_CONDITIONS = ("kind", "resource", "method", "open", "parameter", "prefix", "request_model", "answer", "name", "id")
_CLAIM_KEYS = {"id", "statement", "source", "level", "applies", "cases", "parts", "clients", "observed"}
_ROW_KEYS = {"name", "level", "statement", "source", "applies"}


class CatalogueError(Exception):
    """claims.yaml says something that cannot be understood; the message names the row."""


@dataclass(frozen=True)
class Source:
    """What a claim stands on: a place in the reference or the models, an RFC's section, or a reason."""

    operation: str | None = None
    parameter: str | None = None
    heading: str | None = None
    model: str | None = None
    property: str | None = None
    rfc: int | None = None
    section: str | None = None
    reason: str | None = None

    def text(self, operation: Operation | None = None) -> str:
        """The pointer as a person reads it; `operation` is the one at hand."""
        if self.rfc is not None:
            return f"RFC {self.rfc} §{self.section}"
        if self.model is not None:
            return f"models, {self.model}" + (f".{self.property}" if self.property else "")
        if self.reason is not None:
            return self.reason
        at_hand = self.operation or (operation.id if operation else "each operation")
        place = f"parameter {self.parameter}" if self.parameter else (self.heading or "")
        return f"reference, {at_hand}" + (f", {place}" if place else "")


@dataclass(frozen=True)
class Condition:
    """A set of operations: those that meet all of one of the alternatives."""

    alternatives: tuple[Mapping[str, Any], ...]

    def meets(self, operation: Operation) -> bool:
        """Whether the operation belongs to the set."""
        return any(all(_meets(operation, k, v) for k, v in alt.items()) for alt in self.alternatives)


@dataclass(frozen=True)
class Row:
    """A case or a part of a claim: its own level, statement, source and operations, where they differ."""

    name: str
    level: str | None = None
    statement: str | None = None
    sources: tuple[Source, ...] = ()
    applies: Condition | None = None


@dataclass(frozen=True)
class Claim:
    """One row of the catalogue; expands to atomic claims (see plan.py)."""

    id: str
    statement: str
    sources: tuple[Source, ...]
    level: str
    applies: Condition
    cases: tuple[Row, ...] = ()
    parts: tuple[Row, ...] = ()
    clients: str | None = None
    observed: bool = False

    @property
    def area(self) -> str:
        """The claim's area, the id's first word."""
        return self.id.split(".")[0]


@dataclass(frozen=True)
class Catalogue:
    """All the claims of an edition, in order."""

    claims: tuple[Claim, ...]
    _by_id: dict[str, Claim] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {claim.id: claim for claim in self.claims})
        if len(self._by_id) != len(self.claims):
            raise CatalogueError("two claims have the same id")

    def __getitem__(self, claim_id: str) -> Claim:
        return self._by_id[claim_id]

    def __contains__(self, claim_id: str) -> bool:
        return claim_id in self._by_id

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas in the catalogue's order."""
        return tuple(dict.fromkeys(claim.area for claim in self.claims))


def catalogue(document: Mapping[str, Any]) -> Catalogue:
    """The catalogue from the parsed claims.yaml.

    Raises:
        CatalogueError: a row names an unknown key, set, condition, level or pointer.
    """
    sets = document.get("operations", {})
    return Catalogue(tuple(_claim(row, sets) for row in document["claims"]))


def _claim(row: Mapping[str, Any], sets: Mapping[str, Any]) -> Claim:
    try:
        _known(row, _CLAIM_KEYS)
        parts = tuple(_row(p, sets) for p in row.get("parts", ()))
        level = row.get("level") or next((p.level for p in parts if p.level), None)
        if level is None:
            level = next(c["level"] for c in row["cases"] if isinstance(c, Mapping) and "level" in c)
        if level not in LEVELS:
            raise CatalogueError(f"level {level!r} is none of D, S, I")
        if row.get("clients") not in (None, "listed", "not-listed", "library"):
            raise CatalogueError(f"clients {row['clients']!r} is none of listed, not-listed, library")
        return Claim(
            id=row["id"],
            statement=" ".join(row["statement"].split()),
            sources=_sources(row["source"]),
            level=level,
            applies=_condition(row["applies"], sets),
            cases=tuple(_row(c, sets) for c in row.get("cases", ())),
            parts=parts,
            clients=row.get("clients"),
            observed=bool(row.get("observed", False)),
        )
    except (KeyError, TypeError, StopIteration) as error:
        raise CatalogueError(f"claim {row.get('id', row)!r}: {error!r}") from error
    except CatalogueError as error:
        raise CatalogueError(f"claim {row.get('id')!r}: {error}") from None


def _row(item: str | Mapping[str, Any], sets: Mapping[str, Any]) -> Row:
    if isinstance(item, str):
        return Row(item)
    _known(item, _ROW_KEYS)
    if item.get("level", "D") not in LEVELS:
        raise CatalogueError(f"level {item['level']!r} is none of D, S, I")
    statement = item.get("statement")
    return Row(
        name=str(item["name"]),
        level=item.get("level"),
        statement=" ".join(statement.split()) if statement else None,
        sources=_sources(item.get("source", ())),
        applies=_condition(item["applies"], sets) if "applies" in item else None,
    )


def _known(row: Mapping[str, Any], keys: set[str]) -> None:
    for key in row:
        if key not in keys:
            raise CatalogueError(f"unknown key {key!r}")


def _sources(items: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> tuple[Source, ...]:
    rows = [items] if isinstance(items, Mapping) else items
    return tuple(Source(**dict(row)) for row in rows)


def _condition(value: Any, sets: Mapping[str, Any]) -> Condition:
    items = value if isinstance(value, list) else [value]
    alternatives: list[Mapping[str, Any]] = []
    for item in items:
        if isinstance(item, str):
            if item not in sets:
                raise CatalogueError(f"no set of operations is named {item!r}")
            alternatives.extend(_condition(sets[item], {}).alternatives)
        else:
            unknown = set(item) - set(_CONDITIONS)
            if unknown:
                raise CatalogueError(f"unknown condition {sorted(unknown)}")
            alternatives.append(dict(item))
    return Condition(tuple(alternatives))


def _meets(operation: Operation, key: str, wanted: Any) -> bool:
    if key == "parameter":
        names = wanted if isinstance(wanted, list) else [wanted]
        return any(operation.parameter(name) is not None for name in names)
    if key == "answer":
        return bool(operation.response_model) is bool(wanted)
    value = getattr(operation, key)
    if wanted is True or wanted is False:
        return bool(value) is wanted
    return value in (wanted if isinstance(wanted, list) else [wanted])
