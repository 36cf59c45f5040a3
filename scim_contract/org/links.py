"""Links between resources, meta.location and $ref: where they point, and what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from scim_contract.contract import Contract, Operation
from scim_contract.org.elsewhere import nobody_at
from scim_contract.org.errors import Untested
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

READS = {
    "users": "get_user",
    "groups": "get_group",
    "resourcetypes": "get_resourcetype",
    "schemas": "get_schema",
    "serviceproviderconfig": "get_serviceproviderconfig",
}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 4000
_SAFE = "/%:@!$&'()*+,;=~?"


NO_URL = "it is no URL"


def follow(org: Org, link: object, source: Exchange, resource: str) -> Exchange | str:
    """What is found where a link leads, or why nothing can be; nothing is asked again that is known already.

    Args:
        org: whose directory.
        link: the URL as it was received, absolute or relative.
        source: the exchange whose answer has it.
        resource: the kind of resource that it should lead to.

    Raises:
        Untested: it points at another host, to which the run sends no credentials.
    """
    found: Exchange | None = None
    try:
        for path in _paths(org, link, source):
            found = _at(org, path, source, resource)
            if found.answer.ok:
                return found
    except Untested:
        why = _told_otherwise(org, str(link), source, resource) or nobody_at(org, urlsplit(str(link)))
        if why is None:
            raise
        return why
    return found or NO_URL


def _told_otherwise(org: Org, link: str, source: Exchange, resource: str) -> str | None:
    """That a read of what a link to another host names shows an address on the target's own host, which leads there."""
    its_id = unquote(urlsplit(link).path.rpartition("/")[2])
    read = org.workspace.found.get((_operation(source).prefix, resource, its_id))
    meta = read.document.get("meta") if read is not None and read is not source else None
    location = meta.get("location") if isinstance(meta, dict) else None
    try:
        own = isinstance(location, str) and same_host(urlsplit(location), urlsplit(org.workspace.target.base_url))
    except ValueError:
        return None
    return f"a read of it shows {location}" if own else None


def lies_under(org: Org, link: object, source: Exchange) -> bool:
    """Whether a link lies under the prefix that was asked.

    Raises:
        Untested: it points at another host.
    """
    contract, prefix = org.workspace.contract, _operation(source).prefix
    root = root_of(contract, prefix)
    inner = [other for p in contract.prefixes if p != prefix and (other := root_of(contract, p)).startswith(root)]
    return any(
        path.startswith(root) and not any(path.startswith(other) for other in inner)
        for path in _paths(org, link, source)
    )


def root_of(contract: Contract, prefix: str) -> str:
    """What all paths of a prefix begin with, up to and including a slash."""
    return contract.find(prefix, READS["serviceproviderconfig"]).path.rpartition("/")[0] + "/"


def _paths(org: Org, link: object, source: Exchange) -> Iterator[str]:
    """The paths, base_url's own apart, that a link may mean: a relative one is taken from the prefix's root
    (RFC 7643 §2.3.7), or from the address of the resource that has it."""
    if not isinstance(link, str) or len(link) > _LONGEST:
        return
    base, asked = org.workspace.target.base_url, source.request.url
    root = base + root_of(org.workspace.contract, _operation(source).prefix)
    own = urlsplit(base)
    try:
        urls = [urlsplit(urljoin(start, link)) for start in (root, asked)]
        hosts = {_host(url) for url in urls}
    except ValueError:
        return
    if hosts != {_host(own)}:
        raise Untested(f"{link} points at another host, to which the run sends no credentials")
    for path, query in dict.fromkeys((url.path, url.query) for url in urls):
        yield quote(path.removeprefix(own.path), safe=_SAFE) + (f"?{quote(query, safe=_SAFE)}" if query else "")


def same_host(one: SplitResult, other: SplitResult) -> bool:
    """Whether two URLs point at the same host and port; ValueError for a port that is none."""
    return _host(one) == _host(other)


def _host(parts: SplitResult) -> tuple[str | None, int | None]:
    """Host and port; http and https count as one, since the server in front may end TLS."""
    port = parts.port
    return parts.hostname, None if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else port


def _at(org: Org, path: str, source: Exchange, resource: str) -> Exchange:
    own = urlsplit(org.workspace.target.base_url).path
    if source.request.method == "GET" and source.path == own + path:
        return source
    for operation in org.workspace.contract.operations:
        match = _template(operation).fullmatch(path) if operation.kind == "read" else None
        if match is not None:
            return _read(org, operation, unquote(match[1]) if match.groups() else None)
    read = org.operation(_operation(source).prefix, READS[resource])
    return org.ask_once(read, address=path, case="link")


def _read(org: Org, operation: Operation, its_id: str | None) -> Exchange:
    if its_id is None:
        return org.ask_once(operation)
    resource = Resource(operation.resource, its_id)
    if operation.resource in ("resourcetypes", "schemas"):
        return org.ask_once(operation, resource)
    seen = org.workspace.found.get((operation.prefix, operation.resource, its_id))
    if seen is None:
        return org.gone_or_there(resource, operation.prefix)
    org.workspace.trail.append(seen)
    return seen


def _template(operation: Operation) -> re.Pattern[str]:
    name = operation.path_parameter
    text = re.escape(operation.path)
    return re.compile(text if name is None else text.replace(re.escape("{" + name + "}"), "([^/?]+)"))


def _operation(exchange: Exchange) -> Operation:
    if exchange.operation is None:
        raise ValueError(f"{exchange.step} asked no operation of the contract")
    return exchange.operation
