"""Playing a history: each step is asked of the target and of the model, and the two must agree."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from scim_contract.contract import Operation
from scim_contract.fuzz.deviations import Deviation
from scim_contract.fuzz.judged import observed
from scim_contract.fuzz.leaving import Leaving
from scim_contract.fuzz.model import SLOTS, Known, State, Step, answers, nested, read_values, unlike, written
from scim_contract.fuzz.sending import replaceable, sent_by
from scim_contract.fuzz.ways import otherwise, way_of
from scim_contract.judging import came
from scim_contract.org import Org, Resource, people
from scim_contract.org.clients import ANONYMOUS, Who
from scim_contract.org.documents import ids, resources
from scim_contract.org.facts import told
from scim_contract.org.group import disposable
from scim_contract.org.values import eq
from scim_contract.transport import Exchange

_NAMES = {"create": "create", "read": "get", "replace": "replace", "modify": "modify", "delete": "delete"}
_MADE_UP = '"no-such-version"'


@dataclass
class Player:
    """Plays the steps of one history. A step about what is not there is passed over."""

    org: Org
    leaving: Leaving
    users: dict[int, Known] = field(default_factory=dict)
    group: Known | None = None
    names: dict[int, str] = field(default_factory=dict)

    def play(self, step: Step) -> tuple[Deviation, ...]:
        """Ask what a step says, and look at what it did; what is wrong, if anything.

        Raises:
            Blocked, Untested, Unreachable: something else stood in the way.
        """
        begun = len(self.org.workspace.trail)
        wrong = list(self._played(step))
        for exchange in self.org.workspace.trail[begun:]:
            wrong += observed(self.org.workspace, exchange)
        return tuple(wrong)

    def _played(self, step: Step) -> Iterator[Deviation]:
        if not step.allowed and not self.org.workspace.target.clients:
            return  # the target knows nobody, so it refuses nobody
        if step.act in ("read", "list") and self._asks_for_none(step):
            step = replace(step, allowed=True)
        if step.act in ("create", "at-once"):
            yield from self._create(step) if step.act == "create" else self._at_once(step)
            return
        known = self.users.get(step.slot) if step.resource == "users" else self._the_group(step)
        if known is None:
            return
        if step.etag == "current" and known.etag is None:
            step = replace(step, etag="")
        if step.act == "list":
            yield from self._list(step, known)
        elif step.act == "read":
            yield from self._read(step, known)
        else:
            yield from self._write(step, known)

    # users that come --------------------------------------------------------------------------------

    def _create(self, step: Step) -> Iterator[Deviation]:
        slot = self._free(step.slot)
        if slot is None:
            return
        operation, values = self.org.operation(step.prefix, "create_user"), read_values(step)
        body = self._new(operation, values)
        asked = self._ask(operation, step, None, body=body)
        way = way_of(asked)
        if way not in answers(step, None):
            yield otherwise(operation, step, None, asked)
            return
        its_id = people.note_created(self.org.workspace, body["userName"], asked)
        if way != "done" or its_id is None:
            if way != "done":
                people.note_gone(self.org.workspace, body["userName"])
            return
        self.users[slot] = Known(its_id, {"displayName": body["displayName"], "active": True, **values})
        self.names[slot] = body["userName"]
        yield from self._look(operation, step, self.users[slot])

    def _at_once(self, step: Step) -> Iterator[Deviation]:
        """One user created through both prefixes at the same moment: one of the two at most is a new user."""
        slot = self._free(step.slot)
        if slot is None:
            return
        operations = [self.org.operation(prefix, "create_user") for prefix in ("v1", "v2")]
        body = self._new(operations[0], {})
        together = threading.Barrier(len(operations), timeout=30)

        def send(operation: Operation) -> Exchange:
            together.wait()
            return self._ask(operation, step, None, body=body)

        with ThreadPoolExecutor(len(operations)) as pool:
            both = list(pool.map(send, operations))
        made = [asked for asked in both if people.note_created(self.org.workspace, body["userName"], asked)]
        if not made:
            people.note_gone(self.org.workspace, body["userName"])
            return
        self.users[slot] = Known(str(made[0].document["id"]), {"displayName": body["displayName"], "active": True})
        self.names[slot] = body["userName"]
        if len(made) > 1:
            self.org.ask(self.org.operation("v1", "delete_user"), Resource("users", str(made[1].document["id"]), True))
            self.org.workspace.ledger.write("created", userName=body["userName"], id=self.users[slot].id)
            for operation, asked in zip(operations, both, strict=True):
                wanted = "one of two creations of a userName at the same moment is refused"
                yield Deviation(
                    operation, wanted, came(asked), asked, "lifecycle.user-name-unique", "", "taken", "twice"
                )

    def _free(self, slot: int) -> int | None:
        """The slot for a new user: this one, else another that nobody has."""
        return next((each for each in (slot, *range(SLOTS)) if each not in self.users), None)

    def _new(self, operation: Operation, values: State) -> dict[str, Any]:
        workspace = self.org.workspace
        step = workspace.step(self.org.act, operation.id, "name")
        return people.new_user(workspace, step, **nested(values))

    # one resource -----------------------------------------------------------------------------------

    def _read(self, step: Step, known: Known) -> Iterator[Deviation]:
        operation, etag = self._operation(step), self._etag(step, known)
        asked = self._ask(operation, step, known, **({"if_none_match": etag} if etag else {}))
        way = way_of(asked)
        if way not in answers(step, known):
            yield otherwise(operation, step, known, asked)
        elif way == "done":
            yield from self._compared(operation, known, asked)

    def _list(self, step: Step, known: Known) -> Iterator[Deviation]:
        name = "list_users" if step.resource == "users" else "list_groups"
        operation = self.org.operation(step.prefix, name)
        attribute, value = ("userName", self.names[step.slot]) if step.resource == "users" else _name_of(known)
        who = self._who(operation, step)

        def ask() -> Exchange:
            return self.org.ask(operation, who=who, params={"filter": eq(attribute, value)}, case=self._case(step))

        def good(exchange: Exchange) -> bool:
            return (known.id in ids(exchange.document)) is known.alive

        asked = self.org.eventually(ask, good) if step.allowed else ask()
        way = way_of(asked)
        if step.allowed and asked.status == 400:
            return  # which filters there must be is another claim's business
        if way not in answers(step, known):
            yield otherwise(operation, step, known, asked)
        elif way == "done" and not good(asked) and known.state.get("active", True):
            wanted = f"the {'resource is' if known.alive else 'deleted user is not'} in the list"
            yield Deviation(operation, wanted, f"ids {', '.join(ids(asked.document)) or 'none'}", asked, about="listed")
        elif way == "done":
            for item in resources(asked.document):
                if item.get("id") == known.id and self.org.workspace.target.consistency_seconds == 0:
                    yield from self._differs(operation, known, item, asked)

    def _write(self, step: Step, known: Known) -> Iterator[Deviation]:
        operation, etag = self._operation(step), self._etag(step, known)
        values = self._with_members(step, read_values(step))
        if step.act == "replace":
            values = replaceable(values)
        if step.act == "modify" and not values:
            return
        sent = sent_by(step, known, values, self.names.get(step.slot, ""))
        asked = self._ask(operation, step, known, **sent, **({"if_match": etag} if etag else {}))
        way = way_of(asked)
        if way not in answers(step, known, values):
            yield otherwise(operation, step, known, asked)
            return
        answered = asked.answer.etag if way == "done" else None
        if way == "done":
            known.etag = None
            if step.resource == "groups":  # who comes or goes may be another version of a user
                self._unsure()
            if step.act == "delete":
                known.alive = False
                self._forget(known)
            else:
                known.state = written(known.state, step.act, values)
        yield from self._look(operation, step, known, answered)

    def _unsure(self) -> None:
        for user in self.users.values():
            user.etag = None

    def _look(self, operation: Operation, step: Step, known: Known, answered: str | None = None) -> Iterator[Deviation]:
        """A read after a write: whatever it did is seen, not believed."""
        resource = Resource(operation.resource, known.id, ours=True)
        read = self.org.gone_or_there(resource, step.reader)
        if not known.alive:
            if read.answer.ok and self.org.workspace.target.consistency_seconds:
                read = self.org.eventually(
                    lambda: self.org.gone_or_there(resource, step.reader), lambda e: not e.answer.ok
                )
            if read.status not in (404, 410):
                yield Deviation(operation, "404 after the user was deleted", came(read), read, about="deleted")
        elif not read.answer.ok:
            yield Deviation(operation, "the resource, which is there", came(read), read, about="there")
        else:
            if answered not in (None, read.answer.etag):
                wanted = f"the ETag that the write answered, {answered}"
                yield Deviation(operation, wanted, f"ETag {read.answer.etag}", read, "etags.write-answers-the-new")
            yield from self._compared(operation, known, read)

    def _compared(self, operation: Operation, known: Known, read: Exchange) -> Iterator[Deviation]:
        wrong = list(self._differs(operation, known, read.document, read))
        yield from wrong
        etag = known.etag = read.answer.etag
        if wrong or etag is None:
            return
        now = known.facts()
        was = known.versions.setdefault(etag, now)
        if was != now:
            wanted = f"another ETag than {etag}, which stood for {told(was - now)}"
            yield Deviation(operation, wanted, f"ETag {etag} again", read, "etags.changes-with-writes", about="again")

    def _differs(self, operation: Operation, known: Known, document: Any, exchange: Exchange) -> Iterator[Deviation]:
        found = unlike(known, document)
        if found is not None:
            name, expected, seen = found
            gone = {user.id for user in self.users.values() if not user.alive}
            if name == "members" and {text for _, text in seen} - gone == {text for _, text in expected} - gone:
                return
            yield Deviation(
                operation, f"{name}: {told(expected)}", f"{name}: {told(seen)}", exchange, about=f"state {name}"
            )

    # what a step says -------------------------------------------------------------------------------

    def _asks_for_none(self, step: Step) -> bool:
        """Whether a read asks for no permission in this edition, so that no client is refused."""
        name = f"list_{step.resource}" if step.act == "list" else f"get_{step.resource.removesuffix('s')}"
        return self.org.operation(step.prefix, name).open

    def _operation(self, step: Step) -> Operation:
        noun = step.resource.removesuffix("s")
        return self.org.operation(step.prefix, f"{_NAMES[step.act]}_{noun}")

    def _ask(self, operation: Operation, step: Step, known: Known | None, **sent: Any) -> Exchange:
        resource = None if known is None else Resource(operation.resource, known.id, ours=True)
        return self.org.ask(operation, resource, who=self._who(operation, step), case=self._case(step), **sent)

    def _case(self, step: Step) -> str:
        return f"{step.etag or 'plain'}{'' if step.allowed else ' lacking'}"

    def _who(self, operation: Operation, step: Step) -> Who | None:
        """None for the usual client; one that holds no permission of the operation where it is not allowed."""
        if step.allowed:
            return None
        held = (c for c in self.org.workspace.target.clients if not c.permissions & {*operation.permissions})
        client = next(held, None)
        return ANONYMOUS if client is None else Who(client)

    def _etag(self, step: Step, known: Known) -> str | None:
        match step.etag:
            case "current":
                return known.etag
            case "stale":
                return known.stale() or _MADE_UP
            case "made-up":
                return _MADE_UP
        return None

    def _with_members(self, step: Step, values: State) -> State:
        """Values with the ids of living users in the place of slots."""
        found: State = {}
        for name, value in values.items():
            if name.lstrip("+-") == "members":
                living = [self.users[slot].id for slot in value if slot in self.users and self.users[slot].alive]
                value = [{"value": user} for user in dict.fromkeys(living)]
            if name != "-members" or value:
                found[name] = value
        return found

    def _the_group(self, step: Step) -> Known:
        if self.group is None:
            resource = disposable(self.org, step.prefix)
            read = self.org.look(resource, step.prefix, fresh=True)
            members = [{"value": m["value"]} for m in read.document.get("members") or []]
            own = {name: read.document[name] for name in ("displayName", "externalId") if read.document.get(name)}
            state = {**own, "members": members}
            self.group = Known(resource.id, state, etag=read.answer.etag)
        return self.group

    def _forget(self, gone: Known) -> None:
        """A deleted user leaves the group, which may move its ETag; or stays in it as a name without a user."""
        if self.group is not None and "members" in self.group.state:
            left = [member for member in self.group.state["members"] if member["value"] != gone.id]
            self.group.state = {**self.group.state, "members": left}
            self.group.etag, self.group.versions = None, {}

    # the end ----------------------------------------------------------------------------------------

    def end(self) -> None:
        """Delete the history's users; what that does not take away is left to the cleanup at the run's end."""
        for slot, known in self.users.items():
            if not known.alive:
                people.note_gone(self.org.workspace, self.names[slot])
                continue
            user = Resource("users", known.id, ours=True)
            self.leaving.remove(user, self.names[slot])


def _name_of(group: Known) -> tuple[str, str]:
    return "displayName", str(group.state.get("displayName"))
