"""Parts of a user's document for round trips: each writable property with a value that tells, and all in one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people
from scim_contract.org.documents import ENTERPRISE, EXTENSIONS, GENESYS
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.org import Org
from scim_contract.org.still import still_user
from scim_contract.org.values import at_length
from scim_contract.org.workspace import Workspace

Fragment = dict[str, Any]
"""A part of a user's or group's document."""

# In each documented format at least one, and a number of its own for each type.
PHONES: Mapping[str, str] = MappingProxyType(
    {
        "work": "+13175550131",
        "work2": "tel:+13175550132;ext=00632",
        "work3": "tel:+13175550133",
        "work4": "+13175550134",
        "home": "+13175550135",
        "mobile": "+13175550136",
        "other": "+13175550137",
    }
)
FORMATS: Mapping[str, str] = MappingProxyType(
    {"e164": "phone-work", "tel-uri": "phone-work3", "tel-uri-with-extension": "phone-work2"}
)
"""The case whose phone number is sent in a documented format."""
NAMES = ("user-name", "display-name")
"""What POST always needs, and PUT may."""
_MANY = 59
"""With one more, above fifty and well below the hundred that a server must take."""
PHONE = "phone-"
APART = ("external-id", "email-work", "phones", "department", "employee-number", "external-ids")
WRITABLE = ("external-id", *NAMES, "title", *(case for case in APART if case != "external-id"))
SUPPLIED = ("roles", "division", "photos", "routing-skills", "routing-languages")
DOUBTFUL = ("phone-integrations", "date-hire")
"""What the models have, without saying what a server must take of it."""
INTEGRATIONS = MappingProxyType(
    {
        "microsoftteams": "+13175550141",
        "zoomphone": "+13175550142",
        "eightbyeight": "+13175550143",
        "ringcentral": "+13175550144",
    }
)


def fragment(org: Org, operation: Operation, case: str, more: str = "") -> Fragment:
    """What a case of representations.round-trip sends of a user; `more` makes its values others.

    Raises:
        Untested: the profile supplies no such value.
        Blocked: there is no user to refer to.
    """
    workspace = org.workspace
    word = workspace.token(f"round-trip/{operation.id}/{case}{more}")
    if case == "phone-integrations":
        _has(workspace, "ScimV2User", GENESYS)
        return {"phoneNumbers": [{"value": value, "type": kind} for kind, value in INTEGRATIONS.items()]}
    if case.startswith(PHONE):
        return {"phoneNumbers": [phone(case.removeprefix(PHONE))]}
    match case:
        case "phones":
            return {"phoneNumbers": [phone(kind) for kind in PHONES]}
        case "active":
            return {"active": False}  # true is what a server gives by itself
        case "user-name":
            return {"userName": people.user_name(workspace, word)}
        case "display-name":
            return {"displayName": at_length(f"Conformance {word}")}
        case "title":
            return {"title": at_length(f"Conformance title {word}")}
        case "external-id":
            return {"externalId": _digits(word)}
        case "email-work" | "email-other":
            kind = case.removeprefix("email-")
            return {"emails": [{"value": f"{kind.title()}.{word}@example.com", "type": kind}]}
        case "employee-number":
            _has(workspace, "ScimV2EnterpriseUser", "employeeNumber")
            return {ENTERPRISE: {"employeeNumber": f"No-{word}"}}
        case "date-hire":
            _has(workspace, "ScimV2EnterpriseUser", "dateHire")
            return {ENTERPRISE: {"dateHire": "2024-02-29"}}
        case "external-ids":
            _has(workspace, "ScimV2User", GENESYS)
            return {GENESYS: {"externalIds": [{"authority": f"conformance-{word}", "value": f"Id-{word}-aB"}]}}
        case "department":
            return {ENTERPRISE: {"department": at_length(f"Department {word}")}}
        case "manager":
            return {ENTERPRISE: {"manager": {"value": still_user(org, operation.prefix).id}}}
        case "together":
            parts = list(fragments(org, operation, (*WRITABLE, "manager"), " together").values())
            whole = with_primaries(merged([{"active": True}, *parts, _taken_for_others(operation.prefix, word)]))
            return {**whole, "emails": many_emails(whole["emails"])}
    return _supplied(workspace, case)


def phone(kind: str) -> dict[str, str]:
    """The phone number of a type."""
    return {"value": PHONES[kind], "type": kind}


def primary_phone(kind: str) -> dict[str, Any]:
    """The phone number of a type, as the primary one."""
    return {**phone(kind), "primary": True}


def fragments(org: Org, operation: Operation, cases: Iterable[str], more: str = "") -> dict[str, Fragment]:
    """What each of some cases sends, without those of which there is nothing to send; `more` as for `fragment`."""
    found: dict[str, Fragment] = {}
    for case in cases:
        with contextlib.suppress(Untested, Blocked):
            found[case] = fragment(org, operation, case, more)
    return found


def many_emails(some: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some emails and others like the first, so many that a list may be too short for them."""
    first = {name: value for name, value in some[0].items() if name != "primary"}
    return [*some, *({**first, "value": f"{number}.{first['value']}"} for number in range(_MANY))]


