"""Faults that only generated bodies meet: what breaks on an input that nobody thinks of."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, error, operations_of
from scim_contract.mock.faults.round_trips import storing
from scim_contract.mock.planting import Fault, Plant
from scim_contract.mock.wire import Reply, Seen

VALID = "fuzzed.valid-bodies"
INVALID = "fuzzed.invalid-bodies"
NEVER_5XX = ("errors.never-5xx",)
_LONE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]")
_DEEP = 3
_TWINS = "Of two phone numbers of one type only one is kept."


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of generated bodies."""
    yield from _fatal()
    yield from _stored()


# ---- answered with 500


def _fatal() -> Iterator[Fault]:
    rows: tuple[tuple[str, str, tuple[str, ...], Callable[[Seen], object], str], ...] = (
        ("lone-surrogate-fatal", VALID, ("post_scim_users", "put_scim_v2_user"), _lone, "Half a surrogate pair"),
        ("nul-fatal", VALID, ("put_scim_user", "patch_scim_v2_user"), _nul, "A text with U+0000"),
        (
            "no-operations-fatal",
            VALID,
            ("patch_scim_v2_user", "patch_scim_group"),
            _idle,
            "An empty list of Operations",
        ),
        ("many-phones-fatal", VALID, ("put_scim_user", "post_scim_v2_users"), _many_phones, "65 phone numbers"),
        ("long-title-fatal", VALID, ("post_scim_v2_users",), _long_title, "A title of 900 characters"),
        ("third-level-fatal", VALID, ("post_scim_users",), _third_level, "A property at the third level"),
        ("member-twice-fatal", VALID, ("put_scim_v2_group",), _member_twice, "A member that is named twice"),
        ("many-operations-fatal", VALID, ("patch_scim_user",), _many_operations, "A PATCH of 65 operations"),
        ("placeholder-fatal", VALID, ("put_scim_group", "patch_scim_v2_group"), _template, "A text with ${"),
        ("name-twice-fatal", INVALID, ("put_scim_user", "put_scim_v2_group"), _twice, "A name that is there twice"),
        ("deep-json-fatal", INVALID, ("put_scim_v2_user",), _deep, "JSON of a hundred levels"),
        ("null-entry-fatal", INVALID, ("post_scim_users", "patch_scim_v2_user"), _null_entry, "A null in a list"),
        ("latin-1-fatal", INVALID, ("patch_scim_group",), _not_utf8, "A body that is not UTF-8"),
    )
    for name, claim, at, when, what in rows:
        yield Fault(name, claim, at, f"{what} is answered with 500.", partial(failing, when), also=NEVER_5XX)


def failing(when: Callable[[Seen], object]) -> Plant:
    """500 to the requests that are so."""

    def before(seen: Seen) -> Reply | None:
        return error(500, "Something went wrong.") if when(seen) else None

    return Plant(before=before)


def _lone(seen: Seen) -> object:
    return _LONE.search(seen.body.decode("utf-8", "replace"))


def _nul(seen: Seen) -> object:
    return any("\x00" in text for text in _texts(seen.json))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _idle(seen: Seen) -> object:
    document = seen.json
    return isinstance(document, dict) and document.get("Operations") == []


def _attribute(seen: Seen, name: str) -> Any:
    document = seen.json
    return document.get(name) if isinstance(document, dict) else None


def _many_phones(seen: Seen) -> object:
    held = _attribute(seen, "phoneNumbers")
    return isinstance(held, list) and len(held) >= 65


def _long_title(seen: Seen) -> object:
    held = _attribute(seen, "title")
    return isinstance(held, str) and len(held) >= 900


def _third_level(seen: Seen) -> object:
    document = seen.json
    return isinstance(document, dict) and any(_levels(value) > _DEEP for value in document.values())


def _levels(value: Any) -> int:
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max((_levels(item) for item in (value.values() if isinstance(value, dict) else value)), default=0)


def _member_twice(seen: Seen) -> object:
    held = _attribute(seen, "members")
    values = [m.get("value") for m in held if isinstance(m, dict)] if isinstance(held, list) else []
    return len(values) > len({json.dumps(value) for value in values})


def _many_operations(seen: Seen) -> object:
    return len(operations_of(seen)) >= 65


def _template(seen: Seen) -> object:
    return any("${" in text for text in _texts(seen.json))


def _twice(seen: Seen) -> object:
    found: list[bool] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        found.append(len({name for name, _ in members}) < len(members))
        return dict(members)

    try:
        json.loads(seen.body, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return False
    return any(found)


def _deep(seen: Seen) -> object:
    return b"[" * 100 in seen.body


def _null_entry(seen: Seen) -> object:
    return _holds_null(seen.json)


def _holds_null(value: Any) -> bool:
    if isinstance(value, list):
        return None in value or any(map(_holds_null, value))
    return isinstance(value, dict) and any(map(_holds_null, value.values()))


def _not_utf8(seen: Seen) -> object:
    try:
        seen.body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


# ---- stored otherwise


def _stored() -> Iterator[Fault]:
    rows: tuple[tuple[str, tuple[str, ...], Callable[[Document], object], str], ...] = (
        ("name-trimmed", ("put_scim_v2_user", "put_scim_group"), _trimmed, "Spaces around a displayName are lost."),
        ("name-composed", ("post_scim_users", "patch_scim_v2_group"), _composed, "A displayName is normalised (NFC)."),
        ("phone-of-same-type-lost", ("post_scim_v2_users", "put_scim_user"), _one_a_type, _TWINS),
        ("null-as-a-word", ("put_scim_user",), _no_null, "The text null is taken for no value."),
        ("text-cut-at-800", ("patch_scim_v2_user", "put_scim_v2_user"), _cut, "Texts end after 800 characters."),
    )
    for name, at, change, sentence in rows:
        yield Fault(name, VALID, at, sentence, partial(storing, change), also=("representations.round-trip",))


def _trimmed(content: Document) -> None:
    content["displayName"] = content["displayName"].strip()


def _composed(content: Document) -> None:
    content["displayName"] = unicodedata.normalize("NFC", content["displayName"])


def _one_a_type(user: Document) -> None:
    if "phoneNumbers" in user:
        user["phoneNumbers"] = list({entry.get("type"): entry for entry in user["phoneNumbers"]}.values())


def _no_null(user: Document) -> None:
    for name in [name for name, value in user.items() if value == "null" and name != "displayName"]:
        del user[name]


def _cut(user: Document) -> None:
    user.update({name: value[:800] for name, value in user.items() if isinstance(value, str)})
