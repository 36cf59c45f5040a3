"""The rules of a directory for what is stored: names, emails, roles, photos, members, passwords."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import rules
from scim_contract.mock.behaviour import Document
from scim_contract.mock.directory import ENTERPRISE_URN, Directory, Record, folded
from scim_contract.mock.errors import ScimProblem, invalid_value, mutability
from scim_contract.mock.etags import etag
from scim_contract.mock.faults.acting import error, named_by
from scim_contract.mock.planting import Plant, Variant, replacing
from scim_contract.mock.representation import timestamp
from scim_contract.mock.variants.making import OPEN, about, directory_of, document_of, refusing, shown, written
from scim_contract.mock.wire import Reply, Seen

_OWNED = OPEN + "a role, division, manager or photo that does not exist: stored, or refused with 400 or 404"
_AGAIN = OPEN + "a deleted user's userName may be free again, refused with 409, or bring the old id back"
_MEMBERS = "lifecycle.members: a member that does not exist: 400/404; a group as member: stored or 400"
_ROLES = frozenset({"employee", "Telephony User", "Supervisor", "Member"})


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield from _references()
    yield from _names()
    yield from _members()
    yield from _emails()


def _references() -> Iterator[Variant]:
    for status in (400, 404):
        yield Variant(
            f"unknown-values-{status}",
            f"A role, a division or a manager that does not exist is refused with {status}.",
            _OWNED,
            lambda status=status: replacing(require_manager=_existing(status)),  # type: ignore[misc]
        )
    yield Variant(
        "unknown-manager-stored",
        "A manager that does not exist is stored, and shown without a $ref.",
        _OWNED,
        lambda: replacing(after=_no_dead_links, require_manager=lambda content, directory: None),
    )
    yield Variant(
        "photos-refused",
        "A photo that does not exist is refused, and the profile knows of none that does.",
        _OWNED,
        lambda: Plant(before=refusing(_with_photo)),
        profile={"photo_url": ""},
        poor=True,
    )
    yield Variant(
        "weak-passwords-refused",
        "Passwords under 8 characters, or without a letter and a digit, are refused.",
        OPEN + "a weak password: stored, or refused",
        lambda: Plant(before=refusing(_weak_password)),
    )


def _names() -> Iterator[Variant]:
    yield Variant(
        "user-names-are-addresses",
        "A userName that is no email address is refused.",
        OPEN + "a userName that is no email address: stored, or refused",
        lambda: replacing(require_name=_addresses),
    )
    yield Variant(
        "user-names-of-the-deleted-kept", "A deleted user's userName stays taken.", _AGAIN, _kept_names, poor=True
    )
    yield Variant("deleted-users-come-back", "A deleted user's userName brings its id back.", _AGAIN, _old_ids)
    yield Variant(
        "group-names-unique",
        "A group's name that another group has is refused with 409.",
        OPEN + "a group name already taken may be refused with 409",
        lambda: replacing(group_content=_own_group_name),
    )
    yield Variant(
        "groups-come-and-go",
        "Groups can be created and deleted as well.",
        OPEN + "more operations (POST and DELETE of groups)",
        lambda: Plant(before=_group_operations),
    )


def _members() -> Iterator[Variant]:
    yield Variant(
        "unknown-member-404",
        "A member that does not exist is refused with 404.",
        _MEMBERS,
        lambda: replacing(group_content=_known_members),
    )
    yield Variant(
        "groups-no-members",
        "A group as member is refused.",
        _MEMBERS,
        lambda: replacing(group_content=_users_only),
    )


def _emails() -> Iterator[Variant]:
    source = "representations.other-email-immutable: ignored, refused with 400, or stored"
    yield Variant(
        "other-email-fixed",
        "An email of type other keeps its value, whatever is written.",
        source,
        lambda: replacing(user_content=_own_other_email),
    )
    yield Variant(
        "other-email-change-refused",
        "A change of the email of type other is refused.",
        source,
        lambda: replacing(require_free_user_name=_same_other_email),
    )
    yield Variant(
        "other-email-refused",
        "An email of type other is refused: such a one is the directory's business.",
        OPEN + "the email of type other may always be the userName",
        lambda: Plant(
            before=refusing(lambda seen, body: any(e.get("type") == "other" for e in _emails_in(seen, body)))
        ),
        poor=True,
    )


def _existing(status: int) -> Callable[[Mapping[str, Any], Directory], None]:
    def check(content: Mapping[str, Any], directory: Directory) -> None:
        extension = content.get(ENTERPRISE_URN, {})
        manager = extension.get("manager", {}).get("value")
        roles = {role["value"] if isinstance(role, dict) else role for role in content.get("roles", ())}
        strange = not roles <= _ROLES or extension.get("division", "Home") != "Home"
        if strange or (manager is not None and manager not in directory.users):
            raise ScimProblem(status, "A role, a division or a manager is not there.", "invalidValue")

    return check


def _no_dead_links(seen: Seen, reply: Reply) -> None:
    def change(user: Document) -> None:
        manager = (user.get(ENTERPRISE_URN) or {}).get("manager") or {}
        if manager.get("value") not in directory_of(seen).users:
            manager.pop("$ref", None)

    shown(change, "User")(seen, reply)


def _with_photo(seen: Seen, body: Document) -> bool:
    return any(name.startswith("photos") and value not in (None, []) for name, value in written(body, seen))


def _weak_password(seen: Seen, body: Document) -> bool:
    given = [value for name, value in written(body, seen) if name == "password" and isinstance(value, str)]
    return any(len(text) < 8 or not re.search(r"[A-Za-z]", text) or not re.search(r"\d", text) for text in given)


def _addresses(content: Mapping[str, Any], attribute: str) -> None:
    rules.require_name(content, attribute)
    if attribute == "userName" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", content["userName"]):
        raise invalid_value("The userName is no email address.")


def _kept_names() -> Plant:
    taken: set[str] = set()

    def before(seen: Seen) -> None:
        record = named_by(seen) if about(seen, "users", "DELETE") else None
        seen.note["name"] = record and folded(record.content["userName"])

    def after(seen: Seen, reply: Reply) -> None:
        if seen.note["name"] and reply.ok:
            taken.add(seen.note["name"])

    def free(content: Mapping[str, Any], record: Record | None, directory: Directory) -> None:
        rules.require_free_user_name(content, record, directory)
        name = folded(content["userName"])
        if name in taken and (record is None or folded(record.content["userName"]) != name):
            raise ScimProblem(409, "A user who was deleted has this userName.", "uniqueness")

    return replacing(before, after, require_free_user_name=free)


def _old_ids() -> Plant:
    ids: dict[str, str] = {}

    def before(seen: Seen) -> None:
        record = named_by(seen) if about(seen, "users", "DELETE") else None
        seen.note["gone"] = record and (folded(record.content["userName"]), record.id)

    def after(seen: Seen, reply: Reply) -> None:
        if seen.note["gone"] and reply.ok:
            name, id = seen.note["gone"]
            ids[name] = id
        document = document_of(reply) if about(seen, "users", "POST") and reply.status == 201 else None
        if document is not None:
            name = folded(document["userName"])
            old, directory = ids.pop(name, None), directory_of(seen)
            if old is not None and old not in directory.users:
                _renumber(directory, document["id"], old, reply)

    return Plant(before, after)


def _renumber(directory: Directory, new: str, old: str, reply: Reply) -> None:
    record = directory.users[new]
    directory.delete_user(new)
    back = directory.add("User", record.content, record.password, id=old)
    reply.body = reply.body.replace(new.encode(), old.encode())
    document = reply.json
    document["meta"] |= {"version": etag(back.version), "lastModified": timestamp(back.modified)}
    reply.put(document)
    reply.headers |= {"location": reply.headers["location"].replace(new, old), "etag": etag(back.version)}


def _own_group_name(document: Mapping[str, Any], before: Record, directory: Directory) -> Document:
    content = rules.group_content(document, before, directory)
    others = [group for group in directory.groups.values() if group.id != before.id]
    if any(group.content["displayName"] == content["displayName"] for group in others):
        raise ScimProblem(409, "Another group has this name.", "uniqueness")
    return content


def _member_ids(document: Mapping[str, Any]) -> list[Any]:
    return [member.get("value") for member in document.get("members", ())]


def _known_members(document: Mapping[str, Any], before: Record, directory: Directory) -> Document:
    for id in _member_ids(document):
        if id is not None and id not in directory.users and id not in directory.groups:
            raise ScimProblem(404, "A member does not exist.")
    return rules.group_content(document, before, directory)


def _users_only(document: Mapping[str, Any], before: Record, directory: Directory) -> Document:
    if any(id in directory.groups for id in _member_ids(document)):
        raise invalid_value("A group is no member of a group.")
    return rules.group_content(document, before, directory)


def _group_operations(seen: Seen) -> Reply | None:
    """POST and DELETE of groups, for whoever comes with a token."""
    on_groups = re.search(r"/groups(/[^/]+)?$", seen.path)
    if not on_groups or seen.method not in ("POST", "DELETE") or (seen.method == "POST") == bool(on_groups[1]):
        return None
    if "authorization" not in seen.headers:
        return error(401)
    directory = directory_of(seen)
    if seen.method == "DELETE":
        group = directory.groups.pop(seen.item, None)
        return error(404) if group is None else Reply(204, {}, b"")
    name = seen.json.get("displayName") if isinstance(seen.json, dict) else None
    if not isinstance(name, str) or not name:
        return error(400, "A group needs a displayName.", "invalidValue")
    record = directory.add("Group", {"displayName": name, "members": []})
    reply = Reply(201, {"content-type": "application/json", "location": f"{seen.path}/{record.id}"}, b"")
    reply.put({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": record.id, "displayName": name})
    return reply


def _others(content: Mapping[str, Any]) -> list[Any]:
    return sorted(email.get("value", "") for email in content.get("emails", ()) if email.get("type") == "other")


def _emails_in(seen: Seen, body: Document) -> list[Document]:
    given = [value for name, value in written(body, seen) if name == "emails"]
    return [e for value in given for e in (value if isinstance(value, list) else [value]) if isinstance(e, dict)]


def _own_other_email(document: Mapping[str, Any], before: Record | None) -> Document:
    content = rules.user_content(document, before)
    kept = [] if before is None else [e for e in before.content.get("emails", ()) if e.get("type") == "other"]
    if kept:
        content["emails"] = [e for e in content.get("emails", ()) if e.get("type") != "other"] + kept
    return content


def _same_other_email(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
    rules.require_free_user_name(content, before, directory)
    if before is not None and _others(before.content) and _others(content) not in ([], _others(before.content)):
        raise mutability("The email of type other cannot be changed.")
