"""The state machine: hypothesis draws one step after another, and each is played as soon as it is drawn."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import seed, stateful
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from scim_contract.fuzz.bodies import phone
from scim_contract.fuzz.driving import quiet
from scim_contract.fuzz.model import SLOTS, Step
from scim_contract.fuzz.openings import FULL
from scim_contract.fuzz.playing import Playing
from scim_contract.fuzz.texts import weighted

STEPS = 12
"""Steps of a history, after the one that creates its first user."""
_PREFIXES = st.sampled_from(("v1", "v2"))
_TEXTS = st.sampled_from(("a", "B b", "é", "名前"))


def explore(playing: Playing, histories: int, start: int) -> None:
    """Draw and play so many histories; the same seed, the same histories."""

    @seed(start)
    class Histories(stateful.RuleBasedStateMachine):
        """Users and one group, written through both prefixes by clients of all kinds."""

        def __init__(self) -> None:
            super().__init__()
            playing.begin()

        @stateful.initialize(prefix=_PREFIXES, reader=_PREFIXES)
        def somebody(self, prefix: str, reader: str) -> None:
            playing.step(Step("create", "users", prefix, reader=reader, values=_json(FULL, "")))

        @stateful.rule(prefix=_PREFIXES, reader=_PREFIXES, slot=_slot(), allowed=_allowed(), values=_of_user())
        def create(self, prefix: str, reader: str, slot: int, allowed: bool, values: dict[str, Any]) -> None:
            step = Step("create", "users", prefix, slot, allowed=allowed, reader=reader, values=_json(values, "+-"))
            playing.step(step)

        @stateful.rule(slot=_slot())
        def create_at_once(self, slot: int) -> None:
            playing.step(Step("at-once", "users", "v1", slot))

        @stateful.rule(prefix=_PREFIXES, slot=_slot(), etag=_read_etag(), allowed=_allowed(), group=st.booleans())
        def read(self, prefix: str, slot: int, etag: str, allowed: bool, group: bool) -> None:
            playing.step(Step("read", "groups" if group else "users", prefix, slot, etag, allowed))

        @stateful.rule(prefix=_PREFIXES, slot=_slot(), allowed=_allowed(), group=st.booleans())
        def list_by_name(self, prefix: str, slot: int, allowed: bool, group: bool) -> None:
            playing.step(Step("list", "groups" if group else "users", prefix, slot, allowed=allowed))

        @stateful.rule(step=_writes("replace", "users", _of_user()))
        def replace_user(self, step: Step) -> None:
            playing.step(step)

        @stateful.rule(step=_writes("modify", "users", _of_user()))
        def modify_user(self, step: Step) -> None:
            playing.step(step)

        @stateful.rule(step=_writes("modify", "users", _of_user()))
        def modify_user_again(self, step: Step) -> None:
            playing.step(step)

        @stateful.rule(step=_writes("replace", "groups", _of_group()))
        def replace_group(self, step: Step) -> None:
            playing.step(step)

        @stateful.rule(step=_writes("modify", "groups", _of_group()))
        def modify_group(self, step: Step) -> None:
            playing.step(step)

        @stateful.rule(step=_writes("delete", "users", st.just({})))
        def delete(self, step: Step) -> None:
            playing.step(step)

        def teardown(self) -> None:
            playing.end()

    if histories > 0:
        stateful.run_state_machine_as_test(Histories, settings=quiet(histories, STEPS + 1))


def _slot() -> SearchStrategy[int]:
    return weighted((3, st.just(0)), (2, st.integers(0, SLOTS - 1)))


def _allowed() -> SearchStrategy[bool]:
    return weighted((7, st.just(True)), (1, st.just(False)))


def _read_etag() -> SearchStrategy[str]:
    return st.sampled_from(("", "current", "stale", "made-up"))


def _writes(act: str, resource: str, values: SearchStrategy[dict[str, Any]]) -> SearchStrategy[Step]:
    etags = weighted((4, st.just("")), (3, st.just("current")), (2, st.just("stale")), (1, st.just("made-up")))
    marks = "" if act == "modify" else "+"
    return st.builds(
        lambda prefix, slot, etag, allowed, reader, given: Step(
            act, resource, prefix, slot, etag, allowed, reader, _json(given, marks)
        ),
        _PREFIXES,
        _slot(),
        etags,
        _allowed(),
        _PREFIXES,
        values,
    )


def _json(values: dict[str, Any], unmarked: str) -> str:
    """Values as a step has them; marks that mean nothing to its act are taken off, or the value with them."""
    kept = {}
    for name, value in values.items():
        if name[0] in unmarked:
            name = name[1:]
        if value is not None or name.startswith("-"):
            kept[name] = value
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _of_user() -> SearchStrategy[dict[str, Any]]:
    emails = [[], [_email("a")], [_email("b")], [_email("a"), _email("c")]]
    phones = [[], [phone(1, "work", "")], [phone(2, "mobile", "")], [phone(3, "work", ""), phone(4, "other", "")]]
    return _some(
        {
            "displayName": _TEXTS,
            "title": _TEXTS,
            "externalId": _TEXTS,
            "department": _TEXTS,
            "active": st.booleans(),
            "emails": st.sampled_from(emails),
            "phoneNumbers": st.sampled_from(phones),
            "+emails": st.sampled_from(emails[1:]),
            "+phoneNumbers": st.sampled_from(phones[1:]),
            **dict.fromkeys(("-title", "-externalId", "-department", "-emails", "-phoneNumbers"), st.none()),
        }
    )


def _of_group() -> SearchStrategy[dict[str, Any]]:
    slots = [[], [0], [1], [0, 1], [2, 0]]
    return _some(
        {
            "displayName": st.sampled_from(("Conformance a", "Conformance é", "Conformance  b")),
            "members": st.sampled_from(slots),
            "+members": st.sampled_from(slots[1:]),
            "-members": st.sampled_from(slots[1:3]),
        }
    )


@st.composite
def _some(draw: DrawFn, values: dict[str, SearchStrategy[Any]]) -> dict[str, Any]:
    """A few attributes with values, each attribute once."""
    names = [draw(st.sampled_from(sorted(values))) for _ in range(draw(st.integers(1, 3)))]
    once = {name.lstrip("+-"): name for name in names}
    return {name: draw(values[name]) for name in once.values()}


def _email(local: str) -> dict[str, Any]:
    return {"value": f"{local}@example.com", "type": "work"}
