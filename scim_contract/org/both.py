"""The same resource, or the same list, asked through both prefixes."""

from __future__ import annotations

from collections.abc import Iterator

from scim_contract.contract import Operation
from scim_contract.org.documents import differences, named, plain, resources
from scim_contract.org.errors import Blocked, Unsettled
from scim_contract.org.finding import by_name
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

Pair = tuple[Exchange, Exchange]
_TRIES = 3
_OWN_TO_A_PREFIX = ("location", "$ref")


def through_both(org: Org, operation: Operation, about: Resource | None = None) -> Pair:
    """What an operation and its twin answer about one resource: this one, or the one that is there to be read.

    Where the two differ they are asked anew, until they agree or neither has changed in between.

    Raises:
        Blocked: one of them did not succeed.
        Unsettled: the resource kept changing.
    """
    subject = about or org.something_for(operation)
    seen = _pair(org, operation, subject, fresh=False)
    for _ in range(_TRIES):
        if not any(unlike(*seen)):
            return seen
        again = org.eventually(lambda: _pair(org, operation, subject, fresh=True), lambda both: not any(unlike(*both)))
        if [plain(each.document) for each in again] == [plain(each.document) for each in seen]:
            return again
        seen = again
    raise Unsettled(f"what {operation} is asked about changed each of the {_TRIES} times it was looked at")


def unlike(here: Exchange, there: Exchange) -> Iterator[str]:
    """What differs of what the models name, but for meta.location and every $ref; of lists, item by item."""
    if here.operation is None or here.operation.kind != "list":
        yield from differences(named(here.document), named(there.document), _OWN_TO_A_PREFIX)
        return
    ours, theirs = ({item.get("id"): item for item in resources(each.document)} for each in (here, there))
    for its_id in dict.fromkeys([*ours, *theirs]):
        if its_id not in theirs or its_id not in ours:
            yield f"{its_id} is only in the list of {here.path if its_id in ours else there.path}"
        else:
            one, other = named(ours[its_id]), named(theirs[its_id])
            yield from (f"{its_id}: {row}" for row in differences(one, other, _OWN_TO_A_PREFIX))


def _pair(org: Org, operation: Operation, subject: Resource | None, *, fresh: bool) -> Pair:
    if operation.kind == "list":
        listing = by_name(org, operation)
        listing = listing.afresh() if fresh else listing
        pair = listing.page(), listing.in_twin().page()
    elif fresh or subject is None:
        pair = org.ask(operation, subject, case="both"), org.ask(org.twin(operation), subject, case="both")
    else:
        pair = org.look(subject, operation.prefix), org.look(subject, org.twin(operation).prefix)
    for each in pair:
        if not each.answer.ok:
            raise Blocked("it has to be read in both prefixes", each)
    return pair
