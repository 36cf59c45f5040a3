"""The library and an org together: a user created, read, found, changed under its ETag and deleted through the SDK."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import Workspace, people
from scim_contract.org.changes import modification
from scim_contract.org.clients import least
from scim_contract.org.errors import Lost, Untested
from scim_contract.org.org import Org
from scim_contract.sdk.driver import Driver
from scim_contract.sdk.language import Language
from scim_contract.sdk.library import Raised, raised_in
from scim_contract.sdk.typed import native, properties, shown
from scim_contract.targets import Client
from scim_contract.verdicts import Verdict

_PLATFORM = (0, 429, 502, 503, 504)


@dataclass(frozen=True)
class Step:
    """One step and what came of it."""

    operation: str
    prefix: str
    what: str
    verdict: Verdict
    told: str = ""


@dataclass
class Live:
    """The release at work on a target; every user it creates is in the run's ledger before it exists."""

    language: Language
    label: str
    driver: Driver
    workspace: Workspace
    methods: Mapping[str, Any]
    steps: list[Step] = field(default_factory=list)
    requests: int = 0
    _signed: Client | None = None

    def run(self, prefix: str) -> None:
        """All the steps in one prefix; after one that broke the rest is untested."""
        user = _User(people.new_user(self.workspace, f"live/post/{prefix}", title="before"))
        for operation, what, act in self._acts(prefix, user):
            if any(s.prefix == prefix and s.verdict is not Verdict.CONFORMS for s in self.steps):
                self.steps.append(Step(operation.id, prefix, what, Verdict.UNTESTED, "a step before it went wrong"))
                continue
            self.steps.append(self._step(operation, prefix, what, act))

    def _acts(self, prefix: str, user: _User) -> list[tuple[Operation, str, Callable[[Operation], str]]]:
        org = Org(self.workspace, "live")
        find = org.operation
        retitle = modification({"op": "replace", "path": "title", "value": "after"})

        def created(operation: Operation) -> str:
            result = self._call(operation, {}, body=user.body)
            user.id, user.version = self._of(result, "id"), self._version(result)
            if isinstance(user.id, str) and user.id:
                self.workspace.ledger.write("created", userName=user.body["userName"], id=user.id)
            return _unless(bool(user.id), "a user with an id", result)

        def read(operation: Operation) -> str:
            result = self._call(operation, {"userId": user.id})
            user.version = self._version(result) or user.version
            return _unless(self._of(result, "title") == user.title, f"title {user.title!r}", result)

        def found(operation: Operation) -> str:
            asked = {"filter": f'userName eq "{user.body["userName"]}"', "count": 5}
            result = org.eventually(lambda: self._call(operation, asked), lambda r: user.id in self._ids(r))
            return _unless(user.id in self._ids(result), f"a list with the user {user.id}", result)

        def patched(operation: Operation) -> str:
            user.stale, user.title = user.version, "after"
            result = self._call(operation, {"userId": user.id, "If-Match": user.version}, body=retitle)
            return _unless(self._of(result, "title") in ("after", None), "title 'after'", result)

        def stale(operation: Operation) -> str:
            asked = {"userId": user.id, "If-Match": '"no-such-version"'}
            return self._refused(operation, asked, retitle, 400, "invalidVers")

        def deleted(operation: Operation) -> str:
            self._call(operation, {"userId": user.id})
            return ""

        def gone(operation: Operation) -> str:
            told = self._refused(operation, {"userId": user.id}, None, 404, "")
            if not told:
                self.workspace.ledger.write("removed", userName=user.body["userName"])
            return told

        get, patch = find(prefix, "get_user"), find(prefix, "modify_user")
        return [
            (find(prefix, "create_user"), "create", created),
            (get, "read", read),
            (find(prefix, "list_users"), "find by userName", found),
            (patch, "change under the current ETag", patched),
            (get, "read the change", read),
            (patch, "a made-up ETag is refused", stale),
            (find(prefix, "delete_user"), "delete", deleted),
            (get, "it is gone", gone),
        ]

    def _step(self, operation: Operation, prefix: str, what: str, act: Callable[[Operation], str]) -> Step:
        try:
            told = act(operation)
        except Untested as error:
            return Step(operation.id, prefix, what, Verdict.UNTESTED, str(error))
        except Lost as error:
            return Step(operation.id, prefix, what, Verdict.INCONCLUSIVE, self._masked(str(error)))
        except _Refusal as error:
            verdict = (
                Verdict.VIOLATED if error.raised.api and error.raised.status not in _PLATFORM else Verdict.INCONCLUSIVE
            )
            return Step(operation.id, prefix, what, verdict, self._masked(f"it raised {error.raised}"))
        return Step(operation.id, prefix, what, Verdict.VIOLATED if told else Verdict.CONFORMS, self._masked(told))

    def _call(self, operation: Operation, given: Mapping[str, Any], body: Any = None) -> Any:
        method = self.language.method(operation.id)
        if method not in self.methods:
            raise Untested(f"{self.label} has no method {method}")
        client = least(self.workspace.target, operation).client
        self._sign_in(client)
        arguments = {self.language.argument(name): value for name, value in given.items()}
        if body is not None:
            assert operation.request_model is not None
            models = self.workspace.contract.models
            arguments["body"] = native(models, self.language, operation.request_model, body)
        self.requests += 1
        told = self.driver.call(method, arguments, client is not None)
        raised = raised_in(told)
        if raised is not None:
            raise _Refusal(raised)
        return told.get("result")

    def _sign_in(self, client: Client | None) -> None:
        if client is None or client == self._signed:
            return
        told = self.driver.sign_in(client.id, client.secret, self.workspace.transport.tokens.token(client))
        if "failed" in told:
            self.steps.append(Step("-", "-", "sign in", Verdict.VIOLATED, self._masked(str(told["failed"]))))
        self._signed = client

    def _refused(self, operation: Operation, given: Mapping[str, Any], body: Any, status: int, kind: str) -> str:
        try:
            result = self._call(operation, given, body)
        except _Refusal as error:
            raised = error.raised
            if raised.status in _PLATFORM or not raised.api:
                raise
            fits = raised.status == status and kind in str(raised.body)
            return "" if fits else f"expected status {status} {kind}, came {raised} with {str(raised.body)[:200]}"
        return f"expected status {status} {kind}, came {shown(result)}"

    def _of(self, result: Any, name: str) -> Any:
        return (properties(result) or {}).get(self.language.attribute(name))

    def _version(self, result: Any) -> str:
        return str(self._of(self._of(result, "meta"), "version") or "")

    def _ids(self, result: Any) -> list[Any]:
        listed = self._of(result, "Resources")
        return [self._of(each, "id") for each in listed] if isinstance(listed, list) else []

    def _masked(self, text: str) -> str:
        return self.workspace.transport.masker.text(text)


@dataclass
class _User:
    """The user of one prefix, as far as the steps have brought it."""

    body: dict[str, Any]
    id: Any = None
    version: str = ""
    stale: str = ""
    title: str = "before"


class _Refusal(Exception):
    """The library raised where a result was wanted."""

    def __init__(self, raised: Raised) -> None:
        super().__init__(str(raised))
        self.raised = raised


def _unless(holds: bool, expected: str, result: Any) -> str:
    return "" if holds else f"expected {expected}, came {shown(result)}"
