"""Faults of emails and phone numbers: how they are written, which is primary, and who owns them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, become, changing, each_resource, error, named_by
from scim_contract.mock.faults.round_trips import ROUND_TRIP, Change, entries_of, less, storing
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _formats(contract)
    yield from _primaries(contract)
    yield from _other_emails(contract)


def _formats(contract: Contract) -> Iterator[Fault]:
    claim = "representations.phone-format"
    sentence = "A phone number comes back in the national format."
    national = partial(storing, _national)
    yield from family(contract, "phones-national", claim, sentence, national, also=(ROUND_TRIP,))
    for name, at, change, sentence, also in (
        ("tel-without-plus", ("post_scim_v2_users",), _written("tel:+", "tel:"), "A tel URI loses its plus.", ()),
        (
            "extension-as-x",
            ("put_scim_user",),
            _written(";ext=", " x"),
            "An extension is written as x10632.",
            (ROUND_TRIP,),
        ),
        ("phones-spaced", ("patch_scim_v2_user",), _spaced, "A number in E.164 comes back with spaces.", ()),
        ("double-zero", ("patch_scim_user",), _written("+", "00"), "A plus comes back as 00.", (ROUND_TRIP,)),
    ):
        yield Fault(name, claim, at, sentence, partial(storing, change), also=also)


def _national(user: Document) -> None:
    for phone in entries_of(user, "phoneNumbers"):
        phone["value"] = phone["value"].replace("+1317", "(317) ")


def _written(old: str, new: str) -> Change:
    def change(user: Document) -> None:
        for phone in entries_of(user, "phoneNumbers"):
            phone["value"] = phone["value"].replace(old, new)

    return change


def _spaced(user: Document) -> None:
    for phone in entries_of(user, "phoneNumbers"):
        if phone["value"].startswith("+1"):
            phone["value"] = f"+1 {phone['value'][2:5]} {phone['value'][5:]}"


# ---- primary


def _primaries(contract: Contract) -> Iterator[Fault]:
    claim = "representations.primary"
    sentence = "Every email and phone number is shown as the primary one."
    both = lambda: Plant(after=each_resource(lambda user: _all_primary(user, "emails", "phoneNumbers")))  # noqa: E731
    yield from family(contract, "all-are-primary", claim, sentence, both)
    for name, at, attribute, sentence in (
        ("emails-are-primary", "get_scim_v2_users", "emails", "In a list each email is primary."),
        ("phones-are-primary", "post_scim_users", "phoneNumbers", "A creation is answered with each phone primary."),
    ):
        yield Fault(
            name,
            claim,
            (at,),
            sentence,
            lambda attribute=attribute: Plant(after=each_resource(lambda user: _all_primary(user, attribute))),  # type: ignore[misc]
        )
    for name, at, attribute in (
        ("former-primary-email-stored", "patch_scim_user", "emails"),
        ("former-primary-phone-stored", "patch_scim_v2_user", "phoneNumbers"),
    ):
        sentence = (
            f"A PATCH that makes one of {attribute} primary is answered rightly and stored beside the former one."
        )
        yield Fault(name, claim, (at,), sentence, partial(_kept_primary, attribute))


def _all_primary(content: Document, *names: str) -> None:
    for entry in entries_of(content, *names):
        entry["primary"] = True


def _kept_primary(attribute: str) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        record, sent = named_by(seen), seen.body.replace(b" ", b"")
        made = b'"primary":true' in sent or b'.primary"' in sent
        if reply.ok and record is not None and seen.directory is not None and made:
            content = deepcopy(dict(record.content))
            _all_primary(content, attribute)
            seen.directory.update(record, content)

    return Plant(after=after)


# ---- the email of type other


def _other_emails(contract: Contract) -> Iterator[Fault]:
    claim = "representations.other-email-immutable"
    sentence = "The answer to a write hides the email of type other."
    hidden = lambda: Plant(after=changing(less("emails", "other")))  # noqa: E731
    yield from family(contract, "other-email-hidden", claim, sentence, hidden)
    sentence = "A changed email of type other is in the answer, and not stored."
    yield Fault("other-email-answered-only", claim, ("patch_scim_v2_user",), sentence, lambda: _emails_kept(None))
    sentence = "A changed email of type other is refused with 409."
    conflict = lambda: _emails_kept(error(409, "This email cannot be changed."))  # noqa: E731
    yield Fault("other-email-refused-with-409", claim, ("patch_scim_user",), sentence, conflict, also=(ROUND_TRIP,))
    sentence = "A changed email of type other is refused, and stored."
    yield Fault("other-email-refused-but-stored", claim, ("put_scim_v2_user",), sentence, _refused_but_stored)


def _others(content: Mapping[str, Any]) -> list[str]:
    return [entry["value"] for entry in content.get("emails", []) if entry.get("type") == "other"]


def _noted(seen: Seen) -> None:
    seen.note["was"] = named_by(seen)


def _changes_other(seen: Seen) -> bool:
    """Whether a write gave another value to an email of type other that was there."""
    was, now = seen.note["was"], named_by(seen)
    if was is None or now is None:
        return False
    return bool(_others(was.content)) and _others(was.content) != _others(now.content)


def _emails_kept(refusal: Reply | None) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        now, directory = named_by(seen), seen.directory
        if reply.ok and now is not None and directory is not None and _changes_other(seen):
            directory.update(now, {**now.content, "emails": seen.note["was"].content["emails"]})
            if refusal is not None:
                become(reply, refusal)

    return Plant(_noted, after)


def _refused_but_stored() -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.ok and _changes_other(seen):
            become(reply, error(400, "This email cannot be changed.", "mutability"))

    return Plant(_noted, after)
