"""Bodies that no write may take: no JSON object, values of a wrong JSON type, values that no enum has."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.asking import encoded
from scim_contract.org.changes import Change, Written, modification, replacement
from scim_contract.org.clients import able
from scim_contract.org.company import member, newcomer
from scim_contract.org.documents import ENTERPRISE, EXTENSIONS
from scim_contract.org.errors import Untested
from scim_contract.org.facts import facts
from scim_contract.org.org import Org
from scim_contract.org.passwords import SET_PASSWORD, password
from scim_contract.org.refusals import Try, found_under
from scim_contract.org.writing import Made, marked

NO_KIND = "conformance-none"
"""A type, or an op, that no model names in any case."""
_OTHERS_KINDS: Mapping[str, str] = MappingProxyType({"emails": "home", "phoneNumbers": "fax"})
"""Types that RFC 7643 knows and the models do not, sent through one of the prefixes."""

_LONG_NAMED = "phone-type"

Base = Mapping[str, Any]
"""What a body starts from: a new user for a create, else the resource as it was read."""

Make = Callable[[Base, str], Mapping[str, Any]]
"""Makes what to ask of a base and of a word that tells whether this request left anything behind."""

# What is no JSON object is written like Python here, elsewhere it is JSON that something follows.
_LOOSE = (("create_user", "v2"), ("replace_group", "v1"), ("modify_user", "v2"), ("modify_group", "v2"))

# Each operation of users is tried with two scalars and one object of its own, so that all of them have their turn.
_SCALARS: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        ("create", "v1"): ("title", "department"),
        ("create", "v2"): ("displayName", "emails.value"),
        ("replace", "v1"): ("externalId", "schemas"),
        ("replace", "v2"): ("primary", "userName"),
        ("modify", "v1"): ("password", "active"),
        ("modify", "v2"): ("title", "userName"),
    }
)
_OF_GROUPS: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {("replace", "v1"): ("displayName", "schemas")}
)
_OBJECTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("create", "v1"): "emails",
        ("create", "v2"): ENTERPRISE,
        ("replace", "v1"): "phoneNumbers",
        ("replace", "v2"): "manager",
        ("modify", "v1"): ENTERPRISE,
        ("modify", "v2"): "emails",
    }
)


def misfit_creations(org: Org, operation: Operation, external_id: str) -> Made:
    """Creations whose bodies are wrong in one way each; see `creations`."""
    return sent_under(org, operation, _makers(org, operation), external_id)


def misfit_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """Updates whose bodies are wrong in one way each."""
    if operation.kind == "delete":
        return {}
    makers = _makers(org, operation)
    subject = org.subject_of(operation)
    assert subject is not None
    base = org.look(subject, operation.prefix).document

    def bound(make: Make) -> Try:
        return lambda word: named_besides(operation, base, make(base, word), word)

    return {case: bound(make) for case, make in makers.items()}


def _makers(org: Org, operation: Operation) -> dict[str, Make]:
    return {**_malformed(operation), **_mistyped(org, operation), **_unlisted(org, operation)}


def creations(org: Org, operation: Operation, makers: Mapping[str, Make]) -> Mapping[str, Written]:
    """Creates that all bear one externalId, and the list of the users that have it afterwards.

    Raises:
        Untested: the run only reads.
        Blocked: the list cannot be asked.
    """
    org.workspace.may_write()
    external_id = f"Misfit-{org.workspace.token(f'{org.act}/{operation.id}')}"
    made = {"": sent_under(org, operation, makers, external_id)}
    return found_under(org, operation, made, external_id)[""]


def sent_under(org: Org, operation: Operation, makers: Mapping[str, Make], external_id: str) -> Made:
    """Creates that all bear one externalId, which is their displayName as well."""
    changes: list[Change] = []

    def question(case: str, make: Make) -> Mapping[str, Any]:
        step = org.workspace.step(org.act, operation.id, f"name {case}")
        base = people.new_user(
            org.workspace, step, **marked(external_id), title=f"Title {case}", **_named(org, step, case)
        )
        changes.append(Change(base, {"userName": base["userName"]}))
        return {"case": case, **make(base, org.workspace.token(step))}

    answers = list(org.ask_together(operation, (question(*each) for each in makers.items())))
    return {case: (change, asked) for case, change, asked in zip(makers, changes, answers, strict=True)}


def _named(org: Org, step: str, case: str) -> Mapping[str, Any]:
    """A userName longer than many a column, for one of those that are refused whatever the name."""
    word = org.workspace.token(step)
    return {"userName": people.user_name(org.workspace, f"{word}-{'x' * 130}")} if case == _LONG_NAMED else {}


def named_besides(operation: Operation, base: Base, asked: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    """The request with a good change beside what is wrong with it, so that a refusal by halves is seen.

    Not where it is sent by somebody who may not make that change.
    """
    body, name = asked.get("body"), naming(operation)
    if not isinstance(body, dict) or "who" in asked:
        return asked
    if operation.kind == "modify":
        good = {"op": "replace", "path": name, "value": word}
        return {**asked, "body": {**body, "Operations": [good, *body["Operations"]]}}
    return {**asked, "body": {**body, name: word}} if body.get(name) == base.get(name) else asked


def bearing(operation: Operation, base: Base, **values: Any) -> dict[str, Any]:
    """A body of the operation's that gives the base these values, whatever they are."""
    if operation.kind == "modify":
        return modification(*({"op": "replace", "path": name, "value": value} for name, value in values.items()))
    body = {**base, **values} if operation.kind == "create" else replacement(operation.resource, base, **values)
    for urn in EXTENSIONS:
        if values.get(urn) and urn not in body["schemas"]:
            body["schemas"] = [*body["schemas"], urn]
    return body


