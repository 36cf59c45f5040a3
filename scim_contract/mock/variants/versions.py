"""How servers write the versions of resources, when they move them, and how they write times."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from scim_contract.contract import Contract
from scim_contract.mock.etags import etag
from scim_contract.mock.faults.acting import Document, error, named_by, resources_in
from scim_contract.mock.planting import Plant, Variant
from scim_contract.mock.representation import timestamp
from scim_contract.mock.variants.making import OPEN, about, directory_of, document_of, scim, shown
from scim_contract.mock.wire import Reply, Seen

_CONDITIONS = ("if-match", "if-none-match")
_TAG = re.compile(r'(?:W/)?"[^"]*"')
_ETAGS = "etags.header-quoted: any quoted text, weak or not"
_TIMES = "representations.meta: ISO-8601 with offset"


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield from _ways_to_write_versions()
    yield from _preconditions()
    yield from _times_to_move()
    yield from _ways_to_write_times()


def _ways_to_write_versions() -> Iterator[Variant]:
    def of(name: str, sentence: str, write: Callable[[str, str, int], str]) -> Variant:
        def plant() -> Plant:
            book = _Book(write)
            return Plant(before=book.read, after=book.written)

        return Variant(name, sentence, _ETAGS, plant)

    yield of("etags-hashed", "ETags are hashes.", lambda id, version, nth: f'"{_hash(id + version).hex()}"')
    yield of("etags-counted", "ETags count each resource's states from 1 on.", lambda id, version, nth: f'"{nth}"')
    yield of("etags-weak", "ETags are weak, and serve as well as strong ones.", lambda id, version, nth: f"W/{version}")
    yield of(
        "etags-weak-hashed",
        "ETags are weak hashes in Base64, with all the signs that it has.",
        lambda id, version, nth: f'W/"{base64.b64encode(_hash(id + version)).decode()}"',
    )
    yield of(
        "etags-with-signs",
        "ETags hold commas, semicolons and percent signs.",
        lambda id, version, nth: f'"{id};n={nth},%20{version[1:-1]}"',
    )


def _preconditions() -> Iterator[Variant]:
    source = OPEN + "If-Match: *, weak ETags that the server did not issue, lists of ETags: anything but a 5xx"
    for status in (400, 412):
        yield Variant(
            f"conditions-of-one-etag-{status}",
            f"A condition that is not one strong ETag, be it `*`, a list or a weak one, is refused with {status}.",
            source,
            lambda status=status: Plant(before=_one_strong_only(status)),  # type: ignore[misc]
        )
    yield Variant(
        "weak-conditions-match",
        "W/ before an ETag makes no difference in a condition.",
        source,
        lambda: Plant(before=_weak_is_strong),
    )
    yield Variant(
        "no-etag-on-writes",
        "The answer to a write has no ETag header.",
        "etags.write-answers-the-new: where the answer has them",
        lambda: Plant(after=_without_header),
    )


def _times_to_move() -> Iterator[Variant]:
    source = OPEN + "Writes that change nothing that can be read may or may not move the ETag and lastModified"
    yield Variant(
        "every-write-moves",
        "A write moves ETag and lastModified even where it changes nothing that can be read.",
        source,
        lambda: Plant(before=_note_version, after=_move),
    )
    yield Variant(
        "members-keep-their-etags",
        "A change of a group's members does not move the ETag of the users in it.",
        OPEN + "A change of a group's members may move the ETag of the users in it",
        lambda: Plant(before=_note_users, after=_give_versions_back),
    )


def _ways_to_write_times() -> Iterator[Variant]:
    ways: dict[str, tuple[str, Callable[[datetime, str], str]]] = {
        "whole-seconds": ("lastModified has whole seconds.", lambda when, text: f"{text[:19]}Z"),
        "microseconds": ("lastModified has microseconds.", lambda when, text: f"{text[:-1]}456Z"),
        "nanoseconds": ("lastModified has nanoseconds.", lambda when, text: f"{text[:-1]}456789Z"),
        "offset-east": ("lastModified is told in India's time.", lambda when, text: _at(when, 330)),
        "offset-west": ("lastModified is told in Newfoundland's time.", lambda when, text: _at(when, -210)),
        "offset-of-nought": ("lastModified ends in +00:00.", lambda when, text: f"{text[:-1]}+00:00"),
        "offset-without-colon": ("lastModified ends in +0000.", lambda when, text: f"{text[:-1]}+0000"),
    }
    for name, (sentence, write) in ways.items():
        yield Variant(f"times-{name}", sentence, _TIMES, lambda write=write: Plant(after=shown(_timed(write))))  # type: ignore[misc]


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@dataclass
class _Book:
    """Other words for the versions of the mock: written into answers, and understood in conditions."""

    write: Callable[[str, str, int], str]
    known: dict[tuple[str, str], str] = field(default_factory=dict)  # (id, shown) -> the mock's own
    states: dict[str, list[str]] = field(default_factory=dict)

    def read(self, seen: Seen) -> None:
        """Put the mock's own versions into the conditions of a request."""
        id = seen.item
        for name in _CONDITIONS:
            if name in seen.headers:
                seen.headers[name] = _TAG.sub(
                    lambda tag: self.known.get((id, tag[0]), '"of no resource"'), seen.headers[name]
                )

    def written(self, seen: Seen, reply: Reply) -> None:
        """Put the other words into an answer."""
        if not scim(seen) or not (reply.ok or reply.status == 304):
            return
        document = document_of(reply)
        for resource in [] if document is None else resources_in(document):
            meta = resource.get("meta", {})
            if "version" in meta:
                meta["version"] = self.word(resource.get("id") or seen.item, meta["version"])
        if document is not None:
            reply.put(document)
        if seen.operation is not None and "etag" in reply.headers:
            id = (document or {}).get("id") or seen.item
            reply.headers["etag"] = self.word(id, reply.headers["etag"])

    def word(self, id: str, version: str) -> str:
        """The other word for a version of a resource."""
        states = self.states.setdefault(id, [])
        if version not in states:
            states.append(version)
        word = self.write(id, version, states.index(version) + 1)
        self.known[id, word] = version
        return word


