"""Two writers at once: the same resource, the same If-Match, two different changes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from scim_contract.contract import Operation
from scim_contract.org.errors import Blocked
from scim_contract.org.org import Org
from scim_contract.org.versions import etag_of
from scim_contract.transport import Exchange


def race(org: Org, operation: Operation) -> tuple[Exchange, Exchange, Exchange]:
    """Send two writes of an operation at the same moment, both with one If-Match, and read afterwards.

    Raises:
        Blocked: there is no subject, or reading it gives no ETag.
        Unreachable: one of the writes got no answer that can be judged.
    """
    subject = org.subject_of(operation)
    if subject is None:
        raise Blocked(f"{operation.id} has no resource that two could write")
    before = org.look(subject, operation.prefix)
    etag = etag_of(before)
    changes = [org.new_change(operation, before, case) for case in ("first", "second")]
    together = threading.Barrier(2, timeout=30)

    def send(number: int) -> Exchange:
        together.wait()
        return org.ask(operation, subject, case=("first", "second")[number], body=changes[number].body, if_match=etag)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(send, (0, 1))
    return first, second, org.gone_or_there(subject, operation.prefix)
