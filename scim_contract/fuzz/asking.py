"""Sending generated parameters: on reads anywhere, on writes only where nothing can be lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from scim_contract.contract import Operation
from scim_contract.fuzz.deviations import Deviation
from scim_contract.fuzz.examples import Question
from scim_contract.fuzz.judged import observed
from scim_contract.fuzz.search import Shown
from scim_contract.fuzz.writes import fuzzed_user
from scim_contract.judging import came
from scim_contract.org import Org, Resource, replacing
from scim_contract.org.changes import replacement
from scim_contract.org.documents import resources
from scim_contract.org.group import disposable
from scim_contract.org.pages import FULL
from scim_contract.transport import Exchange, Unreachable

_REFUSALS = (400, 404, 414, 431)
NOBODY = "6f3a3a86-0c5e-4b0e-9d8e-1f5b6f0c7a11"
"""An id that no server has given."""
_ETAG = re.compile(r'"[\x21\x23-\x7e]+"')
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)


class Questions:
    """Asks one operation with generated parameters and says what each showed."""

    def __init__(self, org: Org, operation: Operation) -> None:
        self.org = org.acting(f"fuzzed/{operation.id}")
        self.operation = operation
        self.about = self._about()
        self.spares_large_pages = False

    def _about(self) -> Resource | None:
        org, operation = self.org, self.operation
        if not operation.writes:
            return None if operation.kind == "list" else org.something_for(operation)
        org.workspace.may_write()
        if operation.kind == "delete":  # of nobody: an ETag that happens to be right would take a user away
            return Resource("users", NOBODY, ours=True)
        if operation.resource == "groups":
            return disposable(org, operation.prefix)
        return fuzzed_user(org, operation.prefix)

    def examine(self, example: Question) -> Shown:
        """Ask once.

        Raises:
            Blocked, Untested, Unreachable: something else stood in the way.
        """
        workspace = self.org.workspace
        del workspace.trail[:]
        large = self.operation.kind == "list" and _asked_for(example) > FULL
        if large and self.spares_large_pages:
            return Shown(example, (), ())
        try:
            asked = self.org.ask(
                self.operation,
                None if example.path_id else self.about,
                query=example.query or None,
                headers=example.headers,
                path_id=example.path_id or None,
                case="example",
                **self._body(),
            )
        except Unreachable as error:
            if not large or error.exchange is None or error.exchange.status != 429:
                raise
            self.spares_large_pages = True  # as it may; each would be waited for in vain
            return Shown(example, (), ())
        return Shown(example, tuple(self._wrong(example, asked)), tuple(workspace.trail))

    def _body(self) -> dict[str, Any]:
        """A body that changes nothing, for a write with a body."""
        operation, about = self.operation, self.about
        if operation.kind not in ("replace", "modify") or about is None:
            return {}
        read = self.org.look(about, operation.prefix)
        if operation.kind == "modify":
            return {"body": replacing("displayName", read.document.get("displayName"))}
        return {"body": replacement(operation.resource, read.document)}

    def _wrong(self, example: Question, asked: Exchange) -> Iterator[Deviation]:
        if example.path_id:
            yield from self._of_strange_id(asked)
            return
        yield from observed(self.org.workspace, asked)
        status = asked.status
        if status < 500 and not self._open(example) and not (asked.answer.ok or status == 304 or status in _REFUSALS):
            allowed = ", ".join(map(str, _REFUSALS))
            yield Deviation(self.operation, f"success, 304, or {allowed}", came(asked), asked, about="status")
        if status == 304 and self.operation.writes:
            yield Deviation(self.operation, "no 304 to a write", came(asked), asked, about="not modified")
        if asked.answer.ok and self.operation.kind == "list":
            yield from self._page(example, asked)

    def _open(self, example: Question) -> bool:
        """Whether any status but a 5xx will do: for what is not one ETag of the kind that the server gives."""
        return any(not _ETAG.fullmatch(value) for _, value in example.headers)

    def _of_strange_id(self, asked: Exchange) -> Iterator[Deviation]:
        """A path with an id of any shape leads to nothing, or elsewhere; never into a failure."""
        if asked.status >= 500:
            yield Deviation(self.operation, "any status but a 5xx", came(asked), asked, "errors.never-5xx")

    def _page(self, example: Question, asked: Exchange) -> Iterator[Deviation]:
        counts = _counts(example)
        if len(counts) != 1 or not _WHOLE.fullmatch(counts[0]):
            return
        most, held = max(0, int(counts[0])), len(resources(asked.document))
        if held > most:
            yield Deviation(self.operation, f"at most {most} Resources", f"{held} Resources", asked, about="count")


def _counts(example: Question) -> list[str]:
    return parse_qs(example.query, keep_blank_values=True).get("count", [])


def _asked_for(example: Question) -> int:
    """The largest count that a question has."""
    return max((int(count[:99]) for count in _counts(example) if count.strip().isdecimal()), default=0)
