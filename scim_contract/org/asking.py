"""Turning an operation into a request: its path, parameters, headers and body, and who asks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

from scim_contract.contract import Operation
from scim_contract.org.clients import Who, least
from scim_contract.org.workspace import Resource, Workspace
from scim_contract.transport import Exchange, Unreachable, Wire

JSON = "application/json"
SCIM_JSON = "application/scim+json"
_UNRESERVED = "-._~"
_READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Asked:
    """What to ask: everything of a request that a check may want otherwise.

    `accept` and `content_type` may be None for no such header; `raw` is a body as bytes, `body` one as
    JSON; `query` a query string as it is, `params` one to be encoded; `path_id` stands for the id as it is,
    `address` for the whole path, where a link leads to one that no operation documents.
    """

    resource: Resource | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)
    query: str | None = None
    path_id: str | None = None
    address: str | None = None
    body: Any = None
    raw: bytes | None = None
    accept: str | None = JSON
    content_type: str | None = JSON
    if_match: str | None = None
    if_none_match: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    method: str | None = None


@dataclass(frozen=True)
class Question:
    """One of several requests of an operation: on behalf of which act, what to ask, who asks, and the case."""

    act: str
    asked: Asked
    who: Who | None
    case: str


def ask(workspace: Workspace, act: str, operation: Operation, asked: Asked, who: Who | None, case: str) -> Exchange:
    """Send one request and give its exchange; it joins the trail and is shown to the observers.

    Raises:
        Untested: no client of the target may ask it, or it writes where the run only reads.
        Unreachable: no answer that can be judged came.
    """
    wire = _wire(workspace, act, operation, asked, who, case)
    try:
        exchange = workspace.transport.send(wire)
    except Unreachable as error:
        _lost(workspace, operation, asked, error)
        raise
    return _came(workspace, operation, asked, exchange)


def ask_together(
    workspace: Workspace, operation: Operation, questions: Iterable[Question]
) -> Iterator[Exchange | Unreachable]:
    """Send several requests whose order does not matter: side by side where the workspace allows it.

    They are taken down one after the other, in the order in which they are given. Where a request got no answer, that
    is what stands in its place. Where they are not sent side by side, each question is taken, and asked, as late as
    its answer is wanted.

    Raises:
        Untested: as `ask`, before any of them is sent where they are sent side by side.
    """
    if workspace.at_once < 2:
        for each in questions:
            try:
                yield ask(workspace, each.act, operation, each.asked, each.who, each.case)
            except Unreachable as error:
                yield error
        return
    all_asked = list(questions)
    wires = [_wire(workspace, each.act, operation, each.asked, each.who, each.case) for each in all_asked]
    with ThreadPoolExecutor(workspace.at_once) as pool:
        found = list(pool.map(partial(_sent, workspace), wires))
    for question, came in zip(all_asked, found, strict=True):
        if isinstance(came, Exchange):
            _came(workspace, operation, question.asked, came)
        else:
            _lost(workspace, operation, question.asked, came)
        yield came


def _sent(workspace: Workspace, wire: Wire) -> Exchange | Unreachable:
    try:
        return workspace.transport.send(wire)
    except Unreachable as error:
        return error


def _wire(workspace: Workspace, act: str, operation: Operation, asked: Asked, who: Who | None, case: str) -> Wire:
    method = asked.method or operation.method
    if method not in _READING:
        workspace.may_write()
    if who is None:
        who = least(workspace.target, operation)
    raw = asked.raw if asked.raw is not None else encoded(asked.body)
    return Wire(
        step=workspace.step(act, operation.id, case),
        operation=operation,
        method=method,
        url=workspace.target.base_url + path_of(operation, asked) + query_of(asked),
        headers=_headers(asked, raw is not None),
        body=raw,
        client=who.client,
        token=who.token,
        strange=any(each is not None for each in (asked.path_id, asked.method, asked.address)),
    )


def _came(workspace: Workspace, operation: Operation, asked: Asked, exchange: Exchange) -> Exchange:
    if asked.method or operation.writes:
        _note_write(workspace, operation, asked)
    workspace.record(exchange)
    return exchange


def _lost(workspace: Workspace, operation: Operation, asked: Asked, error: Unreachable) -> None:
    if asked.method or operation.writes:  # it may have been done, though nobody was told
        _note_write(workspace, operation, asked)
    if error.exchange is not None:
        workspace.trail.append(error.exchange)


def _note_write(workspace: Workspace, operation: Operation, asked: Asked) -> None:
    if asked.resource is not None:
        workspace.moved(asked.resource)
    else:
        workspace.writes[operation.resource] += 1


def encoded(body: Any) -> bytes | None:
    """A body as JSON in UTF-8, None for none; lone surrogates stay escaped, which httpx's own way cannot."""
    if body is None:
        return None
    try:
        return json.dumps(body, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(body).encode("ascii")


def path_of(operation: Operation, asked: Asked) -> str:
    """The operation's path with the resource's id in it, percent-encoded."""
    if asked.address is not None:
        return asked.address
    name = operation.path_parameter
    if name is None:
        return operation.path
    value = asked.path_id
    if value is None:
        if asked.resource is None:
            raise ValueError(f"{operation.id} needs a resource to ask about")
        value = quote(asked.resource.id, safe=_UNRESERVED)
        if not value.strip("."):
            value = value.replace(".", "%2E")  # else the path would lead elsewhere on its way out
    return operation.path.replace("{" + name + "}", value)


def query_of(asked: Asked) -> str:
    """The query string with its question mark; spaces go as %20, since a `+` may be read as one."""
    if asked.query is not None:
        return f"?{asked.query}"
    pairs = [f"{quote(k, safe=_UNRESERVED)}={quote(str(v), safe=_UNRESERVED)}" for k, v in asked.params.items()]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _headers(asked: Asked, has_body: bool) -> tuple[tuple[str, str | bytes], ...]:
    rows: list[tuple[str, str | None]] = [("Accept", asked.accept)]
    if has_body:
        rows.append(("Content-Type", asked.content_type))
    rows += [("If-Match", asked.if_match), ("If-None-Match", asked.if_none_match), *asked.headers]
    return tuple((k, v.encode("utf-8")) for k, v in rows if v is not None)
