"""Before anything is judged: is this the right host, do the credentials work, is the group there."""

from __future__ import annotations

from dataclasses import dataclass

from scim_contract.org.documents import resources, total
from scim_contract.org.errors import Untested
from scim_contract.org.group import too_large
from scim_contract.org.org import Org
from scim_contract.org.workspace import Workspace
from scim_contract.transport import Exchange, Refused, TokenTrouble, Unreachable

_PAGE = 100
_MOST_PAGES = 50


class PreflightStop(Exception):
    """A run that cannot begin: the exit code (2 configuration, 3 network) and a sentence for the user."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def preflight(workspace: Workspace) -> None:
    """Sign every client in, make sure of the host, and find the group, all on the workspace.

    What a SCIM operation answers wrongly is no reason to stop; the group's claims are then untested.

    Raises:
        PreflightStop: credentials are refused, the host is wrong or not there, or it has no such group.
    """
    _sign_in(workspace)
    org = Org(workspace, "preflight")
    _right_host(org)
    if workspace.target.group:
        _find_group(org)


def _sign_in(workspace: Workspace) -> None:
    for client in workspace.target.clients:
        try:
            workspace.transport.tokens.token(client)
        except Refused as error:
            raise PreflightStop(2, str(error)) from None
        except TokenTrouble as error:
            raise PreflightStop(3, str(error)) from None


def _right_host(org: Org) -> None:
    """One answer that is not a 404 without JSON is enough to go on."""
    for operation in org.workspace.contract.operations:
        if not operation.open:
            continue
        try:
            seen = org.ask_once(operation, org.something_for(operation))
        except Unreachable as error:
            if error.exchange is not None:
                return
            raise PreflightStop(3, f"target {org.workspace.target.name} cannot be reached: {error.what}") from None
        except Untested:
            continue
        if seen.status != 404 or seen.answer.json_problem is None:
            return
    raise PreflightStop(
        2,
        f"{org.workspace.target.base_url} answers 404 without JSON to every open operation: "
        "base_url is the server's address without /api/v2/scim; is it right?",
    )


@dataclass
class _Search:
    """The search for the group: its id, why it is left alone, and the first answer that was no well-formed list."""

    found: str | None = None
    odd: str | None = None
    too_large: str | None = None

    def settle(self, workspace: Workspace) -> bool:
        """Whether it was found; then the run may change it, unless it is too large."""
        if self.found and self.too_large:
            workspace.group_problem = self.too_large
        elif self.found:
            workspace.group_id = self.found
        return self.found is not None

    def look_into(self, seen: Exchange, name: str) -> None:
        document = seen.document
        listed = document.get("Resources")
        if not seen.answer.ok or not isinstance(listed, list | None) or total(document) is None:
            self.odd = self.odd or f"{seen}"
            return
        for item in resources(document):
            if item.get("displayName") == name:
                if self.found is None and isinstance(item.get("id"), str) and item["id"]:
                    self.found, self.too_large = item["id"], too_large(name, item)
                elif self.found is None:
                    self.odd = self.odd or f"{seen}, which shows it without an id"


def _find_group(org: Org) -> None:
    workspace, name = org.workspace, org.workspace.target.group
    search = _Search()
    filters = [f'displayName eq "{name}"'] + ([f"displayName eq {name}"] if name.isalnum() else [])
    for prefix in workspace.contract.prefixes:
        for each in filters:
            _ask(org, prefix, search, {"filter": each})
            if search.settle(workspace):
                return
    for prefix in workspace.contract.prefixes:
        _walk(org, prefix, search)
        if search.settle(workspace):
            return
    if search.odd is None:
        raise PreflightStop(
            2,
            f"target {workspace.target.name} has no group {name!r}; create it, or name another in the profile "
            "(if an earlier run was killed it may stand renamed: `scim-contract cleanup` puts it back)",
        )
    workspace.group_problem = f"blocked by {search.odd}: the group {name!r} could not be looked for"


def _ask(org: Org, prefix: str, search: _Search, params: dict[str, str | int]) -> Exchange | None:
    try:
        seen = org.ask(org.operation(prefix, "list_groups"), params=params, case="group")
    except (Unreachable, Untested) as error:
        search.odd = search.odd or str(error)
        return None
    search.look_into(seen, org.workspace.target.group)
    return seen


def _walk(org: Org, prefix: str, search: _Search) -> None:
    operation, wide = org.operation(prefix, "list_groups"), org.workspace.target.wide_group_filter
    if operation.requires_filter and not wide:
        return
    start = 1
    for _ in range(_MOST_PAGES):
        params: dict[str, str | int] = {"startIndex": start, "count": _PAGE}
        seen = _ask(org, prefix, search, {**params, "filter": wide} if operation.requires_filter else params)
        if seen is None or search.found:
            return
        got = len(resources(seen.document))
        start += got
        if not got or start > (total(seen.document) or 0):
            return
