"""When a resource last changed, as its meta says, and writes that lie more than a second apart."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Written
from scim_contract.org.errors import Blocked
from scim_contract.org.membership import done, joined, someone_out, with_members
from scim_contract.org.org import Org
from scim_contract.org.versions import shared_write
from scim_contract.transport import Exchange

_MORE_THAN_A_SECOND = 1.1


def moment(value: Any) -> datetime | None:
    """A date and time in ISO 8601 with an offset; None where it is something else."""
    if not isinstance(value, str) or "T" not in value.upper():
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else None


def date_of(exchange: Exchange) -> datetime | None:
    """The Date header of an answer; None where it has none that can be read."""
    try:
        return parsedate_to_datetime(exchange.answer.header("Date") or "")
    except (TypeError, ValueError):
        return None


def modified(document: Mapping[str, Any]) -> datetime | None:
    """meta.lastModified of a document; None where there is none that can be read."""
    meta = document.get("meta")
    return moment(meta.get("lastModified")) if isinstance(meta, dict) else None


def last_modified(exchange: Exchange | None) -> datetime:
    """meta.lastModified of the resource in an answer.

    Raises:
        Blocked: there is none, or it cannot be read as a time.
    """
    found = modified(exchange.document) if exchange is not None and exchange.answer.ok else None
    if found is None:
        raise Blocked("there is no meta.lastModified that can be read", exchange)
    return found


def write_after_a_second(org: Org, operation: Operation) -> Written:
    """A write more than a second after the one before it.

    The plain write that claims share will do where it moved lastModified already, soon as it may have
    come; only where it did not is a second waited out and another write made.

    Raises:
        Blocked: the write was not applied, or there is no lastModified to tell by.
    """
    return _moved(org, operation, shared_write(org, operation), dict)


def members_after_a_second(org: Org, operation: Operation) -> Written:
    """The same of a write that changes who is in the group.

    Raises:
        Untested, Blocked: as `write_after_a_second`; or nobody can be brought in.
    """

    def other_members() -> dict[str, Any]:
        out = someone_out(org, operation.prefix)  # which may be a write of its own
        step = {"op": "add", "path": "members", "value": [{"value": out}]}
        return {"change": lambda read: with_members(operation, read, step, out)}

    return _moved(org, operation, done(joined(org, operation)).written, other_members)


def _moved(org: Org, operation: Operation, written: Written, otherwise: Callable[[], dict[str, Any]]) -> Written:
    if last_modified(written.after) <= last_modified(written.before):
        more = otherwise()
        time.sleep(_MORE_THAN_A_SECOND)
        written = org.write(operation, case="a second later", **more)
    if not written.traces:
        raise Blocked("the write was not applied", written.asked)
    return written
