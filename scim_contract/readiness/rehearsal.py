"""A run rehearsed: the suites on the embedded mock, which is given the target's profile.

What a run leaves untested depends on the checks, the profile, and what the target declares. The checks themselves
know best, so they are asked: what they leave untested on a server that keeps the whole contract, with the same
clients and the same settings, the target cannot show either.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from rich.console import Console

from scim_contract.contract import Contract
from scim_contract.mock.serve import running
from scim_contract.mock.settings import Client as MockClient
from scim_contract.mock.settings import Settings as MockSettings
from scim_contract.mock.wire import Asgi, Reply, Seen, Tamper, tampered
from scim_contract.org.workspace import Workspace
from scim_contract.plugin import embedded
from scim_contract.plugin.options import Settings
from scim_contract.readiness.survey import Survey
from scim_contract.reports import Report
from scim_contract.running import judge
from scim_contract.secret import Secret
from scim_contract.targets import Client, ConfigurationError, Target

_MATCHES_NOTHING = '{attribute} eq "nobody-has-this-name"'
_REFUSED = "{attribute} xx 1"
_OWN = ("schemas", "meta")


def rehearse(target: Target, survey: Survey, contract: Contract, limits: Settings) -> Report:
    """The report of a run with this profile against a server that keeps the contract and declares what the target does.

    Args:
        target: the target, with its profile.
        survey: what it said when asked.
        contract: the contract of its edition.
        limits: the areas, prefixes and claims of the run.

    Raises:
        ConfigurationError: the rehearsal did not come to a report.
    """
    clients = tuple(
        Client(f"rehearsing-{n}", Secret(secrets.token_urlsafe(24)), client.permissions)
        for n, client in enumerate(target.clients, 1)
    )
    mock = MockSettings(contract.edition, tuple(MockClient(c.id, str(c.secret), c.permissions) for c in clients))

    def declaring(app: Asgi) -> Asgi:
        return tampered(app, [Tamper(after=_declares(survey, contract))], contract.operations)

    with TemporaryDirectory() as folder, running(mock, declaring) as url:
        rehearsed = _profile(target, survey, embedded.target(contract, url, clients))
        settings = replace(limits, reports=str(Path(folder) / "reports"), ledger=str(Path(folder) / "ledger"), fuzz=0)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            ended = judge(settings, ("-p", "no:cacheprovider"), Console(quiet=True), rehearsed, results=False)
    if ended.report is None:
        raise ConfigurationError(f"the rehearsal on the embedded mock came to nothing: {ended.why}")
    if ended.report.interrupted:
        raise KeyboardInterrupt
    return _in_its_words(ended.report, rehearsed, target, survey)


def _profile(target: Target, survey: Survey, mock: Target) -> Target:
    """The mock as a target that has and lacks what the real one does, in the mock's own words."""

    def filter_for(resource: str, theirs: str, ours: str, attribute: str) -> str:
        if not theirs:
            return ""
        if survey.refuses(resource):
            return _REFUSED.format(attribute=attribute)
        return ours if survey.finds(resource) else _MATCHES_NOTHING.format(attribute=attribute)

    return replace(
        mock,
        name="rehearsal",
        base_url=mock.base_url if target.loopback else _not_loopback(mock.base_url),
        sandbox=target.sandbox,
        group=mock.group if survey.group_id else "",
        roles=mock.roles if target.roles else (),
        division=mock.division if target.division else "",
        photo_url=target.photo_url,
        routing_skill=mock.routing_skill if target.routing_skill else "",
        routing_language=mock.routing_language if target.routing_language else "",
        wide_user_filter=filter_for("users", target.wide_user_filter, mock.wide_user_filter, "userName"),
        wide_group_filter=filter_for("groups", target.wide_group_filter, mock.wide_group_filter, "displayName"),
    )


def _not_loopback(url: str) -> str:
    """An address of this machine that does not say so: some requests go to servers on this machine only."""
    return url.replace("127.0.0.1", "0.0.0.0")


def _declares(survey: Survey, contract: Contract) -> Callable[[Seen, Reply], None]:
    """Let the mock's service provider configurations declare what the target's do, and no more."""
    said: Mapping[str, dict[str, Any]] = {
        contract.find(prefix, "get_serviceproviderconfig").id: document for prefix, document in survey.configs.items()
    }

    def after(seen: Seen, reply: Reply) -> None:
        theirs = said.get(seen.operation or "")
        if theirs is not None and reply.status == 200 and isinstance(reply.json, dict):
            reply.put({k: v if k in _OWN else theirs[k] for k, v in reply.json.items() if k in _OWN or k in theirs})

    return after


def _in_its_words(report: Report, rehearsed: Target, target: Target, survey: Survey) -> Report:
    """The report with the target's own filters in its reasons, and why it has no group where that is known."""
    filters = {
        rehearsed.wide_user_filter: target.wide_user_filter,
        rehearsed.wide_group_filter: target.wide_group_filter,
    }
    encoded = {quote(ours): quote(theirs) for ours, theirs in filters.items()}
    words = {**filters, **encoded, Workspace.group_problem: survey.group_problem}

    def told(reason: str | None) -> str | None:
        for ours, theirs in words.items():
            reason = reason.replace(ours, theirs) if reason and ours and theirs else reason
        return reason

    return replace(report, results=tuple(replace(row, reason=told(row.reason)) for row in report.results))
