"""The attributes of users and groups of edition 2026, for the filter and PATCH engines of scim2-models."""

from typing import Annotated

from scim2_models import URN, AnyExtension, CaseExact, ComplexAttribute, Extension, Mutability, Required, Resource

from scim_contract.mock.attributes import USER_URN, AnyGroup, Engine, Linked, Manager, Valued
from scim_contract.mock.directory import ENTERPRISE_URN, GENESYS_URN

_ALIASES = {
    "email": "emails.value",
    "manager": f"{ENTERPRISE_URN}:manager.value",
    "division": f"{ENTERPRISE_URN}:division",
    "employeenumber": f"{ENTERPRISE_URN}:employeeNumber",
}
"""The names that the documented examples of filters use for attributes with longer ones."""


class Role(ComplexAttribute):
    """A role that a user holds."""

    value: str | None = None


class Rated(ComplexAttribute):
    """A routing skill or language, and how well the user masters it."""

    name: Annotated[str | None, CaseExact.true] = None
    proficiency: float | None = None


class Foreign(ComplexAttribute):
    """An identifier in another system."""

    authority: str | None = None
    value: Annotated[str | None, CaseExact.true] = None


class Enterprise(Extension):
    """The enterprise extension, as far as the edition has it."""

    __schema__ = URN(ENTERPRISE_URN)

    division: str | None = None
    department: str | None = None
    manager: Manager | None = None
    employee_number: str | None = None
    date_hire: str | None = None


class Genesys(Extension):
    """The vendor's own extension."""

    __schema__ = URN(GENESYS_URN)

    routing_skills: list[Rated] | None = None
    routing_languages: list[Rated] | None = None
    external_ids: list[Foreign] | None = None


class ReadableUser(Resource[AnyExtension]):
    """What a filter on users can ask for."""

    __schema__ = URN(USER_URN)

    user_name: Annotated[str | None, Required.true] = None
    display_name: Annotated[str | None, Required.true] = None
    active: bool | None = None
    title: str | None = None
    emails: list[Valued] | None = None
    phone_numbers: list[Valued] | None = None
    groups: Annotated[list[Linked] | None, Mutability.read_only] = None
    roles: list[Role] | None = None


class WritableUser(ReadableUser[AnyExtension]):
    """What a PATCH of a user can write: a password as well."""

    password: Annotated[str | None, Mutability.write_only] = None


def made() -> Engine:
    """The engine of the edition."""
    return Engine(
        {"User": ReadableUser[Enterprise | Genesys], "Group": AnyGroup},
        {"User": WritableUser[Enterprise | Genesys], "Group": AnyGroup},
        _ALIASES,
    )
