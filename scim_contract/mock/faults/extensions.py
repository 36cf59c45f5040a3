"""Faults of what the models of edition 2026 have beyond those of 2019: extensions and their limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN, GENESYS_URN
from scim_contract.mock.faults.acting import Document
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.rules import group_content, require_limits, user_content

LIMITS, ROUND_TRIP = "representations.extension-limits", "representations.round-trip"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of the extensions; none where the edition has no such limits."""
    if LIMITS not in contract.claims:
        return
    yield from family(contract, "limits-not-kept", LIMITS, "Any number of skills, and any proficiency, is stored.",
                      lambda: replacing(require_limits=lambda content: None))  # fmt: skip
    for name, attribute in (("fifty-one-skills", "routingSkills"), ("fifty-one-languages", "routingLanguages")):
        at, sentence = ("put_scim_user", "post_scim_v2_users"), f"More than 50 {attribute} are stored."
        yield Fault(f"{name}-stored", LIMITS, at, sentence, _keeping(attribute))
    yield from _lost(contract)


def _keeping(attribute: str) -> Callable[[], Plant]:
    """The limits kept of all but the number of one attribute's entries."""

    def limits(content: Any) -> None:
        extension = dict(content.get(GENESYS_URN, {}))
        extension[attribute] = list(extension.get(attribute, ()))[:1]
        require_limits({**content, GENESYS_URN: extension})

    return lambda: replacing(require_limits=limits)


def _lost(contract: Contract) -> Iterator[Fault]:
    users = ranging(contract, ROUND_TRIP, "create_user", "replace_user", "modify_user")
    for number, (name, urn, attribute) in enumerate(
        (
            ("employee-number", ENTERPRISE_URN, "employeeNumber"),
            ("date-of-hire", ENTERPRISE_URN, "dateHire"),
            ("external-ids", GENESYS_URN, "externalIds"),
            ("routing-skills", GENESYS_URN, "routingSkills"),
            ("routing-languages", GENESYS_URN, "routingLanguages"),
        )
    ):
        at = (users[number % len(users)],)
        yield Fault(f"{name}-not-stored", ROUND_TRIP, at, f"A user's {attribute} is not stored.",
                    _without(urn, attribute))  # fmt: skip
    yield Fault("integrations-not-stored", ROUND_TRIP, users[:1], "Phone numbers of integrations are not stored.",
                lambda: replacing(user_content=_plain_phones))  # fmt: skip
    yield Fault("groups-have-no-external-id", ROUND_TRIP, ("put_scim_group", "patch_scim_v2_group"),
                "A group's externalId is not stored.", lambda: replacing(group_content=_nameless))  # fmt: skip


def _without(urn: str, attribute: str) -> Callable[[], Plant]:
    def content(document: Any, before: Any) -> Document:
        whole = user_content(document, before)
        if urn in whole:
            whole[urn] = {name: value for name, value in whole[urn].items() if name != attribute}
        return {name: value for name, value in whole.items() if value != {}}

    return lambda: replacing(user_content=content)


def _plain_phones(document: Any, before: Any) -> Document:
    whole = user_content(document, before)
    kept = [phone for phone in whole.get("phoneNumbers", ()) if phone.get("type") not in ("zoomphone", "ringcentral")]
    return {**whole, "phoneNumbers": kept} if "phoneNumbers" in whole else whole


def _nameless(document: Any, before: Any, directory: Any) -> Document:
    whole = group_content(document, before, directory)
    return {name: value for name, value in whole.items() if name != "externalId"}
