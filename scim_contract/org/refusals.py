"""Several requests that must all be refused, and one read that shows whether any of them left a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.changes import Change, Written
from scim_contract.org.org import Org

Body = Callable[[str], Any]
"""Makes a body; the word it is given tells what this body alone could leave behind."""

Try = Callable[[str], Mapping[str, Any]]
"""Makes what to ask, as `Org.ask` takes it, and may name a `change`; it is given a word of its own."""


def attempts(org: Org, operation: Operation, bodies: Mapping[str, Body]) -> dict[str, Written]:
    """Write each body to the operation's subject; see `tried`."""

    def asking(make: Body) -> Try:
        return lambda word: {"body": make(word)}

    return tried(org, operation, {case: asking(make) for case, make in bodies.items()})


def tried(org: Org, operation: Operation, tries: Mapping[str, Try]) -> dict[str, Written]:
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
    asked: dict[str, tuple[Change | None, Any]] = {}
    for case, make in tries.items():
        request = dict(make(_word(org, operation, case)))
        change = request.pop("change", None)
        asked[case] = change, org.ask(operation, subject, case=case, **request)
    after = org.gone_or_there(subject, operation.prefix)
    together = {case: Written(before, exchange, after, change) for case, (change, exchange) in asked.items()}
    if not any(written.traces for written in together.values()):
        return together
    if operation.kind == "delete" and after.status in (404, 410):
        people.note_gone(org.workspace, str(before.document.get("userName")))
        people.next_generation(org, operation)  # what is sent again needs somebody who is still there
    alone = {case: _alone(org, operation, case, make) for case, make in tries.items()}
    return alone if any(written.traces for written in alone.values()) else together


def _alone(org: Org, operation: Operation, case: str, make: Try) -> Written:
    request = dict(make(_word(org, operation, f"{case} alone")))
    if operation.kind != "delete":
        request.setdefault("change", Change(request.get("body") or {}, {}))
    return org.write(operation, case=f"{case} alone", **request)


def _word(org: Org, operation: Operation, case: str) -> str:
    return org.workspace.token(org.workspace.step(org.act, operation.id, f"word {case}"))
