"""Faults of bodies that no write may take: no JSON object, values of a wrong type, values that no enum has."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import Mend, become, error, goodwill, grudging, mending
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

TEXTS = ("userName", "displayName", "title", "externalId", "department", "active", "password")
TYPES = {"emails": ("work", "other"), "phoneNumbers": ("work", "work2", "work3", "work4", "home", "mobile", "other")}
OPS = ("add", "replace", "remove")
MISSING = object()
Change = Callable[[str, Any], Any]
"""Gives the value of an attribute another form; MISSING leaves the attribute out."""


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of bodies that are read with too much goodwill."""
    yield from _malformed(contract)
    yield from _mistyped(contract)
    yield from _converted(contract)
    yield from _unlisted(contract)


def _malformed(contract: Contract) -> Iterator[Fault]:
    claim = "errors.malformed-json"
    sentence = "A body that is no JSON object is answered with success, and ignored."
    yield from family(contract, "bad-body-ignored", claim, sentence, lambda: Plant(before=_ignored))
    for name, at, mend, sentence in (
        ("cut-off-body", ("put_scim_v2_user", "patch_scim_group"), _completed, "A body that breaks off is completed."),
        ("loose-json", ("put_scim_group", "post_scim_v2_users"), _loose, "A body in single quotes is read as JSON."),
        ("more-after-json", ("post_scim_users", "put_scim_v2_group"), _of_beginning, "What follows JSON is ignored."),
        ("json-in-a-text", ("patch_scim_user", "post_scim_users"), _of_text, "JSON inside a JSON text is read."),
        ("array-of-one", ("post_scim_users", "patch_scim_v2_group"), _of_array, "An array of one is read as the one."),
    ):
        yield Fault(f"{name}-taken", claim, at, sentence, partial(Plant, before=goodwill(mend)))
    sentence = "An array of one is stored as the one, and refused all the same."
    at = ("put_scim_user", "put_scim_v2_group")
    yield Fault("array-of-one-refused-but-stored", claim, at, sentence, lambda: grudging(_of_array))
    sentence = "A body that breaks off is stored, and refused all the same."
    yield Fault(
        "cut-off-body-refused-but-stored", claim, ("post_scim_v2_users",), sentence, lambda: grudging(_completed)
    )
    for name, at, status, scim_type in (
        ("bad-body-is-422", ("patch_scim_v2_group", "post_scim_users"), 422, None),
        ("bad-body-is-invalid-value", ("put_scim_v2_group", "patch_scim_user"), 400, "invalidValue"),
    ):
        sentence = f"A body that is no JSON object is refused by {status} with {scim_type or 'no scimType'}."
        yield Fault(name, claim, at, sentence, _told(status, scim_type))
    empty = Plant(before=lambda seen: Reply(200, {}, b"") if not seen.body else None)
    sentence = "An empty body is answered with success."
    yield Fault("empty-body-ignored", claim, ("patch_scim_v2_user", "put_scim_group"), sentence, lambda: empty)


def _mistyped(contract: Contract) -> Iterator[Fault]:
    claim = "errors.wrong-types"
    sentence = "An object with one member is read as that member where a scalar belongs."
    taken = _values(_out_of_object)
    yield from family(contract, "objects-unwrapped", claim, sentence, lambda: Plant(before=goodwill(taken)))
    everywhere = ranging(contract, claim)
    for name, at, change, sentence in (
        ("lists-unwrapped", everywhere, _out_of_list, "A list of one is read as the one where a scalar belongs."),
        ("scalars-wrapped", everywhere, _into_object, "A scalar is read as the value of an object that belongs there."),
        (
            "objects-left-out",
            ("post_scim_users", "patch_scim_v2_user"),
            _no_objects,
            "Objects for scalars are ignored.",
        ),
        ("lists-left-out", ("patch_scim_user", "put_scim_v2_group"), _no_lists, "Lists for scalars are ignored."),
        ("user-name-out-of-list", ("put_scim_v2_user",), _one_user_name, "userName may be in a list."),
    ):
        mend = _values(change)
        yield Fault(name, claim, at, sentence, partial(Plant, before=goodwill(mend)))
    for name, at, change, sentence in (
        ("objects-refused-but-stored", ("patch_scim_v2_user", "put_scim_group"), _out_of_object, "An object"),
        ("lists-refused-but-stored", ("put_scim_user", "post_scim_v2_users"), _out_of_list, "A list"),
        ("scalars-refused-but-stored", ("post_scim_users", "patch_scim_group"), _into_object, "A scalar"),
    ):
        mend = _values(change)
        sentence = f"{sentence} where another type belongs is refused, and stored all the same."
        yield Fault(name, claim, at, sentence, partial(grudging, mend))


