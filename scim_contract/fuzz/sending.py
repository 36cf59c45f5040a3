"""What a step of a history sends: its values as operations of a PATCH, and as a PUT can write them."""

from __future__ import annotations

from typing import Any

from scim_contract.fuzz.model import Known, State, Step, nested, written
from scim_contract.org.changes import modification
from scim_contract.org.documents import ENTERPRISE, GROUP, USER


def sent_by(step: Step, known: Known, values: State, user_name: str) -> dict[str, Any]:
    """What a write sends of a known resource, as keywords of `Org.ask`; `user_name` is the user's, of a group none."""
    if step.act == "delete":
        return {}
    if step.act == "modify":
        return {"body": modification(*map(_operation, values.items()))}
    whole = written(known.state, step.act, values)
    if step.resource == "groups":
        return {"body": {"schemas": [GROUP], **whole}}
    urns = [USER, ENTERPRISE] if "department" in whole else [USER]
    return {"body": {"schemas": urns, "userName": user_name, **nested(whole)}}


def _operation(item: tuple[str, Any]) -> dict[str, Any]:
    """One operation of a PATCH for one of a step's values."""
    name, value = item[0].lstrip("+-"), item[1]
    path = f"{ENTERPRISE}:{name}" if name == "department" else name
    if item[0].startswith("+"):
        return {"op": "add", "path": path, "value": value}
    if not item[0].startswith("-"):
        return {"op": "replace", "path": path, "value": value}
    if name == "members" and value:
        path = f'members[value eq "{value[0]["value"]}"]'
    return {"op": "remove", "path": path}


def replaceable(values: State) -> State:
    """Values as a PUT can write them: it empties lists, and keeps the rest, since null may be refused."""
    lists = {f"-{name}": name for name in ("emails", "phoneNumbers")}
    kept = {name: value for name, value in values.items() if not name.startswith("-") or name == "-members"}
    return {**kept, **{lists[name]: [] for name in values if name in lists}}
