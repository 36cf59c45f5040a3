"""Releases held against each other: versions, what is newly broken, and the table of a history; no network."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from scim_contract.contract import load, plan
from scim_contract.gate import against, command, history, methods
from scim_contract.gate.begin import Terms
from scim_contract.gate.history import Release
from scim_contract.reports.report import Report
from scim_contract.running import Ended
from scim_contract.sdk import registry
from scim_contract.sdk.installing import Wanted
from scim_contract.sdk.language import LANGUAGES
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Verdict, result
from tests import reported

PYTHON = LANGUAGES["python"]
BROKEN, KEPT = Verdict.VIOLATED, Verdict.CONFORMS


def gated(label: str, **verdicts: Verdict) -> Report:
    """A report of a gate: every atomic claim kept, but those of a claim (its dot written as `__`)."""
    contract = replace(load("2019"), library=label)
    named = {name.replace("__", ".").replace("_", "-"): verdict for name, verdict in verdicts.items()}
    rows = [
        result(atom, named.get(atom.claim, KEPT), message=f"{atom.claim} — {atom.operation}")
        for atom in plan(contract, areas=["sdk"])
        if atom.claim.startswith("sdk.")
    ]
    return replace(reported.report(*rows), target=label)


def printed(found: Console) -> str:
    assert isinstance(found.file, io.StringIO)
    return found.file.getvalue()


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=120)


def test_only_what_differs_is_shown_and_what_is_new_is_red(console: Console, tmp_path: Path) -> None:
    earlier = gated("python==1.0.0", sdk__request=BROKEN, sdk__errors=BROKEN)
    found = against.differences(gated("python==2.0.0", sdk__request=BROKEN, sdk__defaults=BROKEN), earlier)
    against.show(console, found, earlier.target, tmp_path)
    text = printed(console)
    assert "python==2.0.0 against python==1.0.0: 4 newly violated" in text
    assert {change.row.claim for change in found.fixed} == {"sdk.errors"}
    assert {change.row.claim for change in found.still} == {"sdk.request"}
    assert "Newly violated: sdk.defaults — get_scim_users" in text
    assert "Fixed: sdk.errors" in text
    assert "sdk.request" not in text
    assert found.outcome.exit_code == 1
    assert json.loads((tmp_path / "changes.json").read_text("utf-8"))["counts"]["new"] == 4


def test_what_the_earlier_release_broke_too_is_not_red() -> None:
    found = against.differences(gated("python==2", sdk__request=BROKEN), gated("python==1", sdk__request=BROKEN))
    assert found.outcome.exit_code == 0


def test_what_the_earlier_release_could_not_show_is_red_and_told_so(console: Console, tmp_path: Path) -> None:
    earlier = gated("python==1", sdk__defaults=Verdict.UNTESTED)
    found = against.differences(gated("python==2", sdk__defaults=BROKEN), earlier)
    against.show(console, found, earlier.target, tmp_path)
    assert "Violated, and not judged in python==1: sdk.defaults" in printed(console)
    assert "Newly violated:" not in printed(console)
    assert found.outcome.exit_code == 1


def test_what_was_not_judged_is_not_fixed() -> None:
    found = against.differences(
        gated("python==2", sdk__request=Verdict.INCONCLUSIVE), gated("python==1", sdk__request=BROKEN)
    )
    assert not found.fixed
    assert found.outcome.exit_code == 3


def test_a_history_has_a_row_a_release(console: Console, tmp_path: Path) -> None:
    contract = load("2019")
    releases = [
        Release("python==1.0.0", 3, why="python==1.0.0 does not install: no wheel"),
        Release("python==2.0.0", 1, gated("python==2.0.0", sdk__defaults=BROKEN)),
        Release("python==3.0.0", 0, gated("python==3.0.0")),
    ]
    history.show(console, releases, contract)
    path = history.write(releases, contract, tmp_path)
    rows = [line.split("|")[1:-1] for line in path.read_text("utf-8").splitlines() if line.startswith("| python")]
    assert [cell.strip() for cell in rows[0]] == ["python==1.0.0", "", *["untested"] * 8]
    assert [cell.strip() for cell in rows[1]] == ["python==2.0.0", "2019", *["keeps"] * 7, "4 broken"]
    assert [cell.strip() for cell in rows[2]] == ["python==3.0.0", "2019", *["keeps"] * 8]
    assert "no wheel" in printed(console)
    assert json.loads((tmp_path / "history.json").read_text("utf-8"))[1]["claims"]["sdk.defaults"] == "4 broken"


def test_methods_are_put_together_by_what_they_break(console: Console) -> None:
    methods.show(console, gated("python==2.0.0", sdk__defaults=BROKEN))
    text = printed(console)
    assert "22 of 26 methods break nothing." in text
    assert "sdk.defaults: get_scim_users, get_scim_groups, get_scim_v2_users, get_scim_v2_groups" in text


def test_the_table_of_methods_has_a_sign_a_claim() -> None:
    lines = methods.markdown(gated("python==2.0.0", sdk__defaults=BROKEN), load("2019"))
    (row,) = [line for line in lines if line.startswith("| get_scim_groups ")]
    assert row == "| get_scim_groups | ✓ | ✓ |  | ✓ | ✓ |  |  | ✗ |"
    assert sum(line.startswith(("| get", "| put", "| post", "| patch", "| delete")) for line in lines) == 26


KNOWN = ("63.0.0", "64.0.0", "64.0.1", "65.0.0", "100.0.0")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("64.0.0", ("64.0.0",)),
        ("latest", ("100.0.0",)),
        ("63.0.0..64.0.1, latest", ("63.0.0", "64.0.0", "64.0.1", "100.0.0")),
        ("100.0.0,64.0.1..200", ("100.0.0", "64.0.1", "65.0.0")),
    ],
)
def test_versions_that_a_history_names(text: str, wanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "versions", lambda language: KNOWN)
    assert registry.expand(text, PYTHON) == wanted


@pytest.mark.parametrize(("text", "said"), [("1..2", "no release from 1 to 2"), (" , ", "names no release")])
def test_versions_that_there_are_not(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "versions", lambda language: KNOWN)
    with pytest.raises(ConfigurationError, match=said):
        registry.expand(text, PYTHON)


def test_an_interrupt_ends_all_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def interrupted(wanted: Wanted, terms: Terms, console: Console) -> Ended:
        judged.append(wanted.version)
        return Ended(3, replace(gated("python==1"), interrupted=True))

    monkeypatch.setattr(command, "install", lambda wanted: None)
    monkeypatch.setattr(command, "judge", interrupted)
    with pytest.raises(KeyboardInterrupt):
        command.gate("python", None, command.Asked(past="1,2,3"), Terms(), Console(quiet=True))
    with pytest.raises(KeyboardInterrupt):
        command.gate("python==2", None, command.Asked(earlier="1"), Terms(), Console(quiet=True))
    assert judged == ["1", "2"]