def _converted(contract: Contract) -> Iterator[Fault]:
    claim = "errors.wrong-types"
    sentence = "A number where a text belongs is answered with success, and thrown away."
    dropped = _values(_no_numbers)
    yield from family(contract, "numbers-thrown-away", claim, sentence, lambda: Plant(before=goodwill(dropped)))
    users = ranging(contract, "errors.enum-values", "create", "replace", "modify")
    users = tuple(each for each in users if contract.operation(each).resource == "users")
    for name, at, change, sentence in (
        ("any-text-is-true", users, _truthy, "Any text where a boolean belongs is true."),
        ("texts-for-booleans-left-out", ("patch_scim_v2_user", "put_scim_user"), _no_booleans, "They are ignored."),
        (
            "numbers-rounded",
            ("put_scim_v2_user", "patch_scim_group"),
            _rounded,
            "Numbers become texts with an exponent.",
        ),
    ):
        mend = _values(change)
        yield Fault(name, claim, at, sentence, partial(Plant, before=goodwill(mend)))
    numbers = _values(lambda name, value: str(value) if _is_number(name, value) else value)
    sentence = "A number where a text belongs is refused, and stored as a text."
    at = ("patch_scim_v2_group", "put_scim_user")
    yield Fault("numbers-refused-but-stored", claim, at, sentence, lambda: grudging(numbers))


def _unlisted(contract: Contract) -> Iterator[Fault]:
    claim = "errors.enum-values"
    patches = ranging(contract, claim, "modify")
    users = tuple(each for each in ranging(contract, claim) if contract.operation(each).resource == "users")
    sentence = "A type that is unknown is read as work."
    known = _types(*TYPES)
    yield from family(contract, "unknown-type-is-work", claim, sentence, lambda: Plant(before=goodwill(known)), users)
    for name, at, mend, sentence in (
        ("unknown-email-type", ("post_scim_users", "patch_scim_v2_user"), _types("emails"), "An email of unknown type"),
        ("unknown-phone-type", ("post_scim_v2_users", "put_scim_v2_user"), _types("phoneNumbers"), "A phone of that"),
        ("unknown-photo-type", ("patch_scim_user", "put_scim_user"), _types("photos"), "A photo of unknown type"),
        ("unknown-op", patches, _ops_known, "An unknown op"),
    ):
        sentence = f"{sentence} is taken for one that is known."
        also = ("lifecycle.patch-malformed-refused",) if mend is _ops_known else ()
        editions = ("2019",) if name == "unknown-photo-type" else ()  # later ones have no photos
        plant = partial(Plant, before=goodwill(mend))
        yield Fault(f"{name}-taken", claim, at, sentence, plant, also, editions=editions)
    sentence = "An entry of an unknown type is refused, and stored all the same."
    at = ("put_scim_user", "patch_scim_v2_user", "post_scim_v2_users")
    yield Fault("unknown-type-refused-but-stored", claim, at, sentence, lambda: grudging(known))
    sentence = "A creation with an unknown type is refused after the user was made of what is required."
    at = ("post_scim_users", "post_scim_v2_users")
    yield Fault("unknown-type-refused-half-created", claim, at, sentence, lambda: grudging(_required_alone))
    sentence = "An unknown op is refused, and carried out as replace."
    at = ("patch_scim_group", "patch_scim_v2_group")
    also = ("lifecycle.patch-malformed-refused",)
    yield Fault("unknown-op-refused-but-done", claim, at, sentence, lambda: grudging(_ops_known), also)
    sentence = "An entry of an unknown type is left out, and the rest stored."
    left_out = _values(
        lambda name, value: [e for e in value if not _unknown(name, e)] if _entries(name, value) else value
    )
    at = ("post_scim_users", "patch_scim_v2_user")
    yield Fault("unknown-type-left-out", claim, at, sentence, lambda: Plant(before=goodwill(left_out)))


# no JSON object -----------------------------------------------------------------------------------------


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return MISSING


def _ignored(seen: Seen) -> Reply | None:
    if isinstance(_read(seen.body), dict):
        return None
    return Reply(201 if seen.method == "POST" else 200, {"content-type": "application/json"}, b"{}")


def _told(status: int, scim_type: str | None) -> Callable[[], Plant]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 400 and not isinstance(_read(seen.body), dict):
            become(reply, error(status, "This is no JSON object.", scim_type))

    return lambda: Plant(after=after)


def _raw(read: Callable[[bytes], Any]) -> Mend:
    """Read a body that is no JSON object in another way, if that gives one."""

    def mend(seen: Seen) -> bool:
        if isinstance(_read(seen.body), dict):
            return False
        document = read(seen.body)
        if isinstance(document, dict):
            seen.put(document)
        return isinstance(document, dict)

    return mend


def _literal(body: bytes) -> Any:
    try:
        return ast.literal_eval(body.decode())
    except (ValueError, SyntaxError):
        return MISSING


def _beginning(body: bytes) -> Any:
    try:
        return json.JSONDecoder().raw_decode(body.decode())[0]
    except ValueError:
        return MISSING


def _inner(body: bytes) -> Any:
    text = _read(body)
    return _read(text.encode()) if isinstance(text, str) else MISSING


