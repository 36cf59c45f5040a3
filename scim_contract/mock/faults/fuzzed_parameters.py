"""Faults that only generated parameters meet: numbers at the edges, filters and ETags that are hardly ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.faults.fuzzed_bodies import NEVER_5XX, failing
from scim_contract.mock.planting import Fault
from scim_contract.mock.wire import Seen

PARAMETERS = "fuzzed.parameters"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_LONG = 2_000
_DEEP = 100


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of generated parameters."""
    rows: tuple[tuple[str, tuple[str, ...], Callable[[Seen], object], str], ...] = (
        ("start-index-overflow", ("get_scim_users",), _overflow("startIndex"), "A startIndex beyond 31 bits"),
        ("count-overflow", ("get_scim_v2_groups",), _overflow("count"), "A count beyond 31 bits"),
        ("other-digits-fatal", ("get_scim_v2_users", "get_scim_groups"), _other_digits, "A number in other digits"),
        ("extra-bracket-fatal", ("get_scim_v2_users",), _unbalanced, "A filter with a bracket too many"),
        ("long-filter-fatal", ("get_scim_groups", "get_scim_v2_users"), _long_filter, "A filter of 2,000 characters"),
        ("deep-filter-fatal", ("get_scim_users",), _deep_filter, "A filter of a hundred brackets"),
        ("nul-in-filter-fatal", ("get_scim_v2_groups",), _nul, "A filter with U+0000"),
        ("open-etag-fatal", ("put_scim_user", "get_scim_v2_group"), _open_etag, "An ETag that is but one quote"),
        ("odd-etag-fatal", ("patch_scim_v2_user", "get_scim_user"), _odd_etag, "An ETag beyond ASCII"),
        ("long-etag-fatal", ("get_scim_v2_serviceproviderconfig",), _long_etag, "An ETag of a thousand characters"),
        ("emoji-id-fatal", ("get_scim_group",), lambda seen: "%F0%9F" in seen.path, "An id that is an emoji"),
    )
    for name, at, when, what in rows:
        yield Fault(name, PARAMETERS, at, f"{what} is answered with 500.", partial(failing, when), also=NEVER_5XX)


def _overflow(name: str) -> Callable[[Seen], object]:
    def beyond(seen: Seen) -> object:
        value = seen.parameters.get(name, "")
        return re.fullmatch(r"-?\d{10,19}", value, re.ASCII) and abs(int(value)) >= 2**31

    return beyond


def _other_digits(seen: Seen) -> object:
    return any(v.isnumeric() and not v.isascii() for n, v in seen.parameters.items() if n in ("startIndex", "count"))


def _bare(seen: Seen) -> str:
    return _QUOTED.sub("", seen.parameters.get("filter", ""))


def _unbalanced(seen: Seen) -> object:
    text = _bare(seen)
    return text.count(")") > text.count("(")


def _long_filter(seen: Seen) -> object:
    return len(seen.parameters.get("filter", "")) >= _LONG


def _deep_filter(seen: Seen) -> object:
    return "(" * _DEEP in _bare(seen)


def _nul(seen: Seen) -> object:
    return "\x00" in seen.parameters.get("filter", "")


def _etag(seen: Seen) -> str:
    return seen.headers.get("if-match", seen.headers.get("if-none-match", ""))


def _open_etag(seen: Seen) -> object:
    return _etag(seen).count('"') % 2


def _odd_etag(seen: Seen) -> object:
    return not _etag(seen).isascii()


def _long_etag(seen: Seen) -> object:
    return len(_etag(seen)) >= 1_000
