"""What must hold of the content of a user or a group before it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scim_contract.contract import Operation
from scim_contract.mock.directory import ENTERPRISE_URN, GENESYS_URN, Directory, Record
from scim_contract.mock.errors import ScimProblem, invalid_value
from scim_contract.mock.shapes import tidied

MOST_ROUTING = 50
"""Most routing skills, and most routing languages, that a user has."""
BEST_PROFICIENCY = 5.0
_NOT_STORED = ("schemas", "password", "id", "meta", "groups", "$ref")


def user_content(document: Mapping[str, Any], before: Record | None) -> dict[str, Any]:
    """What a whole user says, with the defaults of what it leaves out.

    Left out, userName and displayName stay as they were, active is true, and the rest is cleared.
    """
    kept = {} if before is None else {name: before.content[name] for name in ("userName", "displayName")}
    return {"active": True, **kept, **_stored(document)}


def group_content(document: Mapping[str, Any], before: Record, directory: Directory) -> dict[str, Any]:
    """What a whole group says: its members once each, with the type that they are of.

    :raises ScimProblem: 400 invalidValue where a member is not there, or is the group itself.
    """
    content = {"displayName": before.content["displayName"], **_stored(document)}
    members: dict[str, dict[str, str]] = {}
    for member in content.get("members", ()):
        value = member.get("value")
        if value is None or value == before.id:
            raise invalid_value("A member names no other resource.")
        members.setdefault(value, {"type": _type_of(value, directory), "value": value})
    return {**content, "members": list(members.values())}


def _type_of(value: str, directory: Directory) -> str:
    if value in directory.users:
        return "User"
    if value in directory.groups:
        return "Group"
    raise invalid_value("A member is neither a user nor a group of this directory.")


def _stored(document: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in document.items() if name not in _NOT_STORED}
    stored: dict[str, Any] = tidied(own)
    manager = stored.get(ENTERPRISE_URN, {}).get("manager")
    if manager is not None:
        manager.pop("$ref", None)
    return tidied(stored)  # type: ignore[no-any-return]


def require_name(content: Mapping[str, Any], attribute: str) -> None:
    """:raises ScimProblem: 400 invalidValue where the attribute is missing or empty."""
    if not str(content.get(attribute, "")).strip():
        raise invalid_value(f"{attribute} is missing or empty.")


def require_one_primary(content: Mapping[str, Any]) -> None:
    """RFC 7643, 2.4: at most one value of an attribute is primary.

    :raises ScimProblem: 400 invalidValue where two are.
    """
    for attribute in ("emails", "phoneNumbers"):
        if sum(item.get("primary", False) for item in content.get(attribute, ())) > 1:
            raise invalid_value(f"More than one value of {attribute} is primary.")


def require_limits(content: Mapping[str, Any]) -> None:
    """The limits of the vendor's own extension: 50 skills, 50 languages, proficiencies from 0 to 5.

    :raises ScimProblem: 400 invalidValue where one is passed.
    """
    extension = content.get(GENESYS_URN, {})
    for attribute in ("routingSkills", "routingLanguages"):
        held = extension.get(attribute, ())
        if len(held) > MOST_ROUTING:
            raise invalid_value(f"A user has at most {MOST_ROUTING} {attribute}.")
        if not all(0 <= item.get("proficiency", 0) <= BEST_PROFICIENCY for item in held):
            raise invalid_value(f"A proficiency of {attribute} is not from 0 to 5.")


def listed_without_filter(operation: Operation, records: Sequence[Record]) -> Sequence[Record]:
    """What a list shows where no filter says it: where users need none, the active ones."""
    if operation.resource != "users" or operation.requires_filter:
        return records
    return [record for record in records if record.content.get("active") is True]


def require_manager(content: Mapping[str, Any], directory: Directory) -> None:
    """:raises ScimProblem: 400 invalidValue where the manager is no user of this directory."""
    manager = content.get(ENTERPRISE_URN, {}).get("manager")
    if manager is not None and manager.get("value") not in directory.users:
        raise invalid_value("The manager is no user of this directory.")


def require_free_user_name(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
    """:raises ScimProblem: 409 uniqueness where another user has the userName, in any case."""
    holder = directory.named(content["userName"])
    if holder is not None and (before is None or holder.id != before.id):
        raise ScimProblem(409, "Another user has this userName.", "uniqueness")


def require_password_only(content: Mapping[str, Any], before: Record) -> None:
    """What a client that may set passwords, and edit nothing else, can write.

    :raises ScimProblem: 403 where anything but the password would change.
    """
    if _by_meaning(content) != _by_meaning(before.content):
        raise ScimProblem(403, "The client may set a password of this user and nothing else.")


def _by_meaning(content: Mapping[str, Any]) -> dict[str, Any]:
    """A document in which a phone number is the same in either of the formats that the reference has."""
    phones = [{**phone, "value": _digits(phone.get("value"))} for phone in content.get("phoneNumbers") or []]
    return {**content, "phoneNumbers": phones}


def _digits(number: Any) -> str:
    return re.sub(r"[^0-9;=a-z]", "", str(number).lower().removeprefix("tel:"))
