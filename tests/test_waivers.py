"""Waivers: what they cover, and when they are red themselves."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scim_contract.contract import load, plan
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Result, Verdict, result
from scim_contract.waivers import Waiver, apply, load_waivers
from tests.harness import run
from tests.servers import Seen, Tamper, serving

TODAY = date(2026, 11, 24)
CONTRACT = load("2019")
WAIVER = Waiver("etags.stable", "known since the spring release", date(2026, 12, 31), ticket="SCIM-7")


def row(verdict: Verdict = Verdict.VIOLATED, operation: str = "get_scim_user", message: str = "came W/1") -> Result:
    atoms = plan(CONTRACT, claims=["etags.stable"])
    atom = next(a for a in atoms if a.claim == "etags.stable" and a.operation == operation)
    return result(atom, verdict, message=message if verdict is Verdict.VIOLATED else None)


def test_a_waiver_in_force_covers_a_violation() -> None:
    waived = apply([row()], [WAIVER], TODAY)
    assert waived.results[0].verdict is Verdict.WAIVED
    assert waived.results[0].waiver == "etags.stable: known since the spring release (until 2026-12-31, SCIM-7)"
    assert waived.red == waived.idle == ()


def test_a_waiver_holds_on_its_last_day() -> None:
    assert apply([row()], [replace(WAIVER, expires=TODAY)], TODAY).results[0].verdict is Verdict.WAIVED


@pytest.mark.parametrize(
    "narrower",
    [
        replace(WAIVER, operation="get_scim_v2_user"),
        replace(WAIVER, prefix="v2"),
        replace(WAIVER, signature="came W/2"),
        replace(WAIVER, claim="etags.header-quoted"),
    ],
)
def test_a_waiver_for_something_else_covers_nothing(narrower: Waiver) -> None:
    assert apply([row()], [narrower], TODAY).results[0].verdict is Verdict.VIOLATED


def test_an_expired_waiver_is_red_and_covers_nothing() -> None:
    waived = apply([row()], [replace(WAIVER, expires=date(2026, 11, 23))], TODAY)
    assert waived.results[0].verdict is Verdict.VIOLATED
    assert waived.red[0].startswith("expired waiver, renew or remove it: etags.stable")


def test_a_waiver_that_nothing_needs_is_red() -> None:
    waived = apply([row(Verdict.CONFORMS)], [WAIVER], TODAY)
    assert waived.red[0].startswith("stale waiver, nothing needs it any more: etags.stable")


def test_a_waiver_whose_signature_no_longer_matches_is_red() -> None:
    assert apply([row()], [replace(WAIVER, signature="came W/2")], TODAY).red


@pytest.mark.parametrize("verdict", [Verdict.UNTESTED, Verdict.INCONCLUSIVE])
def test_a_waiver_whose_check_did_not_run_is_only_told_of(verdict: Verdict) -> None:
    waived = apply([row(verdict)], [WAIVER], TODAY)
    assert waived.red == ()
    assert waived.idle[0].startswith("waiver not put to the test in this run: etags.stable")


GOOD = '[[waiver]]\nclaim = "etags.stable"\nreason = "r"\nexpires = 2026-12-31\n'


def test_a_waivers_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    path.write_text(
        GOOD + 'operation = "get_scim_user"\nprefix = "v1"\nsignature = "s"\nticket = "t"\nsince = 2026-01-01\n'
    )
    assert load_waivers(path, CONTRACT) == (
        Waiver("etags.stable", "r", date(2026, 12, 31), "get_scim_user", "v1", "s", "t", date(2026, 1, 1)),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[waivers]]\n", "unknown key 'waivers'; did you mean 'waiver'?"),
        (GOOD.replace('reason = "r"\n', ""), "waiver 1: reason is missing; a waiver needs claim, reason and expires"),
        (GOOD.replace("expires = 2026-12-31\n", ""), "waiver 1: expires is missing"),
        (GOOD.replace("2026-12-31", '"2026-12-31"'), "expires is 2026-12-31, a date without quotes"),
        (GOOD.replace("etags.stable", "etags.stabel"), "no claim 'etags.stabel'; did you mean 'etags.stable'?"),
        (GOOD + 'operation = "get_scim_usr"\n', "no operation 'get_scim_usr'; did you mean 'get_scim_user'?"),
        (GOOD + "prefix = 1\n", "prefix is a text, not 1"),
        ("waiver = 1\n", "write [[waiver]], with two brackets"),
        ("x = [", "is not TOML"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "w.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as error:
        load_waivers(path, CONTRACT)
    assert said in str(error.value)


def never_not_modified(seen: Seen) -> None:
    seen.headers.pop("if-none-match", None)


def test_a_run_with_everything_waived_is_green_and_says_so(tmp_path: Path) -> None:
    text = GOOD.replace("etags.stable", "etags.current-is-304").replace("2026-12-31", "2999-12-31")
    (tmp_path / "known.toml").write_text(text)
    with serving(Tamper(before=never_not_modified)) as server:
        profile = server.profile(waivers="known.toml")
        code, report, printed = run(tmp_path, profile, "--claim", "etags.current-is-304")
        assert code == 0, printed
        assert report["counts"]["waived"] == 6
        assert "6 × etags.current-is-304: r (until 2999-12-31)" in printed
        (tmp_path / "known.toml").write_text(text + text.replace("current-is-304", "stable"))
        code, report, printed = run(tmp_path, profile, "--claim", "etags.current-is-304", "--claim", "etags.stable")
        assert code == 1
        assert "stale waiver, nothing needs it any more: etags.stable" in printed
