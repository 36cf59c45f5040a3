"""Faults of userNames: taken ones that are taken again, and those of deleted users."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import rules
from scim_contract.mock.directory import Directory, Record, folded
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.faults.acting import Document, become, error, grudging, mending, named_by
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.wire import Reply, Seen

Check = Callable[[Mapping[str, Any], Record | None, Directory], None]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of userNames."""
    yield from _taken(contract)
    yield from _told(contract)
    yield from _free_again(contract)


def _taken(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.user-name-unique"
    sentence = "Two users may have one userName."
    yield from family(contract, "user-name-taken-twice", claim, sentence, lambda: _checking(_unchecked))
    sentence = "A userName in capitals is another userName."
    yield from family(contract, "user-name-unique-with-case", claim, sentence, lambda: _checking(_with_case))
    updates = ranging(contract, claim, "replace", "modify")
    sentence = "The userName of a user who is switched off may be taken."
    yield Fault("user-name-of-one-off-is-free", claim, updates, sentence, lambda: _checking(_of_those_on))
    sentence = "The userName that a user got by renaming it may be taken."
    yield Fault("user-name-by-renaming-is-free", claim, updates, sentence, _unless_renamed)
    for name, at in (
        ("taken-user-name-refused-but-stored", updates),
        ("taken-user-name-refused-but-created", ("post_scim_v2_users",)),
    ):
        sentence = "A userName that is taken is refused with 409, and given all the same."
        yield Fault(name, claim, at, sentence, lambda: replace(_checking(_unchecked), after=_told_of_the_double))
    sentence = "A PUT with a userName that is taken is refused, and the rest of it stored."
    at = ("put_scim_user",)
    yield Fault("taken-user-name-refused-rest-stored", claim, at, sentence, _rest_stored)


def _told(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.user-name-unique"
    creates, updates = (ranging(contract, claim, *kinds) for kinds in (("create",), ("replace", "modify")))
    for name, at, scim_type, status, sentence in (
        ("taken-user-name-is-400", creates, "uniqueness", 400, "A creation with a userName taken is 400, not 409."),
        ("taken-user-name-is-invalid-value", updates, "invalidValue", 400, "A userName that is taken is invalidValue."),
        ("taken-user-name-is-403", ("patch_scim_user",), "uniqueness", 403, "A userName that is taken is 403."),
        ("conflict-without-scim-type", (*creates, *updates), None, 409, "The 409 of a taken userName has no scimType."),
    ):
        yield Fault(name, claim, at, sentence, _conflict_becomes(status, scim_type))


def _free_again(contract: Contract) -> Iterator[Fault]:
    claim = "lifecycle.user-name-free-again"
    sentence = "The userName of a deleted user is refused with 400."
    yield from family(contract, "deleted-user-name-is-400", claim, sentence, lambda: _again(refused=True))
    sentence = "The userName of a deleted user is free again, and the creation answered with 200."
    at = ("post_scim_v2_users",)
    also = ("representations.answer",)
    yield Fault("deleted-user-name-is-200", claim, at, sentence, lambda: _again(after=_told_as_200), also)
    sentence = "A creation under the userName of a deleted user is answered with 201, and nobody is there."
    yield Fault("deleted-user-name-in-vain", claim, ("post_scim_users",), sentence, lambda: _again(after=_removed))


def _checking(check: Check) -> Plant:
    return replacing(require_free_user_name=check)


def _unchecked(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
    """Any name will do."""


def _with_case(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
    own = None if before is None else before.id
    if any(u.content["userName"] == content["userName"] and u.id != own for u in directory.users.values()):
        raise ScimProblem(409, "Another user has this userName.", "uniqueness")


def _of_those_on(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
    holder = directory.named(content["userName"])
    if holder is None or holder.content.get("active", True):
        rules.require_free_user_name(content, before, directory)


def _unless_renamed() -> Plant:
    created: set[str] = set()

    def note(seen: Seen, reply: Reply) -> None:
        if seen.method == "POST" and reply.ok and seen.path.endswith("/users"):
            created.add(folded(str(reply.json["userName"])))

    def check(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
        if before is None or folded(content["userName"]) in created:
            rules.require_free_user_name(content, before, directory)

    return replace(_checking(check), after=note, everywhere=True)


def _taken_error() -> Reply:
    return error(409, "Another user has this userName.", "uniqueness")


def _told_of_the_double(seen: Seen, reply: Reply) -> None:
    if reply.ok and seen.directory is not None:
        name = folded(str(reply.json["userName"]))
        if sum(folded(user.content["userName"]) == name for user in seen.directory.users.values()) > 1:
            become(reply, _taken_error())


def _rest_stored() -> Plant:
    def mend(seen: Seen) -> bool:
        user, document = named_by(seen), seen.json
        if user is None or seen.directory is None or not isinstance(document, dict):
            return False
        holder = seen.directory.named(str(document.get("userName")))
        if holder is None or holder.id == user.id:
            return False
        return mending(lambda sent: sent.update(userName=user.content["userName"]))(seen)

    return grudging(mend, _taken_error)


def _conflict_becomes(status: int, scim_type: str | None) -> Callable[[], Plant]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 409:
            become(reply, error(status, "Another user has this userName.", scim_type))

    return lambda: Plant(after=after)


def _again(refused: bool = False, after: Callable[[Seen, Reply], None] = lambda seen, reply: None) -> Plant:
    """What becomes of a creation under a userName that a user had who is no longer there."""
    known: set[str] = set()

    def met(seen: Seen) -> Reply | None:
        document: Document = seen.json if isinstance(seen.json, dict) else {}
        name = str(document.get("userName"))
        gone = seen.directory is not None and seen.directory.named(name) is None
        seen.note["again"] = name in known and gone
        return error(400, "This userName is reserved.", "invalidValue") if refused and seen.note["again"] else None

    def answered(seen: Seen, reply: Reply) -> None:
        if reply.ok:
            known.add(str(reply.json["userName"]))
        if reply.ok and seen.note["again"]:
            after(seen, reply)

    return Plant(met, answered)


def _told_as_200(seen: Seen, reply: Reply) -> None:
    reply.status = 200


def _removed(seen: Seen, reply: Reply) -> None:
    if seen.directory is not None:
        seen.directory.delete_user(str(reply.json["id"]))
