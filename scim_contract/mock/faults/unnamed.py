"""Faults of what names nothing: paths beside those of the lists, and bodies whose list of schemas is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import (
    asking,
    error,
    refuse_what_succeeded,
    unstored,
    widely,
)
from scim_contract.mock.faults.lists import rewritten
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

GITHUB = "https://github.com/"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of paths, bodies and filters that a server finds no schema or resource type for."""
    yield from _paths(contract)
    yield from _bodies(contract)
    yield Fault(
        "bug-extension-unknown-to-filters",
        "filters.equality",
        ("get_scim_users", "get_scim_v2_users"),
        "A filter on an attribute of the extension matches nobody.",
        lambda: Plant(before=asking(rewritten(r"^urn:.*", 'userName eq "nobody at all"'))),
        link=GITHUB + "wso2/product-is/issues/11766",
    )


def _paths(contract: Contract) -> Iterator[Fault]:
    claim = "errors.unknown-path"
    lists = {each.id: each.path for each in contract.operations if each.kind == "list"}

    def meeting(act: Callable[[Seen, str], Reply | None], operations: frozenset[str]) -> Plant:
        paths = [lists[each] for each in operations]

        def before(seen: Seen) -> Reply | None:
            beside = (p for p in paths if seen.path.startswith(p) and seen.path[len(p) : len(p) + 1] not in ("", "/"))
            path = next(beside, None)
            return act(seen, path) if path else None

        return Plant(before=before, everywhere=True)

    sentence = "A path that begins like that of a list is taken for it."
    yield from widely(family(contract, "path-read-by-its-beginning", claim, sentence, Plant), partial(meeting, _cut))
    sentence = "A path that names no resource type is an empty list."
    yield from widely(family(contract, "path-of-nothing-is-empty", claim, sentence, Plant), partial(meeting, _empty))
    broken = Fault(
        "bug-path-of-nothing-breaks",
        claim,
        ("get_scim_users", "get_scim_v2_groups"),
        "A path that names no resource type breaks the server.",
        Plant,
        ("errors.never-5xx",),
        link=GITHUB + "keycloak/keycloak/issues/49847",
    )
    yield from widely([broken], partial(meeting, lambda seen, path: error(500)))


def _cut(seen: Seen, path: str) -> None:
    seen.path = path


def _empty(seen: Seen, path: str) -> Reply:
    reply = Reply(200, {"content-type": "application/json"}, b"")
    schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
    reply.put({"schemas": schemas, "totalResults": 0, "startIndex": 1, "itemsPerPage": 0})
    return reply


def _bodies(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.schemas-in-body"

    def broken() -> Plant:
        return Plant(before=lambda seen: error(500) if _unnamed(seen) else None)

    sentence = "A body whose schemas is empty breaks the server."
    yield from family(contract, "empty-schemas-break", claim, sentence, broken, also=("errors.never-5xx",))
    yield Fault(
        "bug-user-of-no-schema-breaks",
        claim,
        ("post_scim_users", "post_scim_v2_users"),
        "A creation whose schemas is empty breaks the server.",
        broken,
        also=("errors.never-5xx",),
        link=GITHUB + "wso2/product-is/issues/21720",
    )
    yield Fault(
        "empty-schemas-refused-but-done",
        claim,
        ("put_scim_user", "put_scim_v2_group", "post_scim_v2_users"),
        "A body whose schemas is empty is refused with 400, and carried out all the same.",
        lambda: Plant(after=refuse_what_succeeded(400, _unnamed)),
    )
    yield Fault(
        "empty-schemas-confirmed-but-not-done",
        claim,
        ("put_scim_v2_user", "put_scim_group"),
        "A body whose schemas is empty is confirmed, and nothing of it stored.",
        lambda: unstored(_unnamed),
    )


def _unnamed(seen: Seen) -> bool:
    return isinstance(seen.json, dict) and seen.json.get("schemas") == []
