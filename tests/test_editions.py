"""Editions: what one inherits of another, and that a run, a profile and a mock may choose between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import Contract, load, plan
from scim_contract.contract.claims import CatalogueError, catalogue
from scim_contract.contract.extending import extended, reasons
from scim_contract.targets import ConfigurationError, from_url, load_target
from tests.commands import invoke

OLD: dict[str, Any] = {
    "operations": {"lists": {"kind": "list"}, "all": {"prefix": ["v1", "v2"]}},
    "claims": [
        {"id": "a.one", "statement": "One.", "source": [{"heading": "summary"}], "level": "D", "applies": "lists",
         "cases": ["x", {"name": "y", "level": "S"}]},
        {"id": "a.two", "statement": "Two.", "source": [{"heading": "summary"}], "level": "D", "applies": "all"},
        {"id": "b.one", "statement": "Other.", "source": [{"heading": "summary"}], "level": "D", "applies": "all"},
    ],
}  # fmt: skip
NEW = {"id": "a.new", "statement": "New.", "source": [{"heading": "summary"}], "level": "I", "applies": "lists"}
SCHEMAS = ("get_scim_schemas", "get_scim_schema", "get_scim_v2_schemas", "get_scim_v2_schema")


def merged(**more: Any) -> Any:
    """An edition that extends the old one, as one document."""
    return extended({"extends": "old", **more}, {"old": OLD}.__getitem__)


def ids(document: Any) -> list[str]:
    return [claim.id for claim in catalogue(document).claims]


# ---- extending a catalogue


def test_an_edition_that_extends_nothing_is_taken_as_it_is() -> None:
    assert extended(OLD, {}.__getitem__) is OLD


def test_what_is_not_named_is_inherited() -> None:
    assert catalogue(merged()) == catalogue(OLD)


def test_a_changed_claim_has_what_differs_and_keeps_the_rest() -> None:
    changed = catalogue(merged(changed=[{"id": "a.one", "why": "So.", "level": "I"}]))["a.one"]
    assert (changed.level, changed.statement) == ("I", "One.")
    assert [case.name for case in changed.cases] == ["x", "y"]


def test_cases_go_and_come_and_take_the_place_of_others() -> None:
    row = {"id": "a.one", "cases-dropped": ["x"], "cases-added": [{"name": "y", "level": "D"}, "z"]}
    changed = catalogue(merged(changed=[row]))["a.one"]
    assert [(case.name, case.level) for case in changed.cases] == [("y", "D"), ("z", None)]


def test_a_dropped_claim_is_gone() -> None:
    assert ids(merged(dropped=[{"id": "a.one", "reason": "No more."}])) == ["a.two", "b.one"]


def test_a_new_claim_stands_with_its_area_or_where_it_says() -> None:
    assert ids(merged(claims=[NEW])) == ["a.one", "a.two", "a.new", "b.one"]
    assert ids(merged(claims=[{**NEW, "after": "a.one"}])) == ["a.one", "a.new", "a.two", "b.one"]
    assert ids(merged(claims=[{**NEW, "id": "c.new"}])) == ["a.one", "a.two", "b.one", "c.new"]


def test_sets_of_operations_are_other_ones_for_inherited_claims_too() -> None:
    held = catalogue(merged(operations={"lists": {"kind": "list", "prefix": "v1"}}))["a.one"]
    applies = [op.id for op in load("2019").operations if held.applies.meets(op)]
    assert applies == ["get_scim_users", "get_scim_groups", "get_scim_resourcetypes"]


def test_reasons_are_those_of_what_is_dropped_and_changed() -> None:
    document = {
        "dropped": [{"id": "a.one", "reason": "No\n more."}],
        "changed": [{"id": "a.two", "why": "So."}, {"id": "b"}],
    }
    assert reasons(document) == {"a.one": "No more.", "a.two": "So."}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"changed": [{"id": "a.none"}]}, "claim 'a.none': is changed, but the edition that is extended has none such"),
        ({"dropped": [{"id": "a.none", "reason": "x"}]},
         "claim 'a.none': is dropped, but the edition that is extended has none such"),
        ({"dropped": [{"id": "a.one"}]}, "dropped claim 'a.one': it has an id and a reason, and nothing else"),
        ({"claims": [{**NEW, "id": "a.one"}]}, "claim 'a.one': is new, but there already"),
        ({"claims": [{**NEW, "after": "a.none"}]}, "claim 'a.new': is to stand after 'a.none', which there is none of"),
        ({"changed": [{"id": "a.one", "cases-dropped": ["q"]}]}, "claim 'a.one': drops the case 'q', which it has not"),
        ({"claim": []}, "unknown key 'claim' beside extends"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_told(more: dict[str, Any], said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        merged(**more)
    assert str(caught.value) == said


# ---- edition 2026


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load("2026")


def test_there_are_four_operations_more(contract: Contract) -> None:
    assert {op.id for op in contract.operations} - {op.id for op in load("2019").operations} == set(SCHEMAS)
    assert len(contract.operations) == 30


def test_operations_without_permissions_sign_in_as_well(contract: Contract) -> None:
    assert all(op.signs_in for op in contract.operations)
    open_ones = {op.name for op in contract.operations if op.open}
    assert open_ones == {
        *("list_users", "get_user", "list_resourcetypes", "get_resourcetype"),
        *("list_schemas", "get_schema", "get_serviceproviderconfig"),
    }
    assert {op.name for op in load("2019").operations if op.open and op.signs_in} == set()


def test_every_change_says_why(contract: Contract) -> None:
    old, new = load("2019").claims, contract.claims
    changed = [claim.id for claim in old.claims if claim.id not in new or new[claim.id] != claim]
    by_sets = {"errors.shape", "errors.status-is-string", "filters.required", "paging.total-independent",
               "errors.undocumented-methods"}  # fmt: skip
    assert [claim for claim in changed if claim not in contract.reasons and claim not in by_sets] == []


def test_photos_are_asked_for_by_no_claim(contract: Contract) -> None:
    assert [atom.key for atom in plan(contract) if "photo" in atom.key] == []
    assert [atom.key for atom in plan(load("2019")) if "photo" in atom.key]


# ---- choosing one


PROFILE = """[targets.t]
base_url = "http://127.0.0.1:1"
token_url = "http://127.0.0.1:1/token"
{}
[[targets.t.clients]]
id = "a"
secret = "b"
permissions = ["directory:user:view", "directory:user:edit"]
"""


def test_a_profile_names_its_edition_and_the_command_line_another(tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    path.write_text(PROFILE.format('edition = "2026"'), "utf-8")
    named, other = load_target(path, "t", {}), load_target(path, "t", {}, "2019")
    assert named is not None
    assert other is not None
    assert (named.edition, other.edition) == ("2026", "2019")
    assert named.clients[0].permissions == {"directory:user:edit"}, "no operation of 2026 asks for user:view"
    assert other.clients[0].permissions == {"directory:user:edit", "directory:user:view"}


def test_a_profile_without_an_edition_is_of_2019(tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    path.write_text(PROFILE.format(""), "utf-8")
    target = load_target(path, "t", {})
    assert target is not None
    assert target.edition == "2019"


def test_a_url_may_be_judged_by_any_edition() -> None:
    assert from_url("http://127.0.0.1:8080").edition == "2019"
    assert from_url("http://127.0.0.1:8080", "2026").edition == "2026"
    with pytest.raises(ConfigurationError, match=r"^no edition '2027'; did you mean '2026'\?$"):
        from_url("http://127.0.0.1:8080", "2027")


def test_provision_plans_for_the_edition_and_says_it_in_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("provision", "--target", "t", "--part", "profile")
    assert 'edition = "2026"' in invoke(*words, "--edition", "2026").text
    assert "edition" not in invoke(*words).text.replace("(edition 2026)", "")
    (tmp_path / "targets.toml").write_text('[targets.t]\nbase_url = "http://127.0.0.1:1"\nedition = "2026"\n', "utf-8")
    assert 'permissions = ["routing:skill:assign"]' in invoke(*words).text
