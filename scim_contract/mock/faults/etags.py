"""Faults of ETags as reads show and take them: the header, meta.version and If-None-Match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.etags import etag
from scim_contract.mock.faults.acting import become, changing, error, forget, named_by
from scim_contract.mock.planting import Fault, Plant, family, replacing
from scim_contract.mock.wire import Reply, Seen

Hits = Callable[[str | None, str], bool]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _headers(contract)
    yield from _same_as_in_meta(contract)
    yield from _reads(contract)


# ---- the header


def _headers(contract: Contract) -> Iterator[Fault]:
    claim = "etags.header-quoted"
    also = ("etags.equals-meta-version", "etags.current-is-304")
    sentence = "The ETag header comes without its quotes."
    yield from family(contract, "etag-header-unquoted", claim, sentence, lambda: Plant(after=_bare_header), also=also)
    for name, at, plant, sentence in (
        ("etag-header-missing", ("get_scim_group", "get_scim_v2_serviceproviderconfig"), _without_header, "No ETag."),
        ("etag-of-one-quote", ("get_scim_v2_group",), _half_quoted, "The ETag header lacks its last quote."),
        ("only-bare-etags-count", ("get_scim_v2_user",), _only_bare, "An ETag counts only without its quotes."),
    ):
        yield Fault(name, claim, at, sentence, plant, also=also)


def _same_as_in_meta(contract: Contract) -> Iterator[Fault]:
    claim = "etags.equals-meta-version"
    sentence = "The version in meta comes without the quotes that the ETag header has."
    yield from family(contract, "meta-version-unquoted", claim, sentence, lambda: _in_meta(lambda v: v.strip('"')))
    missing, number = (partial(_in_meta, change) for change in (lambda v: None, lambda v: int(v.strip('"'))))
    for name, at, plant, sentence in (
        ("meta-version-missing", ("get_scim_user",), missing, "There is no meta.version."),
        ("meta-version-is-a-number", ("get_scim_v2_group",), number, "The version in meta is a number."),
        ("meta-version-is-strong", ("get_scim_v2_serviceproviderconfig",), _weak, "The ETag alone has the W/."),
        (
            "meta-version-behind",
            ("get_scim_v2_user", "get_scim_group"),
            _behind,
            "The version in meta is a write behind.",
        ),
    ):
        yield Fault(name, claim, at, sentence, plant)
    yield Fault(
        "etag-of-the-coding",
        claim,
        ("get_scim_user",),
        "Where gzip is accepted the ETag ends in -gzip, and sent back so it counts as another.",
        lambda: Plant(after=_of_the_coding),
        also=("etags.header-quoted", "etags.current-is-304", "etags.current-if-match-applies"),
    )


def _bare_header(seen: Seen, reply: Reply) -> None:
    if "etag" in reply.headers:
        reply.headers["etag"] = reply.headers["etag"].strip('"')


def _without_header() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        reply.headers.pop("etag", None)

    return Plant(after=after)


def _half_quoted() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        if "etag" in reply.headers:
            reply.headers["etag"] = reply.headers["etag"].removesuffix('"')

    return Plant(after=after)


def _only_bare() -> Plant:
    return _hitting(lambda header, current: header == current.strip('"'))


def _hitting(hits: Hits) -> Plant:
    return replacing(if_none_match_hits=hits)


def _in_meta(change: Callable[[str], Any]) -> Plant:
    def changed(document: dict[str, Any]) -> None:
        document["meta"]["version"] = change(document["meta"]["version"])

    return Plant(after=changing(changed))


def _weak() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        reply.headers["etag"] = f"W/{reply.headers['etag']}"

    return Plant(after=after)


def _behind() -> Plant:
    shown: dict[str, tuple[str, str]] = {}

    def after(seen: Seen, reply: Reply) -> None:
        document = reply.json if reply.ok else None
        if isinstance(document, dict):
            now = document["meta"]["version"]
            last, before = shown.get(seen.path, (now, now))
            shown[seen.path] = (last, before) if last == now else (now, last)
            document["meta"]["version"] = shown[seen.path][1]
            reply.put(document)

    return Plant(after=after)


def _of_the_coding(seen: Seen, reply: Reply) -> None:
    if "gzip" in seen.headers.get("accept-encoding", "") and "etag" in reply.headers:
        reply.headers["etag"] = reply.headers["etag"].removesuffix('"') + '-gzip"'


# ---- reads: If-None-Match


def _reads(contract: Contract) -> Iterator[Fault]:
    claim = "etags.current-is-304"
    sentence = "A read with the current ETag in If-None-Match is answered in full."
    yield from family(contract, "if-none-match-ignored", claim, sentence, lambda: Plant(before=forget("if-none-match")))
    for name, at, plant, sentence in (
        ("304-without-etag", "get_scim_v2_user", partial(_on_304, None), "A 304 does not repeat the ETag."),
        ("304-with-another-etag", "get_scim_v2_group", partial(_on_304, '"0"'), "A 304 shows another ETag."),
        ("412-for-304", "get_scim_serviceproviderconfig", _failed_read, "The current ETag gets 412, as in a write."),
        ("no-304-once-written", "get_scim_user", _unless_written, "A user that was changed is never answered 304."),
    ):
        yield Fault(name, claim, (at,), sentence, plant)
    claim = "etags.differing-is-200"
    sentence = "Any If-None-Match is answered with 304, whatever it holds."
    yield from family(contract, "always-304", claim, sentence, lambda: _hitting(lambda header, _: header is not None))
    for name, where, plant, sentence in (
        ("304-for-the-past", ("get_scim_user", "get_scim_v2_group"), _past_hits, "An older ETag gets 304."),
        (
            "304-for-another-resource",
            ("get_scim_v2_user", "get_scim_v2_group", "get_scim_v2_serviceproviderconfig"),
            lambda: Plant(before=_of_another),
            "The ETag that another resource has gets 304.",
        ),
        ("304-for-the-beginning", ("get_scim_user",), _begun_hits, "The beginning of the current ETag gets 304."),
        ("304-for-the-future", ("get_scim_group",), _future_hits, "An ETag that is a higher number gets 304."),
        ("412-for-another-etag", ("get_scim_v2_user",), _failed, "Another ETag gets 412, as in a write."),
        ("cached-for-another-etag", ("get_scim_v2_user",), _cached, "A read with If-None-Match comes from a cache."),
    ):
        yield Fault(name, claim, where, sentence, plant)


def _of_another(seen: Seen) -> Reply | None:
    given, directory, own = seen.headers.get("if-none-match"), seen.directory, named_by(seen)
    if given is None or directory is None or (own is not None and given == etag(own.version)):
        return None
    known = [*directory.users.values(), *directory.groups.values()]
    return Reply(304, {"etag": given}, b"") if any(etag(each.version) == given for each in known) else None


def _on_304(shown: str | None) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 304:
            reply.headers |= {"etag": shown or ""}
            if shown is None:
                del reply.headers["etag"]

    return Plant(after=after)


def _failed_read() -> Plant:
    return Plant(after=lambda seen, reply: become(reply, error(412)) if reply.status == 304 else None)


def _failed() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok and "if-none-match" in seen.headers:
            become(reply, error(412))

    return Plant(after=after)


def _unless_written() -> Plant:
    versions: dict[str, int] = {}

    def before(seen: Seen) -> None:
        record = named_by(seen)
        if record is not None and versions.setdefault(record.id, record.version) != record.version:
            seen.headers.pop("if-none-match", None)

    return Plant(before=before)


def _past_hits() -> Plant:
    return _hitting(lambda header, current: 0 < issued(header) <= issued(current))


def _begun_hits() -> Plant:
    return _hitting(lambda header, current: header is not None and current.startswith(header[:-1]))


def _future_hits() -> Plant:
    return _hitting(lambda header, current: issued(header) >= issued(current))


def issued(header: str | None) -> int:
    """The version that an ETag names, 0 where it is none of the mock's."""
    found = re.fullmatch(r'"(\d+)"', header or "")
    return int(found[1]) if found else 0


def _cached() -> Plant:
    kept: dict[str, Reply] = {}

    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok:
            first = kept.setdefault(seen.path, replace(reply, headers=dict(reply.headers)))
            if "if-none-match" in seen.headers:
                become(reply, first)

    return Plant(after=after)
