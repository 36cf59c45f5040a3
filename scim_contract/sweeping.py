"""`scim-contract cleanup`: what an interrupted run left is removed, from its ledger or by the marker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from scim_contract.contract import load
from scim_contract.org import ledger as ledgers
from scim_contract.org.cleanup import clean
from scim_contract.org.documents import resources, total
from scim_contract.org.ledger import Ledger, Leftovers, run_of
from scim_contract.org.org import Org
from scim_contract.org.turns import LONGEST, Turn, another_has, waiting_for
from scim_contract.org.workspace import READS_ONLY, Workspace
from scim_contract.plugin.options import Settings, find_target
from scim_contract.targets import EMBEDDED, ConfigurationError, Target
from scim_contract.transport import Masker, Refused, TokenTrouble, Transport, Unreachable
from scim_contract.verdicts import worst_exit

_OLD = timedelta(hours=6)
_PAGE = 100


def sweep(ledger: Path, name: str | None, targets: Path, run: str | None, console: Console) -> int:
    """Clean up after interrupted runs.

    Args:
        ledger: the folder of the ledgers.
        name: the target; None for each that has a ledger.
        targets: the targets file.
        run: only this run; None for all.
        console: where to tell what was done.

    Returns:
        0 where nothing is left, 1 where something could not be removed, 2 where there is nothing to go by,
        3 where the target cannot be reached.

    Raises:
        ConfigurationError: the target is unknown or its profile cannot be used.
    """
    names = [name] if name else sorted(p.name for p in ledger.glob("*") if any(p.glob("*.jsonl")))
    if not names:
        console.print(f"No ledger in {ledger}/. With --target NAME the directory is searched.", soft_wrap=True)
        return 0
    return worst_exit([_sweep_target(ledger, each, targets, run, console) for each in names])


def _sweep_target(folder: Path, name: str, targets: Path, run: str | None, console: Console) -> int:
    if name == EMBEDDED and not targets.exists():
        for path in (folder / name).glob("*.jsonl"):
            path.unlink()
        console.print(f"{name}: the embedded mock is gone with its run; its ledgers are removed.")
        return 0
    target = find_target(Settings(target=name, targets=str(targets)))
    if target is None:
        raise ConfigurationError(f"{targets}: has no target {name!r}")
    if not target.sandbox:
        raise ConfigurationError(f"{targets}: [targets.{name}]: {READS_ONLY}")
    paths = sorted((folder / name).glob(f"{run or '*'}.jsonl"))
    workspace = _workspace(folder, target)
    try:
        if paths:
            return worst_exit([_from_ledger(workspace, folder, target, path, console) for path in paths])
        return _from_markers(workspace, run, console)
    except (Refused, TokenTrouble, Unreachable) as error:
        console.print(f"scim-contract: {target.name}: {error}", markup=False, highlight=False, soft_wrap=True)
        return 2 if isinstance(error, Refused) else 3
    finally:
        workspace.transport.close()


def _workspace(folder: Path, target: Target) -> Workspace:
    transport = Transport(target, Masker())
    return Workspace(load(target.edition), target, transport, Ledger(folder, target.name, ledgers.new_run_id()))


def _from_ledger(workspace: Workspace, folder: Path, target: Target, path: Path, console: Console) -> int:
    if ledgers.in_use(path):
        console.print(f"{target.name}, run {path.stem}: is still under way, and left alone.", soft_wrap=True)
        return 0
    ledgers.settle(path)
    left = ledgers.read(path)
    workspace.ledger = Ledger(folder, target.name, path.stem)
    turn = Turn(target)
    if left.group and not turn.take(LONGEST, lambda: console.print(waiting_for(target), soft_wrap=True)):
        return _tell(target, [another_has(target)], console)
    try:
        problems = clean(workspace, left)
    finally:
        turn.give_back()
    group = " and the group" if left.group else ""
    if not problems:
        workspace.ledger.discard()
        console.print(f"{target.name}, run {path.stem}: {len(left.users)} users{group} cleaned up.")
        return 0
    workspace.ledger.close()
    return _tell(target, problems, console)


def _from_markers(workspace: Workspace, run: str | None, console: Console) -> int:
    org = Org(workspace, "sweep")
    found = {name: user for name, user in _marked(org) if _counts(name, run)}
    problems = clean(workspace, Leftovers(dict(found), None))
    workspace.ledger.discard()
    age = f"of run {run}" if run else f"of runs older than {_OLD.seconds // 3600} hours"
    console.print(f"{workspace.target.name}: {len(found)} users {age} were found by their marker.")
    return _tell(workspace.target, problems, console) if problems else 0


def _counts(user_name: str, run: str | None) -> bool:
    its_run = run_of(user_name)
    if its_run is None or run is not None:
        return its_run is not None and its_run == run
    return datetime.now(UTC) - ledgers.started(its_run) > _OLD


def _marked(org: Org) -> Iterator[tuple[str, str]]:
    """All users that bear any run's marker: userName and id, by walking what the wide filter gives."""
    wide = org.workspace.target.wide_user_filter
    if not wide:
        raise ConfigurationError(
            f"[targets.{org.workspace.target.name}]: wide_user_filter is missing, and without a ledger "
            "the users have to be walked through to find those of a run"
        )
    operation, start = org.operation(org.workspace.contract.prefixes[0], "list_users"), 1
    while True:
        page = org.ask(operation, params={"filter": wide, "startIndex": start, "count": _PAGE})
        items = resources(page.document)
        if not page.answer.ok:
            raise ConfigurationError(f"wide_user_filter: the list of users answered {page.answer.line}")
        for item in items:
            if run_of(str(item.get("userName"))) and isinstance(item.get("id"), str):
                yield str(item["userName"]), item["id"]
        start += len(items)
        if not items or start > (total(page.document) or 0):
            return


def _tell(target: Target, problems: list[str], console: Console) -> int:
    for problem in problems:
        console.print(f"{target.name}: left behind: {problem}", markup=False, highlight=False, soft_wrap=True)
    return 1
