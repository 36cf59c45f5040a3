"""A release of a library as a check sees it: call a method, and see what went over the wire and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.org.errors import Blocked
from scim_contract.org.workspace import Workspace
from scim_contract.sdk.driver import Driver
from scim_contract.sdk.language import Language
from scim_contract.sdk.recorder import TOKEN_PATHS, Recorded, Recorder, Scripted
from scim_contract.sdk.typed import native, shown
from scim_contract.transport import Exchange, Masker, Request

CREDENTIALS = "the gate's own credentials"


@dataclass(frozen=True)
class Raised:
    """An error that a method raised; `api` where its class is the library's own for what a server answers."""

    name: str
    api: bool
    status: int | None
    body: Any
    text: str

    def __str__(self) -> str:
        told = f" with status {self.status}" if self.status is not None else ""
        return f"{self.name}{told}: {' '.join(self.text.split())[:200]}"


@dataclass(frozen=True)
class Called:
    """One call of a method: `text` is how a caller would write it, `missing` what a body's models do not have."""

    operation: Operation
    text: str
    recorded: tuple[Recorded, ...]
    exchanges: tuple[Exchange, ...]
    result: Any
    raised: Raised | None
    missing: tuple[str, ...]

    @property
    def exchange(self) -> Exchange | None:
        """The exchange to show as evidence."""
        return self.exchanges[0] if self.exchanges else None

    @property
    def ended(self) -> str:
        """How the call ended, for a person."""
        return f"raised {self.raised}" if self.raised else f"gave {shown(self.result)}"


@dataclass
class Library:
    """One release under judgement; `label` is its name in reports, `python==269.0.0`."""

    language: Language
    label: str
    driver: Driver
    recorder: Recorder
    workspace: Workspace
    methods: dict[str, list[str]]
    _kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def contract(self) -> Contract:
        """The contract that it is held against."""
        return self.workspace.contract

    def method(self, operation: Operation) -> str:
        """The name of an operation's method.

        Raises:
            Blocked: the library has none such, which is the business of sdk.methods.
        """
        name = self.language.method(operation.id)
        if name not in self.methods:
            raise Blocked(f"{self.label} has no method {name}")
        return name

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once for a key; calls it took join the trail of every check that uses it."""
        if key not in self._kept:
            begun = len(self.workspace.trail)
            value = make()
            self._kept[key] = (value, tuple(self.workspace.trail[begun:]))
        else:
            self.workspace.trail.extend(self._kept[key][1])
        return self._kept[key][0]

    def call(
        self,
        operation: Operation,
        given: Mapping[str, Any],
        answer: Scripted,
        case: str,
        *,
        body: Any = None,
        signed_in: bool = True,
    ) -> Called:
        """Call an operation's method with parameters by their names on the wire.

        Raises:
            Blocked: there is no such method.
            Lost: the driver hung or died.
        """
        method = self.method(operation)
        if signed_in:
            self.signing_in()
        arguments = {self.language.argument(name): value for name, value in given.items()}
        text = f"{method}({', '.join(f'{k}={v!r}' for k, v in [*arguments.items(), *_body(body)])})"
        if body is not None:
            assert operation.request_model is not None
            arguments["body"] = native(self.contract.models, self.language, operation.request_model, body)
        self.recorder.take()
        self.recorder.script = answer
        told = self.driver.call(method, arguments, signed_in)
        recorded = self.recorder.take()
        exchanges = self._exchanges(f"call/{operation.id}/{case}", operation, recorded)
        return Called(operation, text, recorded, exchanges, told.get("result"), raised_in(told), _missing(told))

    def signing_in(self) -> tuple[tuple[Recorded, ...], tuple[Exchange, ...], str]:
        """Have the library sign in, once a gate.

        Returns:
            The requests that it made, as exchanges too, and what it raised, empty for nothing.
        """
        recorded, failed = self.once("sign-in", self._sign_in)
        return recorded, self._kept["sign-in"][1], failed

    def _sign_in(self) -> tuple[tuple[Recorded, ...], str]:
        self.recorder.take()
        told = self.driver.sign_in(self.recorder.client, self.recorder.secret, self.recorder.token)
        recorded = self.recorder.take()
        self._exchanges("sign-in/token/", None, recorded)
        return recorded, str(told.get("failed", ""))

    def _exchanges(
        self, step: str, operation: Operation | None, recorded: tuple[Recorded, ...]
    ) -> tuple[Exchange, ...]:
        masker = self.workspace.transport.masker
        made = tuple(
            _exchange(self.workspace.step(*step.split("/", 2)), operation, each, self.recorder.url, masker)
            for each in recorded
        )
        self.workspace.trail.extend(made)
        return made


def is_token_request(recorded: Recorded) -> bool:
    """Whether a request asks for a token."""
    return recorded.target.split("?")[0] in TOKEN_PATHS


def _exchange(step: str, operation: Operation | None, recorded: Recorded, url: str, masker: Masker) -> Exchange:
    told = recorded.header("Authorization")
    empty = (("Authorization", told),) if told is not None and not told.partition(" ")[2].strip() else ()
    headers = tuple((n, v) for n, v in recorded.headers if not (empty and n.lower() == "authorization"))
    request = Request(
        recorded.method, f"{url}{recorded.target}", (*masker.headers(headers), *empty), recorded.body or None
    )
    return Exchange(step, operation, CREDENTIALS, request, recorded.answer)


def _body(body: Any) -> list[tuple[str, Any]]:
    if body is None:
        return []
    text = repr(body)
    return [("body", body)] if len(text) <= 120 else [("body", _Shortened(f"{text[:100]}…"))]


class _Shortened(str):
    """A text that shows itself without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def raised_in(told: Mapping[str, Any]) -> Raised | None:
    """The error in a driver's answer, None where the method gave a result."""
    error = told.get("error")
    if error is None:
        return None
    return Raised(error["class"], bool(error["api"]), error.get("status"), error.get("body"), error.get("text", ""))


def _missing(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told.get("missing", ())))
