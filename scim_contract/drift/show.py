"""What drifted, as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scim_contract.drift.difference import Difference
from scim_contract.drift.report import Drift, counts

_WIDTH = 160


def lines(drift: Drift) -> Iterator[str]:
    """The report, line by line; `!` marks what can break a client that knows only the earlier contract."""
    yield f"{drift.new.name} held against {drift.old.name}: what a client that relies on {drift.old.name} meets"
    if not drift.differences:
        yield "nothing differs"
        return
    verdicts = Counter(drift.verdict(id_) for id_ in drift.ids)
    yield ", ".join(f"{text}: {verdicts[word]}" for word, text in _WORDS.items() if verdicts[word])
    yield ", ".join(f"{number} {how}" for how, number in counts(drift.differences).items() if number)
    yield "! can break such a client"
    for id_ in drift.ids:
        own = drift.own(id_)
        if own:
            yield ""
            yield f"{drift.title(id_)} ({id_})"
            yield from (_line(each) for each in own)
    yield from _bodies(drift)
    yield from _claims(drift)


_WORDS = {"breaks": "operations that can break it", "differs": "that differ without harm", "same": "that are the same"}


def by_model(drift: Drift) -> dict[tuple[str, str, tuple[str, ...]], list[Difference]]:
    """What differs inside of bodies, by request or answer, model and operations."""
    found: dict[tuple[str, str, tuple[str, ...]], list[Difference]] = {}
    for each in drift.shared:
        found.setdefault((each.place, each.model, each.operations), []).append(each)
    return found


def _bodies(drift: Drift) -> Iterator[str]:
    for (place, model, operations), differences in by_model(drift).items():
        yield ""
        yield f"{model} in the {place} of {len(operations)}: {', '.join(operations)}"
        yield from (_line(each) for each in differences)


def _claims(drift: Drift) -> Iterator[str]:
    if drift.claims:
        yield ""
        yield "Claims"
    for each in drift.claims:
        yield _line(each)
        if each.why:
            yield f"      {each.why}"


def _line(each: Difference) -> str:
    mark = "!" if each.breaks else " "
    text = each.text if len(each.text) <= _WIDTH else f"{each.text[:_WIDTH]}…"
    return f"  {mark} {each.how:<9} {text}"
