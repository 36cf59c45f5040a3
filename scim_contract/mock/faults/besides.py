"""Faults that only what is sent besides shows: odd bodies, types of others, ids of another kind, long lists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import (
    Document,
    answering,
    changing_body,
    each_resource,
    error,
    goodwill,
    mending,
    mending_steps,
    named_by,
    operations_of,
    resources_in,
)
from scim_contract.mock.faults.patch import USER, USER_2
from scim_contract.mock.planting import Fault, Plant, replacing
from scim_contract.mock.wire import Reply, Seen

MALFORMED = "lifecycle.patch-malformed-refused"
NO_5XX = ("errors.never-5xx",)
_CORE = "urn:ietf:params:scim:schemas:core:2.0:User"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _of_steps()
    yield from _in_order()
    yield from _of_values()
    yield from _of_ids()
    yield from _of_items()


def _of_steps() -> Iterator[Fault]:
    for name, when, sentence in (
        ("null-for-an-operation-is-500", _has_null, "A PATCH with a null among its operations is a 500."),
        ("number-for-a-path-is-500", _has_number, "A PATCH whose path is a number is a 500."),
        ("operation-without-value-is-500", _has_nothing, "An add without a value is a 500."),
    ):
        yield Fault(name, MALFORMED, (USER_2,), sentence, partial(_failing, when), NO_5XX)
    sentence = "An operation without an op is taken for a replace."
    mend = mending_steps(lambda step: [{"op": "replace", **step}])
    at_both = (USER, "patch_scim_group")
    yield Fault("missing-op-replaces", MALFORMED, at_both, sentence, lambda: Plant(before=goodwill(mend)))
    sentence = "A replace of a phone number that its filter does not find adds it."
    yield Fault("missed-phone-added", MALFORMED, (USER_2,), sentence, lambda: Plant(before=goodwill(_adding_phone)))


def _in_order() -> Iterator[Fault]:
    for name, at, change, sentence in (
        ("ten-operations-at-most", USER, lambda steps: steps[:10], "Of the operations of a PATCH ten are applied."),
        ("pathless-operations-last", USER_2, _pathless_last, "Operations without a path are applied last."),
        ("first-department-counts", USER, _first_department, "Of two values for the department the first counts."),
    ):
        yield Fault(name, "lifecycle.patch-in-order", (at,), sentence, _listed(change))


def _of_values() -> Iterator[Fault]:
    sentence = "An email of type home, which there is not, is stored as another."
    at: tuple[str, ...] = ("post_scim_v2_users", "put_scim_v2_user")
    yield Fault("home-email-is-another", "errors.enum-values", at, sentence, lambda: Plant(before=goodwill(_no_home)))
    sentence = "A list for the address of an email is stored as text."
    told = goodwill(mending(_each_email(_told)))
    at = ("post_scim_v2_users",)
    yield Fault("email-of-a-list-told", "errors.wrong-types", at, sentence, lambda: Plant(before=told))
    sentence = "A body with more than fifty emails is refused."
    at = ("post_scim_users", "put_scim_v2_user", USER_2)
    claim = "representations.round-trip"
    yield Fault("over-fifty-emails-refused", claim, at, sentence, lambda: Plant(before=_no_more_than_fifty))
    sentence = "A user who keeps its name in other letters is told that it is taken."
    at = ("put_scim_v2_user",)
    yield Fault("own-name-recased-taken", "lifecycle.replace", at, sentence, lambda: Plant(before=_own_name_taken))
    sentence = "Two emails of type work are primary, where both are sent so."
    at = ("post_scim_users", "post_scim_v2_users")
    yield Fault("two-primary-work-emails", "representations.primary", at, sentence, _two_primaries)


def _of_ids() -> Iterator[Fault]:
    claim, at = "errors.unknown-id", ("get_scim_user", "get_scim_v2_user")
    sentence = "The id of a group is taken for that of a user."
    yield Fault("group-read-as-user", claim, at, sentence, lambda: Plant(before=_group_as_user))
    sentence = "A word for an id that every object has is a 500."
    at = ("get_scim_user", "get_scim_v2_user")
    yield Fault("constructor-for-an-id-is-500", claim, at, sentence, lambda: Plant(before=_inherited), NO_5XX)
    sentence = "Where no Accept is sent, a 404 is a page in HTML."
    at = ("get_scim_v2_user", "get_scim_v2_resourcetype")
    also = ("errors.shape", "errors.unknown-id", "discovery.unknown-is-404")
    plant = partial(Plant, after=_page)
    yield Fault("errors-without-accept-in-html", "content-types.errors-too", at, sentence, plant, also)


def _of_items() -> Iterator[Fault]:
    lists = ("get_scim_users", "get_scim_v2_users")
    sentence = "A percent-sign in a query that begins no escape sequence is a 500."
    claim, plant = "filters.required", partial(Plant, before=_broken)
    at = ("get_scim_v2_users", "get_scim_v2_groups")
    yield Fault("broken-escape-is-500", claim, at, sentence, plant, NO_5XX)
    sentence = "A page of two leaves out the addresses of its users."
    brief = answering(lambda asked, document: _brief(document) if asked.get("count") == "2" else None)
    yield Fault("page-of-two-is-brief", "filters.equality", lists, sentence, lambda: Plant(after=brief))
    sentence = "The manager of a user in a list has the $ref of the user itself."
    plant = partial(Plant, after=each_resource(_own_manager))
    yield Fault("manager-of-an-item-is-oneself", "filters.equality", lists, sentence, plant)


# operations of a PATCH --------------------------------------------------------------------------------


def _listed(change: Callable[[list[Any]], list[Any]]) -> Callable[[], Plant]:
    """Do something to the list of a PATCH's operations."""

    def changed(document: Document) -> None:
        steps = document.get("Operations")
        if isinstance(steps, list):
            document["Operations"] = change(steps)

    return lambda: Plant(before=changing_body(changed))


