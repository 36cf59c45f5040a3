"""The judge's words for what stands in a document: phone numbers, primary entries, links to other resources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scim_contract.judging.expect import Expect, needed
from scim_contract.org import documents
from scim_contract.org.documents import GROUP, USER, differences
from scim_contract.transport import Exchange

_E164 = re.compile(r"\+[1-9]\d{1,14}")
# A global number of RFC 3966 with its parameters; the reference writes a space before `ext`.
_TEL = re.compile(r"tel:\+(?=[^;]*\d)[\d\-.()]+(?:;\s?[\w\-]+(?:=[^;\s]+)?)*", re.IGNORECASE)

_NOT_THERE = (301, 302, 303, 307, 308, 400, 404, 405, 410)


def entries(read: Exchange | Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list of a document; none where there is no such list."""
    return documents.entries(read.document if isinstance(read, Exchange) else read, name)


def is_phone_number(value: Any) -> bool:
    """Whether a value is a phone number in E.164, or as a tel URI, an extension included."""
    return isinstance(value, str) and bool(_E164.fullmatch(value) or _TEL.fullmatch(value))


def one_primary(
    expect: Expect, read: Exchange, name: str, document: Mapping[str, Any] | None = None, part: str = ""
) -> bool:
    """At most one entry of a list is primary.

    Args:
        expect: the case's judge.
        read: the answer.
        name: the list's attribute.
        document: the resource in the answer where the answer holds several.
        part: the part of the claim.
    """
    found = [e for e in entries(read if document is None else document, name) if e.get("primary") is True]
    shown = " and ".join(f"{e.get('type')} {e.get('value')}" for e in found)
    return expect.that(len(found) <= 1, f"at most one of {name} is primary", f"primary are {shown}", read, part)


def leads_to(expect: Expect, found: Exchange | str, what: str, answer: Exchange, value: Any = None) -> bool:
    """A link leads to a resource: to the one of the answer that has the link, or to the one with an id.

    Args:
        expect: the case's judge.
        found: what was found where it leads, or why nothing can be.
        what: the link as a person reads it.
        answer: the answer that has it.
        value: the id; the resource of the answer where None.

    Raises:
        Blocked: what was found says nothing, since it was neither a success nor "there is no such resource".
    """
    whose = "the resource" if value is None else f"the resource {value}"
    if isinstance(found, str):
        return expect.that(False, f"{what} leads to {whose}", found, answer)
    needed(found, 200, *_NOT_THERE)
    if not expect.that(found.status == 200, f"{what} leads to {whose}", f"{found.answer.line} from there", found):
        return False
    wanted = _identity(answer) if value is None else {"id": value}
    unlike = differences(wanted, {name: found.document.get(name) for name in wanted})
    return expect.that(not unlike, f"{what} leads to {whose}", "; ".join(unlike), found)


def kind_of(document: Mapping[str, Any]) -> Any:
    """The type that a resource is of, by its schemas, else by its meta."""
    schemas = document.get("schemas")
    if isinstance(schemas, list):
        for urn, kind in ((USER, "User"), (GROUP, "Group")):
            if urn in schemas:
                return kind
    meta = document.get("meta")
    return meta.get("resourceType") if isinstance(meta, dict) else None


def _identity(answer: Exchange) -> dict[str, Any]:
    """What tells a resource from others: its id, or all it says where it has none."""
    own_id = answer.document.get("id")
    if own_id is not None:
        return {"id": own_id}
    return {name: value for name, value in answer.document.items() if name != "meta"}
