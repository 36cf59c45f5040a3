"""Holds openapi.yaml of each edition against the facts taken from its reference."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.schemas_as_written import (
    COUNTS,
    EDITIONS,
    LOADER,
    METHODS,
    OPERATIONS,
    document,
    every_edition,
    every_operation,
    model,
    models,
    openapi,
    operation,
    references,
    registry,
    written,
)


def contents(name: str, types: list[str]) -> dict[str, Any]:
    return {type_: {"schema": {"$ref": f"./models/{name}.json"}} for type_ in types}


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
