"""What the faults and variants say of themselves: complete, consistent, and planted as they say."""

from __future__ import annotations

import re

import pytest

from scim_contract.contract import Contract, load
from scim_contract.locate import editions
from scim_contract.mock.catalogue import named
from scim_contract.mock.faults import faults
from scim_contract.mock.planting import Fault, ranging
from scim_contract.mock.variants import variants
from scim_contract.targets import Target

LATER = ("sdk",)


@pytest.fixture(scope="module", params=editions())
def contract(request: pytest.FixtureRequest) -> Contract:
    return load(request.param)


def test_every_claim_has_a_fault(contract: Contract) -> None:
    broken = {fault.claim for fault in faults(contract).values()}
    claims = {claim.id for claim in contract.claims.claims if claim.area not in LATER}
    assert claims - broken == set()


def test_claims_that_range_over_operations_have_faults_in_one_prefix_only(contract: Contract) -> None:
    for claim in contract.claims.claims:
        if claim.area in LATER or claim.id.endswith("same-in-both-prefixes"):
            continue
        for prefix in contract.prefixes:
            own = ranging(contract, claim.id, prefix=prefix)
            single = [
                fault.name
                for fault in faults(contract).values()
                if fault.claim == claim.id and len(fault.operations) == 1 and fault.operations[0] in own
            ]
            assert single or not own, f"{claim.id} has no fault at a single operation of {prefix}"


def test_faults_break_their_claim_where_it_holds(contract: Contract) -> None:
    for fault in faults(contract).values():
        assert fault.operations, fault.name
        assert set(fault.operations) <= set(ranging(contract, fault.claim)), fault.name


def test_names_are_short_and_sentences_are_sentences(contract: Contract) -> None:
    for name, each in [*faults(contract).items(), *variants(contract).items()]:
        assert re.fullmatch(r"[a-zA-Z0-9-]+(:[a-z0-9_]+)?", name), name
        assert re.fullmatch(r"\S.*\.", each.sentence, re.DOTALL), f"{name}: {each.sentence}"


def test_there_are_as_many_as_promised(contract: Contract) -> None:
    assert len(faults(contract)) >= 150
    assert len(variants(contract)) >= 40


def test_every_fault_and_variant_can_be_planted_alone(contract: Contract) -> None:
    for name in faults(contract):
        assert [each.name for each in named(contract, [name], [])] == [name]
    for name in variants(contract):
        assert [each.name for each in named(contract, [], [name])] == [name]


def test_links_lead_to_reports(contract: Contract) -> None:
    for fault in faults(contract).values():
        assert not fault.link or fault.link.startswith("https://"), fault.name


def test_variants_set_what_a_target_has(contract: Contract) -> None:
    settings = set(Target.__dataclass_fields__) - {"name", "base_url", "token_url", "clients"}
    for variant in variants(contract).values():
        assert set(variant.profile) <= settings, variant.name
        assert variant.source, variant.name


def test_unknown_name_is_refused_with_the_nearest(contract: Contract) -> None:
    with pytest.raises(ValueError, match="no fault 'if-match-ignore'; did you mean 'if-match-ignored'"):
        named(contract, ["if-match-ignore"], [])


def test_two_that_change_the_same_cannot_be_combined(contract: Contract) -> None:
    behaving = [fault for fault in faults(contract).values() if fault.name.startswith("always-304")]
    first, second = (
        behaving[0],
        next(fault for fault in behaving[1:] if set(fault.operations) & set(behaving[0].operations)),
    )
    with pytest.raises(
        ValueError, match=f"{second} both change if_none_match_hits .*take one of them|take one of them"
    ):
        named(contract, [first.name, second.name], [])


def test_a_fault_says_what_it_is(contract: Contract) -> None:
    fault: Fault = faults(contract)["if-match-ignored"]
    assert fault.claim == "etags.stale-if-match-refused"
    assert set(fault.operations) == set(ranging(contract, fault.claim))
