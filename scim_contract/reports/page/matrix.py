"""The table of a page: operations × areas, the prefixes side by side, each cell the verdicts of its atomic claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scim_contract.contract import Contract
from scim_contract.reports.report import Report, areas
from scim_contract.verdicts import Result, Verdict


@dataclass(frozen=True)
class Sign:
    """How a verdict is shown: a sign beside the colour, since not everybody tells colours apart."""

    verdict: str
    mark: str
    word: str


# The one that matters most comes first: it gives a cell its colour.
SIGNS = (
    Sign("violated", "✗", "violated"),
    Sign("inconclusive", "?", "inconclusive"),
    Sign("waived", "≈", "waived"),
    Sign("conforms", "✓", "conforms"),
    Sign("untested", "–", "untested"),
)


@dataclass(frozen=True)
class Cell:
    """One operation in one prefix and one area: its worst verdict, and how many have each."""

    row: str
    area: str
    prefix: str
    worst: str
    counts: tuple[tuple[Sign, int], ...]

    @property
    def told(self) -> str:
        """The counts in words, for a screen reader."""
        return ", ".join(f"{number} {sign.word}" for sign, number in self.counts) or "no claim"

    @property
    def fine(self) -> bool:
        """Whether there is nothing in it to look at."""
        return self.worst not in ("violated", "inconclusive", "waived")


@dataclass(frozen=True)
class Row:
    """One operation, whatever its prefix: `method` and `path` as in v1, `cells` by area, then by prefix."""

    name: str
    method: str
    path: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Matrix:
    """The whole table."""

    areas: tuple[str, ...]
    prefixes: tuple[str, ...]
    rows: tuple[Row, ...]

    def troubled(self) -> tuple[list[Row], list[int]]:
        """The rows that do not conform, and the places of the areas in which they do not."""
        rows = [row for row in self.rows if any(not cell.fine for area in row.cells for cell in area)]
        places = range(len(self.areas))
        return rows, [n for n in places if any(not cell.fine for row in rows for cell in row.cells[n])]


def matrix(report: Report, contract: Contract) -> Matrix:
    """The table of a report."""
    names = names_of(report, contract)
    columns, prefixes = tuple(areas(report, contract)), tuple(sorted({row.prefix for row in report.results}))
    found: dict[tuple[str, str, str], Counter[Verdict]] = {}
    for result in report.results:
        place = (names[result.operation], area_of(result), result.prefix)
        found.setdefault(place, Counter())[result.verdict] += 1
    rows = (_row(name, contract, columns, prefixes, found) for name in dict.fromkeys(names.values()))
    return Matrix(columns, prefixes, tuple(rows))


def total(report: Report, area: str) -> Cell:
    """All results of an area as one cell."""
    return _cell("", area, "", Counter(row.verdict for row in report.results if area_of(row) == area))


def names_of(report: Report, contract: Contract) -> dict[str, str]:
    """The operations that a report has results of, in the contract's order: their names, the same in each prefix."""
    there = {row.operation for row in report.results}
    known = {op.id: op.name for op in contract.operations if op.id in there}
    return known | {name: name for name in sorted(there - known.keys())}


def area_of(result: Result) -> str:
    """The area of a result."""
    return result.claim.split(".")[0]


def short(cell: Cell) -> str:
    """A cell as text: what does not conform by sign and number, else one sign."""
    told = [f"{sign.mark}{number}" for sign, number in cell.counts if sign.verdict not in ("conforms", "untested")]
    return " ".join(told) or (cell.counts[0][0].mark if cell.counts else " ")


def _row(
    name: str,
    contract: Contract,
    columns: Iterable[str],
    prefixes: Sequence[str],
    found: dict[tuple[str, str, str], Counter[Verdict]],
) -> Row:
    operation = next((op for op in contract.operations if op.name == name), None)
    path = operation.path.removeprefix("/api/v2/scim").removeprefix("/v2") if operation is not None else ""
    cells = tuple(
        tuple(_cell(name, area, p, found.get((name, area, p), Counter())) for p in prefixes) for area in columns
    )
    return Row(name, operation.method if operation is not None else "", path, cells)


def _cell(row: str, area: str, prefix: str, counts: Counter[Verdict]) -> Cell:
    told = tuple((sign, counts[Verdict(sign.verdict)]) for sign in SIGNS if counts[Verdict(sign.verdict)])
    return Cell(row, area, prefix, told[0][0].verdict if told else "", told)
