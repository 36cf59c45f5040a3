"""Faults of versions: when they move, and where else than in a read they are shown."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.mock.etags import etag
from scim_contract.mock.faults.acting import (
    become,
    each_resource,
    named_by,
    operations_of,
    remember,
    widely,
    without_path,
)
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

_RESOURCES = ("get_scim_user", "get_scim_v2_user", "get_scim_group", "get_scim_v2_group")
_REFUSALS = ("errors.malformed-json", "lifecycle.user-name-unique")
_REPLACE = "lifecycle.patch-replace"
_EXTENSION = "urn:ietf:params:scim:schemas:extension:"
When = Callable[[Seen], bool]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _unmoved(contract)
    yield from _answered(contract)
    yield from _listed(contract)
    claim = "etags.stable"
    sentence = "Every read shows another ETag, though nothing was written."
    yield from family(contract, "etag-moves-by-itself", claim, sentence, lambda: Plant(after=_restless()))
    sentence = "A write that is refused moves the ETag: the row was touched before the rest was looked at."
    by_writes = partial(_touching, ("put_", "patch_"))
    yield Fault("refused-write-moves-etag", claim, _RESOURCES, sentence, by_writes, sees=_REFUSALS)
    sentence = "A PUT that is refused since the userName is taken moves the ETag."
    by_puts = partial(_touching, ("put_",), 409)
    at, sees = _RESOURCES[:2], ("lifecycle.user-name-unique",)
    yield Fault("conflict-moves-etag", claim, at, sentence, by_puts, sees=sees)
    yield from _of_a_prefix(contract)
    sentence = "The first read after a write comes out of a cache that does not know of it."
    at, sees = ("get_scim_v2_user", "get_scim_v2_group"), ("etags.if-match-optional",)
    cached = Fault("reads-behind-writes", "representations.meta", at, sentence, Plant, sees=sees)
    yield from widely([cached], _behind)


def _behind(operations: frozenset[str]) -> Plant:
    known: dict[str, Reply] = {}
    written: set[str] = set()

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation in operations and reply.status == 200:
            old = known.get(seen.item) if seen.item in written else None
            written.discard(seen.item)
            known[seen.item] = replace(reply)
            if old is not None:
                become(reply, old)
        elif seen.method in ("PUT", "PATCH") and reply.status == 200:
            written.add(seen.item)

    return Plant(after=after, everywhere=True)


def _touching(methods: tuple[str, ...], status: int = 400) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        user = named_by(seen)
        if str(seen.operation).startswith(methods) and reply.status == status and user and seen.directory:
            unlike = seen.directory.update(user, {**user.content, "displayName": "."})
            seen.directory.update(unlike, user.content)

    return Plant(after=after, everywhere=True)


def _unmoved(contract: Contract) -> Iterator[Fault]:
    claim = "etags.changes-with-writes"
    # The mock's filters keep what they know of a resource for as long as its version is the same.
    also = ("filters.documented-example", "filters.equality", "lifecycle.rename-group")
    sentence = "A write that changes what can be read leaves the ETag as it was."
    yield from family(contract, "write-moves-no-etag", claim, sentence, _moves_nothing, also=also)
    for name, at, when, sentence in (
        ("members-move-no-etag", ("patch_scim_group", "put_scim_v2_group"), _of_members, "A change of members"),
        ("extension-moves-no-etag", ("patch_scim_v2_user",), _of_extension, "A PATCH of the extension alone"),
        ("being-off-moves-no-etag", ("put_scim_v2_user",), _of_activity, "Switching a user off"),
        ("email-moves-no-etag", ("patch_scim_user",), _of("emails["), "A PATCH of the value of an email"),
        ("roles-move-no-etag", ("patch_scim_v2_user",), _of("roles"), "A PATCH of the roles"),
        ("swap-of-members-moves-no-etag", ("patch_scim_v2_group",), _of_as_many, "A change of members for as many"),
    ):
        yield Fault(
            name,
            claim,
            at,
            f"{sentence} leaves the ETag as it was.",
            lambda when=when: _moves_nothing(when),  # type: ignore[misc]
            also=also,
        )
    sentence, at, sees = "A PATCH without a path leaves the ETag as it was.", ("patch_scim_v2_user",), (_REPLACE,)
    pathless = partial(_moves_nothing, without_path)
    yield Fault("pathless-moves-no-etag", claim, at, sentence, pathless, also=(*also, _REPLACE), sees=sees)


def _answered(contract: Contract) -> Iterator[Fault]:
    claim = "etags.write-answers-the-new"
    sentence = "The answer to a write shows the version from before it."
    updates = ranging(contract, claim, "replace", "modify")
    yield from family(contract, "version-one-write-behind", claim, sentence, _answers_the_old, operations=updates)
    creations = ranging(contract, claim, "create")
    sentence = "The answer to a creation shows another version than the reads that follow."
    yield from family(contract, "creation-answers-no-version", claim, sentence, _version_zero, operations=creations)
    for name, at, plant, sentence in (
        ("old-etag-with-new-version", "put_scim_v2_group", lambda: _answers_the_old(body=False), "the old ETag header"),
        ("new-etag-with-old-version", "put_scim_user", lambda: _answers_the_old(header=False), "the old meta.version"),
        (
            "members-answer-the-old-version",
            "patch_scim_v2_group",
            lambda: _answers_the_old(when=_of_members),
            "the old version where it changed members",
        ),
    ):
        yield Fault(name, claim, (at,), f"The answer to a write shows {sentence}.", plant)


def _listed(contract: Contract) -> Iterator[Fault]:
    claim = "etags.list-items-agree"
    sentence = "The versions in a list never change."
    yield from family(contract, "list-versions-constant", claim, sentence, lambda: _listed_as(lambda _: '"1"'))
    sentence = "The versions in a list come without their quotes."
    yield Fault(
        "list-versions-unquoted",
        claim,
        ("get_scim_v2_groups",),
        sentence,
        lambda: _listed_as(lambda version: version.strip('"')),
    )
    sentence = "A list shows each version as it was first seen, though it has moved since."
    yield from widely(
        [Fault("list-versions-of-old", claim, ("get_scim_users", "get_scim_groups"), sentence, Plant)], _first_seen
    )


# ---- what a write leaves behind


def _of_members(seen: Seen) -> bool:
    """Whether a write of a group is about who is in it; a PUT, whether it changes nothing else."""
    paths = [str(step.get("path", "")) for step in operations_of(seen)]
    document, record = seen.json, seen.note.get("was")
    if paths or record is None or not isinstance(document, dict):
        return bool(paths) and all(path.startswith("members") for path in paths)
    return bool(document.get("displayName") == record.content["displayName"])


def _of(path: str) -> When:
    def when(seen: Seen) -> bool:
        paths = [str(step.get("path", "")) for step in operations_of(seen)]
        return bool(paths) and all(each.startswith(path) for each in paths)

    return when


def _of_activity(seen: Seen) -> bool:
    was, now = seen.note.get("was"), named_by(seen)
    return bool(was and now and was.content.get("active") != now.content.get("active"))


def _of_as_many(seen: Seen) -> bool:
    was, now = seen.note.get("was"), named_by(seen)
    if was is None or now is None or not _of_members(seen):
        return False
    held, holds = (each.content.get("members") or [] for each in (was, now))
    return len(held) == len(holds)


def _of_extension(seen: Seen) -> bool:
    paths = [str(step.get("path", "")) for step in operations_of(seen)]
    return bool(paths) and all(path.startswith(_EXTENSION) for path in paths)


def _moves_nothing(when: When = lambda seen: True) -> Plant:
    """The resource gets its old version back, as if nothing had been written."""

    def after(seen: Seen, reply: Reply) -> None:
        was, now, directory = seen.note.get("was"), named_by(seen), seen.directory
        if reply.ok and was is not None and now is not None and directory is not None and when(seen):
            table = directory.users if now.kind == "User" else directory.groups
            table[now.id] = replace(now, version=was.version)
            _with_version(reply, etag(was.version))

    return Plant(remember, after)


def _answers_the_old(header: bool = True, body: bool = True, when: When = lambda seen: True) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        was = seen.note.get("was")
        if reply.ok and was is not None and when(seen):
            _with_version(reply, etag(was.version), header, body)

    return Plant(remember, after)


def _version_zero() -> Plant:
    return Plant(after=lambda seen, reply: _with_version(reply, '"0"') if reply.ok else None)


def _with_version(reply: Reply, version: str, header: bool = True, body: bool = True) -> None:
    document = reply.json
    if header:
        reply.headers["etag"] = version
    if body and document:
        document["meta"]["version"] = version
        reply.put(document)


# ---- lists


def _listed_as(change: Callable[[str], Any]) -> Plant:
    def changed(resource: dict[str, Any]) -> None:
        resource["meta"]["version"] = change(resource["meta"]["version"])

    return Plant(after=each_resource(changed))


def _first_seen(operations: frozenset[str]) -> Plant:
    first: dict[str, str] = {}

    def noted(resource: dict[str, Any]) -> None:
        if "id" in resource and "version" in resource.get("meta", {}):
            first.setdefault(resource["id"], resource["meta"]["version"])

    def after(seen: Seen, reply: Reply) -> None:
        if "/scim/" not in seen.path:
            return
        each_resource(noted)(seen, reply)
        if seen.operation in operations:
            each_resource(lambda item: item["meta"].update(version=first[item["id"]]))(seen, reply)

    return Plant(after=after, everywhere=True)


# ---- reads


def _restless() -> Callable[[Seen, Reply], None]:
    counter = itertools.count()

    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 200 and "if-none-match" not in seen.headers:
            _with_version(reply, f'"{next(counter)}-moved"')

    return after


def _of_a_prefix(contract: Contract) -> Iterator[Fault]:
    """Versions of one prefix are no longer those of the other, be it one resource's or everything's."""
    claim = "etags.same-in-both-prefixes"
    reads = [contract.operation(each) for each in ranging(contract, claim)]
    sentence = "A version has the prefix in it, and only there it counts as current."
    for name, told in (("", reads), *((f":{read.id}", [read]) for read in reads[::4])):
        yield Fault(
            f"etag-of-the-prefix{name}",
            claim,
            tuple(read.id for read in told),
            sentence,
            lambda told=told: _own_versions(told),  # type: ignore[misc]
        )


def _own_versions(reads: list[Operation]) -> Plant:
    """Versions of these resources bear the name of the prefix, in all that is said of them there."""
    places = {read.path.partition("{")[0].rstrip("/"): read.prefix for read in reads}

    def prefix_of(seen: Seen) -> str | None:
        return next((p for place, p in places.items() if f"{seen.path}/".startswith(f"{place}/")), None)

    def before(seen: Seen) -> None:
        prefix = prefix_of(seen)
        for name in ("if-match", "if-none-match"):
            if prefix is not None and name in seen.headers:
                own = seen.headers[name].startswith(f'"{prefix}-')
                seen.headers[name] = seen.headers[name].replace(f'"{prefix}-', '"') if own else '"foreign"'

    def after(seen: Seen, reply: Reply) -> None:
        prefix = prefix_of(seen)
        if prefix is None or reply.status >= 400:
            return
        if "etag" in reply.headers:
            reply.headers["etag"] = reply.headers["etag"].replace('"', f'"{prefix}-', 1)
        each_resource(lambda resource: _prefixed(resource, prefix))(seen, reply)

    return Plant(before, after, everywhere=True)


def _prefixed(resource: dict[str, Any], prefix: str) -> None:
    meta = resource.get("meta", {})
    if "version" in meta:
        meta["version"] = meta["version"].replace('"', f'"{prefix}-', 1)
