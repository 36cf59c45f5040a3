"""Holds the schemas of each edition (openapi.yaml, models) against the facts taken from its reference.

Reads the files as they are, with no help from the package: a mistake there can't hide one in them.
"""

from __future__ import annotations

import functools
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

EDITIONS = ("2019", "2026")
COUNTS = {"2019": (26, 25), "2026": (30, 32)}  # operations, and models with Empty among them
ROOT = Path(__file__).resolve().parent.parent
FACTS = {edition: json.loads((ROOT / "tests/facts" / f"{edition}.json").read_text("utf-8")) for edition in EDITIONS}
OPERATIONS = {edition: {facts["id"]: facts for facts in FACTS[edition]["operations"]} for edition in EDITIONS}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where there is one: 10 times as fast
METHODS = {"get", "post", "put", "patch", "delete"}
TYPES: dict[str, dict[str, Any]] = {
    "String": {"type": "string"},
    "BOOLEAN": {"type": "boolean"},
    "Integer": {"type": "integer"},
    "Double": {"type": "number"},
    "DateTime": {"type": "string", "format": "date-time"},
    "JsonNode": {},
}
ANNOTATIONS = ("description", "readOnly", "writeOnly")

every_edition = pytest.mark.parametrize("edition", EDITIONS)
every_operation = pytest.mark.parametrize(
    ("edition", "id_"), [(e, id_) for e in EDITIONS for id_ in sorted(OPERATIONS[e])]
)
every_model = pytest.mark.parametrize(
    ("edition", "name"), [(e, name) for e in EDITIONS for name in sorted(FACTS[e]["models"])]
)


def openapi(edition: str) -> Path:
    return ROOT / "schemas" / edition / "openapi.yaml"


@functools.cache
def document(edition: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(openapi(edition).read_text("utf-8"), LOADER)
    return loaded


@functools.cache
def written(edition: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Method, path and body of each operation in openapi.yaml, by its operationId."""
    return {
        item["operationId"]: (method.upper(), path, item)
        for path, methods in document(edition)["paths"].items()
        for method, item in methods.items()
    }


def operation(edition: str, id_: str) -> dict[str, Any]:
    assert id_ in written(edition), f"openapi.yaml lacks the operation {id_}"
    return written(edition)[id_][2]


@functools.cache
def models(edition: str) -> dict[str, dict[str, Any]]:
    return {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted((openapi(edition).parent / "models").glob("*.json"))
    }


def model(edition: str, name: str) -> dict[str, Any]:
    assert name in models(edition), f"there is no models/{name}.json"
    return models(edition)[name]


def references(node: Any) -> Iterator[str]:
    """Every $ref below a node; a property that is *called* $ref is none, its value being a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def contents(name: str, types: list[str]) -> dict[str, Any]:
    return {type_: {"schema": {"$ref": f"./models/{name}.json"}} for type_ in types}


def registry(edition: str) -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in models(edition).values()])


# --- the file as a whole


@every_edition
def test_operations_are_those_of_the_reference(edition: str) -> None:
    assert len(OPERATIONS[edition]) == COUNTS[edition][0]
    missing, unknown = (
        sorted(set(OPERATIONS[edition]) - set(written(edition))),
        sorted(set(written(edition)) - set(OPERATIONS[edition])),
    )
    assert not missing, f"openapi.yaml lacks {missing}"
    assert not unknown, f"openapi.yaml has {unknown}, which the reference does not"
    count = sum(len(methods) for methods in document(edition)["paths"].values())
    assert count == COUNTS[edition][0], f"openapi.yaml writes {count} operations out, so an operationId is used twice"


