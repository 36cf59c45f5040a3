"""Resources as they are shown: under the asked prefix, with what derives from others, no password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN, EXTENSIONS, Directory, Record
from scim_contract.mock.etags import etag

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
_READS = {
    "User": "get_user",
    "Group": "get_group",
    "ResourceType": "get_resourcetype",
    "Schema": "get_schema",
    "ServiceProviderConfig": "get_serviceproviderconfig",
}


@dataclass(frozen=True)
class Links:
    """Where resources lie under a prefix: the base of the URLs and the path of each type; and which
    extensions a user has in this edition."""

    base: str
    paths: Mapping[str, str]
    extensions: tuple[str, ...] = (ENTERPRISE_URN,)

    def to(self, resource_type: str, id: str = "") -> str:
        """The URL of a resource."""
        return f"{self.base}{self.paths[resource_type]}{id}"


def paths_under(contract: Contract, prefix: str) -> dict[str, str]:
    """The path of each resource type that the edition has under a prefix, up to the id."""
    known = {operation.name for operation in contract.operations}
    return {kind: contract.find(prefix, name).path.partition("{")[0] for kind, name in _READS.items() if name in known}


def extensions_of(contract: Contract) -> tuple[str, ...]:
    """The extensions that a user has in an edition."""
    properties = contract.model("ScimV2User")["properties"]
    return tuple(urn for urn in EXTENSIONS if urn in properties)


def timestamp(milliseconds: int) -> str:
    """ISO 8601 with milliseconds and Z, as the model ScimMetadata shows it."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def meta(record: Record, links: Links) -> dict[str, Any]:
    """The meta of a user or a group; its version is the ETag itself, quotes included."""
    return {
        "resourceType": record.kind,
        "lastModified": timestamp(record.modified),
        "location": links.to(record.kind, record.id),
        "version": etag(record.version),
    }


def show_user(record: Record, directory: Directory, links: Links) -> dict[str, Any]:
    """The document of a user (model ScimV2User)."""
    content = dict(record.content)
    schemas = [USER_URN]
    extensions = {urn: content.pop(urn) for urn in EXTENSIONS if urn in content}
    groups = [
        {"type": "Group", "value": group_id, "$ref": links.to("Group", group_id)}
        for group_id in directory.groups_of(record.id)
    ]
    lists = {"roles": content.get("roles", []), "groups": groups}
    document = {"schemas": schemas, "id": record.id, **content, **lists}
    for urn, extension in extensions.items():
        if extension:
            schemas.append(urn)
            document[urn] = _with_manager_link(extension, links)
    document["meta"] = meta(record, links)
    return document


def _with_manager_link(extension: Mapping[str, Any], links: Links) -> dict[str, Any]:
    shown = dict(extension)
    if "manager" in shown:
        value = shown["manager"]["value"]
        shown["manager"] = {"value": value, "$ref": links.to("User", value)}
    return shown


def show_group(record: Record, directory: Directory, links: Links) -> dict[str, Any]:
    """The document of a group (model ScimV2Group)."""
    members = [
        {**member, "$ref": links.to(member["type"], member["value"])} for member in record.content.get("members", ())
    ]
    return {
        "schemas": [GROUP_URN],
        "id": record.id,
        **{name: value for name, value in record.content.items() if name != "members"},
        "members": members,
        "meta": meta(record, links),
    }


def show(record: Record, directory: Directory, links: Links) -> dict[str, Any]:
    """The document of a user or a group."""
    shower = show_user if record.kind == "User" else show_group
    return shower(record, directory, links)
