"""The judge's words: each says what is expected of an answer and notes what came instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.judging.problem import Problem
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.changes import Written
from scim_contract.org.documents import ERROR, said
from scim_contract.org.errors import Blocked
from scim_contract.transport import Exchange

DOCUMENTED_TYPES = (JSON, SCIM_JSON)


class Stop(Exception):
    """Ends a case whose problem makes the rest of it pointless; the judge keeps the problem."""


class Expect:
    """Collects what is wrong in one case of a claim; every method but `need` goes on after a problem.

    `part` names the part of the claim that a problem breaks, where the claim has parts; each method
    gives whether all was well.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.problems: list[Problem] = []
        self.set_aside: dict[str, str] = {}

    # plain ------------------------------------------------------------------------------------
    def that(self, holds: bool, expected: str, came: str, exchange: Exchange | None = None, part: str = "") -> bool:
        """Anything: note a problem unless it holds."""
        if not holds:
            self.problems.append(Problem(expected, came, exchange, part))
        return holds

    def untested(self, part: str, reason: str) -> None:
        """Say that this target cannot show one part of the case."""
        self.set_aside[part] = reason

    def status(self, exchange: Exchange, *allowed: int, part: str = "") -> bool:
        """One of these statuses."""
        wanted = " or ".join(str(code) for code in allowed)
        return self.that(exchange.status in allowed, f"status {wanted}", came(exchange), exchange, part)

    def succeeded(self, exchange: Exchange, part: str = "") -> bool:
        """A 2xx."""
        return self.that(exchange.answer.ok, "success (2xx)", came(exchange), exchange, part)

    def refused(self, exchange: Exchange, *statuses: int, part: str = "") -> bool:
        """A 4xx, or one of these statuses where any are named."""
        if statuses:
            return self.status(exchange, *statuses, part=part)
        return self.that(400 <= exchange.status < 500, "a refusal (4xx)", came(exchange), exchange, part)

    def scim_type(self, exchange: Exchange, *allowed: str, part: str = "") -> bool:
        """A ScimError with one of these scimTypes."""
        if exchange.answer.ok and any(problem.exchange is exchange for problem in self.problems):
            self.untested(part, f"it was not refused at all: {came(exchange)}")  # which is said already
            return False
        value = exchange.document.get("scimType")
        wanted = " or ".join(said(word) for word in allowed)
        seen = f"scimType {said(value)}" if "scimType" in exchange.document else f"no scimType in {came(exchange)}"
        return self.that(value in allowed, f"scimType {wanted}", seen, exchange, part)

    def scim_error(self, exchange: Exchange, part: str = "") -> bool:
        """A body that says it is a ScimError (its details are the errors area's business)."""
        schemas = exchange.document.get("schemas")
        is_error = isinstance(schemas, list) and ERROR in schemas
        seen = exchange.answer.json_problem or f"schemas {said(schemas)}"
        return self.that(is_error, f"a ScimError: schemas holds {ERROR}", seen, exchange, part)

    # content ------------------------------------------------------------------------------------
    def media_type(self, exchange: Exchange, *allowed: str, part: str = "") -> bool:
        """A Content-Type of one of these, parameters apart."""
        wanted = " or ".join(allowed)
        seen = f"Content-Type {said(exchange.answer.header('Content-Type'))} with {exchange.answer.line}"
        return self.that(exchange.answer.media_type in allowed, f"an answer in {wanted}", seen, exchange, part)

    def no_body(self, exchange: Exchange, part: str = "") -> bool:
        """An answer without a body."""
        size = len(exchange.answer.body)
        return self.that(not size, "no body", f"a body of {size} bytes", exchange, part)

    def json_object(self, exchange: Exchange, part: str = "") -> bool:
        """A body that is a JSON object."""
        problem = exchange.answer.json_problem
        if problem is None and not isinstance(exchange.answer.json, dict):
            problem = f"the body is a JSON {type(exchange.answer.json).__name__}"
        return self.that(problem is None, "a JSON object", problem or "", exchange, part)

    def equal(self, expected: Any, seen: Any, what: str, exchange: Exchange | None = None, part: str = "") -> bool:
        """Two values that are equal and of one type."""
        same = seen == expected and isinstance(seen, bool) is isinstance(expected, bool)
        return self.that(same, f"{what} {said(expected)}", f"{what} {said(seen)}", exchange, part)

    def nothing(self, found: Iterable[str], expected: str, exchange: Exchange | None = None, part: str = "") -> bool:
        """No finding; each one is a problem of its own."""
        rows = list(found)
        for row in rows:
            self.that(False, expected, row, exchange, part)
        return not rows

    # writes -------------------------------------------------------------------------------------
    def applied(self, written: Written, part: str = "") -> bool:
        """A write that succeeded and that a later read shows."""
        if not self.succeeded(written.asked, part):
            return False
        change = written.change.text if written.change else "status 404"
        seen = _what_was_read(written)
        return self.that(written.applied, f"a later read shows {change}", seen, written.after, part)

    def unchanged(self, written: Written, part: str = "") -> bool:
        """A refused write of which a later read shows no trace."""
        return self.that(
            not written.traces,
            "nothing changed, as a later read shows",
            "; ".join(written.traces),
            written.after,
            part,
        )

    def refused_without_trace(self, written: Written, *statuses: int, part: str = "", trace: str = "") -> bool:
        """A refusal, and a later read that shows nothing of the write (`trace`: that part's name)."""
        refused = self.refused(written.asked, *statuses, part=part)
        if not refused and written.asked.answer.ok:
            return False  # an accepted write leaves traces: that is one defect, not two
        return self.unchanged(written, part=trace or part) and refused

    # ending a case -----------------------------------------------------------------------------
    def need(self, holds: bool) -> None:
        """End the case here unless it holds; the problems noted so far stay."""
        if not holds:
            raise Stop


def needed(exchange: Exchange, *statuses: int) -> Exchange:
    """An exchange that a check builds on: 2xx, or one of these statuses.

    Raises:
        Blocked: it was answered otherwise; which is some other claim's business.
    """
    good = exchange.status in statuses if statuses else exchange.answer.ok
    if not good:
        raise Blocked(f"{came(exchange)} came where the check needed success", exchange)
    return exchange


def came(exchange: Exchange) -> str:
    """What came, in one line: the status, and what the error says."""
    document = exchange.document
    said = document.get("detail") or document.get("message")
    kind = document.get("scimType")
    extra = [
        f"scimType {kind}" if kind and not exchange.answer.ok else "",
        str(said) if said and not exchange.answer.ok else "",
    ]
    return ", ".join([exchange.answer.line, *[e for e in extra if e]])


def operation_of(exchange: Exchange) -> Operation:
    """The operation that an exchange asked."""
    if exchange.operation is None:
        raise ValueError(f"{exchange.step} asked no operation of the contract")
    return exchange.operation


def _what_was_read(written: Written) -> str:
    if not written.after.answer.ok or written.change is None:
        return came(written.after)
    document = written.after.document
    if written.created_as is not None and "Resources" in document:
        return "no user of that userName in the list"
    return ", ".join(f"{name} {said(document.get(name))}" for name in written.change.shows)