def _one_strong_only(status: int) -> Callable[[Seen], Reply | None]:
    def before(seen: Seen) -> Reply | None:
        given = [seen.headers[name] for name in _CONDITIONS if name in seen.headers]
        # A weak or listed If-Match that the server never gave is stale at best: the documented refusal will do.
        if all(re.fullmatch(r'"[^"]*"', each.strip()) for each in given):
            return None
        return error(400, "Not one ETag.", "invalidVers") if status == 400 else Reply(status, {}, b"")

    return before


def _weak_is_strong(seen: Seen) -> None:
    for name in _CONDITIONS:
        if name in seen.headers:
            seen.headers[name] = seen.headers[name].replace('W/"', '"')


def _without_header(seen: Seen, reply: Reply) -> None:
    if seen.method in ("POST", "PUT", "PATCH"):
        reply.headers.pop("etag", None)


def _note_version(seen: Seen) -> None:
    record = named_by(seen) if seen.method in ("PUT", "PATCH") else None
    seen.note["version"] = record and record.version


def _move(seen: Seen, reply: Reply) -> None:
    record = named_by(seen)
    document = document_of(reply) if reply.ok else None
    if record is None or document is None or seen.note["version"] != record.version:
        return
    directory = directory_of(seen)
    moved = directory._moved(record)
    (directory.users if record.kind == "User" else directory.groups)[record.id] = moved
    document["meta"] |= {"version": etag(moved.version), "lastModified": timestamp(moved.modified)}
    reply.put(document)
    reply.headers["etag"] = etag(moved.version)


def _note_users(seen: Seen) -> None:
    if about(seen, "groups", "PUT", "PATCH"):
        seen.note["users"] = dict(directory_of(seen).users)


def _give_versions_back(seen: Seen, reply: Reply) -> None:
    for id, before in seen.note.get("users", {}).items():
        now = directory_of(seen).users.get(id)
        if now is not None and now is not before and now.content == before.content:
            directory_of(seen).users[id] = replace(now, version=before.version, modified=before.modified)


def _at(when: datetime, minutes: int) -> str:
    return when.astimezone(timezone(timedelta(minutes=minutes))).isoformat(timespec="milliseconds")


def _timed(write: Callable[[datetime, str], str]) -> Callable[[Document], None]:
    def change(resource: Document) -> None:
        modified = resource.get("meta", {}).get("lastModified")
        if modified is not None:
            resource["meta"]["lastModified"] = write(datetime.fromisoformat(modified), modified)

    return change
