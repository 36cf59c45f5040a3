"""What the network spoiled: users of whom nobody knows any more how they are, since an answer about them was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from scim_contract.org.cleanup import remove
from scim_contract.org.org import Org
from scim_contract.org.workspace import Workspace
from scim_contract.transport import Request, TokenTrouble, Unreachable

_USER = re.compile(r"/users/([^/]+)$")
_WRITES = ("POST", "PUT", "PATCH", "DELETE")


def note(workspace: Workspace, error: Unreachable | TokenTrouble) -> None:
    """Note the users that a case wrote before it was cut off, by the request that got no answer or an earlier one.

    What checks share and such a user is part of is forgotten with it.
    """
    lost = error.request if isinstance(error, Unreachable) else None
    workspace.forget_lost(error)
    held = workspace.ledger.own_leftovers().users
    for request in [*(exchange.request for exchange in workspace.trail), *([lost] if lost else [])]:
        if request.method not in _WRITES:
            continue
        match = _USER.search(urlsplit(request.url).path)
        if match is not None:
            user_id = unquote(match[1])
            workspace.forget(user_id)
            for name in [name for name, known in held.items() if known == user_id]:
                workspace.spoil(name, user_id)
        elif request is lost:
            for name in _created(request):
                if name in held:
                    if held[name] is not None:  # it was to be refused, since somebody has that name, who goes as well
                        workspace.forget(str(held[name]))
                    workspace.spoil(name, held[name])


def clear(workspace: Workspace) -> None:
    """Remove them, so that a check that is carried out again does not meet what an earlier one has left."""
    org, trusted = Org(workspace, "spoiled"), dict[str, bool]()
    while workspace.spoiled:
        user_name, user_id = workspace.spoiled.popitem()
        remove(org, user_name, user_id, trusted)  # what cannot be removed now stays in the ledger


def _created(request: Request) -> Iterator[str]:
    """The userName that a request was to create."""
    user_name = request.document.get("userName")
    if isinstance(user_name, str):
        yield user_name
