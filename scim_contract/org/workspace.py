"""What one process of a run shares between its checks: connections, memory of what was seen, step counts."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.ledger import Ledger
from scim_contract.org.strangers import Strangers
from scim_contract.targets import Target
from scim_contract.transport import Exchange, Transport

READS_ONLY = "the run only reads: this target's profile does not say `sandbox = true`"


@dataclass(frozen=True)
class Resource:
    """A resource that requests are about; `ours` where the run may write it.

    `resource` is the operations' word for its kind (users, groups, resourcetypes, serviceproviderconfig).
    """

    resource: str
    id: str
    ours: bool = False


@dataclass
class _Kept:
    value: Any
    error: Exception | None
    trail: tuple[Exchange, ...]


@dataclass(repr=False)
class Workspace:
    """One process's share of a run against one target.

    `worker` tells the processes of a run apart; `group_id` is the disposable group where preflight
    found it, else `group_problem` says why it is not there; `spared` tells to leave it alone, since another process
    changes it, and to read `other_group`, if there is one. `at_once` is how many requests it may have under way at the
    same time, where their order does not matter. `spoiled` are users
    by userName, with the id where it is known, of whom a lost answer leaves nobody knows how they are; `retired` are
    userNames that were theirs. `named` are the userNames that users were given by a write, with whose they are,
    `renames` how many of them by a rename for its own sake, by prefix.
    """

    contract: Contract
    target: Target
    transport: Transport
    ledger: Ledger
    worker: str = "main"
    group_id: str | None = None
    group_problem: str = "the profile names no group that the run may change"
    spared: bool = False
    other_group: str | None = None
    at_once: int = 1
    observers: list[Callable[[Exchange], None]] = field(default_factory=list)
    trail: list[Exchange] = field(default_factory=list)
    seen: dict[tuple[str, str, str], Exchange] = field(default_factory=dict)
    found: dict[tuple[str, str, str], Exchange] = field(default_factory=dict)
    etags: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    writes: Counter[str] = field(default_factory=Counter)
    passwords: list[str] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=dict)
    spoiled: dict[str, str | None] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)
    renames: Counter[str] = field(default_factory=Counter)
    strangers: Strangers = field(default_factory=Strangers)
    group_body: dict[str, Any] | None = None
    _steps: Counter[str] = field(default_factory=Counter)
    _kept: dict[tuple[Any, ...], _Kept] = field(default_factory=dict)
    _begun: set[tuple[Any, ...]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Let messages say what the profile says, though a stranger may have the same."""
        given = self.target
        self.strangers.spare(*given.roles, given.division, given.group, given.photo_url)
        self.strangers.spare(given.routing_skill, given.routing_language)

    def sparing(self) -> Workspace:
        """The same for checks that leave the group alone: sharing nothing with those that change it, no name either."""
        worker = f"{self.worker}, sparing the group"
        return replace(self, worker=worker, spared=True, trail=[], seen={}, found={}, _kept={}, _begun=set())

    def step(self, act: str, operation: str, case: str) -> str:
        """The next step id of an act: the same in every order, worker and run."""
        name = f"{act}/{operation}/{case}"
        with self._lock:
            self._steps[name] += 1
            return f"{name}#{self._steps[name]}"

    def token(self, step: str, length: int = 8) -> str:
        """A short word that derives from a step id, for names of what the step creates."""
        return hashlib.sha256(f"{step} {self.worker}".encode()).hexdigest()[:length]

    def traffic(self) -> tuple[str, int, float]:
        """The process's name, the requests that it sent so far, and the seconds that it waited."""
        return self.worker, self.transport.requests.total(), self.transport.waited

    def may_write(self) -> None:
        """Raise Untested where the run only reads."""
        if not self.target.sandbox:
            raise Untested(READS_ONLY)

    def record(self, exchange: Exchange) -> None:
        """Put an exchange on the trail and show it to the observers."""
        self.strangers.meet(exchange)
        self.trail.append(exchange)
        if exchange.operation is not None:
            self.took.setdefault(exchange.operation.id, []).append(exchange.answer.seconds)
        for observe in self.observers:
            observe(exchange)

    def saw(self, resource: Resource, prefix: str, read: Exchange) -> None:
        """Keep a successful read of a resource, until a write may have changed it; its ETag and `found` for good."""
        key = (prefix, resource.resource, resource.id)
        self.seen[key] = self.found[key] = read
        if read.answer.etag:
            known = self.etags.setdefault((resource.resource, resource.id), [])
            if read.answer.etag not in known:
                known.append(read.answer.etag)

    def once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What `make` gives, made once for a key; a failure to bring it about is kept as well.

        The exchanges it took join the trail of every check that uses it.
        """
        kept = self._kept.get(key)
        if kept is None:
            self._begun.add(key)
            begun = len(self.trail)
            try:
                kept = _Kept(make(), None, ())
            except (Blocked, Untested) as error:
                kept = _Kept(None, error, ())
            except Exception:  # an answer that was lost: it is to begin anew
                self._begun.discard(key)
                raise
            kept.trail = tuple(self.trail[begun:])
            self._kept[key] = kept
        else:
            lately = set(map(id, self.trail[-len(kept.trail) :])) if kept.trail else set()
            self.trail.extend(exchange for exchange in kept.trail if id(exchange) not in lately)
        if kept.error is not None:
            raise kept.error
        return kept.value

    def forget(self, resource_id: str) -> None:
        """Forget what checks share that a resource is part of: it is made anew when it is asked for."""
        self._begin_anew(key for key, kept in self._kept.items() if _is_part(resource_id, kept))

    def forget_lost(self, error: Exception) -> None:
        """Forget what checks share and a lost answer left a gap in, so that it is asked for again."""
        self._begin_anew(key for key, kept in self._kept.items() if _has_gap(kept.value, error))

    def _begin_anew(self, keys: Iterable[tuple[Any, ...]]) -> None:
        for key in list(keys):
            del self._kept[key]
            self._begun.discard(key)

    def spoil(self, user_name: str, user_id: str | None) -> None:
        """Note a user of whom nobody knows any more how it is, or whether it is there; its name is not used again."""
        self.spoiled[user_name] = user_id
        self.retired.add(user_name)

    def made(self, key: tuple[Any, ...]) -> bool:
        """Whether `once` has been asked for a key, be it that it is being brought about just now."""
        return key in self._begun

    def moves(self) -> Counter[str]:
        """How often each may have changed, for `stayed_since`."""
        return self.writes.copy()

    def stayed_since(self, moves: Counter[str]) -> None:
        """Note that none of what was sent since then changed anything, as a read shows that was not to be shared."""
        self.writes = moves

    def moved(self, resource: Resource) -> None:
        """Note that a resource may have changed: what was seen of it counts no longer."""
        self.writes[resource.resource] += 1
        self.writes[f"{resource.resource}/{resource.id}"] += 1
        for key in [k for k in self.seen if k[1:] == (resource.resource, resource.id)]:
            del self.seen[key]
        if resource.resource == "groups":
            for key in [k for k in self.seen if k[1] == "users"]:
                del self.seen[key]


def _is_part(resource_id: str, kept: _Kept) -> bool:
    return any(_is_about(e, resource_id) for e in kept.trail) or resource_id in repr(kept.value)


def _has_gap(value: Any, error: Exception) -> bool:
    lost = getattr(value, "lost", None)
    if isinstance(lost, Mapping):
        return any(each is error for each in lost.values())
    if isinstance(value, Mapping):
        return any(_has_gap(each, error) for each in value.values())
    return isinstance(value, tuple) and any(_has_gap(each, error) for each in value)


def _is_about(exchange: Exchange, resource_id: str) -> bool:
    path = exchange.path.partition("?")[0]
    return exchange.document.get("id") == resource_id or path.endswith(f"/{resource_id}")
