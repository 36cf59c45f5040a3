"""Several targets in one command, and a night held against the one before."""

import json
import signal
import time
from pathlib import Path

import pytest

from tests.commands import Told, call, invoke, report, spawn
from tests.servers import Tamper, is_on, serving

CHECK = ("--claim", "etags.header-quoted|get_scim_serviceproviderconfig")
KEY = "etags.header-quoted|get_scim_serviceproviderconfig|v1||"


def unquoted() -> Tamper:
    """A server whose service provider configuration has an ETag without quotes, in v1."""

    def after(seen, reply):  # type: ignore[no-untyped-def]
        if is_on(seen, "GET", "/scim/ServiceProviderConfig") or is_on(seen, "GET", "/scim/serviceproviderconfig"):
            reply.headers["etag"] = reply.headers.get("etag", "1").strip('"')

    return Tamper(after=after)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_targets_are_judged_one_after_the_other_and_shown_side_by_side(tmp_path: Path) -> None:
    with serving() as good, serving(unquoted()) as bad:
        profile = good.profile("good") + bad.profile("bad")
        (tmp_path / "targets.toml").write_text(profile + '[targets.gone]\nbase_url = "http://127.0.0.1:9"\n', "utf-8")
        names = ("good", "gone", "missing", "bad")
        told = call(tmp_path, "run", *(word for name in names for word in ("--target", name)), *CHECK)
    assert told.code == 1, told.text
    assert report(tmp_path, "good")["verdict"] == "conforms"
    assert report(tmp_path, "bad")["verdict"] == "violated"
    rows = (tmp_path / "reports" / "fleet.md").read_text("utf-8").splitlines()
    assert [line.split(" | ")[:2] for line in rows if line.startswith("| ")][1:] == [
        ["| good", "conforms"], ["| gone", "not-run"], ["| missing", "not-run"], ["| bad", "violated"],
    ]  # fmt: skip
    assert "missing: targets.toml: has no target 'missing'" in told.text
    assert "Traceback" not in told.text


@pytest.mark.parametrize(("names", "code"), [("good gone missing", 3), ("good missing", 2)])
def test_of_several_exit_codes_the_worst_counts(names: str, code: int, tmp_path: Path) -> None:
    with serving() as good:
        gone = '[targets.gone]\nbase_url = "http://127.0.0.1:9"\n'
        (tmp_path / "targets.toml").write_text(good.profile("good") + gone, "utf-8")
        assert call(tmp_path, "run", *CHECK, SCIM_CONTRACT_TARGET=names).code == code


def test_a_night_is_held_against_the_one_before(tmp_path: Path) -> None:
    last = tmp_path / "last" / "nightly"
    last.mkdir(parents=True)
    words = ("run", "--target", "nightly", *CHECK, "--baseline", "last", "--fail-on", "new")
    with serving() as good, serving(unquoted()) as bad:
        for server, code, kind in ((bad, 1, "new"), (bad, 0, "still"), (good, 0, "fixed")):
            server.write_profile(tmp_path, name="nightly")
            told = call(tmp_path, *words)
            assert told.code == code, told.text
            changes = json.loads((tmp_path / "reports" / "nightly" / "changes.json").read_text("utf-8"))
            assert [row["key"] for row in changes[kind]] == [KEY]
            assert sum(changes["counts"].values()) == 1
            assert changes["text"] in (tmp_path / "reports" / "nightly" / "summary.md").read_text("utf-8")
            (tmp_path / "reports" / "nightly" / "report.json").rename(last / "report.json")


def test_an_interrupt_ends_the_whole_night(tmp_path: Path) -> None:
    with serving() as first, serving() as second:
        (tmp_path / "targets.toml").write_text(first.profile("first") + second.profile("second"), "utf-8")
        run = spawn(tmp_path, "run", "--target", "first", "--target", "second", "--area", "etags")
        while run.poll() is None and len(first.log) < 20:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        told = run.communicate(timeout=100)[0]
        assert not second.log
    assert run.returncode == 3, told
    assert "second: not begun: the run was interrupted before" in told
    assert report(tmp_path, "first")["interrupted"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--target a --target a", "--target a is named twice"),
        ("--fail-on new", "--fail-on new needs --baseline: the report.json of an earlier run to compare with"),
        ("--baseline none.json", "--baseline none.json: there is no such file or folder"),
        ("--baseline odd.json --target a --target b", "--baseline odd.json: several targets need a folder, "),
        ("--baseline odd.json", "odd.json: is no report.json of `scim-contract run` "),
    ],
)
def test_a_mistake_about_targets_and_baselines_is_told_before_anything_runs(words: str, says: str) -> None:
    Path("odd.json").write_text("{}", "utf-8")
    told = invoke("run", *words.split())
    assert told == Told(2, told.text)
    assert told.text.startswith(f"scim-contract: {says}")
    assert told.text.count("\n") == 1