def naming(operation: Operation) -> str:
    """The attribute in which a word can ride: a user's title, a group's displayName."""
    return "title" if operation.resource == "users" else "displayName"


# no JSON object ---------------------------------------------------------------------------------------


def _malformed(operation: Operation) -> dict[str, Make]:
    """What would be applied, were it read with goodwill."""

    def raw(spell: Callable[[dict[str, Any]], bytes]) -> Make:
        return lambda base, word: {"raw": spell(bearing(operation, base, **{naming(operation): word}))}

    own = operation.name, operation.prefix
    return {
        "truncated": raw(lambda body: _json(body)[:-1]),
        "not-json": raw(lambda body: repr(body).encode() if own in _LOOSE else _json(body) + b" and so on"),
        "empty": raw(lambda body: b""),
        "scalar": raw(lambda body: _json(_json(body).decode())),
        "array": raw(lambda body: b"[%s]" % (_odd(_json(body)) if operation.kind == "modify" else _json(body))),
    }


def _odd(body: bytes) -> bytes:
    """A JSON object with a name twice in it, and a number beyond 64 bits: no reason for a server to fail."""
    return b'{"schemas": null, "conformance": 123456789012345678901234567890, ' + body.lstrip()[1:]


def _json(value: Any) -> bytes:
    return encoded(value) or json.dumps(value).encode()


# wrong types --------------------------------------------------------------------------------------------


def _mistyped(org: Org, operation: Operation) -> dict[str, Make]:
    own = operation.kind, operation.prefix
    users = operation.resource == "users"
    first, second = _SCALARS[own] if users else _OF_GROUPS.get(own, ("displayName", "displayName"))

    def scalar(name: str, wrap: Callable[[Any], Any]) -> Make:
        return lambda base, word: {"body": bearing(operation, base, **_wrapped(operation, name, wrap, base, word))}

    if first == "password":
        try:
            secret = _secret(org, operation)
        except Untested:
            first = "displayName"

    def unwrapped(base: Base, word: str) -> Mapping[str, Any]:
        what = _OBJECTS[own] if users else "members"
        return {"body": bearing(operation, base, **_scalars_for(org, operation, what, base, word))}

    return {
        "object-for-scalar": secret if first == "password" else scalar(first, lambda value: {"value": value}),
        "list-for-scalar": scalar(second, lambda value: [value]),
        "scalar-for-object": unwrapped,
    }


def _wrapped(operation: Operation, name: str, wrap: Callable[[Any], Any], base: Base, word: str) -> Mapping[str, Any]:
    """An attribute whose scalar is wrapped in something, with a word that tells where it is none that can be read."""
    match name:
        case "active":
            return {name: wrap(False)}
        case "department":
            return {ENTERPRISE: {name: wrap(word)}}
        case "emails.value":
            return {"emails": [{"value": wrap(f"{word}@example.com"), "type": "work"}]}
        case "primary":
            return {"emails": [{"value": f"{word}@example.com", "type": "work", name: wrap(True)}]}
        case "schemas":
            return {name: [wrap(urn) for urn in base.get(name) or ()], naming(operation): word}
    return {name: wrap(word)}


def _secret(org: Org, operation: Operation) -> Make:
    """A password within an object, by somebody who may set it.

    Raises:
        Untested: nobody may.
    """
    who = able(org.workspace.target, SET_PASSWORD)

    def make(base: Base, word: str) -> Mapping[str, Any]:
        return {"who": who, "body": bearing(operation, base, password={"value": password(org.workspace, word)})}

    return make


def _scalars_for(org: Org, operation: Operation, what: str, base: Base, word: str) -> dict[str, Any]:
    match what:
        case "emails":
            return {what: [f"{word}@example.com"]}
        case "phoneNumbers":
            return {what: ["+13175550198"]}
        case "members":
            there = {value for _, value in facts(base, "members")}
            ours = (member(org, operation.prefix).id, newcomer(org, operation.prefix).id)
            return {what: [next((each for each in ours if each not in there), ours[0])]}
        case "manager":
            return {ENTERPRISE: {what: base.get("id")}}
    return {what: word}


# enum values --------------------------------------------------------------------------------------------


def _unlisted(org: Org, operation: Operation) -> dict[str, Make]:
    makers: dict[str, Make] = {}
    if operation.resource == "users":
        untyped = [{"value": "untyped@example.com", "type": None}] if operation.kind == "create" else []
        makers["email-type"] = _entry(operation, "emails", lambda word: f"{word}@example.com", untyped)
        nothing = [None] if operation.prefix == "v1" and operation.kind != "create" else []
        makers["phone-type"] = _entry(operation, "phoneNumbers", lambda word: "+13175550197", nothing)
        if "photos" in org.workspace.contract.model("ScimV2User")["properties"]:
            photo = org.workspace.target.photo_url or "https://example.com/photo.jpg"
            makers["photo-type"] = _entry(operation, "photos", lambda word: photo)
    if operation.kind == "modify":
        step = {"op": NO_KIND, "path": naming(operation)}
        makers["op"] = lambda base, word: {"body": modification({**step, "value": word})}
    return makers


def _entry(operation: Operation, name: str, value: Callable[[str], str], beside: Sequence[Any] = ()) -> Make:
    kind = _OTHERS_KINDS.get(name, NO_KIND) if operation.prefix == "v2" else NO_KIND

    def make(base: Base, word: str) -> Mapping[str, Any]:
        return {"body": bearing(operation, base, **{name: [*beside, {"value": value(word), "type": kind}]})}

    return make
