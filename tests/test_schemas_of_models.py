"""Holds the models of each edition against the facts taken from its reference."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from tests.schemas_as_written import (
    COUNTS,
    FACTS,
    every_edition,
    every_model,
    model,
    models,
    registry,
)

TYPES: dict[str, dict[str, Any]] = {
    "String": {"type": "string"},
    "BOOLEAN": {"type": "boolean"},
    "Integer": {"type": "integer"},
    "Double": {"type": "number"},
    "DateTime": {"type": "string", "format": "date-time"},
    "JsonNode": {},
}
ANNOTATIONS = ("description", "readOnly", "writeOnly")


@every_edition
def test_models_are_those_of_the_reference(edition: str) -> None:
    assert len(FACTS[edition]["models"]) == COUNTS[edition][1]
    documented, found = set(FACTS[edition]["models"]), set(models(edition))
    missing, unknown = sorted(documented - found), sorted(found - documented)
    assert not missing, f"models/ lacks {missing}"
    assert not unknown, f"models/ has {unknown}, which the reference does not"


@every_model
def test_model_is_a_valid_schema(edition: str, name: str) -> None:
    schema = model(edition, name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"https://scim-contract.invalid/{edition}/models/{name}.json", (
        f"the $id of {name}.json is {schema['$id']}"
    )
    assert (schema["title"], schema["type"]) == (name, "object")
    assert jsonschema_rs.meta.is_valid(schema), f"{name}.json is no valid JSON Schema 2020-12"


@every_model
def test_properties(edition: str, name: str) -> None:
    """Names, types and enums, in the reference's order."""
    facts, found = FACTS[edition]["models"][name], model(edition, name).get("properties", {})
    assert list(found) == list(facts), f"{name} has other properties, or another order, than {list(facts)}"
    wrong = []
    for key, fact in facts.items():
        expected = schema_of(fact["type"]) | ({"enum": fact["enum"]} if fact["enum"] else {})
        bare = {k: v for k, v in found[key].items() if k not in ANNOTATIONS}
        if bare != expected:
            wrong.append(f"{key} is {expected} in the reference, not {bare}")
    assert not wrong, f"{name}: " + "; ".join(wrong)


def schema_of(type_: str) -> dict[str, Any]:
    """The schema of a type as the reference writes it, such as `Array<ScimEmail>`."""
    if type_.startswith("Array<"):
        return {"type": "array", "items": schema_of(type_.removeprefix("Array<").removesuffix(">"))}
    return TYPES.get(type_, {"$ref": f"{type_}.json"})


@every_model
def test_required_properties(edition: str, name: str) -> None:
    expected = [key for key, fact in FACTS[edition]["models"][name].items() if fact["required"]]
    found = model(edition, name).get("required", [])
    assert found == expected, f"{name} requires {expected} in the reference, not {found}"


@every_model
def test_model_is_open_and_described(edition: str, name: str) -> None:
    """Answers may carry more than the models name, so nothing closes them."""
    schema = model(edition, name)
    closing = set(schema) - {"$schema", "$id", "title", "description", "type", "properties", "required"}
    assert not closing, f"{name} says more than the reference does: {sorted(closing)}"
    silent = [key for key, value in schema.get("properties", {}).items() if not value.get("description")]
    assert not silent, f"{name} says nothing of {silent}"
    assert schema["description"]


@every_model
def test_read_only_and_write_only(edition: str, name: str) -> None:
    resource = name in (
        *("ScimV2User", "ScimV2Group", "ScimConfigResourceType", "ScimServiceProviderConfig", "ScimV2SchemaDefinition"),
    )
    user = name in ("ScimV2User", "ScimV2CreateUser")
    properties = model(edition, name).get("properties", {})
    expected = ({"id", "meta"} & set(properties) if resource else set()) | ({"groups"} if user else set())
    read_only = {key for key, schema in properties.items() if schema.get("readOnly")}
    assert read_only == expected, f"of {name}, {sorted(expected)} are read-only, not {sorted(read_only)}"
    write_only = {key for key, schema in properties.items() if schema.get("writeOnly")}
    assert write_only == ({"password"} if user else set()), f"{name} has write-only {sorted(write_only)}"


@every_model
def test_model_validates_in_one_registry(edition: str, name: str) -> None:
    """All models load together, take more than they name, and are strict about types."""
    validator = jsonschema_rs.Draft202012Validator(model(edition, name), registry=registry(edition))
    facts = FACTS[edition]["models"][name]
    least = {key: value_of(fact) for key, fact in facts.items() if fact["required"]}
    faults = [error.message for error in validator.iter_errors({**least, "more": {"than": ["was asked"]}})]
    assert not faults, f"{name} refuses the least that it requires: {faults}"
    for key, fact in facts.items():
        if fact["type"] == "JsonNode":
            continue
        for wrong in (None, "true" if fact["type"] == "BOOLEAN" else True):
            assert not validator.is_valid({**least, key: wrong}), f"{name} takes {wrong!r} for {key}"
        if fact["enum"]:
            assert not validator.is_valid({**least, key: "none of them"}), f"{name} takes any text for {key}"


def value_of(fact: dict[str, Any]) -> Any:
    """A value that a required property may have: all are texts or lists."""
    if fact["enum"]:
        return fact["enum"][0]
    return [] if fact["type"].startswith("Array<") else "text"


@every_edition
def test_references_are_followed_into_lists(edition: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(model(edition, "ScimUserListResponse"), registry=registry(edition))
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert validator.is_valid({"Resources": [{"groups": [{"$ref": "x"}], urn: {"manager": {"$ref": "x"}}}]})
    wrong = {"emails": [{"primary": "true"}], "groups": [{"$ref": 1}], urn: {"manager": {"$ref": 1}}}
    found = {"/".join(map(str, e.instance_path)) for e in validator.iter_errors({"Resources": [wrong]})}
    assert found == {
        "Resources/0/emails/0/primary",
        "Resources/0/groups/0/$ref",
        f"Resources/0/{urn}/manager/$ref",
    }
