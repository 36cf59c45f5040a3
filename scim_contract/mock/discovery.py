"""The discovery documents: resource types and the configuration of the service provider."""

from __future__ import annotations

from typing import Any

from scim_contract.mock.paging import MAX_RESULTS
from scim_contract.mock.representation import GROUP_URN, USER_URN, Links, timestamp

_RESOURCE_TYPE_URN = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
_SCHEMA_URN = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
_TYPES = {
    "User": (USER_URN, "A person who can log in.", "/users"),
    "Group": (GROUP_URN, "A named set of users.", "/groups"),
    "ServiceProviderConfig": (_CONFIG_URN, "What this server can do.", "/serviceproviderconfig"),
    "Schema": (_SCHEMA_URN, "What resources of a kind may hold.", "/schemas"),
    "ResourceType": (_RESOURCE_TYPE_URN, "A kind of resource that this server has.", "/resourcetypes"),
}


def resource_type(name: str, links: Links) -> dict[str, Any] | None:
    """The document of a resource type (model ScimConfigResourceType), None where there is no such type.

    :param name: User, Group, ServiceProviderConfig, ResourceType, or Schema where the edition has schemas.
    """
    if name not in _TYPES or name not in links.paths:
        return None
    schema, description, endpoint = _TYPES[name]
    document: dict[str, Any] = {
        "schemas": [_RESOURCE_TYPE_URN],
        "id": name,
        "name": name,
        "description": description,
        "schema": schema,
        "endpoint": endpoint,
        "meta": {"resourceType": "ResourceType", "location": links.to("ResourceType", name)},
    }
    if name == "User":
        document["schemaExtensions"] = [{"schema": urn, "required": False} for urn in links.extensions]
    return document


def resource_types(links: Links) -> list[dict[str, Any]]:
    """Every resource type, in a fixed order."""
    return [document for name in _TYPES if (document := resource_type(name, links)) is not None]


def provider_config(links: Links, version: str, modified: int) -> dict[str, Any]:
    """The configuration of the service provider (model ScimServiceProviderConfig).

    :param version: its ETag.
    :param modified: when it last changed, in milliseconds.
    """
    return {
        "schemas": [_CONFIG_URN],
        "patch": {"supported": True},
        "filter": {"supported": True, "maxResults": MAX_RESULTS},
        "etag": {"supported": True},
        "sort": {"supported": False},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "changePassword": {"supported": True},
        "authenticationSchemes": [
            {
                "name": "OAuth Bearer Token",
                "description": "A token given for client credentials at /oauth/token.",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "type": "oauthbearertoken",
                "primary": True,
            }
        ],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "lastModified": timestamp(modified),
            "location": links.to("ServiceProviderConfig"),
            "version": version,
        },
    }
