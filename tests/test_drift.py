"""Drift: two editions, and documents derived from ours and altered, each alteration told as what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import Contract, load
from scim_contract.drift.command import Wanted, compared
from scim_contract.drift.page import page
from scim_contract.drift.report import Drift
from tests import documents_of_vendors as vendors
from tests.commands import invoke
from tests.documents_of_vendors import Document, models_of, operation_of, parameter_of

USERS = ["get_scim_users", "post_scim_users", "get_scim_user", "put_scim_user", "patch_scim_user"]
CREATE = ["post_scim_users", "post_scim_v2_users"]
BOTH = [*USERS, *(name.replace("_scim_", "_scim_v2_") for name in USERS)]


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load("2026")


@pytest.fixture(scope="module")
def editions() -> Drift:
    return compared(Wanted(load("2019"), load("2026"), None, None, None))


def told(drift: Drift) -> list[tuple[Any, ...]]:
    """Each difference as how, place, subject, whether it breaks, and the operations."""
    return [
        (each.how.value, each.place, f"{each.model}.{each.subject}" if each.model else each.subject,
         each.breaks, sorted(each.operations))
        for each in drift.differences
    ]  # fmt: skip


def of_document(contract: Contract, document: Document, folder: Path) -> Drift:
    path = folder / "published.json"
    path.write_text(vendors.text_of(document), "utf-8")
    return compared(Wanted(contract, None, path, None, None))


# ---- documents that were altered

Alter = Callable[[Document], None]


def path_of(document: Document, path: str) -> Document:
    found: Document = next(held for key, held in document["paths"].items() if ("/api/v2" + key).endswith(path))
    return found


def without_operation(document: Document) -> None:
    del path_of(document, "/api/v2/scim/v2/users/{userId}")["delete"]


def with_operation(document: Document) -> None:
    path_of(document, "/api/v2/scim/groups")["post"] = {
        "operationId": "postScimGroups", "responses": {"200": {"description": "x"}},
    }  # fmt: skip


def under_another_path(document: Document) -> None:
    key = next(key for key in document["paths"] if key.endswith("/scim/serviceproviderconfig"))
    document["paths"][key.replace("serviceproviderconfig", "providerconfig")] = document["paths"].pop(key)


def filter_required(document: Document) -> None:
    parameter_of(document, "getScimGroups", "filter")[0]["required"] = True


def another_default(document: Document) -> None:
    parameter_of(document, "getScimUsers", "count")[1]["default"] = 100


def fewer_permissions(document: Document) -> None:
    operation_of(document, "putScimUser")["x-inin-requires-permissions"]["permissions"].remove("directory:user:edit")


def ambiguous_rename(document: Document) -> None:
    parameter_of(document, "getScimV2Users", "attributes")[0]["name"] = "attribute"
    operation = operation_of(document, "getScimV2Users")  # attributes and excludedAttributes mean the same to a machine
    operation["parameters"] = [p for p in operation["parameters"] if p["name"] != "excludedAttributes"]


def without_property(document: Document) -> None:
    del models_of(document)["ScimV2User"]["properties"]["title"]


def fewer_values(document: Document) -> None:
    models_of(document)["ScimPhoneNumber"]["properties"]["type"]["enum"].remove("work4")


def another_type(document: Document) -> None:
    models_of(document)["ScimV2CreateUser"]["properties"]["active"]["type"] = "string"


def one_media_type(document: Document) -> None:
    item = operation_of(document, "getScimUser")
    if "produces" in item:
        item["produces"].remove("application/scim+json")
    for answer in item["responses"].values():
        answer.get("content", {}).pop("application/scim+json", None)


def one_more_required(document: Document) -> None:
    models_of(document)["ScimV2CreateUser"]["required"].append("externalId")


def renamed_property(document: Document) -> None:
    properties = models_of(document)["ScimV2Group"]["properties"]
    properties["externalIdentifier"] = properties.pop("externalId")


def open_to_anyone(document: Document) -> None:
    operation_of(document, "getScimSchemas")["security"] = []


def model_by_another_name(document: Document) -> None:
    text = vendors.text_of(document).replace('ScimUserRole"', 'UserRole"')
    document.clear()
    document.update(json.loads(text))


GROUPS = ["get_scim_groups", "get_scim_group", "put_scim_group", "patch_scim_group"]
ALL_GROUPS = sorted([*GROUPS, *(name.replace("_scim_", "_scim_v2_") for name in GROUPS)])
PUTS = ["put_scim_user", "put_scim_v2_user"]
PUT_GROUPS = ["put_scim_group", "put_scim_v2_group"]
ALTERED: list[tuple[Alter, list[tuple[Any, ...]]]] = [
    (without_operation, [("removed", "operation", "", True, ["delete_scim_v2_user"])]),
    (with_operation, [("added", "operation", "", False, ["postScimGroups"])]),
    (under_another_path, [("renamed", "operation", "address", True, ["get_scim_serviceproviderconfig"])]),
    (filter_required, [("tightened", "parameter", "filter", True, ["get_scim_groups"])]),
    (another_default, [("replaced", "parameter", "count", True, ["get_scim_users"])]),
    (fewer_permissions, [("tightened", "permissions", "", True, ["put_scim_user"])]),
    (ambiguous_rename, [
        ("removed", "parameter", "attributes", True, ["get_scim_v2_users"]),
        ("removed", "parameter", "excludedAttributes", True, ["get_scim_v2_users"]),
        ("added", "parameter", "attribute", False, ["get_scim_v2_users"]),
    ]),
    (without_property, [
        ("removed", "answer", "ScimV2User.title", True, sorted(BOTH)),
        ("removed", "request", "ScimV2User.title", True, PUTS),
    ]),
    (fewer_values, [
        ("tightened", "answer", "ScimPhoneNumber.type", False, sorted(BOTH)),
        ("tightened", "request", "ScimPhoneNumber.type", True, sorted([*CREATE, *PUTS])),
    ]),
    (another_type, [("replaced", "request", "ScimV2CreateUser.active", True, CREATE)]),
    (one_media_type, [("removed", "answer", "media type", True, ["get_scim_user"])]),
    (one_more_required, [("tightened", "request", "ScimV2CreateUser.externalId", True, CREATE)]),
    (renamed_property, [
        ("renamed", "answer", "ScimV2Group.externalId", True, ALL_GROUPS),
        ("renamed", "request", "ScimV2Group.externalId", True, PUT_GROUPS),
    ]),
    (open_to_anyone, [("loosened", "permissions", "", False, ["get_scim_schemas"])]),
    (model_by_another_name, [
        ("renamed", "answer", "ScimV2User.roles[]", False, sorted(BOTH)),
        ("renamed", "request", "ScimV2CreateUser.roles[]", False, CREATE),
        ("renamed", "request", "ScimV2User.roles[]", False, PUTS),
    ]),
]  # fmt: skip


@pytest.mark.parametrize("publish", [vendors.openapi, vendors.swagger])
def test_a_document_that_says_the_same_has_no_drift(
    contract: Contract, publish: Callable[[Contract], Document], tmp_path: Path
) -> None:
    assert told(of_document(contract, publish(contract), tmp_path)) == []


@pytest.mark.parametrize("publish", [vendors.openapi, vendors.swagger])
@pytest.mark.parametrize(("alter", "expected"), ALTERED, ids=[alter.__name__ for alter, _ in ALTERED])
def test_each_alteration_is_told_as_what_it_is(
    contract: Contract,
    publish: Callable[[Contract], Document],
    alter: Alter,
    expected: list[tuple[Any, ...]],
    tmp_path: Path,
) -> None:
    document = publish(contract)
    alter(document)
    assert sorted(told(of_document(contract, document, tmp_path))) == sorted(expected)


def test_a_parameter_that_took_another_name_is_renamed(contract: Contract, tmp_path: Path) -> None:
    document = vendors.swagger(contract)
    parameter_of(document, "getScimUsers", "startIndex")[0]["name"] = "start"
    found = told(of_document(contract, document, tmp_path))
    assert found == [("renamed", "parameter", "startIndex", True, ["get_scim_users"])]


def test_what_is_composed_of_parts_is_read_as_one(contract: Contract, tmp_path: Path) -> None:
    document = vendors.swagger(contract)
    user = models_of(document)["ScimV2User"]
    half = dict(list(user["properties"].items())[:5])
    models_of(document)["Half"] = {"type": "object", "properties": half}
    rest = {name: each for name, each in user["properties"].items() if name not in half}
    models_of(document)["ScimV2User"] = {"allOf": [{"$ref": "#/definitions/Half"}, {"properties": rest}]}
    assert told(of_document(contract, document, tmp_path)) == []


# ---- two editions


def test_an_edition_has_not_drifted_from_itself() -> None:
    same = compared(Wanted(load("2019"), load("2019"), None, None, None))
    assert (same.differences, same.verdict("get_scim_users")) == ((), "same")


@pytest.mark.parametrize(
    "row",
    [
        ("added", "operation", "", False, ["get_scim_schemas"]),
        ("loosened", "parameter", "filter", False, ["get_scim_users"]),
        ("added", "parameter", "excludedAttributes", False, ["get_scim_v2_group"]),
        ("loosened", "permissions", "", False, ["post_scim_users"]),
        ("tightened", "permissions", "", True, ["get_scim_resourcetypes"]),
        ("removed", "request", "ScimV2CreateUser.photos", True, CREATE),
        ("replaced", "request", "ScimV2CreateUser.roles[]", True, CREATE),
        ("loosened", "answer", "ScimPhoneNumber.type", False, sorted(BOTH)),
    ],
)
def test_the_changes_of_2026_are_told(editions: Drift, row: tuple[Any, ...]) -> None:
    assert row in told(editions)


def test_back_from_2026_what_came_is_gone() -> None:
    back = told(compared(Wanted(load("2026"), load("2019"), None, None, None)))
    assert ("removed", "operation", "", True, ["get_scim_schemas"]) in back
    assert ("tightened", "parameter", "filter", True, ["get_scim_users"]) in back
    assert ("removed", "parameter", "attributes", True, ["get_scim_user"]) in back


def test_every_changed_claim_is_told_with_its_reason(editions: Drift) -> None:
    contract = load("2026")
    told_of = {each.subject: each.why for each in editions.claims}
    silent = [claim for claim in contract.reasons if claim not in told_of]
    assert [claim for claim in silent if claim not in SOURCES_ONLY] == []
    assert all(told_of[claim] == why for claim, why in contract.reasons.items() if claim in told_of)


SOURCES_ONLY = {"content-types.errors-too", "representations.id", "representations.schemas-uris", "filters.optional"}
"""Claims that change for operations which are new, or in their sources alone."""


def test_the_page_needs_no_network_and_escapes_what_it_shows(contract: Contract, tmp_path: Path) -> None:
    document = vendors.swagger(contract)
    operation_of(document, "getScimUsers")["parameters"].append({"name": "<script>x", "in": "query", "type": "string"})
    text = page(of_document(contract, document, tmp_path))
    assert "&lt;script&gt;x" in text
    assert "<script>x" not in text
    assert not re.findall(r"(?:src|href)=\"https?:", text)


# ---- the command


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    done = invoke("drift", "2019", "2026", "--json", str(tmp_path / "d.json"), "--html", str(tmp_path / "d/d.html"))
    assert done.code == 1, done.text
    lines = done.text.splitlines()
    assert lines[0] == "edition 2026 held against edition 2019: what a client that relies on edition 2019 meets"
    assert "  ! replaced  request ScimV2CreateUser.roles[]: a string → an object ScimUserRole" in lines
    document = json.loads((tmp_path / "d.json").read_text("utf-8"))
    assert (document["old"], document["new"]) == ("edition 2019", "edition 2026")
    by_id = {each["id"]: each for each in document["operations"]}
    assert len(by_id) == 30
    assert (by_id["get_scim_schemas"]["verdict"], by_id["put_scim_user"]["verdict"]) == ("differs", "breaks")
    assert document["breaks"] == sum(each["breaks"] for each in document["differences"])
    assert (tmp_path / "d/d.html").read_text("utf-8").count("<section") > 10


def test_nothing_that_breaks_is_exit_0(contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "published.yaml"
    path.write_text(vendors.text_of(vendors.openapi(contract)), "utf-8")
    done = invoke("drift", "2026", "--swagger", str(path))
    assert (done.code, done.last) == (0, "nothing differs")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2019"], "scim-contract: drift takes two editions, or one and --swagger FILE"),
        (["2019", "2026", "--swagger", "x"], "scim-contract: drift takes two editions, or one and --swagger FILE"),
        (["2019", "2027"], "scim-contract: no edition '2027'; did you mean '2026'?"),
        (["2019", "--swagger", "no.json"], "scim-contract: no.json: cannot be read (No such file or directory)"),
        (["2019", "--swagger", "{list}"], "scim-contract: {list}: is no Swagger 2.0 and no OpenAPI 3 document"),
        (["2019", "--swagger", "{other}"], "scim-contract: {other}: is no Swagger 2.0 and no OpenAPI 3 document"),
        (["2019", "--swagger", "{empty}"], "scim-contract: {empty}: has no operation under /api/v2/scim"),
    ],
)
def test_what_cannot_be_used_is_told(words: list[str], said: str, tmp_path: Path) -> None:
    files = {"list": "[]", "other": '{"openrpc": "1"}', "empty": '{"swagger": "2.0", "paths": {}}'}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    places = {name: str(tmp_path / name) for name in files}
    done = invoke("drift", *(word.format(**places) for word in words))
    assert (done.code, done.text.strip()) == (2, said.format(**places))


def test_a_file_that_is_no_text_is_told_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"swagger": ', "utf-8")
    done = invoke("drift", "2019", "--swagger", str(path))
    assert done.code == 2
    assert done.text.startswith(f"scim-contract: {path}: is neither JSON nor YAML (")