@every_edition
def test_paths_stand_by_prefix_and_resource(edition: str) -> None:
    paths = list(document(edition)["paths"])
    known = ["users", "groups", "resourcetypes", "schemas", "serviceproviderconfig"]
    resources = [each for each in known if f"/api/v2/scim/{each}" in paths]
    collections = [f"/api/v2/scim/{prefix}{resource}" for prefix in ("", "v2/") for resource in resources]
    items = {path.rpartition("/")[0]: path for path in paths if path.endswith("}")}
    expected = [path for c in collections for path in (c, items.get(c)) if path]
    assert paths == expected, f"the paths stand in the order {paths}, not {expected}"


@every_edition
def test_openapi_passes_the_spec_validator(edition: str) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    errors = [
        f"at {'/'.join(str(part) for part in error.absolute_path)}: {error.message}"
        for error in OpenAPIV31SpecValidator(document(edition), base_uri=openapi(edition).as_uri()).iter_errors()
    ]
    assert not errors, "\n".join(errors)


@every_edition
def test_operations_are_written_out_whole(edition: str) -> None:
    """No anchors, and no references but to models: who reads an operation has all of it before them."""
    events = yaml.parse(openapi(edition).read_text("utf-8"), LOADER)
    anchors = [event for event in events if getattr(event, "anchor", None)]
    assert not anchors, f"openapi.yaml uses the anchors {anchors}"
    shared = {ref for ref in references(document(edition)) if not ref.startswith("./models/")}
    assert not shared, f"openapi.yaml refers to {sorted(shared)}, which is no model"
    beside = {key for item in document(edition)["paths"].values() for key in set(item) - METHODS}
    assert not beside, f"paths share {sorted(beside)} between their operations"


@every_edition
def test_document_names_its_edition_and_server(edition: str) -> None:
    info = document(edition)["info"]
    assert info["version"] == edition
    assert f"edition {edition}" in info["description"]
    assert [server["url"] for server in document(edition)["servers"]] == ["https://api.mypurecloud.com"]
    assert openapi(edition).read_text("utf-8").startswith("# "), "openapi.yaml does not begin by saying what it is"


@every_edition
def test_every_reference_resolves(edition: str) -> None:
    lost = {
        f"openapi.yaml: {ref}" for ref in references(document(edition)) if not (openapi(edition).parent / ref).is_file()
    }
    for name, schema in models(edition).items():
        lost |= {
            f"{name}.json: {ref}"
            for ref in references(schema)
            if not (openapi(edition).parent / "models" / ref).is_file()
        }
    assert not lost, f"these references lead nowhere: {sorted(lost)}"


@every_edition
def test_every_model_is_used(edition: str) -> None:
    reached: set[str] = set()
    ahead = {Path(ref).stem for ref in references(document(edition))}
    while ahead - reached:
        name = (ahead - reached).pop()
        reached.add(name)
        ahead |= {Path(ref).stem for ref in references(model(edition, name))}
    assert set(models(edition)) == reached, f"no operation leads to {sorted(set(models(edition)) - reached)}"


# --- the operations


@every_operation
def test_method_and_path(edition: str, id_: str) -> None:
    operation(edition, id_)
    method, path, _ = written(edition)[id_]
    expected = (OPERATIONS[edition][id_]["method"], OPERATIONS[edition][id_]["path"])
    assert (method, path) == expected, f"{id_} is {' '.join(expected)} in the reference, not {method} {path}"


@every_operation
def test_permissions(edition: str, id_: str) -> None:
    item, facts = operation(edition, id_), OPERATIONS[edition][id_]
    required, security = item.get("x-inin-requires-permissions"), item.get("security")
    if facts["requires"] == "NO":
        assert required is None, f"{id_} is open in the reference, but requires {required}"
        signs_in = [{"clientCredentials": []}] if edition == "2026" else []  # its examples sign in for them as well
        assert security == signs_in, f"{id_} is open in the reference, but its security is {security}"
        return
    expected = {"type": facts["requires"], "permissions": facts["permissions"]}
    assert required == expected, f"{id_} requires {expected} in the reference, not {required}"
    assert security == [{"clientCredentials": []}], f"{id_} needs a token, but its security is {security}"
    assert "clientCredentials" in document(edition)["components"]["securitySchemes"]


