"""What faults are made of: small changes of requests and answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from scim_contract.mock.directory import Record
from scim_contract.mock.errors import ScimProblem, error_document
from scim_contract.mock.planting import Fault, Plant
from scim_contract.mock.wire import Reply, Seen

Document = dict[str, Any]


def changing(change: Callable[[Document], object]) -> Callable[[Seen, Reply], None]:
    """Change the JSON object that a successful answer holds."""

    def after(seen: Seen, reply: Reply) -> None:
        document = reply.json if reply.ok else None
        if isinstance(document, dict):
            change(document)
            reply.put(document)

    return after


def resources_in(document: Document) -> list[Document]:
    """The resources of an answer, be it one or a list."""
    return list(document["Resources"] or []) if "Resources" in document else [document]


def each_resource(change: Callable[[Document], object]) -> Callable[[Seen, Reply], None]:
    """Change each resource that a successful answer holds, be it alone or in a list."""

    def every(document: Document) -> None:
        for resource in resources_in(document):
            change(resource)

    return changing(every)


def changing_errors(change: Callable[[Document], object]) -> Callable[[Seen, Reply], None]:
    """Change the JSON object that an error holds."""

    def after(seen: Seen, reply: Reply) -> None:
        document = reply.json if reply.status >= 400 else None
        if isinstance(document, dict):
            change(document)
            reply.put(document)

    return after


def changing_body(change: Callable[[Document], object]) -> Callable[[Seen], None]:
    """Change the JSON object that a request holds."""

    def before(seen: Seen) -> None:
        document = seen.json
        if isinstance(document, dict):
            change(document)
            seen.put(document)

    return before


def forget(*headers: str) -> Callable[[Seen], None]:
    """Take headers (lower-case names) from a request."""

    def before(seen: Seen) -> None:
        for header in headers:
            seen.headers.pop(header, None)

    return before


def error(status: int, detail: str = "", scim_type: str | None = None) -> Reply:
    """A ScimError; without a detail where none is given."""
    reply = Reply(status, {"content-type": "application/json"}, b"")
    document = error_document(ScimProblem(status, detail, scim_type))
    reply.put({name: value for name, value in document.items() if value})
    return reply


def become(reply: Reply, other: Reply) -> None:
    """Make one answer another."""
    reply.status, reply.headers, reply.body = other.status, dict(other.headers), other.body


def refuse_what_succeeded(
    status: int, when: Callable[[Seen], bool] = lambda seen: True
) -> Callable[[Seen, Reply], None]:
    """Tell of a refusal although the request was carried out."""

    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok and when(seen):
            become(reply, error(status))

    return after


def operations_of(seen: Seen) -> list[Document]:
    """The operations of a PATCH; none where the body is no PATCH."""
    document = seen.json
    listed = document.get("Operations") if isinstance(document, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def without_path(seen: Seen) -> bool:
    """Whether a PATCH has an operation without a path."""
    return any("path" not in step for step in operations_of(seen))


def asking(change: Callable[[dict[str, str]], Reply | None]) -> Callable[[Seen], Reply | None]:
    """Change the parameters of a request's query, or answer in the mock's place."""

    def before(seen: Seen) -> Reply | None:
        asked = seen.parameters
        reply = change(asked)
        if asked != seen.parameters:
            gone = dict.fromkeys(seen.parameters.keys() - asked.keys())
            seen.ask(**asked, **gone)
        return reply

    return before


def answering(change: Callable[[dict[str, str], Document], object]) -> Callable[[Seen, Reply], None]:
    """Change the JSON object that a successful answer holds, knowing the parameters of the request's query."""

    def after(seen: Seen, reply: Reply) -> None:
        changing(lambda document: change(seen.parameters, document))(seen, reply)

    return after


IDLE: Mapping[str, Any] = MappingProxyType({"op": "add", "value": {}})
"""An operation of a PATCH that does nothing."""

Mend = Callable[[Seen], bool]
"""Makes a bad request one that the mock takes; tells whether there was something to mend."""


def named_by(seen: Seen) -> Record | None:
    """The user or group that the path of a request names."""
    directory = seen.directory
    return None if directory is None else directory.users.get(seen.item) or directory.groups.get(seen.item)


def mending(change: Callable[[Document], object]) -> Mend:
    """Mend the JSON object that a request holds; where it is no other afterwards, there was nothing to mend."""

    def mend(seen: Seen) -> bool:
        was, document = seen.json, seen.json
        if isinstance(document, dict):
            change(document)
        if document == was:
            return False
        seen.put(document)
        return True

    return mend


def mending_steps(change: Callable[[Document], Iterable[Mapping[str, Any]]]) -> Mend:
    """Mend each operation of a PATCH: it becomes those that are given, none perhaps."""

    def every(document: Document) -> None:
        steps = document.get("Operations")
        if isinstance(steps, list):
            made = [new for step in steps for new in (change(dict(step)) if isinstance(step, dict) else [step])]
            document["Operations"] = made or [dict(IDLE)]

    return mending(every)


def leaving_out(name: str) -> Callable[[Document], object]:
    """Take an attribute from a document."""
    return lambda document: document.pop(name, None)


def accepted_if_gone(seen: Seen, reply: Reply) -> None:
    """204 instead of a 404."""
    if reply.status == 404:
        become(reply, Reply(204, {}, b""))


def goodwill(mend: Mend) -> Callable[[Seen], None]:
    """Take a bad request as if it were a good one."""

    def before(seen: Seen) -> None:
        mend(seen)

    return before


def grudging(mend: Mend, refusal: Callable[[], Reply] = lambda: error(400, "Refused.")) -> Plant:
    """Carry a bad request out as if it were a good one, and tell of a refusal all the same."""

    def before(seen: Seen) -> None:
        seen.note["mended"] = mend(seen)

    def after(seen: Seen, reply: Reply) -> None:
        if seen.note.get("mended") and reply.ok:
            become(reply, refusal())

    return Plant(before, after)


def behind(link: str) -> str:
    """A link with a host at which nobody listens, as that of a server which knows nothing of the proxy before it."""
    return re.sub("^https?://[^/]+", "http://localhost:1", link)


def remember(seen: Seen) -> None:
    """Note what the path names as it is before the request is carried out, under `was`."""
    seen.note["was"] = named_by(seen)


def unstored(when: Callable[[Seen], bool] = lambda seen: True) -> Plant:
    """Answer a PUT or PATCH as if it were stored, and leave the resource as it was."""

    def after(seen: Seen, reply: Reply) -> None:
        was, now = seen.note.get("was"), named_by(seen)
        if reply.ok and was and now and seen.directory is not None and when(seen):
            seen.directory.update(now, was.content)

    return Plant(remember, after)


def widely(faults: Iterable[Fault], plant: Callable[[frozenset[str]], Plant]) -> Iterator[Fault]:
    """Faults that must meet other requests than those of their operations: the plant is told which these are."""
    for fault in faults:
        yield replace(fault, plant=partial(plant, frozenset(fault.operations)))
