"""What tests of the observed claims share: the answers they begin with, and what the observer says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scim_contract.judging import Observer
from scim_contract.judging.unmoved import HEADER
from scim_contract.org import Workspace
from scim_contract.targets import Client
from scim_contract.transport import Exchange, Secret
from scim_contract.verdicts import Verdict
from tests.exchanges import exchange

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
USER = {"schemas": [f"{CORE}User"], "id": "u1", "userName": "ann@example.com", "displayName": "Ann", "active": True}
REFUSAL = {"schemas": [ERROR], "status": "400", "scimType": "invalidFilter", "detail": "no such attribute"}
EDITOR = Client("editor", Secret("secret-of-editor"), frozenset({"directory:user:edit"}))
SCIM = (("Content-Type", "application/scim+json"),)
HTML = (("Content-Type", "text/html"),)
BOTH = "application/json or application/scim+json"

SCHEMA, URIS = "representations.schema", "representations.schemas-uris"
MODEL, STATUS = "representations.answer/model", "representations.answer/status"
PASSWORD = "representations.password-never-returned"
STANDARD, DOCUMENTED = "errors.shape/standard", "errors.shape/documented"
STRING, INTERNALS, NO_5XX = "errors.status-is-string", "errors.no-internals", "errors.never-5xx"
ACCEPT_JSON, ACCEPT_SCIM = "content-types.accept-json", "content-types.accept-scim"
NO_ACCEPT, ANY_ACCEPT = "content-types.accept-any/no-accept", "content-types.accept-any/any"
BAD_REQUEST = "content-types.errors-too/bad-request"


def seen(space: Workspace, *exchanges: Exchange) -> dict[str, str | None]:
    """What the observer says of each claim that the exchanges show: why it is violated, None where it is kept.

    The answers are short ones, without an ETag: that is looked at where ETags are.
    """
    observer = Observer(space)
    for each in exchanges:
        space.record(each)
    rows = [row for row in observer.take() if row.claim != HEADER]
    assert {row.verdict for row in rows} <= {Verdict.CONFORMS, Verdict.VIOLATED}
    return {f"{row.claim}/{row.case}".removesuffix("/"): row.reason for row in rows}


def wrong(space: Workspace, *exchanges: Exchange) -> dict[str, str]:
    """The violated claims alone."""
    return {claim: reason for claim, reason in seen(space, *exchanges).items() if reason is not None}


def user(**changes: Any) -> dict[str, Any]:
    return {k: v for k, v in {**USER, **changes}.items() if v is not ...}


def refusal(**changes: Any) -> dict[str, Any]:
    return {k: v for k, v in {**REFUSAL, **changes}.items() if v is not ...}


def listing(*items: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    document = {"schemas": [LIST], "totalResults": len(items), "Resources": list(items), **changes}
    return {k: v for k, v in document.items() if v is not ...}


def refused(body: Any = None, status: int = 400, **more: Any) -> Exchange:
    """A list of users that was refused."""
    return exchange("get_scim_users", status, REFUSAL if body is None else body, **more)
