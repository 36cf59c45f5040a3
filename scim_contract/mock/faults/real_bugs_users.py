"""Bugs that users reported of other SCIM servers: users that are created and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock import rules
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import (
    Document,
    accepted_if_gone,
    become,
    error,
)
from scim_contract.mock.planting import Fault, Plant, replacing
from scim_contract.mock.wire import Reply, Seen

CREATES, DELETES = ("post_scim_users", "post_scim_v2_users"), ("delete_scim_user", "delete_scim_v2_user")
GITHUB = "https://github.com/"


def faults(contract: Contract) -> Iterator[Fault]:
    """The bugs of this topic."""
    yield from _creations()
    yield from _deletions()


def _creations() -> Iterator[Fault]:
    yield Fault(
        "bug-user-name-taken-twice",
        "lifecycle.user-name-unique",
        CREATES,
        "A creation with a userName that is taken is accepted.",
        lambda: Plant(behaviour=_no_name_is_taken),
        also=("content-types.errors-too",),
        link=GITHUB + "goauthentik/authentik/pull/12547",
    )
    yield Fault(
        "bug-client-chooses-the-id",
        "representations.id",
        CREATES,
        "A creation with an id in its body makes the user of that id, in the place of one that has it.",
        lambda: Plant(after=_client_chooses),
        also=("representations.read-only",),
        link=GITHUB + "msaad00/agent-bom/pull/3540",
    )
    yield Fault(
        "bug-two-primaries-accepted",
        "representations.primary",
        CREATES,
        "A creation with two primary emails, or phone numbers, is accepted and stored.",
        lambda: replacing(require_one_primary=lambda content: None),
        link=GITHUB + "wso2/product-is/issues/10033",
    )
    yield Fault(
        "bug-type-of-emails-lost",
        "representations.round-trip",
        CREATES,
        "The emails of a created user are stored without their type.",
        lambda: Plant(behaviour=_emails_without_type),
        link=GITHUB + "zitadel/zitadel/pull/9690",
    )
    yield Fault(
        "bug-missing-name-is-422",
        "lifecycle.create-missing-refused",
        CREATES,
        "A creation without a displayName is refused with 422 and a sentence in text/plain.",
        lambda: Plant(after=_unprocessable),
        link=GITHUB + "vouch-sh/vouch/issues/1412",
    )
    yield Fault(
        "bug-empty-user-name-breaks",
        "lifecycle.create-missing-refused",
        CREATES,
        "A creation with an empty userName breaks the server.",
        lambda: Plant(before=_breaks_without_a_name),
        also=("errors.never-5xx",),
        link=GITHUB + "wso2/product-is/issues/9361",
    )


def _deletions() -> Iterator[Fault]:
    yield Fault(
        "bug-deleted-again",
        "lifecycle.delete",
        DELETES,
        "A user that was deleted can be deleted again.",
        lambda: Plant(after=accepted_if_gone),
        also=("errors.unknown-id", "content-types.errors-too"),
        link=GITHUB + "wireapp/wire-server/pull/660",
    )


# creations and deletions --------------------------------------------------------------------------------


def _no_name_is_taken(behaviour: Behaviour, _: Any) -> Behaviour:
    return replace(behaviour, require_free_user_name=lambda content, before, directory: None)


def _client_chooses(seen: Seen, reply: Reply) -> None:
    sent, directory = seen.json, seen.directory
    if not (reply.ok and directory and isinstance(sent, dict) and isinstance(sent.get("id"), str)):
        return
    document = reply.json
    made = directory.users[document["id"]]
    directory.delete_user(made.id)
    directory.add("User", made.content, made.password, id=sent["id"])
    reply.body = reply.body.replace(made.id.encode(), sent["id"].encode())
    reply.headers["location"] = reply.headers["location"].replace(made.id, sent["id"])


def _emails_without_type(behaviour: Behaviour, _: Any) -> Behaviour:
    def content(document: Mapping[str, Any], before: Record | None) -> Document:
        stored = rules.user_content(document, before)
        if "emails" in stored:
            stored["emails"] = [{k: v for k, v in each.items() if k != "type"} for each in stored["emails"]]
        return stored

    return replace(behaviour, user_content=content)


def _unprocessable(seen: Seen, reply: Reply) -> None:
    sent = seen.json
    if reply.status == 400 and isinstance(sent, dict) and not sent.get("displayName"):
        become(reply, Reply(422, {"content-type": "text/plain"}, b"displayName is missing"))


def _breaks_without_a_name(seen: Seen) -> Reply | None:
    sent = seen.json
    return error(500) if isinstance(sent, dict) and not sent.get("userName") else None
