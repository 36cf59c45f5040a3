"""A server that answers from a recording, so that a run can be judged again when its target is out of reach.

It cannot see steps: a request is known by what it asks, on whose behalf, and by the writes that had touched the same
resource. What was not recorded like this is answered 503 with a header that says so, and comes out as inconclusive.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scim_contract.mock.oauth import Tokens
from scim_contract.mock.settings import Client
from scim_contract.recording.recorded import Recorded, Recording
from scim_contract.transport import Answer, Masker
from scim_contract.transport.http import NOT_RECORDED

_RUN = re.compile(r"\d{8}t\d{6}-[0-9a-f]{4}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_NOWHERE = "<no such id>"
_ASKED = ("accept", "content-type", "if-match", "if-none-match")
_LEFT_OUT = ("content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive")
_READS = ("GET", "HEAD", "OPTIONS")
ANONYMOUS, STRANGER = "anonymous", "made-up token"


@dataclass(frozen=True)
class Question:
    """A request in the recording's own words."""

    method: str
    path: str
    headers: tuple[str | None, ...]
    body: str | None
    who: str

    @property
    def about(self) -> str:
        """The path that it asks about, the same in both prefixes."""
        return self.path.partition("?")[0].removeprefix("/api/v2/scim").removeprefix("/v2")

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in _READS


@dataclass
class Memory:
    """The writes that have touched each path, as one number whatever their order."""

    touched: Counter[str] = field(default_factory=Counter)

    def state(self, question: Question) -> int:
        """What had touched all that can show in an answer."""
        about = question.about
        kind = about.split("/")[1] if about.count("/") > 1 else ""
        names = [about, *(["/groups/"] if kind == "users" else []), *(["gone"] if kind == "groups" else [])]
        return hash(tuple(self.touched[name] for name in names))

    def note(self, question: Question, answer: Answer) -> None:
        """Take a request into account: a write that was applied touches what it is about, and the lists."""
        if not question.writes or not answer.ok:
            return
        made = answer.document.get("id") if answer.status == 201 else None
        mark = hash((question.method, question.path, question.body)) % 2**48
        kind = f"/{question.about.split('/')[1]}" if question.about.count("/") else question.about
        names = {question.about, kind, f"{kind}/"} | ({f"{kind}/{made}"} if isinstance(made, str) else set())
        for name in names | ({"gone"} if question.method == "DELETE" else set()):
            self.touched[name] += mark


