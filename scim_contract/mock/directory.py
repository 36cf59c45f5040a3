"""The directory: users and groups, their versions, and one lock around them."""

from __future__ import annotations

import time
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GENESYS_URN = "urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User"
EXTENSIONS = (ENTERPRISE_URN, GENESYS_URN)
"""The extensions of a user that any edition has; an edition without one never stores it."""


@dataclass(frozen=True)
class Record:
    """One state of a resource. `content` holds what a client wrote, in the model's spelling; what
    derives from other resources is added when it is shown. `modified` counts milliseconds."""

    id: str
    kind: str  # "User" or "Group"
    content: Mapping[str, Any]
    version: int
    modified: int
    password: str | None = None


def folded(name: str) -> str:
    """What two userNames have in common when they differ in case only (caseExact false)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())


@dataclass
class Directory:
    """Users and groups in the order of their creation. Hold `lock` from a check to the write."""

    users: dict[str, Record] = field(default_factory=dict)
    groups: dict[str, Record] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    _versions: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _memberships: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, user_name: str) -> Record | None:
        """The user of that userName, in any case."""
        user_id = self._names.get(folded(user_name))
        return None if user_id is None else self.users[user_id]

    def groups_of(self, user_id: str) -> tuple[str, ...]:
        """The ids of the groups that the user is a member of."""
        return self._memberships.get(user_id, ())

    def add(
        self,
        kind: str,
        content: Mapping[str, Any],
        password: str | None = None,
        *,
        id: str | None = None,
        modified: int | None = None,
    ) -> Record:
        """Store a new user or group; the id and the time are the directory's own unless given."""
        when = _now() if modified is None else modified
        record = Record(id or str(uuid.uuid4()), kind, content, self._next_version(), when, password)
        self._store(record)
        return record

    def update(self, record: Record, content: Mapping[str, Any], password: str | None = None) -> Record:
        """Store other content, or another password, of a resource.

        The version and the time move only with what can be read. A password cannot.
        """
        changed = replace(record, password=record.password if password is None else password)
        if content != record.content:
            changed = self._moved(replace(changed, content=content))
        if changed is not record:
            self._store(changed)
        return changed

    def delete_user(self, user_id: str) -> None:
        """Remove a user, and every mention of it as a member or a manager."""
        record = self.users.pop(user_id)
        self._names.pop(folded(record.content["userName"]), None)
        for group_id in self.groups_of(user_id):
            group = self.groups[group_id]
            members = [member for member in group.content["members"] if member["value"] != user_id]
            self.update(group, {**group.content, "members": members})
        self._memberships.pop(user_id, None)
        for user in list(self.users.values()):
            extension = user.content.get(ENTERPRISE_URN, {})
            if extension.get("manager", {}).get("value") == user_id:
                self.update(user, _without_manager(user.content))

    def _store(self, record: Record) -> None:
        table = self.users if record.kind == "User" else self.groups
        before = table.get(record.id)
        table[record.id] = record
        if record.kind == "User":
            if before is not None:
                self._names.pop(folded(before.content["userName"]), None)
            self._names[folded(record.content["userName"])] = record.id
        else:
            self._follow_members(before, record)

    def _follow_members(self, before: Record | None, group: Record) -> None:
        old, new = _member_ids(before), _member_ids(group)
        for user_id in [*old, *(member for member in new if member not in old)]:
            if (user_id in old) == (user_id in new):
                continue
            others = tuple(known for known in self.groups_of(user_id) if known != group.id)
            self._memberships[user_id] = (*others, group.id) if user_id in new else others
            if user_id in self.users and before is not None:  # the groups of the user can be read
                self.users[user_id] = self._moved(self.users[user_id])

    def _moved(self, record: Record) -> Record:
        return replace(record, version=self._next_version(), modified=max(_now(), record.modified + 1))

    def _next_version(self) -> int:
        self._versions += 1
        return self._versions


def _member_ids(group: Record | None) -> dict[str, None]:
    members = () if group is None else group.content.get("members", ())
    return dict.fromkeys(member["value"] for member in members)


def _without_manager(content: Mapping[str, Any]) -> dict[str, Any]:
    extension = {name: value for name, value in content[ENTERPRISE_URN].items() if name != "manager"}
    rest = {name: value for name, value in content.items() if name != ENTERPRISE_URN}
    return {**rest, ENTERPRISE_URN: extension} if extension else rest


def _now() -> int:
    return time.time_ns() // 1_000_000
