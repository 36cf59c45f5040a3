"""A comparison as a person reads it: operations × kinds, the differences, the figure."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scim_contract.compare.difference import Comparison, Difference, Kind
from scim_contract.contract import Contract

_MOST = 5


def show(console: Console, found: Comparison, contract: Contract, names: tuple[str, str]) -> None:
    """Print a comparison; `names` are those of the baseline and the candidate."""
    console.print()
    console.print(_table(found, contract, names))
    for operation in contract.operations:
        own = [each for each in found.differences if each.operation == operation.id]
        if own:
            _differences(console, operation.id, own)
    if found.ignored:
        console.print(f"\n[dim]{len(found.ignored)} differences are left out by the ignore file[/]")
    for text in found.stale:
        console.print(f"[yellow]![/] an ignore that leaves out nothing: {escape(text)}", soft_wrap=True)
    console.print(_closing(found), soft_wrap=True)


def _table(found: Comparison, contract: Contract, names: tuple[str, str]) -> Table:
    counted = found.table()
    kinds = [kind for kind in Kind if any(kind in row for row in counted.values())]
    title = f"{names[1]} held against {names[0]}, edition {contract.edition}"
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    table.add_column("operation", no_wrap=True)
    table.add_column("alike", justify="right", no_wrap=True)
    table.add_column("of", justify="right")
    for kind in kinds:
        table.add_column(kind.value, justify="right", overflow="fold")
    for operation in contract.operations:
        share, row = found.of(operation.id), counted.get(operation.id, Counter[Kind]())
        figure = f"{share.percent:g} %" if share.compared else "-"
        style = "" if row else "green" if share.compared else "dim"
        cells = [str(row[kind]) if row.get(kind) else "·" for kind in kinds]
        table.add_row(operation.id, figure, str(share.compared), *cells, style=style)
    return table


def _differences(console: Console, operation: str, own: list[Difference]) -> None:
    console.print(f"\n[bold]{operation}[/]")
    for each in own[:_MOST]:
        times = f"  ({each.times} times)" if each.times > 1 else ""
        head = f"  {each.kind} {each.where}: {each.baseline} there, {each.candidate} here{times}"
        console.print(head, markup=False, highlight=False, soft_wrap=True)
        if each.steps:
            console.print(f"      step {each.steps[0]}", markup=False, highlight=False, style="dim", soft_wrap=True)
    if len(own) > _MOST:
        console.print(f"  … and {len(own) - _MOST} more, in compare.json")


def _closing(found: Comparison) -> str:
    share = found.fidelity
    answers = sum(each.compared for each in found.answers.values())
    style, word = ("bold green", "ALIKE") if not found.differences else ("bold red", "DIFFERENT")
    if not share.compared:
        style, word = "bold magenta", "NOT COMPARED"
    told = f"fidelity {share.percent:g} %: {share.alike} of {share.compared} alike ({answers} answers, "
    told += f"{share.compared - answers} promises); {len(found.differences)} differences"
    beside = [f"{found.apart} steps asked differently"] if found.apart else []
    beside += [f"{found.only_baseline} steps only of the baseline"] if found.only_baseline else []
    beside += [f"{found.only_candidate} only of the candidate"] if found.only_candidate else []
    return f"\n[{style}]{word}[/]: {told}" + (f"; not compared: {', '.join(beside)}" if beside else "")
