"""The contract as typed data: operations, models and claims."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import Claim, Operation, Source, load
from scim_contract.contract.claims import CatalogueError, Row, catalogue

CONTRACT = load("2019")
CLAIMS = CONTRACT.claims.claims
FACTS_FOLDER = Path(__file__).parent / "facts"
FACTS = json.loads((FACTS_FOLDER / "2019.json").read_text("utf-8"))
FACTS_OF = {row["id"]: row for row in FACTS["operations"]}
NAMES = (FACTS_FOLDER / "names-2019.txt").read_text("utf-8").splitlines()
TYPES = {"String": "string", "Integer": "integer"}

# How far the sections of each RFC go: §3 of RFC 7644 ends with §3.14.
LAST_SECTION = {
    (3986, ""): 9, (3986, "2"): 5,
    (7232, ""): 9, (7232, "2"): 4, (7232, "4"): 2,
    (7235, ""): 8, (7235, "3"): 2,
    (7643, ""): 11, (7643, "2"): 5, (7643, "3"): 3, (7643, "4"): 3, (7643, "4.1"): 2,
    (7644, ""): 9, (7644, "3"): 14, (7644, "3.4"): 3, (7644, "3.4.2"): 5, (7644, "3.5"): 2, (7644, "3.5.2"): 3,
    (8259, ""): 13, (8259, "8"): 3,
    (9110, ""): 19, (9110, "12"): 5, (9110, "12.5"): 5, (9110, "15"): 6, (9110, "15.5"): 22,
}  # fmt: skip


def rows() -> Iterator[tuple[Claim, Row, Row]]:
    """Every claim with each of its cases and parts; an empty one where it has none."""
    for claim in CLAIMS:
        for case in claim.cases or (Row(""),):
            for part in claim.parts or (Row(""),):
                yield claim, case, part


def title(value: object) -> str | None:
    return value.name if isinstance(value, Row) else getattr(value, "id", None)


# operations ---------------------------------------------------------------------------------------


def test_both_prefixes_have_the_same_thirteen_operations() -> None:
    names = {prefix: [op.name for op in CONTRACT.operations if op.prefix == prefix] for prefix in CONTRACT.prefixes}
    assert sorted(names) == ["v1", "v2"]
    assert names["v1"] == names["v2"]
    assert len(set(names["v1"])) == 13


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=title)
def test_an_operation_is_what_the_reference_says(operation: Operation) -> None:
    facts = FACTS_OF[operation.id]
    parameters = [
        (p["name"], p["place"], p["required"], TYPES[p["type"]], p["default"], tuple(p["values"] or ()))
        for p in facts["parameters"]
    ]
    assert (operation.method, operation.path) == (facts["method"], facts["path"])
    assert list(operation.permissions) == facts["permissions"]
    assert operation.open is not bool(facts["permissions"])
    assert sorted((p.name, p.place, p.required, p.type, p.default, p.values) for p in operation.parameters) == sorted(
        parameters
    )
    assert operation.request_model == facts["request_model"]
    assert (operation.response_model or "Empty") == facts["return_model"]


@pytest.mark.parametrize(
    ("name", "kind", "resource", "success"),
    [
        ("list_users", "list", "users", 200),
        ("get_user", "read", "users", 200),
        ("create_user", "create", "users", 201),
        ("replace_user", "replace", "users", 200),
        ("modify_user", "modify", "users", 200),
        ("delete_user", "delete", "users", 204),
        ("list_groups", "list", "groups", 200),
        ("get_group", "read", "groups", 200),
        ("replace_group", "replace", "groups", 200),
        ("modify_group", "modify", "groups", 200),
        ("list_resourcetypes", "list", "resourcetypes", 200),
        ("get_resourcetype", "read", "resourcetypes", 200),
        ("get_serviceproviderconfig", "read", "serviceproviderconfig", 200),
    ],
)
@pytest.mark.parametrize("prefix", ["v1", "v2"])
def test_an_operation_is_found_by_its_name(prefix: str, name: str, kind: str, resource: str, success: int) -> None:
    operation = CONTRACT.find(prefix, name)
    assert (operation.prefix, operation.kind, operation.resource, operation.success) == (
        prefix, kind, resource, success,
    )  # fmt: skip
    assert operation.writes is (kind in ("create", "replace", "modify", "delete"))
    assert CONTRACT.operation(operation.id) is operation


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=title)
def test_a_twin_is_the_same_under_the_other_prefix(operation: Operation) -> None:
    twin = CONTRACT.twin(operation)
    assert twin.prefix != operation.prefix
    assert (twin.name, twin.method, twin.permissions) == (operation.name, operation.method, operation.permissions)
    assert CONTRACT.twin(twin) is operation


def test_only_the_group_list_of_v1_needs_no_filter() -> None:
    lists = {op.id: op.requires_filter for op in CONTRACT.operations if op.parameter("filter")}
    assert lists == {
        "get_scim_users": True,
        "get_scim_v2_users": True,
        "get_scim_groups": False,
        "get_scim_v2_groups": True,
    }


def test_permissions_are_those_that_any_operation_lists() -> None:
    assert list(CONTRACT.permissions) == sorted({p for row in FACTS["operations"] for p in row["permissions"]})


def test_an_edition_that_is_not_installed_is_told_by_name() -> None:
    with pytest.raises(FileNotFoundError, match=r"^no edition '2031' of the contract is installed$"):
        load("2031")


# models -------------------------------------------------------------------------------------------


def test_a_fault_names_the_place_and_what_is_wrong() -> None:
    document = {"userName": "ann@example.com", "active": "yes", "emails": [{"value": 7}]}
    assert set(CONTRACT.models.faults("ScimV2User", document)) == {
        'at /active: "yes" is not of type "boolean"',
        'at /emails/0/value: 7 is not of type "string"',
    }


def test_a_valid_document_has_no_faults() -> None:
    assert CONTRACT.models.faults("ScimV2User", {"userName": "ann@example.com", "more": [1]}) == ()


def test_a_fault_of_a_long_value_is_cut() -> None:
    (fault,) = CONTRACT.models.faults("ScimV2User", {"active": "x" * 10_000})
    assert len(fault) < 330
    assert fault.endswith('is not of type "boolean"')


def test_every_model_of_the_reference_has_a_schema() -> None:
    assert sorted(CONTRACT.models.schemas) == sorted(FACTS["models"])


# claims -------------------------------------------------------------------------------------------


def test_ids_cases_and_parts_are_those_that_reports_and_waivers_know() -> None:
    """A name that is gone from the list breaks waivers and dashboards: add names, never change them."""
    told = []
    for claim in CLAIMS:
        cases, parts = (" ".join(row.name for row in group) for group in (claim.cases, claim.parts))
        told.append(claim.id + (f": {cases}" if cases else "") + (f" / {parts}" if parts else ""))
    assert told == NAMES


@pytest.mark.parametrize(("claim", "case", "part"), list(rows()), ids=title)
def test_a_statement_is_plain_and_short(claim: Claim, case: Row, part: Row) -> None:
    statement = part.statement or case.statement or claim.statement
    assert len(statement) <= 220
    assert statement.endswith(".")
    assert statement.count(". ") <= 1, "it is one sentence or two"
    words = set(re.findall(r"[a-z']+", statement.lower()))
    assert not words & {"should", "must", "test", "tests", "check", "checks", "verify", "ensure", "will", "shall"}


@pytest.mark.parametrize("claim", CLAIMS, ids=title)
def test_a_claim_has_names_that_a_command_line_can_bear(claim: Claim) -> None:
    word = r"[a-z0-9]+(?:-[a-z0-9]+)*"
    assert re.fullmatch(rf"{word}\.{word}", claim.id)
    for group in (claim.cases, claim.parts):
        names = [row.name for row in group]
        assert all(re.fullmatch(word, name) for name in names)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(("claim", "case", "part"), list(rows()), ids=title)
def test_sources_are_there_and_weigh_what_the_level_says(claim: Claim, case: Row, part: Row) -> None:
    applied = [op for op in CONTRACT.operations if _applies(claim, case, part, op)]
    assert applied or not _meant(case, part), "the row is planned for no operation"
    sources = part.sources or case.sources or claim.sources
    level = part.level or case.level or claim.level
    for source in sources:
        for operation in applied:
            _resolve(source, operation)
    if level == "D":
        assert any(s.parameter or s.heading or s.model for s in sources), "documented, and no place in the reference"
    if level == "S":
        assert any(s.rfc for s in sources), "standard, and no section of an RFC"
    assert sources


def _meant(case: Row, part: Row) -> bool:
    """Whether a case and a part must meet somewhere: two conditions of their own may exclude each other."""
    return case.applies is None or part.applies is None


def _applies(claim: Claim, case: Row, part: Row, operation: Operation) -> bool:
    return claim.applies.meets(operation) and all(
        row.applies is None or row.applies.meets(operation) for row in (case, part)
    )


def _resolve(source: Source, operation: Operation) -> None:
    facts = FACTS_OF[source.operation or operation.id]
    if source.parameter:
        assert source.parameter in [p["name"] for p in facts["parameters"]], f"{facts['id']} has no {source.parameter}"
    if source.heading:
        assert source.heading in ("permissions", "summary", "media-types", "returns")
        assert facts["answer_types"] or source.heading != "media-types"
    if source.model:
        assert source.model in FACTS["models"]
        if source.property:
            assert source.property in FACTS["models"][source.model]
    if source.rfc:
        above = ""
        for number in str(source.section).split("."):
            assert 1 <= int(number) <= LAST_SECTION[source.rfc, above], f"RFC {source.rfc} has no §{source.section}"
            above = f"{above}.{number}" if above else number
    if source.operation:
        assert source.parameter or source.heading
    assert [bool(source.rfc), bool(source.model), bool(source.reason), bool(source.parameter or source.heading)].count(
        True
    ) == 1, "a pointer points to one place"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Source(parameter="If-Match"), "reference, get_scim_user, parameter If-Match"),
        (Source(heading="permissions"), "reference, get_scim_user, permissions"),
        (Source(operation="get_scim_groups", parameter="filter"), "reference, get_scim_groups, parameter filter"),
        (Source(model="ScimError"), "models, ScimError"),
        (Source(model="ScimError", property="scimType"), "models, ScimError.scimType"),
        (Source(rfc=7644, section="3.12"), "RFC 7644 §3.12"),
        (Source(reason="Every client counts on it."), "Every client counts on it."),
    ],
)
def test_a_source_reads_as_a_place(source: Source, text: str) -> None:
    assert source.text(CONTRACT.operation("get_scim_user")) == text


CLAIM: dict[str, Any] = {
    "id": "a.b", "statement": "It holds.", "source": [{"rfc": 7644, "section": "3"}], "level": "D", "applies": "reads",
}  # fmt: skip


def broken(**changes: Any) -> dict[str, Any]:
    row = {k: v for k, v in {**CLAIM, **changes}.items() if v is not ...}
    return {"operations": {"reads": {"method": "GET"}}, "claims": [row]}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (broken(applies="writes"), "claim 'a.b': no set of operations is named 'writes'"),
        (broken(applies={"verb": "GET"}), "claim 'a.b': unknown condition ['verb']"),
        (broken(applies=["reads", {"verb": 1, "how": 2}]), "claim 'a.b': unknown condition ['how', 'verb']"),
        (broken(level="E"), "claim 'a.b': level 'E' is none of D, S, I"),
        (broken(level=...), "claim 'a.b': KeyError('cases')"),
        (broken(level=..., cases=["one"]), "claim 'a.b': StopIteration()"),
        (broken(statement=...), "claim 'a.b': KeyError('statement')"),
        (broken(source=...), "claim 'a.b': KeyError('source')"),
        (broken(applies=...), "claim 'a.b': KeyError('applies')"),
        (broken(cases=[{"level": "S"}]), "claim 'a.b': KeyError('name')"),
        (broken(cases=[{"name": "one", "applies": "writes"}]), "claim 'a.b': no set of operations is named 'writes'"),
        (broken(parts=[{"name": "one", "level": "E"}]), "claim 'a.b': level 'E' is none of D, S, I"),
        (broken(observd=True), "claim 'a.b': unknown key 'observd'"),
        (broken(parts=[{"name": "one", "levle": "S"}]), "claim 'a.b': unknown key 'levle'"),
        (broken(clients="lited"), "claim 'a.b': clients 'lited' is none of listed, not-listed, library"),
        (broken(id=...), f"claim {broken(id=...)['claims'][0]!r}: KeyError('id')"),
        ({"claims": [CLAIM]}, "claim 'a.b': no set of operations is named 'reads'"),
        ({**broken(), "claims": [CLAIM, CLAIM]}, "two claims have the same id"),
    ],
)
def test_a_catalogue_that_cannot_be_understood_is_told_by_its_row(document: dict[str, Any], message: str) -> None:
    with pytest.raises(CatalogueError) as told:
        catalogue(document)
    assert str(told.value) == message


def test_a_pointer_of_no_known_kind_is_told_by_its_row() -> None:
    with pytest.raises(CatalogueError, match=r"^claim 'a\.b': TypeError\(.*'chapter'"):
        catalogue(broken(source=[{"chapter": 3}]))


def test_the_level_of_a_claim_without_one_is_that_of_its_first_part() -> None:
    parts = [{"name": "one", "level": "S"}, {"name": "two", "level": "I"}]
    assert catalogue(broken(level=..., parts=parts)).claims[0].level == "S"


@pytest.mark.parametrize(
    ("condition", "met", "unmet"),
    [
        ("reads", "get_scim_user", "post_scim_users"),
        ({"method": ["PUT", "PATCH"]}, "patch_scim_user", "get_scim_user"),
        ({"parameter": "If-Match"}, "delete_scim_user", "post_scim_users"),
        ({"parameter": ["userId", "groupId"]}, "get_scim_group", "get_scim_groups"),
        ({"open": False}, "get_scim_user", "get_scim_resourcetypes"),
        ({"answer": True}, "get_scim_user", "delete_scim_user"),
        ({"request_model": True}, "put_scim_user", "get_scim_user"),
        ({"kind": "list", "prefix": "v2"}, "get_scim_v2_users", "get_scim_users"),
        ([{"name": "get_user"}, {"id": "put_scim_group"}], "put_scim_group", "put_scim_v2_group"),
    ],
)
def test_a_condition_selects_operations(condition: Any, met: str, unmet: str) -> None:
    applies = catalogue(broken(applies=condition)).claims[0].applies
    assert applies.meets(CONTRACT.operation(met))
    assert not applies.meets(CONTRACT.operation(unmet))
