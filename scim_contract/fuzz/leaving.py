"""Nothing stays longer than it is looked at: generated users are deleted at once, the group is put back."""

from __future__ import annotations

from dataclasses import dataclass

from scim_contract.org import Org, Resource, people, replacement
from scim_contract.transport import Exchange

_GONE = (404, 410)


@dataclass
class Leaving:
    """Deletes the users that generated requests created. What that does not take away the run's cleanup does.

    The first delete is checked by reading; a server that lied there is not believed again.
    """

    org: Org
    trusted: bool | None = None

    def remove(self, user: Resource, name: str, prefix: str = "v1") -> None:
        """Delete a user, and write down that it is gone."""
        asked = self.org.ask(self.org.operation(prefix, "delete_user"), user, case="remove")
        if asked.status == 202:  # until it is carried out, the user is in the group, which moves when he goes
            self.trusted = self._gone_in_the_end(user, prefix)
        elif asked.answer.ok and self.trusted is None:
            self.trusted = self.org.gone_or_there(user, prefix).status in _GONE
        if asked.status in _GONE or (asked.answer.ok and self.trusted):
            people.note_gone(self.org.workspace, name)

    def _gone_in_the_end(self, user: Resource, prefix: str) -> bool:
        def look() -> Exchange:
            return self.org.gone_or_there(user, prefix)

        return self.org.eventually(look, lambda seen: seen.status in _GONE).status in _GONE


def put_back(org: Org, prefix: str) -> None:
    """Give the group the name and the members that it had before the run: the checks after this one look for it."""
    workspace = org.workspace
    kept = workspace.group_body
    if kept is None or workspace.group_id is None:
        return
    body = replacement("groups", kept, displayName=kept.get("displayName"), members=kept.get("members") or [])
    group = Resource("groups", workspace.group_id, ours=True)
    org.acting("fuzzed").ask(org.operation(prefix, "replace_group"), group, body=body, case="put back")
