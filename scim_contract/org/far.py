"""Lists of more than the run creates: of users, under the profile's wide filter, which is only read."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from scim_contract.contract import Operation
from scim_contract.org.documents import ids, total
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.lists import listing, widest
from scim_contract.org.pages import FULL, Listing
from scim_contract.transport import Exchange

if TYPE_CHECKING:
    from scim_contract.org.org import Org

_LARGEST = 500
"""A page of more is asked for of the run's own users alone, who are few: it would be a burden."""
_MANY = 100


def far(org: Org, operation: Operation) -> Listing:
    """The users that the profile's wide filter matches, where paging is tried on fewer; as many at once as come.

    Others may change them meanwhile.

    Raises:
        Untested: there is no such list, or paging is tried on it anyway.
        Blocked: it cannot be had.
    """
    look = widest(org, operation) if operation.resource == "users" else None
    if look is None or not listing(org, operation).still:
        raise Untested("there is no list of more users than the run creates")
    page, count = _opening(look)
    if not page.answer.ok:
        raise Blocked("the list could not be had", page)
    return replace(look, at_once=count)


def _opening(look: Listing) -> tuple[Exchange, int]:
    """The first page, and the count that it is had with: one more than the declared maximum, where that is told."""
    with contextlib.suppress(Untested):  # more than 25 may be answered with 429
        most = look.max_results or _LARGEST
        count = most + 1 if most < _LARGEST else _MANY
        page = look.page(count=count)
        return (look.page(count=most), most) if too_many(page) else (page, count)
    return look.page(count=FULL), FULL


def too_many(page: Exchange) -> bool:
    """Whether a count was refused as too large, as one above the maximum may be."""
    return page.status == 400 and page.document.get("scimType") == "tooMany"


def one_more(org: Org, operation: Operation, most: int) -> Exchange:
    """A list asked for one more than the declared most, once: the one that most match, where that is no burden.

    Raises:
        Untested, Blocked: it cannot be had.
    """
    return org.once(("one more", operation.id, most), lambda: _one_more(org, operation, most))


def _one_more(org: Org, operation: Operation, most: int) -> Exchange:
    look = widest(org, operation)
    if operation.resource == "users" and look is not None and most < _LARGEST:
        page = look.page(count=most + 1)
        if page.answer.ok or too_many(page):
            return page
    look = listing(org, operation)
    look.first()
    return look.page(count=most + 1)


def shows_most(page: Exchange, most: int) -> bool:
    """Whether a page asked for one more than the most tells if that is kept: so many match, or it was refused."""
    return not page.answer.ok or max(total(page.document) or 0, len(ids(page.document))) > most
