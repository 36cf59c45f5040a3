"""The plan of what an org lacks for a full run, from its profile and from what it says itself. Changes nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scim_contract.contract import Contract, load
from scim_contract.plugin import embedded
from scim_contract.readiness.survey import Survey, survey
from scim_contract.targets import OLDEST, Client, Target, edition_named, load_target, target_tables

_STAND_IN = "no-value-for-"


@dataclass(frozen=True)
class Wanted:
    """A client that a full run wants: the one permission that it holds (empty: none), and where its id and secret are.

    `there` says whether the profile has it, with an id and a secret that are set and not refused.
    """

    permission: str
    id_variable: str
    secret_variable: str
    there: bool

    @property
    def name(self) -> str:
        """What its role and the client itself are called in the org."""
        return "-".join(["scim-contract", *(self.permission.split(":")[1:] or ["none"])])


@dataclass(frozen=True)
class Plan:
    """What a full run needs. `group_there` is None where the org could not be asked; `notes` say why, and what else."""

    target: Target
    clients: tuple[Wanted, ...]
    group_there: bool | None
    notes: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[Wanted, ...]:
        """The clients that have to be made."""
        return tuple(client for client in self.clients if not client.there)


def plan(path: Path, name: str, base_url: str, edition: str = "") -> Plan:
    """What a target lacks for a full run.

    Args:
        path: the targets file, which need not be there.
        name: the target, which the file need not have.
        base_url: where the org is, if the profile does not say.
        edition: whose permissions are wanted, one a client; the profile's by default.

    Raises:
        ConfigurationError: the file cannot be read, or says something of this target that cannot be used.
    """
    table = target_tables(path).get(name, {}) if path.exists() else {}
    rows = table.get("clients", []) if isinstance(table, dict) else []
    named = table.get("edition", OLDEST) if isinstance(table, dict) else OLDEST
    contract = load(edition_named(edition or str(named)))
    edition = contract.edition
    target = _profile(path, name, rows, edition) if table else Target(name, base_url, edition=edition)
    if target.base_url and not target.token_url:
        target = replace(target, token_url=token_url_of(target.base_url))
    target = replace(target, group=target.group or embedded.GROUP)
    there = tuple(c for c in target.clients if _STAND_IN not in f"{c.id}{c.secret!s}")
    said = survey(replace(target, clients=there, group=""), contract) if there else None
    refused = [each.client for each in said.sign_ins if each.code] if said else []
    group_there, notes = _group(target, there, said, contract)
    wanted = tuple(_wanted(target, permission, rows, there, refused) for permission in (*contract.permissions, ""))
    unsigned = tuple(each.problem for each in said.sign_ins if each.code) if said else ()
    return Plan(target, wanted, group_there, (*unsigned, *notes))


def token_url_of(base_url: str) -> str:
    """Where the clients of an org sign in: `login` in place of `api`, in every region."""
    return f"{base_url.replace('://api.', '://login.', 1)}/oauth/token"


def _profile(path: Path, name: str, rows: Any, edition: str) -> Target:
    """The profile, with stand-ins for ids and secrets that are not set yet."""
    unset = {v: _STAND_IN + v for v in _variables(rows) if not os.environ.get(v)}
    target = load_target(path, name, {**os.environ, **unset}, edition)
    assert target is not None
    return target


def _variables(rows: Any) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else ():
        for value in row.values() if isinstance(row, dict) else ():
            if isinstance(value, dict) and isinstance(value.get("env"), str):
                yield value["env"]


def _group(
    target: Target, there: tuple[Client, ...], said: Survey | None, contract: Contract
) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the org has the group, and what keeps that from being known."""
    if said is None:
        return None, ("no client of the profile has an id and a secret yet, so the org was not asked",)
    if said.code:
        return None, (said.stop.sentence,) if said.stop else ()
    again = survey(replace(target, clients=there), contract)
    return bool(again.group_id), (again.group_problem,) if again.group_problem else ()


def _wanted(target: Target, permission: str, rows: Any, there: tuple[Client, ...], refused: list[Client]) -> Wanted:
    held = frozenset({permission}) if permission else frozenset[str]()
    row: Mapping[str, Any] = next((r for r in rows if frozenset(r.get("permissions", ())) == held), {})
    word = _variable(target.name, *(permission.split(":")[1:] or ["none"]))
    return Wanted(
        permission,
        _named(row, "id") or f"SCIM_{word}_ID",
        _named(row, "secret") or f"SCIM_{word}_SECRET",
        any(client.permissions == held and client not in refused for client in there),
    )


def _named(row: Mapping[str, Any], key: str) -> str:
    """The variable that a client's row takes its id or secret from."""
    value = row.get(key)
    return str(value["env"]) if isinstance(value, dict) else ""


def _variable(*words: str) -> str:
    return "_".join(re.sub(r"\W", "_", word).upper() for word in words)
