"""Verdicts: how two on one atomic claim become one, and what a run comes to."""

from __future__ import annotations

import itertools
import json

import pytest

from scim_contract.contract import Atom
from scim_contract.verdicts import NOT_RUN, Outcome, Result, Tally, Verdict, outcome, result, worse, worst_exit
from tests.exchanges import atoms_of

CONFORMS, VIOLATED, WAIVED, UNTESTED, INCONCLUSIVE = Verdict

# Of two verdicts on one atomic claim the one further right stands.
RISING = [UNTESTED, CONFORMS, INCONCLUSIVE, WAIVED, VIOLATED]


def atom(level: str = "documented", number: int = 0) -> Atom:
    values = {"value": f"case-{number}", "level": level}
    given = atoms_of("etags.stable", "get_scim_user")[0]
    return Atom(**{**{f: getattr(given, f) for f in given.__dataclass_fields__}, **values})


def row(verdict: Verdict, level: str = "documented", number: int = 0, **more: object) -> Result:
    return result(atom(level, number), verdict, **more)


@pytest.mark.parametrize(("low", "high"), list(itertools.combinations(RISING, 2)))
def test_what_says_more_stands_whichever_came_first(low: Verdict, high: Verdict) -> None:
    assert worse(row(low), row(high)).verdict is high
    assert worse(row(high), row(low)).verdict is high


@pytest.mark.parametrize("verdict", RISING)
def test_of_two_equal_verdicts_the_first_stands(verdict: Verdict) -> None:
    assert worse(row(verdict, reason="first"), row(verdict, reason="second")).reason == "first"


@pytest.mark.parametrize("order", list(itertools.permutations([CONFORMS, VIOLATED, UNTESTED, INCONCLUSIVE])))
def test_a_tally_comes_to_the_same_in_every_order(order: tuple[Verdict, ...]) -> None:
    tally = Tally()
    for verdict in order:
        tally.add([row(verdict)])
    assert [r.verdict for r in tally.results.values()] == [VIOLATED]


def test_what_never_reported_is_inconclusive_in_its_place() -> None:
    planned = [atom(number=n) for n in range(3)]
    tally = Tally()
    tally.add([row(VIOLATED, number=2), row(CONFORMS, number=0)])
    told = tally.against(planned)
    assert [(r.key, r.verdict) for r in told] == [
        (planned[0].key, CONFORMS),
        (planned[1].key, INCONCLUSIVE),
        (planned[2].key, VIOLATED),
    ]
    assert told[1].reason == "not finished"
    assert tally.against(planned, "no request of this run")[1].reason == "no request of this run"


def test_what_was_not_planned_is_not_reported() -> None:
    tally = Tally()
    tally.add([row(VIOLATED, number=7)])
    assert tally.against([]) == ()


def test_a_result_survives_json_whole() -> None:
    whole = row(
        VIOLATED, reason="r", blocked_by="b", waiver="w", message="m", curl="c", steps=("one", "two"),
        correlation_id="i", test="t", seconds=0.5,
    )  # fmt: skip
    for each in (whole, row(CONFORMS)):
        assert Result.from_json(json.loads(json.dumps(each.as_json()))) == each


def test_what_is_absent_is_null_in_json() -> None:
    told = result(atoms_of("etags.stable", "get_scim_user")[0], CONFORMS).as_json()
    absent = {
        "client",
        "case",
        "reason",
        "blocked_by",
        "waiver",
        "message",
        "curl",
        "correlation_id",
        "test",
        "seconds",
    }
    assert {name for name, value in told.items() if value is None} == absent
    assert told["steps"] == []
    assert told["verdict"] == "conforms"


def test_a_result_bears_what_its_atomic_claim_says() -> None:
    given = atoms_of("permissions.anonymous-refused", "put_scim_group")[1]
    told = result(given, CONFORMS)
    assert (told.key, told.claim, told.operation, told.prefix, told.client, told.case, told.level, told.statement) == (
        "permissions.anonymous-refused|put_scim_group|v1||no-header/status",
        "permissions.anonymous-refused",
        "put_scim_group",
        "v1",
        "",
        "no-header/status",
        "standard",
        "The refusal of a missing or made-up token has status 401.",
    )
    assert told.source == "RFC 7644 §3.12; RFC 7235 §3.1"


GREEN = Outcome("conforms", 0)
RED = Outcome("violated", 1)
UNCLEAR = Outcome("inconclusive", 3)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], UNCLEAR),
        ([row(UNTESTED)], UNCLEAR),
        ([row(CONFORMS)], GREEN),
        ([row(WAIVED)], GREEN),
        ([row(CONFORMS), row(UNTESTED)], GREEN),
        ([row(CONFORMS), row(INCONCLUSIVE)], UNCLEAR),
        ([row(CONFORMS), row(VIOLATED)], RED),
        ([row(CONFORMS), row(VIOLATED, "standard")], RED),
        ([row(CONFORMS), row(VIOLATED, "inferred")], GREEN),
        ([row(VIOLATED, "inferred")], GREEN),
        ([row(VIOLATED, "inferred"), row(INCONCLUSIVE)], UNCLEAR),
        ([row(VIOLATED), row(INCONCLUSIVE)], RED),
        ([row(VIOLATED, "inferred"), row(VIOLATED)], RED),
    ],
)
def test_what_a_run_comes_to(rows: list[Result], expected: Outcome) -> None:
    assert outcome(rows) == expected
    assert outcome(reversed(rows)) == expected


@pytest.mark.parametrize(
    ("rows", "settings", "expected"),
    [
        ([row(VIOLATED, "inferred")], {"strict": True}, RED),
        ([row(WAIVED, "inferred")], {"strict": True}, GREEN),
        ([row(CONFORMS)], {"strict": True}, GREEN),
        ([row(CONFORMS)], {"red": ["a stale waiver"]}, RED),
        ([], {"red": ["leftovers"]}, RED),
        ([row(INCONCLUSIVE)], {"red": ["leftovers"]}, RED),
        ([row(CONFORMS)], {"broken": True}, UNCLEAR),
        ([row(VIOLATED)], {"broken": True}, RED),
        ([row(VIOLATED, "inferred")], {"broken": True}, UNCLEAR),
        ([row(CONFORMS)], {"red": ["a stale waiver"], "broken": True}, RED),
    ],
)
def test_settings_and_trouble_change_what_a_run_comes_to(
    rows: list[Result], settings: dict[str, object], expected: Outcome
) -> None:
    assert outcome(rows, **settings) == expected  # type: ignore[arg-type]


def test_a_run_that_never_began_has_an_outcome_of_its_own() -> None:
    assert Outcome("not-run", 2) == NOT_RUN


@pytest.mark.parametrize("codes", [c for n in (1, 2, 3) for c in itertools.product([0, 1, 2, 3], repeat=n)])
def test_of_several_exit_codes_the_worst_stands(codes: tuple[int, ...]) -> None:
    assert worst_exit(codes) == next(code for code in (1, 3, 2, 0) if code in codes)


def test_without_any_target_nothing_was_run() -> None:
    assert worst_exit([]) == 2
