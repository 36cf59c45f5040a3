"""A small model of the contract: what a directory holds after each step of a history, and what it may answer.

It knows users and one group by what was written to them. A step is answered in one of a few ways:

    done          2xx, and from then on every read shows what was written
    not-modified  304, to a read whose If-None-Match is the current ETag
    stale         400 with scimType invalidVers, to a write whose If-Match is not the current ETag
    refused       401 or 403, to a client that holds none of the operation's permissions
    gone          404, about a user that was deleted
    no-target     400 with scimType noTarget, to a PATCH that removes what is not there (RFC 7644, 3.12)

Where two refusals apply, either may come; whatever is not done changes nothing. An ETag stands for one state: one that
comes again with another state is a lost update waiting to happen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from scim_contract.fuzz.examples import identity
from scim_contract.org.documents import ENTERPRISE
from scim_contract.org.facts import Fact, facts

State = dict[str, Any]
SLOTS = 3
"""So many users there are in a history."""
MANAGED = ("displayName", "title", "externalId", "active", "emails", "phoneNumbers", "department", "members")
"""The attributes that histories write: all that a server keeps exactly as it was sent."""


@dataclass(frozen=True)
class Step:
    """One request of a history. `reader` is the prefix through which a write is looked at afterwards.

    `values` is JSON: attributes and what is written to them; for PATCH a name may bear a `+` (add) or a `-` (remove).
    Members are slots: numbers of the history's users.
    """

    act: str
    resource: str
    prefix: str
    slot: int = 0
    etag: str = ""
    allowed: bool = True
    reader: str = "v1"
    values: str = "{}"

    @property
    def writes(self) -> bool:
        """Whether it is a write."""
        return self.act not in ("read", "list")


@dataclass(frozen=True)
class History:
    """A history as data."""

    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """The example as a line of a file of examples has it."""
        return {"kind": "history", "steps": [asdict(step) for step in self.steps]}

    @property
    def id(self) -> str:
        """A short name that derives from what the example says."""
        return identity(self.as_json())


@dataclass
class Known:
    """What the model knows of one user or group: `etag` is the current one, None where a write may have moved it."""

    id: str
    state: State
    alive: bool = True
    etag: str | None = None
    versions: dict[str, frozenset[Fact]] = field(default_factory=dict)

    def stale(self) -> str | None:
        """An ETag that it had when it said something else."""
        now = self.facts()
        return next((e for e, was in reversed(self.versions.items()) if e != self.etag and was != now), None)

    def facts(self) -> frozenset[Fact]:
        """What a read of it must show."""
        return facts(nested(self.state))


def answers(step: Step, known: Known | None, values: Mapping[str, Any] = MappingProxyType({})) -> frozenset[str]:
    """The ways in which a step may be answered that writes these values."""
    ways: set[str] = set()
    if not step.allowed:
        ways.add("refused")
    if known is not None and not known.alive and step.act != "list":
        ways.add("gone")
    if step.writes and step.etag in ("stale", "made-up"):
        ways.add("stale")
    if step.act == "read" and step.etag == "current" and not ways:
        ways.add("not-modified")
    missing = {"no-target"} if known is not None and step.act == "modify" and _misses(known.state, values) else set()
    return frozenset((ways or {"done"}) | missing)


def _misses(state: State, values: Mapping[str, Any]) -> bool:
    """Whether something is removed that is not there."""

    def hits(name: str, value: Any) -> bool:
        there = state.get(name) or []
        return all(each in there for each in value) if name == "members" else bool(there)

    return not all(hits(marked[1:], value) for marked, value in values.items() if marked.startswith("-"))


def written(state: State, act: str, values: Mapping[str, Any]) -> State:
    """The state after a write of values was done."""
    after = dict(state)
    for marked, value in values.items():
        name = marked.lstrip("+-")
        if marked.startswith("+"):
            after[name] = [*(state.get(name) or []), *value]
        elif not marked.startswith("-"):
            after[name] = value
        elif name == "members":
            after[name] = [member for member in state.get(name) or [] if member not in value]
        else:
            after.pop(name, None)
    return after


def nested(values: State) -> State:
    """Values as a document has them: the department in the extension."""
    own = {name: value for name, value in values.items() if name != "department"}
    return {**own, ENTERPRISE: {"department": values["department"]}} if "department" in values else own


def unlike(known: Known, document: Mapping[str, Any]) -> tuple[str, frozenset[Fact], frozenset[Fact]] | None:
    """The first attribute that a read shows otherwise than the model has it, with both; None where all agree.

    The server may add an email that is the userName, and who belonged to the group and is gone is nobody's.
    """
    own = str(document.get("userName")).lower()
    for name in MANAGED:
        expected, seen = facts(nested(known.state), name), facts(document, name)
        if name == "active":
            expected = expected or frozenset({("active", "true")})
        if name == "emails":
            seen = frozenset(f for f in seen if f in expected or (f[1].startswith("work ") and own not in f[1].lower()))
        if name == "members" and "members" not in known.state:
            continue
        if expected != seen and (name != "active" or "userName" in document):
            return name, expected, seen
    return None


def read_values(step: Step) -> dict[str, Any]:
    """What a step writes."""
    values: dict[str, Any] = json.loads(step.values)
    return values
