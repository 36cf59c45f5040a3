"""Several requests that must all be refused, and one read that shows whether any of them left a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Change, Written
from scim_contract.org.errors import Untested
from scim_contract.org.org import Org
from scim_contract.org.workspace import Resource
from scim_contract.org.writing import Made, find_all
from scim_contract.transport import Exchange, Unreachable

Body = Callable[[str], Any]
"""Makes a body; the word it is given tells what this body alone could leave behind."""

Try = Callable[[str], Mapping[str, Any]]
"""Makes what to ask, as `Org.ask` takes it, and may name a `change`; it is given a word of its own."""


class Tried(Mapping[str, Written]):
    """What came of each of several requests; one that got no answer says so to whoever looks at it, alone."""

    def __init__(self, found: Mapping[str, Written | Unreachable]) -> None:
        self._found = found

    def __getitem__(self, case: str) -> Written:
        found = self._found[case]
        if isinstance(found, Unreachable):
            raise found
        return found

    @property
    def lost(self) -> Mapping[str, Unreachable]:
        """The requests that got no answer."""
        return {case: found for case, found in self._found.items() if isinstance(found, Unreachable)}

    @property
    def answered(self) -> list[Written]:
        """The others, in order."""
        return [found for found in self._found.values() if isinstance(found, Written)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def bodies(makers: Mapping[str, Body]) -> Mapping[str, Try]:
    """Requests that differ in their bodies alone."""

    def asking(make: Body) -> Try:
        return lambda word: {"body": make(word)}

    return {case: asking(make) for case, make in makers.items()}


def tried(org: Org, operation: Operation, tries: Mapping[str, Try]) -> Tried:
    """Send each request to the operation's subject, in order; read once before and once after all of them.

    Where the last read shows a change, each is sent again with other words and a read of its own, so that
    the trace is told of the request that left it. Where none leaves one alone, since what it leaves is there by
    now, the trace is told of those that were accepted; of all of them where none was.

    Raises:
        Untested, Blocked: there is no subject, or it cannot be read.
    """
    [(together, traced)] = in_one_go(operation, [(org, tries)])
    if not traced:
        return together
    lost, asked = together.lost, [case for case in tries if case not in together.lost]
    alone = {case: _alone(org, operation, case, tries[case]) for case in asked}
    if not any(written.traces for written in alone.values()):
        accepted = [case for case in asked if together[case].asked.answer.ok]
        alone |= {case: together[case] for case in accepted or asked}
    return Tried({**alone, **lost})


def in_one_go(operation: Operation, batches: Sequence[tuple[Org, Mapping[str, Try]]]) -> list[tuple[Tried, bool]]:
    """Send the requests of several acts to the operation's subject, in order; read once before and once after them.

    Gives what came of each act's requests, nothing where no client may send them and there are other acts, and whether
    the last read shows a trace, be it of whichever request. Those that got no answer, and left no trace, are sent once
    more: few, so that what a read shows can be put down to them. Where a delete left a trace, or nothing is found any
    more, the operation has another subject afterwards, since what is sent again needs somebody who is there, and as
    before.

    Raises:
        Untested, Blocked: there is no subject, or it cannot be read.
    """
    first, _ = batches[0]
    subject = first.subject_of(operation)
    if subject is None:
        raise ValueError(f"{operation.id} has no subject")
    before = first.look(subject, operation.prefix)
    sent = [_sent(org, operation, subject, tries, alone=len(batches) == 1) for org, tries in batches]
    after = first.gone_or_there(subject, operation.prefix)
    if any(map(_lost, sent)) and not Written(before, before, after, None).traces:
        for number, (org, tries) in enumerate(batches):
            lost = {case: tries[case] for case in _lost(sent[number])}
            sent[number] = {**sent[number], **_send(org, operation, subject, lost)}
        after = first.gone_or_there(subject, operation.prefix)
    found = [_around(before, after, asked) for asked in sent]
    traced = bool(Written(before, before, after, None).traces)
    gone = after.status in (404, 410)
    if traced and operation.kind == "delete" and gone:
        people.note_gone(first.workspace, str(before.document.get("userName")))
    if traced and (operation.kind == "delete" or gone):
        people.next_generation(first, operation)
    return [(tried, traced) for tried in found]


Sent = Mapping[str, tuple[Change | None, Exchange] | Unreachable]


def _sent(org: Org, operation: Operation, subject: Resource, tries: Mapping[str, Try], *, alone: bool) -> Sent:
    try:
        return _send(org, operation, subject, tries)
    except Untested:
        if alone:
            raise
        return {}


def _lost(sent: Sent) -> list[str]:
    return [case for case, came in sent.items() if isinstance(came, Unreachable) and not came.hopeless]


def _send(org: Org, operation: Operation, subject: Resource, tries: Mapping[str, Try]) -> Sent:
    requests = {case: dict(make(_word(org, operation, case))) for case, make in tries.items()}
    changes = {case: request.pop("change", None) for case, request in requests.items()}
    questions = [{"resource": subject, "case": case, **request} for case, request in requests.items()]
    answers = org.ask_together(operation, questions)
    return {
        case: each if isinstance(each, Unreachable) else (changes[case], each)
        for case, each in zip(requests, answers, strict=True)
    }


def _around(before: Exchange, after: Exchange, sent: Sent) -> Tried:
    return Tried(
        {
            case: each if isinstance(each, Unreachable) else Written(before, each[1], after, each[0])
            for case, each in sent.items()
        }
    )


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


def found_under(org: Org, operation: Operation, made: Mapping[str, Made], external_id: str) -> dict[str, Tried]:
    """What came of creations of several kinds, all under one externalId, by the list of the users who bear it.

    Raises:
        Blocked: the list cannot be had.
    """
    answered = [
        (change, asked)
        for some in made.values()
        for change, asked in some.values()
        if not isinstance(asked, Unreachable)
    ]
    found = find_all(org, operation.prefix, external_id, answered)

    def each(change: Change, asked: Exchange | Unreachable) -> Written | Unreachable:
        return asked if isinstance(asked, Unreachable) else Written(None, asked, found, change)

    return {kind: Tried({case: each(*one) for case, one in some.items()}) for kind, some in made.items()}
