"""The plan of a run: every atomic claim, its key, and what a selection leaves of it."""

from __future__ import annotations

from collections import Counter

import pytest

from scim_contract.contract import load, plan
from scim_contract.contract.plan import atoms

CONTRACT = load("2019")
CLAIMS = CONTRACT.claims.claims


def test_keys_are_unique() -> None:
    twice = [key for key, count in Counter(atom.key for atom in plan(CONTRACT)).items() if count > 1]
    assert not twice


@pytest.mark.parametrize(
    "key",
    [
        "permissions.one-suffices|get_scim_v2_user|v2|directory:user:view|",
        "permissions.lacking-refused|delete_scim_user|v1|none|unchanged",
        "permissions.anonymous-refused|put_scim_group|v1||made-up-token/status",
        "content-types.accept-any|get_scim_resourcetypes|v1||no-accept",
        "paging.count-respected|get_scim_v2_groups|v2||count-26/exactly",
        "etags.current-is-304|get_scim_serviceproviderconfig|v1||etag-again",
        "etags.stale-if-match-refused|patch_scim_v2_group|v2||before-the-last-write",
        "representations.schema|post_scim_users|v1||",
        "errors.shape|get_scim_v2_resourcetype|v2||standard",
    ],
)
def test_keys_stay_as_waivers_and_dashboards_know_them(key: str) -> None:
    assert key in {atom.key for atom in plan(CONTRACT)}


def test_the_plan_is_the_same_each_time_and_in_the_order_of_the_catalogue() -> None:
    planned = [atom.claim for atom in plan(CONTRACT)]
    assert planned == [atom.claim for atom in plan(CONTRACT)]
    assert list(dict.fromkeys(planned)) == [claim.id for claim in CLAIMS]


def test_the_plan_is_even_between_the_prefixes_but_for_what_the_reference_tells_apart() -> None:
    count = Counter((atom.claim, atom.prefix) for atom in plan(CONTRACT))
    uneven = {claim.id for claim in CLAIMS if count[claim.id, "v1"] != count[claim.id, "v2"]}
    assert uneven == {
        "filters.required", "filters.optional", "paging.total-independent",
    }  # fmt: skip


def test_a_claim_about_every_other_permission_has_an_atom_for_each_and_for_none() -> None:
    operation = CONTRACT.operation("get_scim_user")
    planned = atoms(CONTRACT, CONTRACT.claims["permissions.lacking-refused"], operation)
    expected = [p for p in CONTRACT.permissions if p not in operation.permissions] + ["none"]
    assert list(dict.fromkeys(atom.client for atom in planned)) == expected


def test_a_claim_about_each_listed_permission_has_fourteen_atoms_in_a_prefix() -> None:
    planned = [a for a in plan(CONTRACT, claims=["permissions.one-suffices"]) if a.claim == "permissions.one-suffices"]
    assert Counter(a.prefix for a in planned) == {"v1": 14, "v2": 14}


def test_a_part_for_writes_only_is_not_planned_for_reads() -> None:
    claim = CONTRACT.claims["permissions.lacking-refused"]
    parts = {op.id: {a.part for a in atoms(CONTRACT, claim, op)} for op in CONTRACT.operations if not op.open}
    assert all(("unchanged" in named) is CONTRACT.operation(name).writes for name, named in parts.items())


def test_a_part_gives_its_own_level_statement_and_source() -> None:
    planned = atoms(CONTRACT, CONTRACT.claims["etags.current-is-304"], CONTRACT.operation("get_scim_user"))
    assert [(a.part, a.level) for a in planned] == [("not-modified", "documented"), ("etag-again", "standard")]
    assert planned[0].source == "reference, get_scim_user, parameter If-None-Match"
    assert planned[1].source == "RFC 7232 §4.1"
    assert planned[0].statement != planned[1].statement


OBSERVED = {claim.id for claim in CLAIMS if claim.observed}


@pytest.mark.parametrize(
    ("chosen", "claims", "prefixes"),
    [
        ({"areas": ["etags"]}, {c.id for c in CLAIMS if c.area == "etags"}, {"v1", "v2"}),
        ({"prefixes": ["v2"]}, {c.id for c in CLAIMS} - {"filters.optional"}, {"v2"}),
        ({"claims": ["etags.stable"]}, {"etags.stable"}, {"v1", "v2"}),
        ({"areas": ["etags"], "claims": ["etags.stable", "errors.enum-values"]}, {"etags.stable"}, {"v1", "v2"}),
        ({"claims": ["etags.stable"], "prefixes": ["v1"]}, {"etags.stable"}, {"v1"}),
        ({"areas": [], "claims": []}, {c.id for c in CLAIMS}, {"v1", "v2"}),
    ],
)
def test_a_selection_narrows_the_plan_and_observed_claims_stay(
    chosen: dict[str, list[str]], claims: set[str], prefixes: set[str]
) -> None:
    planned = list(plan(CONTRACT, **chosen))
    assert {atom.claim for atom in planned} == claims | OBSERVED
    assert {atom.prefix for atom in planned} == prefixes


def test_observed_claims_are_those_of_the_design() -> None:
    named = {
        "representations.schema", "representations.answer", "representations.schemas-uris",
        "representations.password-never-returned", "errors.shape", "errors.status-is-string", "errors.no-internals",
        "errors.never-5xx", "content-types.accept-json", "content-types.accept-scim", "content-types.accept-any",
        "content-types.errors-too",
    }  # fmt: skip
    assert named == OBSERVED
