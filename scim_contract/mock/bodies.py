"""Request bodies: from bytes to a document that the model allows."""

from __future__ import annotations

import json
import re
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.errors import ScimProblem, invalid_syntax, invalid_value
from scim_contract.mock.shapes import put_in_order, shape_of

PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MAX_BYTES = 8_000_000
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object in a body.

    :raises ScimProblem: 400 invalidSyntax where there is none; 413 beyond the mock's size limit.
    """
    if len(raw) > MAX_BYTES:
        raise ScimProblem(413, "The body is larger than this server reads.")
    try:
        text = raw.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_refuse_constant)
        if _SURROGATE.search(text):
            json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise invalid_value("The body holds half a surrogate pair, which is no character.") from None
    except (ValueError, RecursionError):
        raise invalid_syntax("The body is not JSON in UTF-8.") from None
    if not isinstance(document, dict):
        raise invalid_syntax("The body is not a JSON object.")
    return document


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def conforming(contract: Contract, model: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document in the model's own spelling.

    :raises ScimProblem: 400 invalidValue where the model's JSON Schema does not allow it.
    """
    ordered: dict[str, Any] = put_in_order(document, shape_of(contract, model))
    require_valid(contract, model, ordered)
    return ordered


def require_valid(contract: Contract, model: str, document: Any) -> None:
    """Judge a document by its model's JSON Schema.

    :raises ScimProblem: 400 invalidValue, naming the place and never the value.
    """
    validator = contract.validator(model)
    try:
        if validator.is_valid(document):
            return
        error = next(iter(validator.iter_errors(document)))
    except ValueError:  # jsonschema-rs goes some 250 levels deep
        raise invalid_value("The body is nested too deeply.") from None
    place = ".".join(str(step) for step in error.instance_path if isinstance(step, str))
    where = f"The value of {place}" if place else "The body"
    raise invalid_value(f"{where} is not of the type, or none of the values, that the schema allows.")


def patch_operations(contract: Contract, raw: bytes) -> list[dict[str, Any]]:
    """The operations of a PATCH body, `op` in lower case.

    Source: the models ScimV2PatchRequest and ScimV2PatchOperation; RFC 7644, 3.5.2.

    :raises ScimProblem: 400 where schemas does not name the message, or there are no operations.
    """
    request = conforming(contract, "ScimV2PatchRequest", parse(raw))
    if PATCH_URN.lower() not in [urn.lower() for urn in request["schemas"]]:
        raise invalid_value(f"schemas does not name {PATCH_URN}.")
    if not request.get("Operations"):
        raise invalid_value("There are no Operations.")
    operations: list[dict[str, Any]] = request["Operations"]
    return operations
