"""Faults of writes that change what they have nothing to do with: memberships, and a user whose password is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.faults.acting import Document, named_by, operations_of, remember
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of what has to stay."""
    sentence = "A user who is switched off is taken out of every group, and not put back."
    yield from family(contract, "switched-off-leaves-groups", "lifecycle.deactivate", sentence, _leaving)
    for name in ("userName", "displayName"):
        sentence = f"A user whose {name} changes is taken out of every group."
        plant = partial(_renamed_leaving, name)
        yield from family(contract, f"other-{name}-leaves-groups", "lifecycle.deactivate", sentence, plant)
    claim = "lifecycle.set-password"
    for name, at, change, sentence in (
        (
            "password-wakes-the-user",
            ("patch_scim_v2_user",),
            lambda content: {**content, "active": True},
            "A user whose password is set is active from then on.",
        ),
        (
            "password-resets-the-title",
            ("put_scim_user", "put_scim_v2_user"),
            lambda content: {**content, "title": "Unknown"},
            "A user whose password is set gets another title.",
        ),
        (
            "password-resets-the-roles",
            ("put_scim_user", "put_scim_v2_user", "patch_scim_user", "patch_scim_v2_user"),
            lambda content: {**content, "roles": []},
            "A user whose password is set loses its roles.",
        ),
        (
            "password-makes-phones-anew",
            ("patch_scim_user", "patch_scim_v2_user"),
            lambda content: {**content, "phoneNumbers": []},
            "A user whose password is set loses its phone numbers.",
        ),
    ):
        yield Fault(name, claim, at, sentence, lambda change=change: _with_passwords(change))  # type: ignore[misc]


def _leaving() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        was, now = seen.note.get("was"), named_by(seen)
        if seen.directory is not None and was and now and was.content.get("active") and not now.content.get("active"):
            _leave_all(seen.directory, now)

    return Plant(remember, after)


def _renamed_leaving(name: str) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        was, now = seen.note.get("was"), named_by(seen)
        if seen.directory is not None and was and now and was.content.get(name) != now.content.get(name):
            _leave_all(seen.directory, now)

    return Plant(remember, after)


def _leave_all(directory: Directory, user: Record) -> None:
    for group_id in directory.groups_of(user.id):
        group = directory.groups[group_id]
        members = [member for member in group.content["members"] if member["value"] != user.id]
        directory.update(group, {**group.content, "members": members})


def _with_passwords(change: Callable[[Document], Document]) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        user, document = named_by(seen), seen.json
        given = isinstance(document, dict) and (
            "password" in document or any(step.get("path") == "password" for step in operations_of(seen))
        )
        if reply.ok and given and user is not None and seen.directory is not None:
            seen.directory.update(user, change(dict(user.content)))

    return Plant(after=after)
