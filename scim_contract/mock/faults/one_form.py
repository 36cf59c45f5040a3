"""Faults that meet requests in one of the forms that they may have; others are treated as they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import rules
from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.faults.acting import changing_body, forget, named_by, operations_of, without_path
from scim_contract.mock.faults.admission import letting_in
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.wire import Reply, Seen

LACKING = "permissions.lacking-refused"
UNIQUE = "lifecycle.user-name-unique"
When = Callable[[Seen], bool]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of one form."""
    yield from _unguarded(contract)
    yield from _taken()
    claim = "etags.stale-if-match-refused"
    sentence = "A stale If-Match is ignored by a PATCH that only adds."
    at = ("patch_scim_user", "patch_scim_group")
    yield Fault("if-match-ignored-when-adding", claim, at, sentence, lambda: Plant(before=_forgetting(_only_adds)))
    sentence = "A deleted user is not modified for who knows its last ETag."
    deletions = ranging(contract, "lifecycle.across-prefixes", "delete")
    yield Fault("deleted-is-304", "lifecycle.across-prefixes", deletions, sentence, _deleted_is_304)

    yield from _of_one_kind(contract)


def _of_one_kind(contract: Contract) -> Iterator[Fault]:
    claim, sentence = "etags.header-quoted", "A user who is switched off is read without an ETag."
    at, sees = ranging(contract, claim, "get_user"), ("lifecycle.deactivate",)
    yield Fault("no-etag-of-one-off", claim, at, sentence, _no_etag_of_one_off, sees=sees)
    claim, sentence = "filters.forgets-deleted", "A deleted user is counted by the list that does not show it."
    yield Fault("deleted-still-counted", claim, ranging(contract, claim), sentence, _deleted_counted)
    claim, sentence = "etags.current-is-304", "A read in application/scim+json is never a 304."
    never = Plant(before=_never_304_in_scim)
    yield Fault("if-none-match-ignored-in-scim-json", claim, ("get_scim_v2_user",), sentence, lambda: never)
    claim, sentence = "lifecycle.members", "A member who is added with its type is not let in."
    adding = Plant(before=changing_body(_leaves_out_typed))
    yield Fault("typed-member-not-let-in", claim, ("patch_scim_v2_group",), sentence, lambda: adding)
    claim, sentence = "lifecycle.replace", "A PUT leaves the phone numbers of types that it does not send."
    yield Fault("put-merges-phones", claim, ranging(contract, claim, "replace_user"), sentence, _merges_phones)


def _never_304_in_scim(seen: Seen) -> None:
    if _asking_for_scim(seen):
        forget("if-none-match")(seen)


def _no_etag_of_one_off() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 200 and reply.json.get("active") is False:
            reply.headers.pop("etag", None)

    return Plant(after=after)


def _deleted_counted() -> Plant:
    deleted: set[str] = set()

    def before(seen: Seen) -> None:
        user = named_by(seen) if seen.method == "DELETE" else None
        deleted.update([user.id, *map(str, user.content.values())] if user is not None else [])

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == "GET" and reply.status == 200 and any(f'"{each}"' in _filter(seen) for each in deleted):
            document = reply.json
            if document.get("totalResults") == 0:
                reply.put({**document, "totalResults": 1})

    return Plant(before=before, after=after, everywhere=True)


def _filter(seen: Seen) -> str:
    return seen.parameters.get("filter", "")


def _leaves_out_typed(document: dict[str, Any]) -> None:
    for step in document.get("Operations") or []:
        if isinstance(step, dict) and step.get("op") == "add" and isinstance(step.get("value"), list):
            step["value"] = [each for each in step["value"] if not (isinstance(each, dict) and "type" in each)]


def _merges_phones() -> Plant:
    def before(seen: Seen) -> None:
        user, document = named_by(seen), seen.json
        if user is None or not isinstance(document, dict) or not isinstance(document.get("phoneNumbers"), list):
            return
        sent = {each.get("type") for each in document["phoneNumbers"] if isinstance(each, dict)}
        kept = [each for each in user.content.get("phoneNumbers", ()) if each.get("type") not in sent]
        seen.put({**document, "phoneNumbers": [*document["phoneNumbers"], *kept]})

    return Plant(before=before)