@every_operation
def test_parameters(edition: str, id_: str) -> None:
    """Names, places, types, defaults, values, examples, in the reference's order."""
    found = [
        {
            "name": p["name"],
            "place": p["in"],
            "type": {"string": "String", "integer": "Integer"}.get(p["schema"]["type"]),
            "required": p["required"],
            "default": p["schema"].get("default"),
            "values": p["schema"].get("enum"),
            "example": p.get("example") if p["in"] == "query" else None,
            "examples": [each["value"] for each in p["examples"].values()] if "examples" in p else None,
        }
        for p in operation(edition, id_).get("parameters", [])
    ]
    expected = OPERATIONS[edition][id_]["parameters"]
    names = [p["name"] for p in expected]
    assert [p["name"] for p in found] == names, f"{id_} has other parameters, or another order, than {names}"
    pairs = zip(expected, found, strict=True)
    wrong = [
        f"{e['name']} has {key} {e[key]!r} in the reference, not {f[key]!r}"
        for e, f in pairs
        for key in e
        if e[key] != f[key]
    ]
    assert not wrong, f"{id_}: " + "; ".join(wrong)


@every_operation
def test_request_body(edition: str, id_: str) -> None:
    body, facts = operation(edition, id_).get("requestBody"), OPERATIONS[edition][id_]
    if not facts["request_model"]:
        assert body is None, f"{id_} takes no body in the reference, but {body}"
        return
    assert body, f"{id_} takes a {facts['request_model']} in the reference, but no body"
    assert body.get("required") is True, f"the body of {id_} is not required"
    expected = contents(facts["request_model"], facts["request_types"])
    assert body["content"] == expected, f"{id_} takes {expected} in the reference, not {body['content']}"


@every_operation
def test_success(edition: str, id_: str) -> None:
    """The first success is the one to expect; statuses are those of RFC 7644, models the reference's."""
    responses, facts = operation(edition, id_)["responses"], OPERATIONS[edition][id_]
    allowed = {"POST": ["201"], "DELETE": ["204", "200", "202"]}.get(facts["method"], ["200"])
    found = [code for code in responses if code.startswith("2")]
    assert found == allowed, f"{id_} succeeds with {allowed}, but openapi.yaml has {found}"
    expected = contents(facts["return_model"], facts["answer_types"])
    for code in found:
        content = responses[code].get("content")
        if code == "204":
            assert content is None, f"{id_}: a 204 has no body, but {content}"
        else:
            assert content == expected, f"{id_} answers {expected} in the reference, not {content} ({code})"


@every_operation
def test_etags(edition: str, id_: str) -> None:
    """What is read by If-None-Match answers 304, and has an ETag to send back."""
    responses = operation(edition, id_)["responses"]
    conditional = any(p["name"] == "If-None-Match" for p in OPERATIONS[edition][id_]["parameters"])
    assert ("304" in responses) == conditional, f"{id_}: 304 goes with If-None-Match"
    tagged = {code for code, response in responses.items() if "ETag" in response.get("headers", {})}
    assert tagged == ({"200", "304"} if conditional else set()), f"{id_} has an ETag with {sorted(tagged)}"
    assert "content" not in responses.get("304", {}), f"{id_}: a 304 has no body"


@every_operation
def test_refusals(edition: str, id_: str) -> None:
    responses, facts = operation(edition, id_)["responses"], OPERATIONS[edition][id_]
    expected = {"401", "403"} if facts["permissions"] else {"401"} if operation(edition, id_)["security"] else set()
    if facts["parameters"] or facts["request_model"]:
        expected |= {"400"}
    if any(p["place"] == "path" for p in facts["parameters"]):
        expected |= {"404"}
    if facts["request_model"]:
        expected |= {"409"}
    if edition == "2026":  # what descriptions of parameters say
        expected |= {"403"} if id_.endswith("_schemas") else set()
        expected |= {"429"} if any(p["name"] == "count" for p in facts["parameters"]) else set()
    found = {code for code in responses if code.startswith(("4", "5"))}
    assert found == expected, f"{id_} is refused with {sorted(expected)}, but openapi.yaml has {sorted(found)}"
    for code in sorted(found):
        content = responses[code].get("content")
        assert content == contents("ScimError", facts["answer_types"]), f"{id_} answers {code} with {content}"


