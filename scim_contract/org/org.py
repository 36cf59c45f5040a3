"""The org as a check sees it: how to bring a situation about, and how to ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from scim_contract.contract import Operation
from scim_contract.org import clients, group, people, writing
from scim_contract.org.asking import Asked, Question, ask, ask_together
from scim_contract.org.changes import Change, Written
from scim_contract.org.clients import ANONYMOUS, STRANGER, Who
from scim_contract.org.documents import USER
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.still import still_user
from scim_contract.org.workspace import Resource, Workspace
from scim_contract.transport import Exchange, Unreachable

T = TypeVar("T")


class Org:
    """The target's directory, asked on behalf of one act (a check, or something that checks share).

    Every request gets a step id under the act's name. Nothing is written where the profile does not allow it.
    """

    def __init__(self, workspace: Workspace, act: str) -> None:
        self.workspace = workspace
        self.act = act

    # who asks ---------------------------------------------------------------------------------
    def anonymous(self) -> Who:
        """Nobody: no Authorization header."""
        return ANONYMOUS

    def stranger(self) -> Who:
        """Somebody with a token that was never issued."""
        return STRANGER

    def holding_only(self, permission: str) -> Who:
        """The client that holds exactly this permission; Untested where there is none."""
        return clients.holding_only(self.workspace.target, permission)

    # asking -----------------------------------------------------------------------------------
    def ask(
        self,
        operation: Operation,
        resource: Resource | None = None,
        *,
        who: Who | None = None,
        case: str = "",
        **otherwise: Any,
    ) -> Exchange:
        """One request to an operation, sent now; `otherwise` are the fields of Asked."""
        return ask(self.workspace, self.act, operation, Asked(resource=resource, **otherwise), who, case)

    def ask_together(
        self, operation: Operation, questions: Iterable[Mapping[str, Any]]
    ) -> Iterator[Exchange | Unreachable]:
        """Several requests whose order does not matter; see `asking.ask_together`.

        Args:
            operation: what is asked.
            questions: each told as `ask` takes it; `acting` is the act where it is another than this one.
        """

        def question(*, acting: str = self.act, who: Who | None = None, case: str = "", **otherwise: Any) -> Question:
            return Question(acting, Asked(**otherwise), who, case)

        return ask_together(self.workspace, operation, (question(**each) for each in questions))

    def ask_once(
        self,
        operation: Operation,
        resource: Resource | None = None,
        *,
        who: Who | None = None,
        case: str = "",
        **otherwise: Any,
    ) -> Exchange:
        """A read that checks share: the same question is sent once, until a write may have changed its answer."""
        plainly = who is None and not case and not otherwise and operation.kind == "read"
        if plainly and resource is not None and resource.resource in ("users", "groups"):
            return self.seen(resource, operation.prefix)
        asked = Asked(resource=resource, **otherwise)
        about = f"{operation.resource}/{resource.id}" if resource is not None else operation.resource
        epoch = self.workspace.writes[about]
        key = ("ask", operation.id, repr(asked), who, epoch)
        shared = f"shared/{case}" if case else "shared"
        return self.once(key, lambda: ask(self.workspace, shared, operation, asked, who, case))

    def once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Something that checks share, brought about once a process."""
        value: T = self.workspace.once(key, make)
        return value

    def acting(self, act: str) -> Org:
        """The same org under another act's name, for what several checks share."""
        return Org(self.workspace, act)

    def operation(self, prefix: str, name: str) -> Operation:
        """The operation of a prefix-free name, such as `get_user`."""
        return self.workspace.contract.find(prefix, name)

    def twin(self, operation: Operation) -> Operation:
        """The same operation in the other prefix."""
        return self.workspace.contract.twin(operation)

    # what there is to ask about -----------------------------------------------------------------
    def something_for(self, operation: Operation) -> Resource | None:
        """A resource that the operation can be asked about without changing it: None where it needs none.

        Users are the run's own where it may create one, else the first that the wide filter finds; groups
        are the disposable one, else the first of the list.
        """
        match operation.resource, operation.path_parameter:
            case _, None:
                return None
            case "users", _:
                return still_user(self, operation.prefix)
            case "groups", _:
                return group.readable(self, operation.prefix)
            case "resourcetypes", _:
                return Resource("resourcetypes", "User")
            case "schemas", _:
                return Resource("schemas", USER)
        raise Untested(f"nothing is known to ask {operation} about")

    def subject_of(self, operation: Operation) -> Resource | None:
        """The resource that a write of this operation may change; None for a create."""
        self.workspace.may_write()
        if operation.kind == "create":
            return None
        if operation.kind == "list":  # which changes nothing
            users = operation.resource == "users"
            return still_user(self, operation.prefix) if users else group.readable(self, operation.prefix)
        if operation.resource == "groups":
            return group.disposable(self, operation.prefix)
        return people.subject(self, operation)

    def look(self, resource: Resource, prefix: str, *, fresh: bool = False) -> Exchange:
        """The resource read by id: the last read since the last write, or a new one.

        Raises:
            Blocked: the read did not succeed.
        """
        seen = self.gone_or_there(resource, prefix) if fresh else self.seen(resource, prefix)
        if not seen.answer.ok or not seen.document:
            raise Blocked("the resource could not be read", seen)
        return seen

    def seen(self, resource: Resource, prefix: str) -> Exchange:
        """The resource read by id, whatever the answer: the last success since the last write, or a new read."""
        seen = self.workspace.seen.get((prefix, resource.resource, resource.id))
        if seen is None:
            return self.gone_or_there(resource, prefix)
        self.workspace.trail.append(seen)
        return seen

    def gone_or_there(self, resource: Resource, prefix: str) -> Exchange:
        """The resource read by id, whatever the answer; a success counts as seen."""
        name = {"users": "get_user", "groups": "get_group"}.get(resource.resource, "get_resourcetype")
        exchange = self.ask(self.operation(prefix, name), resource, case="look")
        if exchange.answer.ok:
            self.workspace.saw(resource, prefix, exchange)
        return exchange

    def in_model(self, read: Exchange, document: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What an answer, or another document like it, says under the names that its model has."""
        model = read.operation.response_model if read.operation is not None else None
        said = read.document if document is None else dict(document)
        named: dict[str, Any] = self.workspace.contract.models.named(model, said) if model else said
        return named

    # writing ----------------------------------------------------------------------------------
    def write(self, operation: Operation, *, who: Who | None = None, case: str = "", **otherwise: Any) -> Written:
        """A write of this operation with a change that can be told, read before and after.

        Args:
            operation: one of the writes.
            who: on whose behalf; the client with the fewest permissions by default.
            case: the claim's case, part of the step's name.
            otherwise: `change` (a Change, or a function of the document before), `resource`, and the
                fields of Asked; `if_match` may be a function of the read before.
        """
        return writing.write(self, operation, who, case, otherwise)

    def new_change(self, operation: Operation, before: Exchange | None, case: str = "") -> Change:
        """A change of its own for one write of this operation, never used before in the run."""
        return writing.new_change(self, operation, before, case)

    def current_etag(self, resource: Resource, prefix: str) -> str:
        """The ETag of a resource as it was last read.

        Raises:
            Blocked: the read gave none.
        """
        seen = self.look(resource, prefix)
        if not seen.answer.etag:
            raise Blocked("the read gave no ETag to send back", seen)
        return seen.answer.etag

    def outdated_etag(self, operation: Operation) -> str:
        """An ETag that the operation's subject had before a write, which this makes if there was none.

        Raises:
            Blocked: no write gave the subject another ETag.
        """
        subject = self.subject_of(operation)
        if subject is None:
            raise ValueError(f"{operation.id} has no subject")
        before = self.current_etag(subject, operation.prefix)
        older = [etag for etag in self.workspace.etags[subject.resource, subject.id] if etag != before]
        if older:
            return older[-1]
        noun = "user" if operation.resource == "users" else "group"
        for name in (f"modify_{noun}", f"replace_{noun}"):
            self.write(self.operation(operation.prefix, name), resource=subject, case="move on")
            if self.current_etag(subject, operation.prefix) != before:
                return before
        raise Blocked("a write gave the resource no other ETag", self.look(subject, operation.prefix))

    def person(self, prefix: str, label: str, **attributes: Any) -> people.Person:
        """A user of the run's own, created once for a label with these attributes."""
        return people.person(self, prefix, label, attributes)

    # time ---------------------------------------------------------------------------------------
    def eventually(self, look: Callable[[], T], good: Callable[[T], bool]) -> T:
        """Look until it is good, for as long as the target says that a write may take to show in lists."""
        end = time.monotonic() + self.workspace.target.consistency_seconds
        pause = 0.2
        seen = look()
        while not good(seen) and time.monotonic() < end:
            time.sleep(min(pause, max(0.0, end - time.monotonic())))
            pause = min(pause * 2, 5.0)
            seen = look()
        return seen
