"""One difference between two contracts, as a client meets it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """What became of something that a client relies on."""

    ADDED = "added"
    REMOVED = "removed"
    LOOSENED = "loosened"
    TIGHTENED = "tightened"
    RENAMED = "renamed"
    REPLACED = "replaced"


WORDS = {
    How.ADDED: "new; who does not know it is not concerned",
    How.REMOVED: "gone",
    How.LOOSENED: "less is asked of requests, or less promised of answers",
    How.TIGHTENED: "more is asked of requests, or more promised of answers",
    How.RENAMED: "the same under another name",
    How.REPLACED: "another one in its place",
}


@dataclass(frozen=True)
class Difference:
    """What differs, where, and whether it can break a client that knows only the earlier contract.

    `operations` are those at which it is met; `place` is the part of them: operation, permissions, parameter,
    request, answer, or claim. `subject` names what differs there, inside of `model` where it is one of its
    properties; `why` says what the catalogue says of a claim.
    """

    how: How
    place: str
    subject: str
    before: str
    after: str
    breaks: bool
    operations: tuple[str, ...]
    why: str = ""
    model: str = ""

    @property
    def text(self) -> str:
        """The difference in one line."""
        told = {
            How.ADDED: self.after,
            How.REMOVED: self.before,
        }.get(self.how, f"{self.before} → {self.after}")
        subject = f"{self.model}.{self.subject}" if self.model else self.subject
        line = f"{self.place} {subject}".strip()
        return f"{line}: {told}" if told else line
