"""Faults of what is stored: values that come back otherwise than they were sent, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.directory import ENTERPRISE_URN, Directory, Record
from scim_contract.mock.faults.acting import Document, changing_body, error, named_by, operations_of
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

ROUND_TRIP = "representations.round-trip"
_PHONES = ("work", "work2", "work3", "work4", "home", "mobile", "other")
WRITES = ("post_scim_users", "put_scim_user", "patch_scim_user")
WRITES_V2 = ("post_scim_v2_users", "put_scim_v2_user", "patch_scim_v2_user")
COLUMN = 255
Change = Callable[[Document], object]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _of_texts(contract)
    yield from _of_lists()
    yield from _of_groups()
    yield from _of_many_at_once()


def storing(change: Change) -> Plant:
    """What is written is stored otherwise."""

    def changed(content: Document) -> Document:
        own = deepcopy(content)
        change(own)
        return own

    def behaviour(given: Behaviour, operation: Operation) -> Behaviour:
        def user(document: Mapping[str, Any], before: Record | None) -> Document:
            return changed(given.user_content(document, before))

        def group(document: Mapping[str, Any], before: Record, directory: Directory) -> Document:
            return changed(given.group_content(document, before, directory))

        return replace(given, user_content=user, group_content=group)

    return Plant(behaviour=behaviour)


def _stored(rows: Iterable[tuple[str, tuple[str, ...], Change, str]]) -> Iterator[Fault]:
    for name, at, change, sentence in rows:
        yield Fault(name, ROUND_TRIP, at, sentence, partial(storing, change))


# ---- single values


def _of_texts(contract: Contract) -> Iterator[Fault]:
    sentence = f"Texts are cut after {COLUMN} characters."
    users = (*WRITES, *WRITES_V2)
    yield from family(contract, "texts-cut", ROUND_TRIP, sentence, partial(storing, _cut), operations=users)
    yield from _stored(
        (
            ("active-whatever-is-sent", ("post_scim_users", "patch_scim_v2_user"), _active, "A user is always active."),
            ("user-name-cut", ("put_scim_v2_user",), _short_name, "The userName is stored without its last letter."),
            ("display-name-padded", ("put_scim_user",), _padded, "The displayName is stored with a space after it."),
            ("title-escaped", ("put_scim_v2_user",), _escaped("title"), "The title is stored with HTML entities."),
            ("department-escaped", ("post_scim_users",), _escaped(), "The department is stored with HTML entities."),
            (
                "title-cut-late",
                ("post_scim_v2_users", "patch_scim_user"),
                _cut_late,
                "A title is cut after 512 characters.",
            ),
            (
                "title-brackets-escaped",
                ("put_scim_user",),
                _brackets,
                "In a title < and > are stored as HTML entities.",
            ),
            (
                "external-id-in-small-letters",
                ("post_scim_v2_users", "patch_scim_user"),
                lambda user: user.update(externalId=user["externalId"].lower()) if "externalId" in user else None,
                "The externalId is stored in small letters.",
            ),
            ("department-lost", ("post_scim_v2_users",), _without("department"), "The department is not stored."),
            ("division-lost", ("patch_scim_user",), _without("division"), "The division is not stored."),
            ("manager-lost", ("put_scim_v2_user", "post_scim_users"), _without("manager"), "No manager is stored."),
            ("roles-lost", ("post_scim_users",), lambda user: user.pop("roles", None), "The roles are not stored."),
        )
    )
    yield from _stored(
        (
            (
                "external-id-without-zeros",
                ("post_scim_users", "put_scim_v2_user", "patch_scim_user"),
                changing_text("externalId", lambda text: text.lstrip("0") if text.isdigit() else text),
                "An externalId of digits loses the zeros in front.",
            ),
            (
                "external-id-trimmed",
                ("post_scim_v2_users", "put_scim_user", "patch_scim_v2_user"),
                changing_text("externalId", str.strip),
                "Blanks at the ends of an externalId are lost.",
            ),
            (
                "display-name-cut-at-255",
                ("post_scim_users", "put_scim_v2_user", "patch_scim_user"),
                changing_text("displayName", lambda text: text[:COLUMN]),
                f"A displayName is cut after {COLUMN} characters.",
            ),
            (
                "department-null-is-none",
                ("post_scim_users", "put_scim_user", "patch_scim_user"),
                _no_null,
                'The department "null" is taken for none.',
            ),
        )
    )
    sentence = "A PATCH of userName is answered with success and ignored."
    yield Fault("patched-user-name-ignored", ROUND_TRIP, ("patch_scim_user",), sentence, _same_user_name)
    sentence = "A user with photos is refused."
    yield Fault("photos-refused", ROUND_TRIP, ("post_scim_v2_users",), sentence, lambda: Plant(before=_no_photos),
                editions=("2019",))  # fmt: skip


def _cut(content: Document) -> None:
    for part in (content, content.get(ENTERPRISE_URN, {})):
        part.update({name: value[:COLUMN] for name, value in part.items() if isinstance(value, str)})


def _cut_late(user: Document) -> None:
    if "title" in user:
        user["title"] = user["title"][:512]


def _brackets(user: Document) -> None:
    if "title" in user:
        user["title"] = user["title"].replace("<", "&lt;").replace(">", "&gt;")


def _active(user: Document) -> None:
    user["active"] = True


def _short_name(user: Document) -> None:
    user["userName"] = user["userName"][:-1]


def _padded(user: Document) -> None:
    user["displayName"] += " "


def _escaped(name: str = "") -> Change:
    def change(user: Document) -> None:
        part, key = (user, name) if name else (user.get(ENTERPRISE_URN, {}), "department")
        if key in part:
            part[key] = escape(part[key], quote=False)

    return change


def _without(name: str) -> Change:
    def change(user: Document) -> None:
        extension = user.get(ENTERPRISE_URN, {})
        extension.pop(name, None)
        if not extension:
            user.pop(ENTERPRISE_URN, None)

    return change


def _same_user_name() -> Plant:
    def before(seen: Seen) -> None:
        record, document = named_by(seen), seen.json
        steps = operations_of(seen)
        if record is not None and isinstance(document, dict) and any(step.get("path") == "userName" for step in steps):
            own = [{**s, "value": record.content["userName"]} if s.get("path") == "userName" else s for s in steps]
            seen.put({**document, "Operations": own})

    return Plant(before=before)


def _no_photos(seen: Seen) -> Reply | None:
    document = seen.json
    return error(400, "Photos cannot be set.") if isinstance(document, dict) and "photos" in document else None


# ---- lists


def _of_lists() -> Iterator[Fault]:
    where = (*WRITES, *WRITES_V2, WRITES[0])
    yield from _stored(
        (f"{kind}-phone-lost", (at,), less("phoneNumbers", kind), f"A phone number of type {kind} is not stored.")
        for kind, at in zip(_PHONES, where, strict=True)
    )
    yield from _stored(
        (
            ("work-email-lost", ("put_scim_user",), less("emails", "work"), "An email of type work is not stored."),
            ("email-of-no-type", ("patch_scim_v2_user",), _untyped, "An email is stored without its type."),
            ("extensions-lost", ("patch_scim_v2_user",), _no_extensions, "A phone number loses its extension."),
            ("other-email-prefixed", ("put_scim_v2_user",), _prefixed, "An email of type other becomes another."),
            ("primary-lost", ("patch_scim_user",), _no_primary, "No primary flag is stored as true."),
        )
    )


def less(name: str, kind: str) -> Change:
    """Take the entries of a type from a list."""

    def change(user: Document) -> None:
        user[name] = [entry for entry in user.get(name, []) if entry.get("type") != kind]
        if not user[name]:
            del user[name]

    return change


def entries_of(content: Document, *names: str) -> Iterator[Document]:
    """The entries of some lists."""
    for name in names:
        yield from content.get(name, [])


def _untyped(user: Document) -> None:
    for email in entries_of(user, "emails"):
        email.pop("type", None)


def _no_extensions(user: Document) -> None:
    for phone in entries_of(user, "phoneNumbers"):
        phone["value"] = phone["value"].split(";")[0]


def _prefixed(user: Document) -> None:
    for email in entries_of(user, "emails"):
        if email.get("type") == "other" and not email["value"].startswith("x-"):
            email["value"] = f"x-{email['value']}"


def _no_primary(user: Document) -> None:
    for entry in entries_of(user, "emails", "phoneNumbers"):
        entry["primary"] = False


def _of_groups() -> Iterator[Fault]:
    yield from _stored(
        (
            ("group-name-in-small-letters", ("put_scim_v2_group",), _small, "A group's displayName loses capitals."),
            (
                "last-member-unstored",
                ("patch_scim_group", "patch_scim_v2_group"),
                _less_one,
                "The last member of a group is not stored.",
            ),
        )
    )
    sentence = "A PUT leaves the members of a group as they were."
    yield Fault("put-ignores-members", ROUND_TRIP, ("put_scim_group",), sentence, _same_members)


def _small(group: Document) -> None:
    group["displayName"] = group["displayName"].lower()


def _less_one(group: Document) -> None:
    group["members"] = group["members"][:-1]


def _same_members() -> Plant:
    def before(seen: Seen) -> None:
        record = named_by(seen)
        if record is not None:
            changing_body(lambda group: group.update(members=record.content["members"]))(seen)

    return Plant(before=before)


def _of_many_at_once() -> Iterator[Fault]:
    """What is lost only in company: all that is written is well where it is written alone."""
    sentence = "Of a PATCH only the first five operations are carried out."
    yield Fault(
        "five-operations-at-most", ROUND_TRIP, ("patch_scim_v2_user",), sentence, lambda: Plant(before=_first_five)
    )
    rows = (
        ("external-id-lost-beside-phones", ("put_scim_user",), "The externalId is lost where there are phone numbers."),
        ("manager-lost-beside-title", ("post_scim_v2_users",), "The manager is lost where there is a title."),
    )
    changes: tuple[Change, ...] = (_no_external_id, _no_manager)
    yield from _stored((name, at, change, sentence) for (name, at, sentence), change in zip(rows, changes, strict=True))


def _first_five(seen: Seen) -> None:
    changing_body(lambda body: body.update(Operations=operations_of(seen)[:5]) if operations_of(seen) else None)(seen)


def _no_external_id(user: Document) -> None:
    if "phoneNumbers" in user:
        user.pop("externalId", None)


def _no_manager(user: Document) -> None:
    if "title" in user:
        _without("manager")(user)


def changing_text(name: str, change: Callable[[str], str]) -> Change:
    """Store one text otherwise."""
    return lambda content: content.update({name: change(content[name])}) if name in content else None


def _no_null(user: Document) -> None:
    if user.get(ENTERPRISE_URN, {}).get("department") == "null":
        _without("department")(user)