def _digits(word: str) -> str:
    """A text that is one of digits, the first ones zeros: no number."""
    return f"000{int(word, 16)}"


def _taken_for_others(prefix: str, word: str) -> Fragment:
    """Texts that are taken for something else where they are read by code that knows no types, or for untidy ones."""
    spaced = f"Ext-{word}-aB ".ljust(300, "x")
    return {"externalId": f" {spaced} ", ENTERPRISE: {"department": {"v1": "null"}.get(prefix, "true")}}


def merged(parts: Iterable[Fragment]) -> Fragment:
    """Several parts as one; what is in a list in one of them is added to the list."""
    whole: Fragment = {}
    for part in parts:
        for name, value in part.items():
            held = whole.get(name)
            match held:
                case list():
                    whole[name] = held + value
                case dict():
                    whole[name] = held | value
                case _:
                    whole[name] = value
    return whole


def with_primaries(whole: Fragment) -> Fragment:
    """The work email made primary, and one of the phone numbers that is not the first."""
    phones = [{**phone, "primary": phone["type"] == "mobile"} for phone in whole["phoneNumbers"]]
    emails = [{**email, "primary": True} for email in whole["emails"]]
    return {**whole, "phoneNumbers": phones, "emails": emails}


def steps(part: Mapping[str, Any], op_of_lists: str) -> list[dict[str, Any]]:
    """PATCH operations that write a part, each by its plain path; lists by `add` or `replace`."""
    found: list[dict[str, Any]] = []
    for name, value in part.items():
        if name in EXTENSIONS:
            found += [{"op": "replace", "path": f"{name}:{sub}", "value": each} for sub, each in value.items()]
        else:
            found.append({"op": op_of_lists if isinstance(value, list) else "replace", "path": name, "value": value})
    return found


def _routed(attribute: str, name: str) -> Fragment:
    return {GENESYS: {attribute: [{"name": name, "proficiency": 3.5}]}}


def _has(workspace: Workspace, model: str, name: str) -> None:
    """Raise Untested where a model of the edition has no such property."""
    if name not in workspace.contract.model(model)["properties"]:
        raise Untested(f"{model} has no {name} in edition {workspace.contract.edition}")


def roles_of(workspace: Workspace) -> list[Any]:
    """The roles that the target supplies, as the edition's users bear them: names, or objects that hold one."""
    objects = "$ref" in workspace.contract.model("ScimV2User")["properties"]["roles"]["items"]
    return [{"value": role} if objects else role for role in workspace.target.roles]


def _supplied(workspace: Workspace, case: str) -> Fragment:
    target = workspace.target
    _has(workspace, "ScimV2User", {"photos": "photos", "roles": "roles", "division": ENTERPRISE}.get(case, GENESYS))
    values: dict[str, tuple[Any, Fragment]] = {
        "roles": (target.roles, {"roles": roles_of(workspace)}),
        "division": (target.division, {ENTERPRISE: {"division": target.division}}),
        "routing-skills": (target.routing_skill, _routed("routingSkills", target.routing_skill)),
        "routing-languages": (target.routing_language, _routed("routingLanguages", target.routing_language)),
        "photos": (target.photo_url, {"photos": [{"value": target.photo_url, "type": "photo"}]}),
    }
    given, part = values[case]
    if not given:
        key = {"photos": "photo_url"}.get(case, case.replace("-", "_").removesuffix("s") if "-" in case else case)
        raise Untested(f"the profile names no {key} that the run may give to a user")
    return part