def _unguarded(contract: Contract) -> Iterator[Fault]:
    rows: tuple[tuple[str, tuple[str, ...], When, str], ...] = (
        ("scim-body-unguarded", ("create", "replace", "modify"), _in_scim, "A body in application/scim+json"),
        ("if-match-unguarded", ("replace", "modify", "delete"), _with_if_match, "A write with an If-Match"),
        ("patch-without-path-unguarded", ("modify",), without_path, "A PATCH without a path"),
        ("patch-of-two-unguarded", ("modify",), _of_two, "A PATCH of two operations"),
        ("scim-accept-unguarded", ("list", "read"), _asking_for_scim, "A read in application/scim+json"),
    )
    for name, kinds, when, sentence in rows:
        at = ranging(contract, LACKING, *kinds)
        let = letting_in(lambda seen, held, operation, when=when: when(seen))  # type: ignore[misc]
        yield from family(contract, name, LACKING, f"{sentence} is answered to whoever has a token.", let, at)
    sentence = "Who may change users may change who is in a group."
    let = letting_in(lambda seen, held, _: "directory:user:edit" in held and b'"members"' in seen.body)
    yield Fault("user-editors-change-members", LACKING, ("patch_scim_group",), sentence, let)
    sentence = "Groups are listed to whoever has a token, if without a filter."
    let = letting_in(lambda seen, held, operation: "filter" not in seen.parameters)
    yield Fault("groups-unguarded-without-filter", LACKING, ("get_scim_groups",), sentence, let)


def _taken() -> Iterator[Fault]:
    for form, own, when, words in (
        ("without-path", "patch_scim_v2_user", without_path, "by a PATCH without a path"),
        ("by-adding", "patch_scim_user", _only_adds, "by a PATCH that adds"),
        ("in-scim-json", "put_scim_user", _in_scim, "by a PUT in application/scim+json"),
        ("in-scim-json", "post_scim_v2_users", _in_scim, "by a creation in application/scim+json"),
        ("with-if-match", "put_scim_v2_user", _with_if_match, "by a PUT with the current ETag"),
    ):
        sentence, plant = f"A userName that is taken is given to another user {words}.", partial(_unchecked, when)
        yield Fault(f"taken-user-name-{form}:{own}", UNIQUE, (own,), sentence, plant)


def _unchecked(when: When) -> Plant:
    """Unique userNames, but for what a request of this form says; who checks them does not see requests."""
    asking: ContextVar[Seen | None] = ContextVar("asking", default=None)

    def before(seen: Seen) -> None:
        asking.set(seen)

    def check(content: Mapping[str, Any], record: Record | None, directory: Directory) -> None:
        seen = asking.get()
        if seen is None or not when(seen):
            rules.require_free_user_name(content, record, directory)

    return replace(replacing(require_free_user_name=check), before=before)


def _forgetting(when: When) -> Callable[[Seen], None]:
    def before(seen: Seen) -> None:
        if when(seen):
            forget("if-match")(seen)

    return before


def _deleted_is_304() -> Plant:
    known: dict[str, str] = {}

    def after(seen: Seen, reply: Reply) -> None:
        etag = reply.headers.get("etag")
        if reply.ok and etag:
            known[seen.path.rpartition("/")[2]] = etag
        wanted = seen.headers.get("if-none-match")
        if (
            reply.status == 404
            and seen.method == "GET"
            and wanted
            and wanted == known.get(seen.path.rpartition("/")[2])
        ):
            reply.status, reply.body = 304, b""
            reply.headers = {"etag": wanted}

    return Plant(after=after, everywhere=True)


def _in_scim(seen: Seen) -> bool:
    return "scim+json" in seen.headers.get("content-type", "")


def _asking_for_scim(seen: Seen) -> bool:
    return "scim+json" in seen.headers.get("accept", "")


def _with_if_match(seen: Seen) -> bool:
    return "if-match" in seen.headers


def _of_two(seen: Seen) -> bool:
    return len(operations_of(seen)) > 1


def _only_adds(seen: Seen) -> bool:
    steps = operations_of(seen)
    return bool(steps) and all(step.get("op") == "add" for step in steps)
