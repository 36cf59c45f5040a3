"""A target asked, without writing anything: do the clients sign in, is the group there, what do the filters find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scim_contract.contract import Contract
from scim_contract.org import Ledger, new_run_id
from scim_contract.org.documents import total
from scim_contract.org.errors import Untested
from scim_contract.org.org import Org
from scim_contract.org.workspace import Workspace
from scim_contract.preflight import PreflightStop, preflight
from scim_contract.targets import Client, Target
from scim_contract.transport import Exchange, Masker, Refused, TokenTrouble, Transport, Unreachable
from scim_contract.verdicts import worst_exit


@dataclass(frozen=True)
class SignIn:
    """What became of one client's sign-in; `code` is the exit code that it comes to, 0 where it has a token."""

    client: Client
    code: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Finding:
    """What a wide filter finds in one prefix: how many match, or why that is not known."""

    resource: str
    prefix: str
    filter: str
    matches: int | None
    problem: str = ""


@dataclass(frozen=True)
class Survey:
    """What a target said. `stop` is why a run could not begin; `configs` the service provider configurations."""

    sign_ins: tuple[SignIn, ...]
    stop: PreflightStop | None = None
    group_id: str | None = None
    group_problem: str = ""
    findings: tuple[Finding, ...] = ()
    configs: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def code(self) -> int:
        """The exit code: 2 where the configuration is at fault, 3 where the network is, 0 where a run can begin."""
        codes = [each.code for each in self.sign_ins] + ([self.stop.code] if self.stop else [])
        return worst_exit([0, *codes])

    def finds(self, resource: str) -> int:
        """The most that the wide filter of a resource finds in any prefix."""
        return max((each.matches or 0 for each in self.findings if each.resource == resource), default=0)

    def refuses(self, resource: str) -> bool:
        """Whether the wide filter of a resource was asked for and no prefix answered it with a list."""
        found = [each for each in self.findings if each.resource == resource]
        return bool(found) and all(each.matches is None for each in found)


def survey(target: Target, contract: Contract) -> Survey:
    """Ask a target all that a run would want to know before it begins. Nothing is written, sandbox or not.

    Raises:
        ConfigurationError: the certificates that the environment names cannot be read.
    """
    transport = Transport(target, Masker())
    try:
        sign_ins = tuple(_sign_in(transport, client) for client in target.clients)
        if any(each.code for each in sign_ins):
            return Survey(sign_ins)
        reading = replace(target, sandbox=False)
        workspace = Workspace(contract, reading, transport, Ledger(Path(), target.name, new_run_id()))
        return _asked(workspace, sign_ins)
    finally:
        transport.close()


def _sign_in(transport: Transport, client: Client) -> SignIn:
    try:
        transport.tokens.token(client)
    except Refused as error:
        return SignIn(client, 2, str(error))
    except TokenTrouble as error:
        return SignIn(client, 3, str(error))
    return SignIn(client)


def _asked(workspace: Workspace, sign_ins: tuple[SignIn, ...]) -> Survey:
    try:
        preflight(workspace)
    except PreflightStop as stop:
        return Survey(sign_ins, stop)
    org, prefixes = Org(workspace, "check-target"), workspace.contract.prefixes
    return Survey(
        sign_ins,
        None,
        workspace.group_id,
        workspace.group_problem if workspace.target.group and not workspace.group_id else "",
        tuple(_findings(org, prefixes)),
        dict(_configs(org, prefixes)),
    )


def _findings(org: Org, prefixes: Iterable[str]) -> Iterator[Finding]:
    target = org.workspace.target
    for resource, text in (("users", target.wide_user_filter), ("groups", target.wide_group_filter)):
        for prefix in prefixes if text else ():
            seen = _ask(org, prefix, f"list_{resource}", params={"filter": text, "count": 1})
            if isinstance(seen, str):
                yield Finding(resource, prefix, text, None, seen)
            elif not seen.answer.ok or total(seen.document) is None:
                yield Finding(resource, prefix, text, None, f"answered {seen.answer.line} without a list")
            else:
                yield Finding(resource, prefix, text, total(seen.document))


def _configs(org: Org, prefixes: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for prefix in prefixes:
        seen = _ask(org, prefix, "get_serviceproviderconfig")
        if not isinstance(seen, str) and seen.answer.ok and seen.document:
            yield prefix, seen.document


def _ask(org: Org, prefix: str, name: str, **asked: Any) -> Exchange | str:
    """An answer, or why there is none."""
    try:
        return org.ask(org.operation(prefix, name), **asked)
    except Untested as error:
        return str(error)
    except Unreachable as error:
        return error.what
