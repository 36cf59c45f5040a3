"""What servers make of a PATCH's paths beyond the plain ones, and of an empty title."""

from __future__ import annotations

from collections.abc import Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, operations_of
from scim_contract.mock.faults.patch import SELECTING
from scim_contract.mock.planting import Plant, Variant
from scim_contract.mock.variants.making import OPEN, body_of, refusing
from scim_contract.mock.wire import Seen

_FILTERS = OPEN + "any other filter may be refused with 400 invalidFilter"
_EMPTY = OPEN + "a PUT or PATCH that empties something may show it as absent, or it is refused with 400"


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield Variant(
        "paths-of-one-comparison",
        "A path selects by one eq; other filters in paths are refused.",
        _FILTERS,
        lambda: Plant(before=refusing(_selects_otherwise, scim_type="invalidFilter")),
    )
    yield Variant(
        "empty-title-refused", "An empty title is refused.", _EMPTY, lambda: Plant(before=refusing(_is_untitled))
    )
    yield Variant("empty-title-dropped", "An empty title is none.", _EMPTY, lambda: Plant(before=_drop))


def _selects_otherwise(seen: Seen, body: Document) -> bool:
    paths = [str(step.get("path")) for step in operations_of(seen)]
    return any("[" in path and not SELECTING.fullmatch(path) for path in paths)


def _is_untitled(seen: Seen, body: Document) -> bool:
    return body.get("title") == "" or any(_untitles(step) for step in operations_of(seen))


def _untitles(step: Document) -> bool:
    return (step.get("path"), step.get("value")) == ("title", "")


def _drop(seen: Seen) -> None:
    body = body_of(seen)
    if body is not None and _is_untitled(seen, body):
        steps = [{"op": "remove", "path": "title"} if _untitles(step) else step for step in operations_of(seen)]
        kept = {name: value for name, value in body.items() if (name, value) != ("title", "")}
        seen.put({**kept, "Operations": steps} if steps else kept)
