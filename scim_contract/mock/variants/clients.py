"""What a token is good for: which attributes its permission may write, and how long it lasts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.mock import oauth, rules
from scim_contract.mock.behaviour import Document
from scim_contract.mock.directory import Directory, Record
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.oauth import SET_PASSWORD
from scim_contract.mock.planting import Plant, Variant, replacing
from scim_contract.mock.variants.making import OPEN, document_of
from scim_contract.mock.wire import Reply, Seen

_PERMISSIONS = OPEN + "which attributes a single permission may write, beyond password for setPassword"
_LIFETIME = 2.0


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield Variant(
        "password-needs-its-permission", "Only setPassword may change a password.", _PERMISSIONS, _guarded_password
    )
    yield Variant(
        "set-password-writes-more",
        "Who may set passwords may write the rest of a user too.",
        _PERMISSIONS,
        lambda: replacing(sets_password_only=lambda held, operation: False),
    )
    yield Variant(
        "roles-need-another-permission",
        "None of the clients may write roles.",
        _PERMISSIONS,
        lambda: replacing(require_free_user_name=_guarded_roles),
        profile={"roles": ()},
        poor=True,
    )
    yield Variant("tokens-short-lived", "A token is good for 2 seconds.", "RFC 6749, 5.1: expires_in", _short_lived)


def _guarded_password() -> Plant:
    # A request is carried out in one piece, so that what the body says is known when the client is looked at.
    state = {"password": False}

    def user_content(document: Mapping[str, Any], before: Record | None) -> Document:
        state["password"] = before is not None and "password" in document
        return rules.user_content(document, before)

    def sets_password_only(held: frozenset[str], operation: Operation) -> bool:
        if state["password"] and SET_PASSWORD not in held:
            raise ScimProblem(403, "The client may not set passwords.")
        return oauth.sets_password_only(held, operation)

    return replacing(user_content=user_content, sets_password_only=sets_password_only)


def _guarded_roles(content: Mapping[str, Any], before: Record | None, directory: Directory) -> None:
    rules.require_free_user_name(content, before, directory)
    if content.get("roles", []) != ([] if before is None else before.content.get("roles", [])):
        raise ScimProblem(403, "The client may not write roles.")


def _short_lived() -> Plant:
    given: dict[str, float] = {}

    def before(seen: Seen) -> None:
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        if given.get(token, time.monotonic()) < time.monotonic() - _LIFETIME:
            seen.headers["authorization"] = "Bearer expired"

    def after(seen: Seen, reply: Reply) -> None:
        document = document_of(reply) if seen.path == "/oauth/token" and reply.ok else None
        if document is not None:
            given[document["access_token"]] = time.monotonic()
            reply.put({**document, "expires_in": int(_LIFETIME), "token_type": "Bearer"})

    return Plant(before, after)
