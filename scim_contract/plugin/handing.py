"""What xdist's workers are handed by the controlling process, and what they make of it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scim_contract.contract import load
from scim_contract.fuzz import Fuzzing
from scim_contract.judging import Observer
from scim_contract.org import Org, Workspace
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.group import another_group
from scim_contract.plugin.options import Settings
from scim_contract.plugin.run import Run, fuzzing, open_workspace
from scim_contract.plugin.workers import told_to_stop
from scim_contract.targets import Client, Target
from scim_contract.transport import Secret, Unreachable

AT_ONCE = 4
"""How many requests a worker may have under way at the same time, where their order does not matter: who asks for
workers does not mind them, while a run without sends one request after the other."""


def look_for_other_group(run: Run) -> None:
    """Before workers are started: a group that some can read while one changes the disposable one."""
    if run.workspace.group_id is not None and run.library is None:
        with suppress(Untested, Blocked, Unreachable):  # then all that is about groups is one worker's
            run.other_group = another_group(Org(run.workspace, "preflight"))


def to_worker(run: Run, stop: str) -> str:
    """What a worker process needs of the run, as text; `stop` is the file that tells it to end."""
    target = run.target
    return json.dumps(
        {
            "run_id": run.run_id,
            "stop": stop,
            "started": run.started,
            "tokens": run.workspace.transport.tokens.held(),
            "fuzzing": asdict(fuzzing(run.settings, run.target)),
            "counted": str(run.workspace.transport.limits.path() or ""),
            "group_id": run.workspace.group_id,
            "group_problem": run.workspace.group_problem,
            "other_group": run.other_group,
            "target": {
                **{k: v for k, v in vars(target).items() if k not in ("clients", "folder")},
                "folder": str(target.folder),
                "clients": [[c.id, str(c.secret), sorted(c.permissions)] for c in target.clients],
            },
        }
    )


@dataclass(frozen=True)
class Given:
    """What a worker was given: its workspace, the one for all that is not to change the group, its observer, when the
    run started, and how it fuzzes."""

    workspace: Workspace
    sparing: Workspace
    observer: Observer
    started: float
    fuzzing: Fuzzing


def in_worker(settings: Settings, text: str, worker: str) -> Given:
    """What a worker needs, from what the controller sent."""
    given: dict[str, Any] = json.loads(text)
    table = given["target"]
    clients = tuple(Client(i, Secret(s), frozenset(p)) for i, s, p in table.pop("clients"))
    shaped = {**table, "roles": tuple(table["roles"]), "folder": Path(table["folder"])}
    target = replace(Target(**shaped), clients=clients)
    contract = load(target.edition)
    counted = Path(given["counted"]) if given["counted"] else None
    workspace, observer = open_workspace(settings, contract, target, given["run_id"], worker, counted)
    workspace.transport.tokens.take(given["tokens"])
    workspace.transport.stopped = told_to_stop(given["stop"])
    workspace.group_id, workspace.group_problem = given["group_id"], given["group_problem"]
    workspace.other_group = given["other_group"]
    workspace.at_once = AT_ONCE
    return Given(workspace, workspace.sparing(), observer, given["started"], Fuzzing(**given["fuzzing"]))
