"""Bugs that users reported of other SCIM servers: how they tell of errors, and where they break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import (
    become,
    changing_errors,
    error,
)
from scim_contract.mock.planting import Fault, Plant, ranging
from scim_contract.mock.wire import Reply, Seen

USERS, USERS_2 = "get_scim_users", "get_scim_v2_users"
USER, USER_2, GROUP, GROUP_2 = "get_scim_user", "get_scim_v2_user", "get_scim_group", "get_scim_v2_group"
CREATE, CREATE_2 = "post_scim_users", "post_scim_v2_users"
REPLACE, REPLACE_2 = "put_scim_user", "put_scim_v2_user"
GITHUB = "https://github.com/"


def faults(contract: Contract) -> Iterator[Fault]:
    """The bugs of this topic."""
    yield from _error_documents(contract)
    yield from _statuses(contract)


def _error_documents(contract: Contract) -> Iterator[Fault]:
    named = tuple(f"lifecycle.user-name-unique|{operation}" for operation in (CREATE, CREATE_2, REPLACE))
    yield Fault(
        "bug-conflict-is-an-unknown-error",
        "errors.shape",
        (CREATE, REPLACE),
        'A userName that is taken is refused with {"error": "unknown_error"}.',
        lambda: Plant(after=_on(409, lambda reply: reply.put({"error": "unknown_error"}))),
        also=("lifecycle.user-name-unique",),
        sees=named,
        link=GITHUB + "Metatavu/keycloak-scim-server/issues/109",
    )
    yield Fault(
        "bug-errors-are-plain-text",
        "content-types.errors-too",
        (CREATE, USER_2, "delete_scim_user", GROUP),
        "Errors are a sentence in text/plain.",
        lambda: Plant(after=_plain_text),
        also=("errors.shape", "errors.unknown-id"),
        link=GITHUB + "Metatavu/keycloak-scim-server/pull/114",
    )
    yield Fault(
        "bug-error-status-is-an-object",
        "errors.status-is-string",
        (USER, CREATE_2),
        "In an error status is an object of code and message, and errorMessage a list in the place of detail.",
        lambda: Plant(after=changing_errors(_status_as_object)),
        link=GITHUB + "PennState/SCIMple-Identity/issues/72",
    )
    yield Fault(
        "bug-conflict-says-too-little",
        "errors.shape",
        (CREATE, CREATE_2),
        "A 409 has neither status nor scimType.",
        lambda: Plant(after=_on(409, _says_too_little)),
        also=("lifecycle.user-name-unique",),
        sees=named,
        link=GITHUB + "getsentry/sentry/issues/117860",
    )
    yield Fault(
        "bug-scim-type-of-its-own",
        "errors.shape",
        (CREATE, CREATE_2),
        "A required attribute left out is refused with scimType schemaViolated, which is no documented one.",
        lambda: Plant(after=_on(400, _schema_violated)),
        sees=(f"lifecycle.create-missing-refused|{CREATE}", f"lifecycle.create-missing-refused|{CREATE_2}"),
        link=GITHUB + "simpleidserver/SimpleIdServer/issues/275",
    )
    yield Fault(
        "bug-error-schemas-is-a-string",
        "errors.shape",
        (USER_2, CREATE),
        "In an error schemas is a string.",
        lambda: Plant(after=changing_errors(lambda document: document.update(schemas=document["schemas"][0]))),
        also=("errors.unknown-id",),
        link=GITHUB + "wso2/product-is/issues/3572",
    )
    yield Fault(
        "bug-error-status-is-a-number",
        "errors.status-is-string",
        (USER, GROUP_2, REPLACE),
        "In an error status is a number.",
        lambda: Plant(after=changing_errors(lambda document: document.update(status=int(document["status"])))),
        link=GITHUB + "xlgmokha/scim-kit/issues/46",
    )


def _statuses(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-conflict-is-500",
        "lifecycle.user-name-unique",
        (CREATE, REPLACE, REPLACE_2),
        "A userName that is taken breaks the server.",
        lambda: Plant(after=_on(409, lambda reply: become(reply, error(500)))),
        also=("errors.never-5xx",),
        link=GITHUB + "GluuFederation/scim/issues/87",
    )
    yield Fault(
        "bug-conflict-is-400",
        "lifecycle.user-name-unique",
        (CREATE, CREATE_2),
        "A userName that is taken is refused with 400 invalidValue.",
        lambda: Plant(after=_on(409, lambda reply: become(reply, error(400, "Taken.", "invalidValue")))),
        link=GITHUB + "imulab/go-scim/issues/65",
    )
    yield Fault(
        "bug-delete-of-nobody-breaks",
        "errors.unknown-id",
        ranging(contract, "errors.unknown-id", "delete"),
        "A DELETE of a user that does not exist breaks the server.",
        lambda: Plant(after=_on(404, lambda reply: become(reply, error(500)))),
        also=("lifecycle.delete", "errors.never-5xx"),
        link=GITHUB + "wso2/product-is/issues/11976",
    )
    yield Fault(
        "bug-list-breaks-at-a-user-without-email",
        "filters.sees-writes",
        (USERS, USERS_2),
        "A list with a user who has no email in it breaks the server.",
        lambda: Plant(after=_first_email),
        also=("filters.encoding", "filters.value-is-data", "errors.never-5xx"),
        link=GITHUB + "gristlabs/grist-core/issues/2011",
    )


# errors -------------------------------------------------------------------------------------------------


def _on(status: int, change: Callable[[Reply], object]) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == status and reply.body:
            change(reply)

    return after


def _plain_text(seen: Seen, reply: Reply) -> None:
    if reply.status >= 400 and reply.body:
        reply.body = str(reply.json.get("detail", "Refused")).encode()
        reply.headers["content-type"] = "text/plain; charset=utf-8"


def _status_as_object(document: dict[str, Any]) -> None:
    detail = document.pop("detail", "")
    document |= {"status": {"code": document["status"], "message": detail}, "errorMessage": [detail]}


def _says_too_little(reply: Reply) -> None:
    reply.put({name: value for name, value in reply.json.items() if name not in ("status", "scimType")})


def _schema_violated(reply: Reply) -> None:
    if reply.json.get("scimType") == "invalidValue":
        reply.put({**reply.json, "scimType": "schemaViolated"})


def _first_email(seen: Seen, reply: Reply) -> None:
    if reply.ok and not all(user.get("emails") for user in reply.json["Resources"]):
        become(reply, error(500))
