"""Faults of filters given as examples, of lists without a filter, and of large pages (edition 2026)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scim_contract.contract import Contract, Operation
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import asking, error
from scim_contract.mock.faults.lists import GROUPS, LISTS, USERS, Query, number, rewritten
from scim_contract.mock.planting import Fault, Plant, family, replacing
from scim_contract.mock.wire import Reply

EXAMPLES, ACTIVE, LARGE = "filters.documented-examples", "filters.default-active", "paging.large-page-may-be-429"
_NOBODY = 'userName eq "nobody at all"'


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of filters; none where the edition gives no such examples."""
    if EXAMPLES not in contract.claims:
        return
    yield from _examples(contract)
    yield from _without(contract)
    yield from _large(contract)


def _examples(contract: Contract) -> Iterator[Fault]:
    for name, what in (("manager", "manager"), ("email", "email"), ("division", "division"),
                       ("employeeNumber", "employee-number")):  # fmt: skip
        yield from family(contract, f"no-filter-by-{what}", EXAMPLES, f"A filter on {name} is refused.",
                          _refusing(f"{name} eq "), USERS)  # fmt: skip
        yield Fault(f"filter-by-{what}-finds-nothing", EXAMPLES, USERS[:1], f"A filter on {name} finds nothing.",
                    _instead(rf"^{name} eq .*$", _NOBODY))  # fmt: skip
        yield Fault(f"filter-by-{what}-finds-all", EXAMPLES, USERS[1:], f"A filter on {name} finds everybody.",
                    _instead(rf"^{name} eq .*$", "userName pr"))  # fmt: skip
    yield Fault("values-need-quotes", EXAMPLES, USERS, "A value without quotes is refused.", _quoted_only,
                )  # fmt: skip
    yield Fault("group-values-need-quotes", EXAMPLES, GROUPS[:1], "A value without quotes is refused.", _quoted_only,
                also=("filters.documented-example",))  # fmt: skip
    yield Fault("inactive-not-found", EXAMPLES, USERS[:1], "active eq false finds nobody.",
                _instead(r"^active eq false$", _NOBODY))  # fmt: skip
    yield Fault("active-false-finds-all", EXAMPLES, USERS[1:], "active eq false finds the active as well.",
                _instead(r"^active eq false$", "userName pr"))  # fmt: skip


def _refusing(start: str) -> Callable[[], Plant]:
    def refuse(query: Query) -> Reply | None:
        return error(400, scim_type="invalidFilter") if query.get("filter", "").startswith(start) else None

    return lambda: Plant(before=asking(refuse))


def _instead(pattern: str, other: str) -> Callable[[], Plant]:
    return lambda: Plant(before=asking(rewritten(pattern, other)))


def _quoted_only() -> Plant:
    def refuse(query: Query) -> Reply | None:
        text = query.get("filter", "")
        bare = " eq " in text and '"' not in text and not text.startswith("active")
        return error(400, scim_type="invalidFilter") if bare else None

    return Plant(before=asking(refuse))


def _without(contract: Contract) -> Iterator[Fault]:
    def everybody(operation: Operation, records: Sequence[Record]) -> Sequence[Record]:
        return records

    def half(operation: Operation, records: Sequence[Record]) -> Sequence[Record]:
        active = [record for record in records if record.content.get("active") is True]
        return active[: len(active) // 2]

    yield from family(contract, "inactive-users-listed", ACTIVE, "Without a filter, inactive users are listed as well.",
                      lambda: replacing(listed_without_filter=everybody))  # fmt: skip
    yield from family(contract, "half-of-the-users-listed", ACTIVE, "Without a filter, half of the users are listed.",
                      lambda: replacing(listed_without_filter=half))  # fmt: skip
    yield Fault("filter-asked-for", ACTIVE, USERS[1:], "A list of users without a filter is refused.",
                lambda: replacing(requires_filter=lambda operation: True),
                also=("paging.total-independent",))  # fmt: skip


def _large(contract: Contract) -> Iterator[Fault]:
    def refused(status: int) -> Callable[[], Plant]:
        def large(query: Query) -> Reply | None:
            return error(status) if number(query, "count", 0) > 25 else None

        return lambda: Plant(before=asking(large))

    yield from family(contract, "large-page-refused", LARGE, "A count above 25 is refused with 400.", refused(400),
                      LISTS, also=("paging.count-respected", "paging.huge-count"))  # fmt: skip
    yield Fault("large-page-is-413", LARGE, GROUPS[1:], "A count above 25 is refused with 413.", refused(413),
                also=("paging.count-respected", "paging.huge-count"))  # fmt: skip
