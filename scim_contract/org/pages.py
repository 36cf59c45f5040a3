"""A list under one filter: its pages, asked once each, and walks through them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scim_contract.contract import Operation
from scim_contract.org.documents import ids, total
from scim_contract.org.errors import Blocked, Untested
from scim_contract.transport import Exchange, Unreachable

if TYPE_CHECKING:
    from scim_contract.org.org import Org

FULL = 25
"""The documented default of count; a count beyond it may be answered with 429."""
_WALKED_WHOLE = 150


def _whenever(_: Exchange) -> bool:
    return True


@dataclass(frozen=True)
class Listing:
    """A list operation under one filter (or none), page by page; the same page is asked once.

    `still` is a list that nobody but the run can change, `known` how many resources match where the run
    itself made them, `ready` what its first page must show before it is believed (within
    consistency_seconds), `fresh` asks every page anew. `at_once` is how many a walk asks for at a time.
    """

    org: Org
    operation: Operation
    label: str
    filter: Mapping[str, str]
    still: bool = False
    known: int | None = None
    ready: Callable[[Exchange], bool] = _whenever
    fresh: bool = False
    at_once: int = FULL

    def page(self, **paging: str | int) -> Exchange:
        """One page, whatever the answer; `paging` are startIndex and count as they go over the wire.

        Raises:
            Untested: a count over 25 was answered with 429 to the end, as it may be.
        """
        if self.fresh:
            return self._asked(paging, " again")
        if not paging and self.operation.resource not in ("users", "groups"):
            return self.org.ask_once(self.operation)
        moving = "groups" if self.still else self.operation.resource  # who is in a group has another version
        epoch = self.org.workspace.writes[moving]
        key = ("page", self.operation.id, *self.filter.values(), epoch, *sorted(paging.items()))
        if paging:
            return self.org.once(key, lambda: self._asked(paging))
        return self.org.once(key, lambda: self.org.eventually(lambda: self._asked(paging), self.ready))

    def first(self) -> Exchange:
        """The page that comes without startIndex and count.

        Raises:
            Blocked: it was not answered with success.
        """
        seen = self.page()
        if not seen.answer.ok:
            raise Blocked("the list could not be had", seen)
        return seen

    @property
    def size(self) -> int:
        """How many resources match: what the run made, else what the list says, else what it shows."""
        if self.known is not None:
            return self.known
        first = (self.first() if self.at_once == FULL else self.page(count=self.at_once)).document
        said = total(first)
        return len(ids(first)) if said is None else said

    def at_least(self, wanted: int) -> None:
        """Raise Untested where fewer resources match, Blocked where the list cannot be had."""
        self.first()
        if self.size < wanted:
            what = f"match {self.filter['filter']}" if self.filter else "are there"
            raise Untested(f"only {self.size} {self.operation.resource} {what}; this needs at least {wanted}")

    def afresh(self) -> Listing:
        """The same list, every page asked anew."""
        return replace(self, fresh=True)

    def settled(self) -> Listing:
        """The same list, asked anew once what was written before has had its time to show in lists."""
        time.sleep(self.org.workspace.target.consistency_seconds)
        return self.afresh()

    def in_twin(self) -> Listing:
        """The same list in the other prefix."""
        return replace(self, operation=self.org.twin(self.operation))

    @property
    def max_results(self) -> int | None:
        """The filter.maxResults that the service provider configuration declares, None where it declares none.

        Raises:
            Blocked: the configuration cannot be read.
        """
        config = self.org.ask_once(self.org.operation(self.operation.prefix, "get_serviceproviderconfig"))
        if not config.answer.ok:
            raise Blocked("the service provider configuration could not be read", config)
        declared = config.document.get("filter")
        most = declared.get("maxResults") if isinstance(declared, dict) else None
        return most if isinstance(most, int) and not isinstance(most, bool) and most > 0 else None

    def walk(self, *, again: bool = False) -> Walk:
        """All pages of up to 150 matches, else the first three, a middle one and the last.

        `again` asks anew, but for a first page that was asked without a count and is as long.
        """
        look = self.afresh() if again else self
        unpaged = self.page() if again and self.size > self.at_once == FULL else None
        whole = unpaged is not None and unpaged.answer.ok and len(ids(unpaged.document)) == FULL
        return Walk(self, tuple(_pages(look, self.size, unpaged if whole else None)))

    def _asked(self, paging: Mapping[str, str | int], more: str = "") -> Exchange:
        refusals = _refusals(self.org, self.operation)
        count = paging.get("count")
        beyond = isinstance(count, int) and count > FULL
        try:
            if beyond and refusals:
                raise Untested(refusals[0])
            case = " ".join([self.label, *(f"{name}={value}" for name, value in sorted(paging.items()))])
            shared = self.org.acting("shared/lists")
            return shared.ask(self.operation, params={**self.filter, **paging}, case=case + more)
        except Unreachable as error:
            if not beyond or error.exchange is None or error.exchange.status != 429:
                raise
            refusals.append("a count over 25 is answered with 429 again and again, as it may be")
            raise Untested(refusals[0]) from None


def _refusals(org: Org, operation: Operation) -> list[str]:
    found: list[str] = org.once(("429 over 25", operation.id), list[str])
    return found


def over_25_is_429(org: Org, operation: Operation) -> bool:
    """Whether a count over 25 was answered with 429 to the end, as it may be."""
    return bool(_refusals(org, operation))


@dataclass(frozen=True)
class Walk:
    """A way through a list by startIndex plus itemsPerPage, and what came."""

    listing: Listing
    pages: tuple[Exchange, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids met, in order."""
        return tuple(each for page in self.pages for each in ids(page.document))

    @property
    def whole(self) -> bool:
        """Whether the walk was to meet every match."""
        return self.listing.size <= _whole_up_to(self.listing)

    def faults(self) -> Iterator[tuple[str, Exchange]]:
        """What keeps it from meeting every match exactly once, each with the answer that shows it."""
        met: dict[str, Exchange] = {}
        for page in self.pages:
            if page.status != 200:
                yield f"{page}", page
                return
            if page is not self.pages[0] and not ids(page.document) and not self.whole:
                yield f"no Resources on {page.path}, where {self.listing.size} match", page
            for each in ids(page.document):
                if each in met:
                    yield f"{each} twice: by {met[each].path} and by {page.path}", page
                met[each] = page
        if self.whole and len(met) != self.listing.size:
            last = self.pages[-1]
            yield f"{len(met)} different ids on {len(self.pages)} pages, where {self.listing.size} match", last


