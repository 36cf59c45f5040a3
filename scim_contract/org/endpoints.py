"""Where the endpoints of resource types lead: relative, absolute or a full URL, in whatever case they are written."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from scim_contract.contract import Operation
from scim_contract.org.elsewhere import nobody_at
from scim_contract.org.errors import Untested
from scim_contract.org.links import root_of, same_host
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

NOWHERE = (404, 405)
_SAFE = "/%:@!$&'()*+,;=~"


def at_endpoint(org: Org, operation: Operation, endpoint: str) -> Exchange | str:
    """A GET of a resource type's endpoint, in each way that it can be read until one leads somewhere.

    Or why there can be none.

    Args:
        org: whose directory.
        operation: the list of resource types that names it.
        endpoint: the endpoint as it was received.

    Raises:
        Untested: it is on another host, to which the run sends no credentials, or no client may ask there.
    """
    first: Exchange | None = None
    if _elsewhere(org, endpoint):
        nobody = nobody_at(org, urlsplit(endpoint))
        if nobody is None:
            raise Untested(f"{endpoint} is on another host, to which the run sends no credentials")
        return nobody
    for path in _paths(org, operation, endpoint):
        found = _get(org, operation, path)
        if leads_somewhere(found):
            return found
        first = first or found
    assert first is not None
    return first


def leads_somewhere(found: Exchange | str) -> bool:
    """Whether there is something at an address, be it something that may not be seen."""
    return not isinstance(found, str) and found.status < 500 and found.status not in NOWHERE


def _elsewhere(org: Org, endpoint: str) -> bool:
    try:
        url = urlsplit(endpoint)
        return bool(url.netloc) and not same_host(url, urlsplit(org.workspace.target.base_url))
    except ValueError as error:
        raise Untested(f"{endpoint} is no URL that can be asked ({error})") from None


def _paths(org: Org, operation: Operation, endpoint: str) -> Iterator[str]:
    """Paths, base_url's own apart; what a documented operation answers in any case comes first."""
    base, url = urlsplit(org.workspace.target.base_url), urlsplit(endpoint)
    path = quote(url.path, safe=_SAFE)
    absolute = "/" + path.removeprefix(base.path).lstrip("/")
    readings = [absolute] if url.netloc else [root_of(org.workspace.contract, operation.prefix) + path.lstrip("/")]
    if path.startswith("/") and not url.netloc:
        readings.append(absolute)
    known = {each.path.casefold(): each.path for each in org.workspace.contract.operations if each.method == "GET"}
    documented = [known[each.casefold()] for each in readings if each.casefold() in known]
    yield from dict.fromkeys([*documented, *readings, *(each.lower() for each in readings)])


def unfiltered(org: Org, operation: Operation) -> Exchange:
    """A list asked for without a filter, once, be it one that needs it."""
    if operation.resource not in ("users", "groups"):
        return org.ask_once(operation)
    shared = org.acting("shared/no filter")
    return org.once(("no filter", operation.id), lambda: shared.ask(operation, case="no filter"))


def _get(org: Org, operation: Operation, path: str) -> Exchange:
    for each in org.workspace.contract.operations:
        if each.path == path and each.method == "GET":
            return unfiltered(org, each) if each.kind == "list" else org.ask_once(each)
    read, nothing = org.operation(operation.prefix, "get_resourcetype"), Resource("resourcetypes", "an-endpoint")
    return org.ask_once(read, nothing, address=path, case="endpoint")
