"""The attributes of users and groups in the terms of scim2-models, for its filter and PATCH engines.

They are wider than its own models (any string is an address or a photo; roles are strings), because
the JSON Schemas judge values before they get here. Importing this module costs half a second: it is
imported when the first filter or PATCH comes. Each edition has an engine of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    AnyExtension,
    CaseExact,
    ComplexAttribute,
    Extension,
    Mutability,
    Required,
    Resource,
)

from scim_contract.mock.directory import ENTERPRISE_URN

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"


class Valued(ComplexAttribute):
    """An email address or a phone number."""

    value: str | None = None
    type: str | None = None
    primary: bool | None = None


class Picture(ComplexAttribute):
    """A photo."""

    value: str | None = None
    type: str | None = None


class Linked(ComplexAttribute):
    """A reference to another resource: a member, a group, a manager."""

    value: Annotated[str | None, CaseExact.true] = None
    type: str | None = None
    ref: str | None = Field(None, serialization_alias="$ref", validation_alias="$ref")


class Manager(ComplexAttribute):
    """The manager of a user."""

    value: Annotated[str | None, CaseExact.true] = None
    ref: str | None = Field(None, serialization_alias="$ref", validation_alias="$ref")


class Enterprise(Extension):
    """The enterprise extension, as far as the contract has it."""

    __schema__ = URN(ENTERPRISE_URN)

    division: str | None = None
    department: str | None = None
    manager: Manager | None = None


class ReadableUser(Resource[AnyExtension]):
    """What a filter on users can ask for."""

    __schema__ = URN(USER_URN)

    user_name: Annotated[str | None, Required.true] = None
    display_name: Annotated[str | None, Required.true] = None
    active: bool | None = None
    title: str | None = None
    emails: list[Valued] | None = None
    phone_numbers: list[Valued] | None = None
    photos: list[Picture] | None = None
    groups: Annotated[list[Linked] | None, Mutability.read_only] = None
    roles: list[str] | None = None


class WritableUser(ReadableUser[AnyExtension]):
    """What a PATCH of a user can write: a password as well."""

    password: Annotated[str | None, Mutability.write_only] = None


class AnyGroup(Resource[Any]):
    """What a filter on groups can ask for and a PATCH can write."""

    __schema__ = URN(GROUP_URN)

    display_name: Annotated[str | None, Required.true] = None
    members: list[Linked] | None = None


@dataclass(frozen=True)
class Engine:
    """The types by which an edition's users and groups are filtered and patched, and the names, in lower case,
    by which its filters may call an attribute besides its own."""

    filtered: Mapping[str, type[Resource[Any]]]
    patched: Mapping[str, type[Resource[Any]]]
    aliases: Mapping[str, str] = field(default_factory=dict)


@cache
def engine(edition: str) -> Engine:
    """The engine of an edition."""
    if edition == "2026":
        from scim_contract.mock import attributes_2026

        return attributes_2026.made()
    return Engine(
        {"User": ReadableUser[Enterprise], "Group": AnyGroup}, {"User": WritableUser[Enterprise], "Group": AnyGroup}
    )