def _pages(look: Listing, size: int, first: Exchange | None) -> Iterator[Exchange]:
    """The pages as a client asks for them, the first one where it is there; one that leads no further ends the walk."""
    count, whole = look.at_once if size > look.at_once else (size + 1) // 2, _whole_up_to(look)
    page = first or (look.page(count=count) if size > 1 else look.page())
    yield page
    start, step = 1, _step(page)
    far = [] if size <= whole or not step else [size // step // 2 * step + 1, (size - 1) // step * step + 1]
    rest = [at for at in dict.fromkeys(far) if at > 3 * step]  # the middle of five pages is the third
    number = 1
    while step:
        start, step = _next(page, start, step), 0
        if rest and number >= 3:
            start = rest.pop(0)
        elif number >= 3 and size > whole:
            return
        if start <= (total(page.document) or 0):
            page = look.page(startIndex=start, count=count)
            yield page
            step, number = _step(page), number + 1


def _whole_up_to(look: Listing) -> int:
    return max(_WALKED_WHOLE, 3 * look.at_once)


def _step(page: Exchange) -> int:
    """By how much a page leads on: its itemsPerPage, or how many Resources it holds where it does not say."""
    said = page.document.get("itemsPerPage")
    return said if isinstance(said, int) and page.answer.ok and said > 0 else len(ids(page.document))


def _next(page: Exchange, asked: int, step: int) -> int:
    """Where the next page begins: counted from the startIndex that the answer gives, never backwards."""
    said = page.document.get("startIndex")
    return (said if isinstance(said, int) and said >= asked else asked) + step
