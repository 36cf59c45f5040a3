"""Faults of If-Match: what is refused and should not be, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.directory import Record
from scim_contract.mock.etags import etag
from scim_contract.mock.faults.acting import (
    become,
    error,
    forget,
    named_by,
    operations_of,
    unstored,
    widely,
    without_path,
)
from scim_contract.mock.faults.etags import issued
from scim_contract.mock.planting import Fault, Plant, family, replacing
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _stale_writes(contract)
    yield from _writes(contract)


def _stale_writes(contract: Contract) -> Iterator[Fault]:
    claim = "etags.stale-if-match-refused"
    for name, plant, sentence in (
        ("if-match-ignored", lambda: Plant(before=forget("if-match")), "A write with a stale If-Match is carried out."),
        ("stale-is-412", lambda: _refusing(error(412)), "A stale If-Match gets 412, as RFC 9110 has it, not 400."),
        (
            "stale-refused-but-applied",
            lambda: Plant(before=_let_through, after=_refused_all_the_same),
            "A stale If-Match is refused with the right words, and the write is applied all the same.",
        ),
    ):
        yield from family(contract, name, claim, sentence, plant)
    for name, at, plant, sentence in (
        (
            "odd-if-match-ignored",
            ("put_scim_user", "patch_scim_v2_group"),
            lambda: _holding(lambda header, current: header is None or header == current or not issued(header)),
            "An If-Match that the server could not have issued is ignored.",
        ),
        (
            "if-match-of-the-past-holds",
            ("patch_scim_user", "put_scim_v2_group", "delete_scim_v2_user"),
            lambda: _holding(lambda header, current: header is None or 0 < issued(header) <= issued(current)),
            "An ETag from before the last write counts as current, so that the last write is lost.",
        ),
        (
            "if-match-of-another-holds",
            ("put_scim_group", "patch_scim_v2_user", "patch_scim_group", "delete_scim_v2_user"),
            lambda: Plant(before=_forget_where(_of_another)),
            "An If-Match is taken for current that is another resource's.",
        ),
        (
            "if-match-by-its-beginning",
            ("delete_scim_user", "patch_scim_user", "put_scim_v2_user"),
            lambda: _holding(lambda header, current: header is None or header.startswith(current.rstrip('"'))),
            "An If-Match is taken for current that begins as the current one does.",
        ),
        (
            "if-match-cut-short-holds",
            ("patch_scim_user", "patch_scim_v2_group"),
            lambda: _holding(lambda header, current: header is None or current.startswith(header[:-1])),
            "An If-Match is taken for current with which the current one begins.",
        ),
        (
            "if-match-of-the-future-holds",
            ("put_scim_user", "patch_scim_v2_user", "delete_scim_user"),
            lambda: _holding(lambda header, current: header is None or issued(header) >= issued(current)),
            "An If-Match is taken for current that is a higher number, as if no older one could be meant.",
        ),
        (
            "empty-if-match-ignored",
            ("patch_scim_group", "patch_scim_v2_user"),
            lambda: Plant(before=_forget_where(lambda seen, _: seen.headers.get("if-match") == '""')),
            "An If-Match of nothing but quotes is ignored.",
        ),
        (
            "if-match-ignored-for-a-password",
            ("patch_scim_user", "patch_scim_v2_user"),
            lambda: Plant(before=_forget_where(lambda seen, record: b'"password"' in seen.body)),
            "A stale If-Match is ignored by a PATCH of the password.",
        ),
        (
            "if-match-ignored-for-who-is-off",
            ("put_scim_user", "patch_scim_v2_user"),
            lambda: Plant(before=_forget_where(lambda seen, record: record.content.get("active") is False)),
            "A stale If-Match is ignored where the user is switched off.",
        ),
        (
            "if-match-ignored-in-scim-json",
            ("put_scim_user", "patch_scim_v2_group"),
            lambda: Plant(before=_forget_where(lambda seen, _: "scim+json" in seen.headers.get("content-type", ""))),
            "A stale If-Match is ignored where the body is application/scim+json.",
        ),
        (
            "if-match-ignored-for-members",
            ("patch_scim_group",),
            lambda: Plant(before=_forget_for_members),
            "A stale If-Match is ignored by a PATCH of members alone.",
        ),
        (
            "if-match-ignored-for-many",
            ("patch_scim_v2_user",),
            lambda: Plant(before=_forget_for_many),
            "A stale If-Match is ignored by a PATCH of several operations.",
        ),
        (
            "if-match-ignored-without-path",
            ("patch_scim_user", "patch_scim_v2_group"),
            lambda: Plant(before=_forget_without_path),
            "A stale If-Match is ignored by a PATCH that has an operation without a path.",
        ),
        (
            "stale-without-scim-type",
            ("delete_scim_user", "put_scim_v2_group"),
            lambda: _refusing(error(400, "Stale.")),
            "A stale If-Match is refused without a scimType.",
        ),
        (
            "stale-of-another-scim-type",
            ("patch_scim_v2_user",),
            lambda: _refusing(error(400, "Stale.", "mutability")),
            "A stale If-Match is refused with scimType mutability.",
        ),
    ):
        yield Fault(name, claim, at, sentence, plant)

    sentence = "An ETag from before the last but one write counts as current."
    at = ("patch_scim_user", "put_scim_v2_user", "patch_scim_group", "put_scim_v2_group")
    yield from widely([Fault("if-match-of-long-ago-holds", claim, at, sentence, Plant)], _long_ago)


def _forget_where(where: Callable[[Seen, Record], bool]) -> Callable[[Seen], None]:
    def before(seen: Seen) -> None:
        record = named_by(seen)
        if record is not None and where(seen, record):
            seen.headers.pop("if-match", None)

    return before


def _of_another(seen: Seen, record: Record) -> bool:
    given = seen.headers.get("if-match")
    everybody = [*seen.directory.users.values(), *seen.directory.groups.values()] if seen.directory else []
    return given != etag(record.version) and any(given == etag(each.version) for each in everybody)


def _long_ago(operations: frozenset[str]) -> Plant:
    known: dict[str, list[str]] = {}

    def before(seen: Seen) -> None:
        record = named_by(seen)
        if record is None:
            return
        versions, current = known.setdefault(record.id, []), etag(record.version)
        if current not in versions:
            versions.append(current)
        if seen.operation in operations and seen.headers.get("if-match") in versions[:-2]:
            del seen.headers["if-match"]

    return Plant(before=before, everywhere=True)


def _writes(contract: Contract) -> Iterator[Fault]:
    claim = "etags.current-if-match-applies"
    sentence = "A write with the current ETag in If-Match is refused."
    yield from family(contract, "current-if-match-refused", claim, sentence, lambda: Plant(before=_refuse_any))
    sentence = "A write with the current ETag in If-Match is answered with success and not stored."
    yield Fault(
        "current-if-match-stores-nothing",
        claim,
        ("patch_scim_v2_user", "put_scim_group"),
        sentence,
        lambda: unstored(lambda seen: "if-match" in seen.headers),
    )
    yield Fault("current-if-match-deletes-nothing", claim, ("delete_scim_user",), sentence, _deletes_nothing)
    claim = "etags.if-match-optional"
    sentence = "A write without If-Match is refused."
    yield from family(contract, "if-match-required", claim, sentence, lambda: Plant(before=_require))
    yield Fault(
        "without-if-match-nothing-is-stored",
        claim,
        ("put_scim_v2_group",),
        "A write without If-Match is answered with success and not stored.",
        lambda: unstored(lambda seen: "if-match" not in seen.headers),
    )


def _holding(holds: Callable[[str | None, str], bool]) -> Plant:
    return replacing(if_match_holds=holds)


def stale() -> Reply:
    """The refusal of an If-Match that is not current."""
    return error(400, "The resource has changed since the version in If-Match.", "invalidVers")


def is_stale(reply: Reply) -> bool:
    """Whether a reply is that refusal."""
    return reply.status == 400 and bool(reply.body) and reply.json.get("scimType") == "invalidVers"


def _refusing(other: Reply) -> Plant:
    """A stale If-Match is refused otherwise."""
    return Plant(after=lambda seen, reply: become(reply, other) if is_stale(reply) else None)


def _let_through(seen: Seen) -> None:
    sent, record = seen.headers.pop("if-match", None), named_by(seen)
    seen.note["stale"] = sent is not None and record is not None and sent != etag(record.version)


def _refused_all_the_same(seen: Seen, reply: Reply) -> None:
    if seen.note["stale"] and reply.ok:
        become(reply, stale())


def _forget_for_members(seen: Seen) -> None:
    paths = [str(step.get("path", "")) for step in operations_of(seen)]
    if paths and all(path.startswith("members") for path in paths):
        seen.headers.pop("if-match", None)


def _forget_for_many(seen: Seen) -> None:
    if len(operations_of(seen)) > 1:
        seen.headers.pop("if-match", None)


def _forget_without_path(seen: Seen) -> None:
    if without_path(seen):
        seen.headers.pop("if-match", None)


def _refuse_any(seen: Seen) -> Reply | None:
    return stale() if "if-match" in seen.headers else None


def _deletes_nothing() -> Plant:
    def before(seen: Seen) -> Reply | None:
        record = named_by(seen)
        held = record is not None and seen.headers.get("if-match") == etag(record.version)
        return Reply(204, {}, b"") if held else None

    return Plant(before=before)


def _require(seen: Seen) -> Reply | None:
    return error(428) if "if-match" not in seen.headers else None
