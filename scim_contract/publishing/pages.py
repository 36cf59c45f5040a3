"""Our own pages of a report: a matrix for each target, and a table of all of them where there are several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scim_contract.contract import Contract, load
from scim_contract.locate import editions
from scim_contract.publishing.found import Target
from scim_contract.reports.nights import Trend, trend
from scim_contract.reports.page import writing as page
from scim_contract.reports.page.matrix import Cell, total
from scim_contract.reports.page.writing import render
from scim_contract.reports.report import areas
from scim_contract.targets import ConfigurationError

INDEX = "index.html"
_STRIP = 7


@dataclass(frozen=True)
class Line:
    """A target in the table of all: where its page is, its last nights, and what each area comes to."""

    target: Target
    href: str
    trend: Trend
    cells: dict[str, Cell]


def write(targets: Sequence[Target], output: Path, allure: str = "") -> Path:
    """Write the pages of some targets; gives the first one to open.

    Args:
        targets: the targets.
        output: the folder for them.
        allure: where Allure's report lies, seen from there; empty where there is none.
    """
    output.mkdir(parents=True, exist_ok=True)
    index = output / INDEX
    if len(targets) == 1:
        (only,) = targets
        index.write_text(page.page(only.last, _contract(only), only.nights, allure=allure), "utf-8")
        return index
    lines = [_line(each, output) for each in targets]
    every = list(dict.fromkeys(area for line in lines for area in line.cells))
    index.write_text(render("overview.html.j2", lines=lines, areas=every, strip=_STRIP, allure=allure), "utf-8")
    return index


def _line(each: Target, output: Path) -> Line:
    contract = _contract(each)
    folder = output / each.place
    folder.mkdir(exist_ok=True)
    page.write(each.last, contract, folder, each.nights, home=f"../{INDEX}")
    cells = {area: total(each.last, area) for area in areas(each.last, contract)}
    return Line(each, f"{each.place}/{page.NAME}", trend(each.nights), cells)


def _contract(each: Target) -> Contract:
    edition = each.last.edition
    if edition not in editions():
        raise ConfigurationError(f"{each.name}: its edition {edition!r} is not in this version of scim-contract")
    return load(edition)
