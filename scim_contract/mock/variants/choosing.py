"""What edition 2026 leaves open: tokens, schemas among chosen attributes, identifiers of the server's own."""

from __future__ import annotations

from collections.abc import Iterator

from scim_contract.contract import Contract
from scim_contract.mock.directory import GENESYS_URN
from scim_contract.mock.faults.acting import Document, each_resource
from scim_contract.mock.planting import Plant, Variant, replacing
from scim_contract.mock.variants.making import bodies, shown
from scim_contract.mock.wire import Reply, Seen

_AUTHORITY = "x-pc:scimv2:v1"


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind; none where the edition has no choice of attributes."""
    if "attributes.included" not in contract.claims:
        return
    yield Variant(
        "anyone-may-read",
        "What asks for no permission is open without a token, as a server may have it.",
        "permissions.anonymous-served-or-401: answered as it is for anyone, or refused with 401",
        lambda: replacing(admits_anonymous=lambda operation: True),
    )
    yield Variant(
        "no-schemas-among-chosen",
        "Who chooses attributes is given no schemas, which the reference does not list among what always comes.",
        "parameter attributes: these attributes and the id, userName, active and meta",
        lambda: Plant(after=_without_schemas),
    )
    yield Variant(
        "own-identifier-shown",
        "Every user has an identifier under an authority of the server's own.",
        "models, ScimUserExtensions.externalIds",
        lambda: Plant(before=bodies(_without_own), after=shown(_identified, "User")),
    )


def _without_schemas(seen: Seen, reply: Reply) -> None:
    if "attributes" in seen.parameters:
        each_resource(lambda document: document.pop("schemas", None))(seen, reply)


def _without_own(body: Document) -> None:
    """The server's own identifier is not a client's to write: what comes back of it is left out."""
    extension = body.get(GENESYS_URN)
    if not isinstance(extension, dict):
        return
    held = extension.get("externalIds")
    if isinstance(held, list):
        body[GENESYS_URN] = {**extension, "externalIds": [each for each in held if not _own(each)]}


def _own(identifier: object) -> bool:
    return isinstance(identifier, dict) and str(identifier.get("authority")).startswith(_AUTHORITY)


def _identified(user: Document) -> None:
    extension = user.get(GENESYS_URN) or {}
    own = {"authority": f"{_AUTHORITY}:mock", "value": user["id"]}
    user[GENESYS_URN] = {**extension, "externalIds": [own, *extension.get("externalIds", ())]}
    user["schemas"] = list(dict.fromkeys([*user["schemas"], GENESYS_URN]))
