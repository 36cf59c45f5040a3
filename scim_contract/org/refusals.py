"""Several bodies that must all be refused, and one read that shows whether any of them left a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org.changes import Change, Written
from scim_contract.org.org import Org

Body = Callable[[str], Any]
"""Makes a body; the word it is given tells what this body alone could leave behind."""


def attempts(org: Org, operation: Operation, bodies: Mapping[str, Body]) -> dict[str, Written]:
    """Write each body to the operation's subject, in order; read once before and once after all of them.

    Where the last read shows a change, each is written again with other words and a read of its own, so
    that the trace is told of the body that left it; of all of them where none leaves one alone.

    Raises:
        Untested, Blocked: there is no subject, or it cannot be read.
    """
    subject = org.subject_of(operation)
    if subject is None:
        raise ValueError(f"{operation.id} has no subject")
    before = org.look(subject, operation.prefix)
    asked = {
        case: org.ask(operation, subject, case=case, body=make(_word(org, operation, case)))
        for case, make in bodies.items()
    }
    after = org.gone_or_there(subject, operation.prefix)
    together = {case: Written(before, exchange, after, None) for case, exchange in asked.items()}
    if not any(written.traces for written in together.values()):
        return together
    alone = {
        case: org.write(
            operation,
            change=Change(make(_word(org, operation, f"{case} alone")), {}),
            case=f"{case} alone",
        )
        for case, make in bodies.items()
    }
    return alone if any(written.traces for written in alone.values()) else together


def _word(org: Org, operation: Operation, case: str) -> str:
    return org.workspace.token(org.workspace.step(org.act, operation.id, f"word {case}"))
