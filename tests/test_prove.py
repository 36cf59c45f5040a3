"""`scim-contract prove`: what it plants, what it makes of the outcomes, how it tells, and how it ends."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from scim_contract.cli import main
from scim_contract.contract import Contract, load
from scim_contract.mock.faults import faults
from scim_contract.mock.settings import SEED
from scim_contract.mock.variants import variants
from scim_contract.prove import plan
from scim_contract.prove.command import Wanted, trials
from scim_contract.prove.judged import Shown, judge
from scim_contract.prove.pool import Pool
from scim_contract.prove.trial import Outcome, Trial
from scim_contract.targets import ConfigurationError


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load("2019")


def row(
    claim: str, operation: str, verdict: str, reason: str | None = None, blocked_by: str | None = None
) -> dict[str, str | None]:
    return {
        "claim": claim,
        "operation": operation,
        "verdict": verdict,
        "reason": reason,
        "blocked_by": blocked_by,
        "level": "documented",
        "case": "",
    }


def one(contract: Contract, name: str) -> plan.Planned:
    return plan.of_faults(contract, (faults(contract)[name],))


def single(contract: Contract, family: str) -> str:
    """The name of a fault of a family that touches one operation."""
    return next(name for name in faults(contract) if name.startswith(f"{family}:"))


def some_operation(contract: Contract) -> str:
    (operation,) = one(contract, SINGLE).faults[0].operations
    return operation


SINGLE = "304-without-etag"
SINGLE_CHECK = "etag-of-one-quote"


def test_fault_is_caught_when_its_claim_tells_of_it_everywhere(contract: Contract) -> None:
    at = some_operation(contract)
    judged = judge(one(contract, SINGLE), Outcome(1, (row("etags.current-is-304", at, "violated"),)))
    assert judged.shown is Shown.CAUGHT
    assert judged.good


def test_fault_is_missed_when_its_claim_tells_of_it_at_some_operations_only(contract: Contract) -> None:
    planned = one(contract, "if-none-match-ignored")
    first, *rest = planned.faults[0].operations
    rows = [row("etags.current-is-304", first, "violated")]
    rows += [row("etags.current-is-304", at, "conforms") for at in rest]
    judged = judge(planned, Outcome(1, tuple(rows)))
    assert judged.shown is Shown.MISSED
    assert all(at in judged.why for at in rest)


@pytest.mark.parametrize(("under", "shown"), [((), Shown.MISSED), (("unsteady",), Shown.CAUGHT)])
def test_what_one_answer_shows_need_not_be_told_of_where_that_may_be_lost(
    contract: Contract, under: tuple[str, ...], shown: Shown
) -> None:
    planned = plan.amid(one(contract, "cold-start-is-500"), under, 0, 1)
    first, *rest = planned.faults[0].operations
    rows = [row("errors.never-5xx", at, "violated") for at in rest]
    assert judge(planned, Outcome(1, (row("errors.never-5xx", first, "conforms"), *rows))).shown is shown
    nothing = [row("errors.never-5xx", at, "conforms") for at in planned.faults[0].operations]
    assert judge(planned, Outcome(0, tuple(nothing))).shown is Shown.MISSED


def test_fault_that_another_claim_tells_of_is_not_caught(contract: Contract) -> None:
    at = some_operation(contract)
    rows = (row("etags.current-is-304", at, "conforms"), row("etags.stable", at, "violated"))
    judged = judge(one(contract, SINGLE), Outcome(1, rows))
    assert judged.shown is Shown.OTHER
    assert "etags.stable" in judged.why


@pytest.mark.parametrize(
    ("told", "blocked_by", "shown"),
    [
        ("violated", "get_scim_v2_user", Shown.HELD_UP),
        ("conforms", "get_scim_v2_user", Shown.MISSED),
        ("violated", "get_scim_user", Shown.OTHER),
    ],
)
def test_fault_is_held_up_only_by_what_a_caught_one_breaks(
    contract: Contract, told: str, blocked_by: str, shown: Shown
) -> None:
    other = next(
        f for f in faults(contract).values() if f.operations == ("get_scim_v2_user",) and f.claim.startswith("perm")
    )
    fault = faults(contract)["patch-without-path-moves-to-the-id"]
    rows = [row(fault.claim, at, "untested", "blocked by …", blocked_by) for at in fault.operations]
    rows.append(row(other.claim, "get_scim_v2_user", told))
    assert judge(plan.of_faults(contract, (fault, other)), Outcome(1, tuple(rows))).shown is shown


def test_run_that_did_not_end_proves_nothing(contract: Contract) -> None:
    assert judge(one(contract, SINGLE), Outcome(-1, why="killed")).shown is Shown.UNCLEAR


@pytest.mark.parametrize("verdict", ["violated", "inconclusive"])
def test_variant_alarms_with_any_wrong_verdict(contract: Contract, verdict: str) -> None:
    planned = plan.of_variants(contract, (next(iter(variants(contract).values())),), ())
    assert judge(planned, Outcome(0, (row("etags.stable", "get_scim_user", "conforms"),))).shown is Shown.PASSED
    rows = (row("etags.stable", "get_scim_user", verdict, "because"),)
    judged = judge(planned, Outcome(1, rows))
    assert judged.shown is Shown.ALARM
    assert "because" in judged.why


def test_variant_that_leaves_something_alarms(contract: Contract) -> None:
    planned = plan.of_variants(contract, (next(iter(variants(contract).values())),), ())
    assert judge(planned, Outcome(1, (row("etags.stable", "get_scim_user", "conforms"),))).shown is Shown.ALARM


def test_pairs_are_drawn_of_those_that_can_be_combined_and_the_same_each_time(contract: Contract) -> None:
    wanted = Wanted(pairs=8, seed=3)
    drawn = trials(contract, wanted)
    assert [each.trial for each in drawn] == [each.trial for each in trials(contract, wanted)]
    assert [each.trial for each in drawn] != [each.trial for each in trials(contract, Wanted(pairs=8, seed=4))]
    assert [len(each.faults) or len(each.variants) for each in drawn] == [2] * 8 + [3] * 8
    for each in drawn:
        if each.faults:
            first, second = each.faults
            assert set(first.operations).isdisjoint(second.operations)


def test_areas_select_faults_and_what_variants_are_judged_by(contract: Contract) -> None:
    chosen = trials(contract, Wanted(areas=("etags",)))
    assert {fault.claim.split(".")[0] for each in chosen for fault in each.faults} == {"etags"}
    assert {each.trial.areas for each in chosen if each.variants} == {("etags",)}


def test_faults_that_cannot_be_combined_are_never_a_pair(contract: Contract) -> None:
    alike = {name: fault for name, fault in faults(contract).items() if name.startswith("always-304")}
    assert all(
        set(a.operations).isdisjoint(b.operations)
        for a, b in (each.faults for each in trials(contract, Wanted(faults=tuple(alike), pairs=50)) if each.faults)
    )


def test_every_fault_and_variant_has_its_place_in_the_quick_pass(contract: Contract) -> None:
    drawn, known = trials(contract, Wanted()), faults(contract).values()
    met = sorted(fault.name for fault in known if not plan.is_fuzzed(fault))
    assert sorted(fault.name for each in drawn for fault in each.faults) == met
    assert len({each.trial.name for each in drawn}) == len(drawn)  # a fault and a variant may share a name
    assert sorted(variant.name for each in drawn for variant in each.variants) == sorted(variants(contract))
    for each in drawn:
        touched = [operation for fault in each.faults for operation in fault.operations]
        assert len(touched) == len(set(touched)) or len(each.faults) == 1


def test_faults_that_only_fuzzing_meets_are_tried_with_it_and_the_others_without(contract: Contract) -> None:
    drawn = trials(contract, Wanted(areas=("fuzzed",)))
    met = {fault.name for each in drawn for fault in each.faults}
    assert met == {fault.name for fault in faults(contract).values() if plan.is_fuzzed(fault)}
    for each in drawn:
        assert plan.fuzzing(each, 50, 3).trial.fuzz == (50 if each.faults else 20)
    for each in trials(contract, Wanted(areas=("etags",))):
        assert plan.fuzzing(each, 50, 3) == each


def test_nothing_selected_is_a_mistake(contract: Contract) -> None:
    with pytest.raises(ConfigurationError, match="no area 'etag'"):
        trials(contract, Wanted(areas=("etag",)))


# the command ----------------------------------------------------------------------------------------


def test_a_fault_is_proved_from_the_command_line(contract: Contract, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["prove", "--fault", single(contract, "if-match-ignored"), "--reports", str(tmp_path), "--jobs", "1"]
    )
    assert done.exit_code == 0, done.output
    assert "1 of 1 faults caught by the claim they break" in done.output
    (trial,) = json.loads((tmp_path / "prove" / "prove.json").read_text())["trials"]
    assert trial["shown"] == "caught"
    assert trial["violated"] == ["etags.stale-if-match-refused"]
    assert [path.name for path in (tmp_path / "prove").iterdir()] == ["prove.json"]


@pytest.mark.parametrize("kind", ["fault", "variant"])
def test_unknown_name_is_a_usage_error(kind: str) -> None:
    done = CliRunner().invoke(main, ["prove", f"--{kind}", "no-such-thing-at-all"])
    assert done.exit_code == 2
    assert f"no {kind} 'no-such-thing-at-all'" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(("command", "option"), [("mock", "--fault"), ("run", "--mock-fault")])
def test_faults_that_cannot_be_combined_are_a_usage_error(contract: Contract, command: str, option: str) -> None:
    alike = next(name for name in faults(contract) if name.startswith("always-304:"))
    done = CliRunner().invoke(main, [command, option, "always-304", option, alike])
    assert done.exit_code == 2
    assert "take one of them" in done.output


def test_hollow_check_misses_what_it_would_find(contract: Contract, tmp_path: Path) -> None:
    hollow, fault = (
        "test_etags.py::test_stale_if_match_is_refused",
        faults(contract)[single(contract, "if-match-ignored")],
    )
    trial = Trial("hollow", (fault.name,), claims=plan.keys(contract, fault), hollow=(hollow,))
    outcome = Pool(1, tmp_path).run([trial], lambda *_: None)["hollow"]
    assert not outcome.violated("etags.stale-if-match-refused")
    assert outcome.having("inconclusive")


def test_what_is_caught_in_calm_is_caught_under_an_unsteady_network_by_workers_in_any_order(
    contract: Contract, tmp_path: Path
) -> None:
    """A fault of each area; all of them, with three seeds, are for the night."""
    of_areas: dict[str, list[str]] = {}
    for fault in faults(contract).values():
        if len(fault.operations) == 1 and not plan.is_fuzzed(fault):
            of_areas.setdefault(fault.claim.split(".")[0], []).append(fault.name)
    drawn = [random.Random(1).choice(names) for names in of_areas.values()]
    words = [word for name in drawn for word in ("--fault", name)]
    words += ["--under", "unsteady", "--workers", "2", "--shuffled", "--seed", "1"]
    words += ["--jobs", "2", "--reports", str(tmp_path)]
    done = CliRunner().invoke(main, ["prove", *words])
    assert done.exit_code == 0, done.output
    assert f"{len(drawn)} of {len(drawn)} faults caught" in done.output


def test_the_whole_proof_has_all_checks_for_each_fault_and_a_trial_for_each_variant(contract: Contract) -> None:
    drawn = trials(contract, Wanted(whole=True))
    assert not any(each.trial.claims for each in drawn)
    assert [each.trial.variants for each in drawn if each.variants] == [(name,) for name in variants(contract)]
    shared = next(each for each in drawn if len(each.faults) > 1)
    assert not any(each.trial.claims for each in plan.alone(contract, shared))


def test_circumstances_are_added_to_what_a_trial_has(contract: Contract) -> None:
    slow, unsteady = (variants(contract)[name] for name in ("slow", "unsteady"))
    fault = faults(contract)[SINGLE_CHECK]
    given = [plan.of_variants(contract, (slow,), ()), plan.of_variants(contract, (unsteady,), ())]
    (of_slow, of_unsteady), of_fault = given, plan.of_faults(contract, (fault,))
    amid = [plan.amid(each, ("unsteady",), 3, 2, True).trial for each in (of_slow, of_unsteady, of_fault)]
    assert [each.variants for each in amid] == [("slow", "unsteady"), ("unsteady",), ("unsteady",)]
    assert {each.workers for each in amid} == {3}
    assert amid[2].command.startswith(
        f"scim-contract run --mock-fault {SINGLE_CHECK} --mock-variant unsteady --mock-seed {SEED + 2} --claim "
    )
    assert amid[2].command.endswith(" -- -n 3 -p randomly --randomly-seed=2")
