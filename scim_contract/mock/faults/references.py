"""Faults of references from one resource to another, and of what only one of the prefixes shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import Document, behind, each_resource, leaving_out, widely
from scim_contract.mock.faults.representations import Change, each_in, showing
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _references(contract)
    yield from _of_one_prefix(contract)


def _references(contract: Contract) -> Iterator[Fault]:
    claim = "representations.references"
    sentence = "Every $ref leads to an id that nobody has."
    yield from family(contract, "references-lead-nowhere", claim, sentence, partial(showing, _nowhere))
    for name, at, change, sentence in (
        ("members-lie-under-groups", "get_scim_group", _swapped("members"), "The $ref of a member lies under groups."),
        ("groups-lie-under-users", "get_scim_v2_user", _swapped("groups"), "The $ref of a group lies under users."),
        ("manager-lies-under-groups", "get_scim_user", _manager_under_groups, "The manager's $ref lies under groups."),
        ("manager-is-oneself", "get_scim_v2_user", _own_manager, "The manager's $ref leads to the user itself."),
        ("members-typed-as-groups", "get_scim_v2_group", _typed("members", "Group"), "A member's type is Group."),
        ("groups-typed-as-users", "get_scim_user", _typed("groups", "User"), "The type of a user's group is User."),
        ("first-member-for-all", "get_scim_group", _first_for_all, "Each member has the $ref of the first one."),
        ("third-member-is-the-first", "get_scim_v2_group", _third_is_first, "The third member has the first's $ref."),
        (
            "members-on-the-host-behind",
            "get_scim_group",
            _behind,
            "A $ref is on the host behind the proxy.",
        ),
        ("reference-is-a-bare-id", "get_scim_v2_group", _bare, "The $ref of a member is its id alone."),
    ):
        yield Fault(name, claim, (at,), sentence, partial(showing, change))
    sentence = "The answer to a PATCH of a group has its members under groups."
    one = Fault("members-of-a-patch-under-groups", claim, ("get_scim_group",), sentence, Plant)
    yield from widely([one], lambda _: Plant(after=_patched_under_groups, everywhere=True))
    both, sentence = ("get_scim_group", "get_scim_v2_group"), "A user that is deleted is among the members still."
    yield from widely([Fault("deleted-users-stay-members", claim, both, sentence, Plant)], _members_for_ever)


def _members_for_ever(operations: frozenset[str]) -> Plant:
    """Who was in a group when it was deleted is shown there afterwards, with a $ref."""
    dead: dict[str, list[str]] = {}

    def before(seen: Seen) -> None:
        if seen.method == "DELETE" and seen.directory is not None:
            seen.note["groups"] = seen.directory.groups_of(seen.item)

    def after(seen: Seen, reply: Reply) -> None:
        for group in seen.note.get("groups", ()) if reply.ok else ():
            dead.setdefault(group, []).append(seen.item)
        if seen.operation in operations and reply.ok and seen.item in dead:
            users = reply.json["meta"]["location"].rpartition("/groups/")[0] + "/users/"
            more = [{"type": "User", "value": each, "$ref": users + each} for each in dead[seen.item]]
            reply.put({**reply.json, "members": [*reply.json.get("members", []), *more]})

    return Plant(before, after, everywhere=True)


def _linked(document: Document) -> Iterator[Document]:
    """Everything in a resource that refers to another one."""
    for name in ("groups", "members"):
        yield from document.get(name, [])
    manager = document.get(ENTERPRISE_URN, {}).get("manager")
    if manager:
        yield manager


def _nowhere(document: Document) -> None:
    for reference in _linked(document):
        reference["$ref"] = f"{reference['$ref'][:-4]}0000"


def _swapped(name: str) -> Change:
    old, new = ("/groups/", "/users/") if name == "groups" else ("/users/", "/groups/")
    return each_in(name, lambda reference: reference.update({"$ref": reference["$ref"].replace(old, new)}))


def _manager(user: Document) -> Document:
    found: Document = user.get(ENTERPRISE_URN, {}).get("manager") or {}
    return found


def _manager_under_groups(user: Document) -> None:
    manager = _manager(user)
    if manager:
        manager["$ref"] = manager["$ref"].replace("/users/", "/groups/")


def _own_manager(user: Document) -> None:
    manager = _manager(user)
    if manager:
        manager["$ref"] = manager["$ref"].replace(manager["value"], user["id"])


def _typed(name: str, kind: str) -> Change:
    return each_in(name, lambda reference: reference.update(type=kind))


def _first_for_all(group: Document) -> None:
    each_in("members", lambda member: member.update({"$ref": group["members"][0]["$ref"]}))(group)


def _third_is_first(group: Document) -> None:
    for member in group.get("members", [])[2:]:
        member["$ref"] = group["members"][0]["$ref"]


def _behind(group: Document) -> None:
    each_in("members", lambda member: member.update({"$ref": behind(member["$ref"])}))(group)


def _patched_under_groups(seen: Seen, reply: Reply) -> None:
    if seen.method == "PATCH" and "/scim/groups/" in seen.path:
        each_resource(_swapped_members)(seen, reply)


def _swapped_members(group: Document) -> None:
    each_in("members", lambda member: member.update({"$ref": member["$ref"].replace("/users/", "/groups/")}))(group)


def _bare(group: Document) -> None:
    each_in("members", lambda member: member.update({"$ref": member["value"]}))(group)


# ---- one prefix only


def _of_one_prefix(contract: Contract) -> Iterator[Fault]:
    """Both prefixes are unlike the other then, whichever of them is the odd one."""
    claim = "representations.same-in-both-prefixes"
    rows: tuple[tuple[str, str, Change, str], ...] = (
        ("external-id-in-v1-only", "get_scim_v2_user", leaving_out("externalId"), "In v2 a user has no externalId."),
        ("groups-in-v2-only", "get_scim_user", leaving_out("groups"), "In v1 a user has no groups."),
        (
            "manager-in-v1-only",
            "get_scim_v2_user",
            lambda user: _extension(user).pop("manager", None),
            "No manager in v2.",
        ),
        ("tel-uris-in-v2", "get_scim_v2_user", _tel, "In v2 phone numbers are tel URIs, in v1 E.164."),
        ("members-in-v2-only", "get_scim_group", leaving_out("members"), "In v1 a group has no members."),
        ("titles-in-v2-lists-only", "get_scim_users", leaving_out("title"), "Lists of users in v1 show no titles."),
        (
            "members-in-v1-lists-only",
            "get_scim_v2_groups",
            leaving_out("members"),
            "Lists of groups in v2 show no members.",
        ),
    )
    for name, at, change, sentence in rows:
        yield Fault(name, claim, (at,), sentence, partial(showing, change))
    sentence = "In v2 times have whole seconds, in v1 milliseconds."
    yield Fault("whole-seconds-in-v2-only", claim, ranging(contract, claim), sentence, _whole_seconds_in_v2)


def _whole_seconds_in_v2() -> Plant:
    def shorten(resource: Document) -> None:
        resource["meta"]["lastModified"] = resource["meta"]["lastModified"].split(".")[0] + "Z"

    def after(seen: Seen, reply: Reply) -> None:
        if "/scim/v2/" in seen.path:
            each_resource(shorten)(seen, reply)

    return Plant(after=after)


def _extension(user: Document) -> Document:
    found: Document = user.get(ENTERPRISE_URN, {})
    return found


def _tel(user: Document) -> None:
    for phone in user.get("phoneNumbers", []):
        phone["value"] = f"tel:{phone['value'].removeprefix('tel:')}"