@every_operation
def test_operation_is_described_and_tagged(edition: str, id_: str) -> None:
    item = operation(edition, id_)
    prefix = "v2" if OPERATIONS[edition][id_]["path"].startswith("/api/v2/scim/v2/") else "v1"
    assert item["tags"] == [prefix]
    silent = [key for key in ("summary", "description") if not item.get(key)]
    silent += [p["name"] for p in item.get("parameters", []) if not p.get("description")]
    assert not silent, f"{id_} says nothing of {silent}"


@pytest.mark.parametrize(
    ("edition", "id_"), [(e, id_) for e in EDITIONS for id_ in sorted(OPERATIONS[e]) if "_scim_v2_" not in id_]
)
def test_prefixes_agree(edition: str, id_: str) -> None:
    """The two prefixes have the same operations; only the filter of groups is documented to differ."""
    twin = id_.replace("_scim_", "_scim_v2_")
    first, second = comparable(operation(edition, id_)), comparable(operation(edition, twin))
    if id_ == "get_scim_groups":
        filters = [item["parameters"].pop("filter")["required"] for item in (first, second)]
        assert filters == [False, True], "the filter of groups is optional under v1 and required under v2"
    different = sorted(key for key in first.keys() | second.keys() if first.get(key) != second.get(key))
    assert not different, f"{id_} and {twin} differ in {different}"
    assert written(edition)[twin][1] == written(edition)[id_][1].replace("/scim/", "/scim/v2/")


def comparable(item: dict[str, Any]) -> dict[str, Any]:
    """An operation without its words and its prefix, its parameters by name."""
    return {
        **{k: v for k, v in item.items() if k not in ("operationId", "tags", "summary", "description")},
        "parameters": {p["name"]: p for p in item.get("parameters", [])},
        "responses": {
            code: {k: v for k, v in response.items() if k != "description"}
            for code, response in item["responses"].items()
        },
    }


# --- the models


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


# --- other tools


@every_edition
def test_schemathesis_makes_bodies_from_it(edition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """schemathesis loads the file with its relative references, offline, and its bodies fit the models."""
    import schemathesis  # takes over a second, so only here

    def offline(*_: object) -> None:
        raise AssertionError("loading the schemas reached for the network")

    monkeypatch.setattr(socket.socket, "connect", offline)
    loaded = schemathesis.openapi.from_path(openapi(edition))
    assert len(list(loaded.get_all_operations())) == COUNTS[edition][0]
    shared = registry(edition)
    for facts in (f for id_, f in OPERATIONS[edition].items() if f["request_model"] and "_v2_" in id_):
        validator = jsonschema_rs.Draft202012Validator(model(edition, facts["request_model"]), registry=shared)
        bodies = [case.body for case in a_few(loaded[facts["path"]][facts["method"]].as_strategy())]
        assert bodies, f"schemathesis makes no body for {facts['id']}"
        wrong = [body for body in bodies if not validator.is_valid(body)]
        assert not wrong, f"{facts['id']}: {wrong[0]!r} is no {facts['request_model']}"


def a_few(strategy: Any) -> list[Any]:
    """What a hypothesis strategy gives first."""
    from hypothesis import HealthCheck, Phase, given, settings

    cases: list[Any] = []

    @settings(
        max_examples=3,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def note(case: Any) -> None:
        cases.append(case)

    note()
    return cases