def _only(body: bytes) -> Any:
    items = _read(body)
    return items[0] if isinstance(items, list) and len(items) == 1 else MISSING


_completed, _loose = _raw(lambda body: _read(body + b"}")), _raw(_literal)
_of_beginning = _raw(_beginning)
_of_text, _of_array = _raw(_inner), _raw(_only)


# values -------------------------------------------------------------------------------------------------


def _values(change: Change) -> Mend:
    """Change the attributes in a body: those of the resource, of the extension, and those that a PATCH names."""

    def within(document: dict[str, Any]) -> None:
        for name, value in list(document.items()):
            new = change(name, value)
            if name == ENTERPRISE_URN and isinstance(new, dict):
                within(new)
            if new is MISSING:
                del document[name]
            else:
                document[name] = new

    def whole(document: dict[str, Any]) -> None:
        steps = document.get("Operations")
        if not isinstance(steps, list):
            within(document)
            return
        for step in steps:
            if isinstance(step, dict) and step.get("path"):
                named = {str(step["path"]): step.get("value")}
                within(named)
                step.update(value=next(iter(named.values())) if named else {})
                if not named:
                    step.pop("path")  # a value that is left out: the operation does nothing

    return mending(whole)


def _out_of_object(name: str, value: Any) -> Any:
    if name == "emails" and isinstance(value, list):
        return [_with_primary(entry, _out_of_object) for entry in value]
    return next(iter(value.values())) if name in TEXTS and isinstance(value, dict) and len(value) == 1 else value


def _with_primary(entry: Any, change: Change) -> Any:
    there = isinstance(entry, dict) and "primary" in entry
    return {**entry, "primary": change("active", entry["primary"])} if there else entry


def _out_of_list(name: str, value: Any) -> Any:
    if name == "schemas" and isinstance(value, list):
        return [urn[0] if isinstance(urn, list) and len(urn) == 1 else urn for urn in value]
    if name == "emails" and isinstance(value, list):
        return [{k: _out_of_list("title", v) for k, v in each.items()} if _holds(each) else each for each in value]
    return value[0] if name in TEXTS and isinstance(value, list) and len(value) == 1 else value


def _holds(entry: Any) -> bool:
    """Whether an entry of a list holds a list itself."""
    return isinstance(entry, dict) and isinstance(entry.get("value"), list)


def _one_user_name(name: str, value: Any) -> Any:
    return _out_of_list(name, value) if name == "userName" else value


def _into_object(name: str, value: Any) -> Any:
    if name in ("emails", "phoneNumbers", "members") and isinstance(value, list):
        more: Mapping[str, str] = {} if name == "members" else {"type": "work"}
        return [{"value": item, **more} if isinstance(item, str) else item for item in value]
    if name == "manager" and isinstance(value, str):
        return {"value": value}
    return {"department": value} if name == ENTERPRISE_URN and isinstance(value, str) else value


def _no_objects(name: str, value: Any) -> Any:
    return MISSING if name in TEXTS and isinstance(value, dict) else value


def _no_lists(name: str, value: Any) -> Any:
    return MISSING if name in TEXTS and isinstance(value, list) else value


def _is_number(name: str, value: Any) -> bool:
    return name in TEXTS and isinstance(value, int | float) and not isinstance(value, bool)


def _no_numbers(name: str, value: Any) -> Any:
    return MISSING if _is_number(name, value) else value


def _rounded(name: str, value: Any) -> Any:
    return f"{value:.3e}" if _is_number(name, value) else value


def _truthy(name: str, value: Any) -> Any:
    return True if name == "active" and isinstance(value, str) else value


def _no_booleans(name: str, value: Any) -> Any:
    return MISSING if name == "active" and isinstance(value, str) else value


# enums --------------------------------------------------------------------------------------------------


def _entries(name: str, value: Any) -> bool:
    return name in (*TYPES, "photos") and isinstance(value, list)


def _unknown(name: str, entry: Any) -> bool:
    kind = entry.get("type") if isinstance(entry, dict) else None
    return kind is not None and str(kind).lower() not in TYPES.get(name, ("photo", "thumbnail"))


def _required_alone(seen: Seen) -> bool:
    body = _read(seen.body)
    there = isinstance(body, dict) and all(isinstance(body.get(name), str) for name in ("userName", "displayName"))
    if not there or not any(_unknown(name, entry) for name in TYPES for entry in _listed(body.get(name))):
        return False
    seen.put({name: body[name] for name in ("schemas", "userName", "displayName")})
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _types(*names: str) -> Mend:
    def change(name: str, value: Any) -> Any:
        if name not in names or not _entries(name, value):
            return value
        kind = "photo" if name == "photos" else "work"
        return [{**entry, "type": kind} if _unknown(name, entry) else entry for entry in value]

    return _values(change)


def _known(document: dict[str, Any]) -> None:
    steps = document.get("Operations")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict) and str(step.get("op")).lower() not in OPS:
            step["op"] = "replace"


_ops_known = mending(_known)
