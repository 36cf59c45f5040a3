"""What the server can be seen to do of what its configuration declares, from exchanges that other checks look at too.

A feature is there where any operation of the prefix shows it: one that lacks it is that operation's own matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from scim_contract.org.documents import ids
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.far import one_more
from scim_contract.org.finding import by_name
from scim_contract.org.org import Org
from scim_contract.org.passwords import SET_PASSWORD
from scim_contract.org.permits import password_set
from scim_contract.org.versions import shared_write
from scim_contract.transport import Exchange

_NOT_SUPPORTED = (400, 404, 405, 501)
"""How a server without a feature answers; other refusals are about something else."""

Seen = tuple[bool | None, Exchange]
"""Whether a feature works, None where the exchange does not tell."""


def declared(config: Mapping[str, Any], name: str) -> bool:
    """The supported flag of a feature.

    Raises:
        Untested: the configuration has none.
    """
    feature = config.get(name)
    flag = feature.get("supported") if isinstance(feature, dict) else None
    if not isinstance(flag, bool):
        raise Untested(f"the service provider configuration does not say whether {name} is supported")
    return flag


def works(org: Org, prefix: str, name: str) -> tuple[bool, Exchange]:
    """Whether a feature works in a prefix, and the exchange that shows it.

    Args:
        org: whose directory.
        prefix: v1 or v2.
        name: patch, etag, filter, changePassword.

    Raises:
        Untested: nothing can be asked that would show it.
        Blocked: what was asked failed for another reason.
    """
    without: Exchange | None = None
    problem: Untested | Blocked | None = None
    for look in _LOOKS[name](org, prefix):
        try:
            seen, exchange = look()
        except (Untested, Blocked) as error:
            problem = problem or error
            continue
        if seen:
            return True, exchange
        if seen is None:
            problem = problem or Blocked("it does not tell whether the feature works", exchange)
        else:
            without = without or exchange
    if without is not None and not isinstance(problem, Blocked):
        return False, without
    assert problem is not None
    raise problem


Look = Callable[[], Seen]


def _patch(org: Org, prefix: str) -> Iterator[Look]:
    for name in ("modify_user", "modify_group"):
        yield partial(_applied, org, prefix, name)


def _applied(org: Org, prefix: str, name: str) -> Seen:
    written = shared_write(org, org.operation(prefix, name))
    return _told(written.asked, written.applied), written.asked


def _etag(org: Org, prefix: str) -> Iterator[Look]:
    for name in ("get_serviceproviderconfig", "get_user", "get_group"):
        yield partial(_not_modified, org, prefix, name)


def _not_modified(org: Org, prefix: str, name: str) -> Seen:
    operation = org.operation(prefix, name)
    about = org.something_for(operation)
    read = org.ask_once(operation, about)
    etag = read.answer.etag
    if not read.answer.ok or not etag:
        return (False if read.answer.ok else None), read
    again = org.ask_once(operation, about, case="if-none-match", if_none_match=etag)
    return (True if again.status == 304 else _told(again, False)), again


def _filter(org: Org, prefix: str) -> Iterator[Look]:
    for name in ("list_users", "list_groups"):
        yield partial(_found, org, prefix, name)


def _found(org: Org, prefix: str, name: str) -> Seen:
    look = by_name(org, org.operation(prefix, name))
    page = look.page()
    if page.status == 400 and page.document.get("scimType") != "invalidFilter":
        return None, page  # it may be of too many matches, or of anything else
    return _told(page, look.ready(page) and len(ids(page.document)) == 1), page


def _change_password(org: Org, prefix: str) -> Iterator[Look]:
    for name in ("modify_user", "replace_user"):
        yield partial(_password_set, org, prefix, name)


def _password_set(org: Org, prefix: str, name: str) -> Seen:
    asked = password_set(org, org.operation(prefix, name), org.holding_only(SET_PASSWORD)).asked
    return _told(asked, True), asked


def _told(asked: Exchange, effective: bool) -> bool | None:
    """What an exchange says of a feature: an answer with or without effect, or a refusal for want of it."""
    if asked.answer.ok:
        return effective
    return False if asked.status in _NOT_SUPPORTED else None


_LOOKS: Mapping[str, Callable[[Org, str], Iterator[Look]]] = MappingProxyType(
    {"patch": _patch, "etag": _etag, "filter": _filter, "changePassword": _change_password}
)


def longest_lists(org: Org, prefix: str, most: int) -> list[Exchange]:
    """The lists of a prefix, each asked for one more than the declared most; those that say nothing left out.

    Raises:
        Untested, Blocked: none of them can be had.
    """
    pages: list[Exchange] = []
    problem: Untested | Blocked | None = None
    for name in ("list_users", "list_groups"):
        try:
            page = one_more(org, org.operation(prefix, name), most)
            if not page.answer.ok and page.status != 400:
                raise Blocked("the list could not be had", page)
            pages.append(page)
        except (Untested, Blocked) as error:
            problem = problem or error
    if not pages and problem is not None:
        raise problem
    return pages
