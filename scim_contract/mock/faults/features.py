"""Faults of discovery: what a server says that it supports, and does not, or the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.behaviour import Document
from scim_contract.mock.faults.acting import asking, changing, error, forget
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

CONFIG_1, CONFIG_2 = "get_scim_serviceproviderconfig", "get_scim_v2_serviceproviderconfig"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this half of the area; the other is in discovery."""
    yield from _works_unsaid(contract)
    yield from _said_but_does_not_work(contract)
    yield from _most_results(contract)


def _works_unsaid(contract: Contract) -> Iterator[Fault]:
    for name, operations in (
        ("patch", (CONFIG_2,)),
        ("etag", (CONFIG_1,)),
        ("filter", (CONFIG_2,)),
        ("changePassword", (CONFIG_1, CONFIG_2)),
    ):
        yield Fault(
            f"{name.lower()}-works-but-is-not-declared",
            "discovery.flags-are-true",
            operations,
            f"The configuration says that {name} is not supported, though it works.",
            lambda name=name: Plant(after=changing(lambda d: d[name].update(supported=False))),  # type: ignore[misc]
        )
    yield from family(
        contract,
        "nothing-declared",
        "discovery.flags-are-true",
        "The configuration says of every feature that it is not supported.",
        lambda: Plant(after=changing(_nothing_supported)),
    )


def _said_but_does_not_work(contract: Contract) -> Iterator[Fault]:
    claim = "discovery.flags-are-true"
    for operation, prefix in ((CONFIG_1, "v1"), (CONFIG_2, "v2")):
        yield Fault(
            f"patch-declared-but-not-there:{operation}",
            claim,
            (operation,),
            f"The configuration says that patch is supported, but every PATCH of {prefix} is answered with 501.",
            lambda prefix=prefix: Plant(  # type: ignore[misc]
                before=_in(contract, prefix, "modify", lambda seen: error(501)), everywhere=True
            ),
            also=("lifecycle.patch-replace", "errors.never-5xx"),
        )
        yield Fault(
            f"etag-declared-but-not-heeded:{operation}",
            claim,
            (operation,),
            f"The configuration says that etag is supported, but no read of {prefix} heeds If-None-Match.",
            lambda prefix=prefix: Plant(  # type: ignore[misc]
                before=_in(contract, prefix, "read", forget("if-none-match")), everywhere=True
            ),
            also=("etags.current-is-304",),
        )
        yield Fault(
            f"filter-declared-but-not-applied:{operation}",
            claim,
            (operation,),
            f"The configuration says that filter is supported, but every filter of {prefix} finds everything.",
            lambda prefix=prefix: Plant(before=_in(contract, prefix, "list", asking(_everything)), everywhere=True),  # type: ignore[misc]
            also=("filters.equality", "filters.counts-matches"),
        )
        yield Fault(
            f"change-password-declared-but-refused:{operation}",
            claim,
            (operation,),
            f"The configuration says that changePassword is supported, but {prefix} refuses every password.",
            lambda prefix=prefix: Plant(  # type: ignore[misc]
                before=_in(contract, prefix, "", lambda seen: error(400) if b"password" in seen.body else None),
                everywhere=True,
            ),
            also=("lifecycle.set-password", "permissions.one-suffices"),
        )


def _most_results(contract: Contract) -> Iterator[Fault]:
    claim = "discovery.flags-are-true"
    yield from family(
        contract,
        "lists-longer-than-declared",
        claim,
        "The configuration says that filter.maxResults is 3, but lists have more Resources.",
        lambda: Plant(after=changing(lambda d: d["filter"].update(maxResults=3))),
        also=("paging.huge-count",),
    )
    for operation, kept in ((CONFIG_1, "get_scim_users"), (CONFIG_2, "get_scim_v2_groups")):
        yield Fault(
            f"one-list-longer-than-declared:{operation}",
            claim,
            (operation,),
            f"The configuration says that filter.maxResults is 20, which {kept} keeps, but the other list does not.",
            lambda operation=operation, kept=kept: _maximum_kept_by(operation, kept),  # type: ignore[misc]
            also=("paging.huge-count",),
        )


def _in(
    contract: Contract, prefix: str, kind: str, answer: Callable[[Seen], Reply | None]
) -> Callable[[Seen], Reply | None]:
    """Meet the requests for the operations of a prefix; of one kind, where it is named."""
    met = {o.id for o in contract.operations if o.prefix == prefix and kind in ("", o.kind)}
    return lambda seen: answer(seen) if seen.operation in met else None


def _everything(query: dict[str, str]) -> None:
    if "filter" in query:
        query["filter"] = "id pr"


def _nothing_supported(document: Document) -> None:
    for name in ("patch", "etag", "filter", "changePassword"):
        document[name]["supported"] = False


def _maximum_kept_by(config: str, kept: str) -> Plant:
    """A maximum of 20 that one configuration declares and one list keeps."""

    def before(seen: Seen) -> None:
        count = seen.parameters.get("count", "25")
        if seen.operation == kept and count.isdigit() and int(count) > 20:
            seen.ask(count="20")

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation == config:
            changing(lambda d: d["filter"].update(maxResults=20))(seen, reply)

    return Plant(before=before, after=after, everywhere=True)
