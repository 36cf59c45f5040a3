"""Users that claims create anyway and that are counted among the crowd, which needs many for the pages of a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scim_contract.org.changes import Written
from scim_contract.org.people import Person
from scim_contract.org.workspace import Resource

if TYPE_CHECKING:
    from scim_contract.org.org import Org


MOST = 20
"""How many may join: the rest of the crowd bears special values, or is of a kind that all agree on."""


@dataclass
class Register:
    """Who bears the crowd's displayName; `asked` counts the creations that sent it, whatever came of them."""

    name: str
    asked: int = 0
    members: list[Person] = field(default_factory=list)
    closed: bool = False

    @property
    def spoilt(self) -> bool:
        """Whether nobody knows how many users bear the name."""
        return self.asked != len(self.members)


def register(org: Org) -> Register:
    """The one of this process."""
    found: Register = org.once(("crowd register",), lambda: Register(crowd_name(org, "crowd")))
    return found


def crowd_name(org: Org, word: str) -> str:
    """A displayName that no other run gives to anybody, nor another process of this one."""
    return f"Crowd {org.workspace.ledger.run} {org.workspace.token(word, 4)}"


def joining(org: Org) -> dict[str, str]:
    """The displayName of a new user who is to be one of the crowd; nothing once enough have joined.

    What became of the creation is to be told by `note`.
    """
    own = register(org)
    if own.closed or own.asked >= MOST:
        return {}
    own.asked += 1
    return {"displayName": own.name}


def note(org: Org, written: Written) -> None:
    """A creation that may have asked to join: it did where a read shows the user under that displayName."""
    own, body = register(org), written.change.body if written.change is not None else {}
    user_id, read = written.asked.document.get("id"), written.after
    if body.get("displayName") == own.name and 400 <= written.asked.status < 500:
        own.asked -= 1  # refused: should a user have come of it, the lists will show one too many
    if body.get("displayName") != own.name or not written.asked.answer.ok or not isinstance(user_id, str):
        return
    if read.answer.ok and read.document.get("id") == user_id and read.document.get("displayName") == own.name:
        own.members.append(Person(Resource("users", user_id, ours=True), dict(body), written.asked))
