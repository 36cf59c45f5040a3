"""Faults of what is stored that only a write shows which was made for another claim: odd texts, long lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document
from scim_contract.mock.faults.round_trips import COLUMN, ROUND_TRIP, WRITES, WRITES_V2, Change, changing_text, storing
from scim_contract.mock.planting import Fault, family


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of odd values."""
    sentence = "A tab or a new line in a text becomes a blank."
    where = (*WRITES, *WRITES_V2, "put_scim_group", "patch_scim_v2_group")
    sees = tuple(f"content-types.utf8|{each}" for each in where)
    plant = partial(storing, _every_text(lambda text: text.replace("\t", " ").replace("\n", " ")))
    yield from family(contract, "blanks-for-tabs-and-lines", ROUND_TRIP, sentence, plant, operations=where, sees=sees)
    for name, at, change, sentence in (
        (
            "fifty-emails-at-most",
            ("post_scim_v2_users", "patch_scim_user"),
            lambda user: user.update(emails=user["emails"][:50]) if "emails" in user else None,
            "Of the emails the first fifty are stored.",
        ),
        (
            "group-name-cut-at-255",
            ("put_scim_v2_group", "patch_scim_group"),
            changing_text("displayName", lambda text: text[:COLUMN]),
            f"The displayName of a group is cut after {COLUMN} characters.",
        ),
        (
            "zeros-of-an-extension-lost",
            ("post_scim_users", "put_scim_v2_user"),
            lambda user: _each(user, "phoneNumbers", lambda value: value.replace("ext=00", "ext=")),
            "An extension of a phone number is stored as a number.",
        ),
        (
            "emails-in-small-letters",
            ("post_scim_v2_users", "patch_scim_user"),
            lambda user: _each(user, "emails", str.lower),
            "Emails are stored in small letters.",
        ),
        ("one-phone-of-a-type", ("post_scim_users",), _one_of_a_type, "The last phone number of each type is stored."),
    ):
        plant = partial(storing, change)
        yield Fault(name, ROUND_TRIP, at, sentence, plant, sees=tuple(f"content-types.utf8|{each}" for each in at))
    sentence = "A backslash in the displayName of a group is lost."
    plant = partial(storing, changing_text("displayName", lambda text: text.replace("\\", "")))
    at = ("patch_scim_group",)
    yield Fault("backslashes-lost", ROUND_TRIP, at, sentence, plant, sees=("filters.value-is-data|get_scim_groups",))


def _every_text(change: Callable[[str], str]) -> Change:
    """Store every text of a resource otherwise."""

    def every(content: Document) -> None:
        content.update({name: change(value) for name, value in content.items() if isinstance(value, str)})

    return every


def _each(user: Document, name: str, change: Callable[[str], str]) -> None:
    for entry in user.get(name, []):
        entry["value"] = change(entry["value"])


def _one_of_a_type(user: Document) -> None:
    if "phoneNumbers" in user:
        user["phoneNumbers"] = list({phone.get("type"): phone for phone in user["phoneNumbers"]}.values())
