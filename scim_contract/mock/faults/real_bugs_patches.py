"""Bugs that users reported of other SCIM servers: what their PATCH does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import patching, rules
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.faults.acting import (
    Document,
    become,
    changing,
    error,
    goodwill,
    mending,
    mending_steps,
    named_by,
    operations_of,
    remember,
)
from scim_contract.mock.planting import Fault, Plant, ranging
from scim_contract.mock.wire import Reply, Seen

USERS, GROUPS = ("patch_scim_user", "patch_scim_v2_user"), ("patch_scim_group", "patch_scim_v2_group")
GITHUB = "https://github.com/"
_NAMES = re.compile(r"[A-Za-z.]+")


def faults(contract: Contract) -> Iterator[Fault]:
    """The bugs of this topic."""
    yield from _patches_of_users()
    yield from _patches_of_groups()
    yield from _patches_of_either(contract)


def _patches_of_users() -> Iterator[Fault]:
    yield Fault(
        "bug-deactivation-ignored",
        "lifecycle.deactivate",
        USERS,
        "A PATCH of active is answered with success, and the user stays active.",
        lambda: Plant(before=goodwill(mending_steps(lambda step: [] if _of_active(step) else [step]))),
        also=("representations.round-trip", "lifecycle.across-prefixes"),
        link=GITHUB + "NorthlandPositronics/Cogtrix/issues/122",
    )
    yield Fault(
        "bug-deactivation-fails",
        "lifecycle.deactivate",
        USERS,
        "A PATCH of active fails with an error.",
        lambda: Plant(before=lambda seen: error(500) if any(map(_of_active, operations_of(seen))) else None),
        also=("representations.round-trip", "errors.never-5xx"),
        link=GITHUB + "simpleidserver/SimpleIdServer/issues/595",
    )
    yield Fault(
        "bug-patch-loses-roles",
        "lifecycle.patch-replace",
        USERS,
        "A PATCH that does not name the roles writes them back empty.",
        lambda: Plant(behaviour=_without_roles),
        also=("lifecycle.patch-add", "lifecycle.patch-remove", "lifecycle.patch-in-order"),
        link=GITHUB + "pond/scimitar/issues/6",
    )
    yield Fault(
        "bug-former-primary-stays",
        "representations.primary",
        USERS,
        "A PATCH that makes an email the primary one leaves the former one primary, too.",
        lambda: Plant(remember, _still_primary),
        link=GITHUB + "sourcegraph/sourcegraph-public-snapshot/issues/49210",
    )


def _patches_of_groups() -> Iterator[Fault]:
    yield Fault(
        "bug-patch-without-effect-refused",
        "lifecycle.members",
        GROUPS,
        "A PATCH that sets what is there already is refused.",
        lambda: Plant(remember, _nothing_to_do),
        link=GITHUB + "better-auth/better-auth/issues/8549",
    )
    yield Fault(
        "bug-groups-cannot-be-patched",
        "lifecycle.patch-replace",
        GROUPS,
        "PATCH is no method of groups, though the configuration says that it is supported.",
        lambda: Plant(before=lambda seen: error(405, "Method PATCH not allowed")),
        also=("lifecycle.patch-add", "lifecycle.members"),
        link=GITHUB + "goauthentik/authentik/issues/11249",
    )
    yield Fault(
        "bug-members-replaced-by-adding",
        "lifecycle.members",
        GROUPS,
        "A PATCH that replaces the members keeps those that were there.",
        lambda: Plant(before=goodwill(mending_steps(_members_added))),
        link=GITHUB + "keycloak/keycloak/issues/52752",
    )
    yield Fault(
        "bug-rename-empties-the-group",
        "lifecycle.patch-replace",
        GROUPS,
        "A PATCH that renames a group without a path takes all its members away.",
        lambda: Plant(before=goodwill(mending_steps(_members_or_none))),
        link=GITHUB + "langwatch/langwatch/pull/7136",
    )
    yield Fault(
        "bug-added-member-is-the-only-one",
        "lifecycle.members",
        GROUPS,
        "A PATCH that adds a member puts it in the place of all others.",
        lambda: Plant(before=goodwill(mending_steps(lambda step: [_in_place(step)]))),
        also=("lifecycle.patch-add",),
        link=GITHUB + "msaad00/agent-bom/issues/3533",
    )
    yield Fault(
        "bug-removed-member-takes-all-along",
        "lifecycle.members",
        GROUPS,
        "A PATCH that removes one member by filter empties the group.",
        lambda: Plant(before=goodwill(mending_steps(lambda step: [_unfiltered(step)]))),
        also=("lifecycle.patch-remove",),
        link=GITHUB + "msaad00/agent-bom/issues/3533",
    )
    yield Fault(
        "bug-removed-member-stays",
        "lifecycle.members",
        GROUPS,
        "A PATCH that removes a member by filter is answered with success, and changes nothing.",
        lambda: Plant(before=goodwill(mending_steps(lambda step: [] if _unfiltered(step) != step else [step]))),
        also=("lifecycle.patch-remove",),
        link=GITHUB + "wso2/product-is/issues/7040",
    )


def _patches_of_either(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-lower-case-add-unknown",
        "lifecycle.patch-add",
        ranging(contract, "lifecycle.patch-add"),
        "The op of a PATCH is Add; add is refused.",
        lambda: Plant(before=_add_unknown),
        also=("lifecycle.members", "representations.round-trip", "lifecycle.patch-in-order"),
        link=GITHUB + "Azure/AzureAD-BYOA-Provisioning-Samples/issues/24",
    )
    yield Fault(
        "bug-patch-half-applied",
        "lifecycle.patch-atomic",
        ranging(contract, "lifecycle.patch-atomic"),
        "What the operations before a bad one wrote stays when the PATCH is refused.",
        lambda: Plant(remember, partial(_half_applied, contract)),
        link=GITHUB + "Captain-P-Goldfish/SCIM-SDK/issues/200",
    )
    yield Fault(
        "bug-first-operation-wins",
        "lifecycle.patch-in-order",
        ranging(contract, "lifecycle.patch-in-order"),
        "Of two operations on one attribute the first has the last word.",
        lambda: Plant(before=goodwill(mending(_backwards))),
        link=GITHUB + "simpleidserver/SimpleIdServer/issues/644",
    )
    yield Fault(
        "bug-misspelt-path-breaks",
        "lifecycle.patch-malformed-refused",
        ("patch_scim_user", "patch_scim_group", "patch_scim_v2_group"),
        "A PATCH of an attribute that does not exist breaks the server.",
        lambda: Plant(after=_breaks_at_unknown_names),
        also=("errors.never-5xx",),
        link=GITHUB + "wso2/product-is/issues/16933",
    )


# patches ------------------------------------------------------------------------------------------------


def _of_active(step: Document) -> bool:
    return step.get("path") == "active"


def _without_roles(behaviour: Behaviour, _: Any) -> Behaviour:
    def patched(contract: Contract, kind: str, document: Mapping[str, Any], steps: list[Document]) -> Document:
        after = patching.patched(contract, kind, document, steps)
        if "roles" not in repr(steps):
            after.pop("roles", None)
        return after

    return replace(behaviour, patched=patched)


def _still_primary(seen: Seen, reply: Reply) -> None:
    was, now = seen.note["was"], named_by(seen)
    if not (reply.ok and was and now and seen.directory):
        return
    former = [email["value"] for email in was.content.get("emails", ()) if email.get("primary")]
    emails = [{**e, "primary": True} if e["value"] in former else e for e in now.content.get("emails", ())]
    if emails and emails != now.content["emails"]:
        seen.directory.update(now, {**now.content, "emails": emails})
        changing(lambda document: document.update(emails=emails))(seen, reply)


def _nothing_to_do(seen: Seen, reply: Reply) -> None:
    was, now = seen.note["was"], named_by(seen)
    if reply.ok and was and now and was.content == now.content:
        become(reply, error(400, "No valid fields to update", "invalidValue"))


def _members_added(step: Document) -> list[Document]:
    return [{**step, "op": "add"} if step.get("op") == "replace" and step.get("path") == "members" else step]


def _members_or_none(step: Document) -> list[Document]:
    value = step.get("value")
    if step.get("op") != "replace" or step.get("path") or not isinstance(value, dict):
        return [step]
    members = value.get("members") or []
    return [step, {"op": "replace", "path": "members", "value": members}]


def _in_place(step: Document) -> Document:
    return {**step, "op": "replace"} if step.get("op") == "add" and step.get("path") == "members" else step


def _unfiltered(step: Document) -> Document:
    """A remove of some members as one of all, any other operation as it is."""
    some = step.get("op") == "remove" and str(step.get("path")).startswith("members[")
    return {**step, "path": "members"} if some else step


def _add_unknown(seen: Seen) -> Reply | None:
    unknown = any(step.get("op") == "add" for step in operations_of(seen))
    return error(400, "The op is not supported.", "invalidSyntax") if unknown else None


def _half_applied(contract: Contract, seen: Seen, reply: Reply) -> None:
    """Store what the operations before the bad one come to: a server that saves after each of them."""
    was, directory = seen.note["was"], seen.directory
    if reply.status != 400 or was is None or directory is None:
        return
    document, content = {"id": was.id, **was.content}, was.content
    for step in operations_of(seen):
        try:
            document = patching.patched(contract, was.kind, document, [step])
        except (ScimProblem, KeyError):
            break
        as_user = was.kind == "User"
        content = rules.user_content(document, was) if as_user else rules.group_content(document, was, directory)
    directory.update(was, content)


def _backwards(document: Document) -> None:
    steps = document.get("Operations")
    if isinstance(steps, list):
        document["Operations"] = steps[::-1]


def _breaks_at_unknown_names(seen: Seen, reply: Reply) -> None:
    lost = reply.status == 400 and reply.json.get("scimType") == "invalidPath"
    if lost and any(_NAMES.fullmatch(str(step.get("path"))) for step in operations_of(seen)):
        become(reply, error(500))