@dataclass
class Script:
    """The answers of a recording, by question and by what had happened before."""

    recording: Recording
    clients: tuple[Client, ...]
    answers: dict[tuple[Question, int], list[Answer]] = field(default_factory=dict)
    by_question: dict[Question, list[Answer]] = field(default_factory=dict)
    asked: Counter[tuple[Question, int]] = field(default_factory=Counter)
    memory: Memory = field(default_factory=Memory)
    run: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._ids = frozenset(_ids(self.recording.entries))
        memory = Memory()
        for entry in self.recording.entries:
            question = self.question_of(entry)
            self.answers.setdefault((question, memory.state(question)), []).append(entry.exchange.answer)
            self.by_question.setdefault(question, []).append(entry.exchange.answer)
            memory.note(question, entry.exchange.answer)

    def question_of(self, entry: Recorded) -> Question:
        """The question that a recorded exchange asked."""
        request = entry.exchange.request
        path = httpx.URL(request.url).raw_path.decode("ascii") if request.url.startswith("http") else request.url
        headers = tuple(request.header(name) for name in _ASKED)
        return self._question(request.method, path, headers, request.body, entry.exchange.client)

    def _question(
        self, method: str, path: str, headers: tuple[str | None, ...], body: bytes | None, who: str
    ) -> Question:
        text = body.decode("utf-8", "backslashreplace") if body else None  # an empty one is as good as none
        return Question(method, self._known(path), headers, None if text is None else self._known(text), who)

    def _known(self, text: str) -> str:
        """The text with ids that the recording does not know made one: they are made up, each run its own."""
        return _UUID.sub(lambda match: match[0] if match[0] in self._ids else _NOWHERE, text)

    def answer(
        self, method: str, path: str, headers: tuple[str | None, ...], body: bytes | None, who: str, base: str
    ) -> Answer | None:
        """The recorded answer to a request, in the words of the run that asks now; None where there is none."""
        with self.lock:
            self.run = next(iter(_RUN.findall(path + (body or b"").decode("utf-8", "replace"))), self.run)
            there, here = self._words(base)
            path, body = _worded(path, here, there), None if body is None else _told(body, here, there)
            question = self._question(method, path, tuple(h and _worded(h, here, there) for h in headers), body, who)
            found = self._find(question)
            if found is not None:
                self.memory.note(question, found)
        if found is None:
            return None
        told = tuple((name, _worded(value, there, here)) for name, value in found.headers)
        return Answer(found.status, told, _told(found.body, there, here))

    def _find(self, question: Question) -> Answer | None:
        """The answer in the same situation; in another one only where the situation made no difference."""
        key = (question, self.memory.state(question))
        same = self.answers.get(key)
        if same is not None:
            self.asked[key] += 1
            return same[min(self.asked[key], len(same)) - 1]
        ever = self.by_question.get(question, [])
        alike = len({(answer.status, answer.body) for answer in ever}) == 1
        return ever[0] if alike and (question.writes or len(ever) > 1) else None

    def _words(self, base: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the recorded run and the present one have other words for."""
        about = self.recording.about
        now = self.run or about.run
        return (about.base_url, about.run, about.run.upper()), (base, now, now.upper())


def script(recording: Recording) -> Script:
    """What a recording can answer, with an OAuth client for each that asked in it."""
    given = recording.about.profile.get("clients")
    labels = [label for label in given if isinstance(label, str)] if isinstance(given, list) else []
    clients = tuple(
        Client(f"replay-{n}", secrets.token_urlsafe(12), _permissions(label)) for n, label in enumerate(labels, 1)
    )
    return Script(recording, clients)


def app(told: Script) -> Starlette:
    """The server of a script."""
    tokens = Tokens(told.clients)

    async def scim(request: Request) -> Response:
        query = request.scope["query_string"].decode("latin-1")
        path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").partition("?")[0]
        body = await request.body() or None
        masked = None if body is None else _masked(body)
        headers = tuple(request.headers.get(name) for name in _ASKED)
        who = _who(request.headers.get("authorization"), tokens)
        base = f"http://{request.headers.get('host', '')}"
        found = told.answer(request.method, f"{path}?{query}" if query else path, headers, masked, who, base)
        if found is None:
            return Response("The recording has no answer to this.", 503, {NOT_RECORDED: "none"}, "text/plain")
        response = Response(found.body, found.status)
        response.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in found.headers
            if name.lower() not in _LEFT_OUT
        ] + ([(b"content-length", str(len(found.body)).encode())] if found.status not in (204, 304) else [])
        return response

    every = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
    return Starlette(
        routes=[
            Route("/oauth/token", tokens.endpoint, methods=["POST"]),
            Route("/{path:path}", scim, methods=every),
        ]
    )


def profile(told: Script, url: str, name: str = "replay") -> str:
    """A targets.toml for the server of a script, with the recorded target's profile."""
    held = told.recording.about.profile
    lines = [f"[targets.{name}]", f"base_url = {json.dumps(url)}", "rate_limit = 0"]
    lines += [f"token_url = {json.dumps(f'{url}/oauth/token')}"] if told.clients else []
    for key in ("sandbox", "edition", "user_domain", "group", "roles", "division", "photo_url",
                "routing_skill", "routing_language", "wide_user_filter", "wide_group_filter"):  # fmt: skip
        if isinstance(held.get(key), (str, bool, list)):
            lines.append(f"{key} = {json.dumps(held[key], ensure_ascii=False)}")
    for client in told.clients:
        lines += [
            f"[[targets.{name}.clients]]",
            f"id = {json.dumps(client.id)}",
            f"secret = {json.dumps(client.secret)}",
        ]
        lines.append(f"permissions = {json.dumps(sorted(client.permissions))}")
    return "\n".join(lines) + "\n"


def _permissions(label: str) -> frozenset[str]:
    return frozenset(word.strip() for word in label.split(",") if ":" in word)


def _label(client: Client) -> str:
    return ", ".join(sorted(client.permissions)) or "no permission"


def _who(authorization: str | None, tokens: Tokens) -> str:
    if authorization is None:
        return ANONYMOUS
    client = tokens.client_of(authorization)
    return STRANGER if client is None else _label(client)


def _masked(body: bytes) -> bytes:
    """A body as the recording has it: what looks like a password is a mask there."""
    return Masker().text(body.decode("utf-8", "backslashreplace")).encode() if body else body


def _worded(text: str, these: Iterable[str], those: Iterable[str]) -> str:
    for this, that in zip(these, those, strict=True):
        text = text.replace(this, that) if this else text
    return text


def _told(body: bytes, these: Iterable[str], those: Iterable[str]) -> bytes:
    for this, that in zip(these, those, strict=True):
        body = body.replace(this.encode(), that.encode()) if this else body
    return body


def _ids(entries: Iterable[Recorded]) -> Iterable[str]:
    """Every UUID that an answer shows."""
    for entry in entries:
        if entry.exchange.answer.ok:
            yield from _UUID.findall(entry.exchange.answer.body.decode("utf-8", "replace"))
