"""Several requests that must all be refused, and one read that shows whether any of them left a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Change, Written
from scim_contract.org.org import Org
from scim_contract.transport import Exchange, Unreachable

Body = Callable[[str], Any]
"""Makes a body; the word it is given tells what this body alone could leave behind."""

Try = Callable[[str], Mapping[str, Any]]
"""Makes what to ask, as `Org.ask` takes it, and may name a `change`; it is given a word of its own."""


class Tried(Mapping[str, Written]):
    """What came of each of several requests; one that got no answer says so to whoever looks at it, alone."""

    def __init__(self, found: Mapping[str, Written | Unreachable]) -> None:
        self._found = found

    @property
    def lost(self) -> tuple[Unreachable, ...]:
        """Why some of them got no answer."""
        return tuple(found for found in self._found.values() if isinstance(found, Unreachable))

    def __getitem__(self, case: str) -> Written:
        found = self._found[case]
        if isinstance(found, Unreachable):
            raise found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def attempts(org: Org, operation: Operation, bodies: Mapping[str, Body]) -> Tried:
    """Write each body to the operation's subject; see `tried`."""

    def asking(make: Body) -> Try:
        return lambda word: {"body": make(word)}

    return tried(org, operation, {case: asking(make) for case, make in bodies.items()})


def tried(org: Org, operation: Operation, tries: Mapping[str, Try]) -> Tried:
    """Send each request to the operation's subject, in order; read once before and once after all of them.

    Where the last read shows a change, each is sent again with other words and a read of its own, so that
    the trace is told of the request that left it; of all of them where none leaves one alone.

    Raises:
        Untested, Blocked: there is no subject, or it cannot be read.
    """
    subject = org.subject_of(operation)
    if subject is None:
        raise ValueError(f"{operation.id} has no subject")
    before = org.look(subject, operation.prefix)
    asked: dict[str, tuple[Change | None, Exchange]] = {}
    lost: dict[str, Written | Unreachable] = {}
    for case, make in tries.items():
        request = dict(make(_word(org, operation, case)))
        change = request.pop("change", None)
        try:
            asked[case] = change, org.ask(operation, subject, case=case, **request)
        except Unreachable as error:
            lost[case] = error
    after = org.gone_or_there(subject, operation.prefix)
    together = {case: Written(before, exchange, after, change) for case, (change, exchange) in asked.items()}
    if not any(written.traces for written in together.values()):
        return Tried({**together, **lost})
    if operation.kind == "delete":
        if after.status in (404, 410):
            people.note_gone(org.workspace, str(before.document.get("userName")))
        people.next_generation(org, operation)  # what is sent again needs somebody who is there, and as before
    alone = {case: _alone(org, operation, case, tries[case]) for case in asked}
    found = alone if any(written.traces for written in alone.values()) else together
    return Tried({**found, **lost})


def _alone(org: Org, operation: Operation, case: str, make: Try) -> Written:
    request = dict(make(_word(org, operation, f"{case} alone")))
    if operation.kind != "delete":
        request.setdefault("change", Change(request.get("body") or {}, {}))
    written = org.write(operation, case=f"{case} alone", **request)
    if operation.kind == "delete" and written.after.answer.ok and written.traces:
        people.next_generation(org, operation)  # a change that is there already would hide the next one's
    return written


def _word(org: Org, operation: Operation, case: str) -> str:
    return org.workspace.token(org.workspace.step(org.act, operation.id, f"word {case}"))