def _steps(seen: Seen) -> list[Any]:
    document = seen.json
    steps = document.get("Operations") if isinstance(document, dict) else None
    return steps if isinstance(steps, list) else []


def _has_null(seen: Seen) -> bool:
    return None in _steps(seen)


def _has_number(seen: Seen) -> bool:
    return any(isinstance(step.get("path"), int) for step in operations_of(seen))


def _has_nothing(seen: Seen) -> bool:
    return any(step.get("op") == "add" and "value" not in step for step in operations_of(seen))


def _failing(when: Callable[[Seen], bool]) -> Plant:
    return Plant(before=lambda seen: error(500, "Something went wrong.") if when(seen) else None)


def _adding_phone(seen: Seen) -> bool:
    def made(step: Document) -> list[Document]:
        whole = str(step.get("path")).startswith("phoneNumbers[value ") and isinstance(step.get("value"), dict)
        return [{"op": "add", "path": "phoneNumbers", "value": [step["value"]]}] if whole else [step]

    return mending_steps(made)(seen)


def _pathless_last(steps: list[Any]) -> list[Any]:
    return sorted(steps, key=lambda step: isinstance(step, dict) and not step.get("path"))


def _first_department(steps: list[Any]) -> list[Any]:
    met, kept = False, []
    for step in steps:
        about = isinstance(step, dict) and step.get("path") == f"{ENTERPRISE_URN}:department"
        kept += [] if about and met else [step]
        met = met or about
    return kept


# values -----------------------------------------------------------------------------------------------


def _emails(document: Document) -> list[Any]:
    """The emails of a body, those of a PATCH among them."""
    steps = document.get("Operations")
    whole = [step["value"] for step in steps or () if isinstance(step, dict) and step.get("path") == "emails"]
    found = [document.get("emails"), *whole]
    return [each for emails in found if isinstance(emails, list) for each in emails]


def _each_email(change: Callable[[Document], object]) -> Callable[[Document], None]:
    def every(document: Document) -> None:
        for email in _emails(document):
            if isinstance(email, dict):
                change(email)

    return every


_no_home = mending(_each_email(lambda email: email.update(type="other") if email.get("type") == "home" else None))


def _told(email: Document) -> None:
    if isinstance(email.get("value"), list):
        email["value"] = str(email["value"])


def _no_more_than_fifty(seen: Seen) -> Reply | None:
    document = seen.json
    many = isinstance(document, dict) and len(_emails(document)) > 50
    return error(400, "There are too many emails.", "invalidValue") if many else None


def _two_primaries() -> Plant:
    def alone(email: Document) -> None:
        if email.get("type") != "work":
            email.pop("primary", None)

    def changed(document: Document) -> None:
        if sum(each.get("primary") is True for each in _emails(document) if isinstance(each, dict)) > 1:
            _each_email(alone)(document)

    return replacing(changing_body(changed), require_one_primary=lambda _: None)


def _own_manager(user: Document) -> None:
    manager = user.get(ENTERPRISE_URN, {}).get("manager")
    if manager:
        manager["$ref"] = manager["$ref"].replace(manager["value"], user["id"])


def _brief(document: Document) -> None:
    for user in resources_in(document):
        user.pop("emails", None)


def _own_name_taken(seen: Seen) -> Reply | None:
    user, document = named_by(seen), seen.json
    own, name = (str(each.get("userName")) for each in (user.content if user else {}, document or {}))
    other = user is not None and own != name and own.lower() == name.lower()
    return error(409, "The userName is taken.", "uniqueness") if other else None


# ids --------------------------------------------------------------------------------------------------


def _group_as_user(seen: Seen) -> Reply | None:
    group = seen.directory.groups.get(seen.item) if seen.directory is not None else None
    if group is None:
        return None
    name = group.content["displayName"]
    user = {"schemas": [_CORE], "id": seen.item, "userName": name, "displayName": name}
    return Reply(200, {"content-type": "application/json"}, json.dumps(user).encode())


def _inherited(seen: Seen) -> Reply | None:
    return error(500, "Something went wrong.") if seen.item in ("constructor", "__proto__") else None


def _broken(seen: Seen) -> Reply | None:
    return error(500, "Something went wrong.") if re.search(r"%(?![0-9a-fA-F]{2})", seen.query) else None


def _page(seen: Seen, reply: Reply) -> None:
    if reply.status == 404 and "accept" not in seen.headers:
        reply.headers["content-type"] = "text/html"
        reply.body = b"<h1>Not Found</h1>"
