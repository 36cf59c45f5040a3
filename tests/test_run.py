"""A short run from the command line: what it writes, how it ends, and that it ends the same in every order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any
from xml.etree import ElementTree

import pytest

from scim_contract import __version__
from scim_contract.contract import load
from scim_contract.contract.plan import plan
from tests.commands import Told, call, call_pytest, directory, report, spawn, verdicts
from tests.harness import run
from tests.servers import Reply, Seen, Tamper, serving

STABLE = ("--claim", "etags.stable")
SUITES = Path(__file__).parent.parent / "suites"


def stable(document: dict[str, Any]) -> dict[str, str]:
    return {key: verdict for key, verdict in verdicts(document).items() if key.startswith("etags.stable|")}


# ---- what a run writes


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A run of one claim on the embedded mock."""
    folder = tmp_path_factory.mktemp("short")
    return folder, call(folder, "run", *STABLE)


def test_a_run_that_conforms_exits_with_0_and_says_so(short: tuple[Path, Told]) -> None:
    folder, told = short
    document = report(folder)
    assert (told.code, document["exit_code"], document["verdict"]) == (0, 0, "conforms")
    assert f"CONFORMS: {document['counts']['conforms']} conforms" in told.text
    assert told.last == "Reports: reports/mock/ (matrix.html, report.json, summary.md, junit.xml, allure-results/)"


def test_report_names_tool_target_and_settings(short: tuple[Path, Told]) -> None:
    document = report(short[0])
    facts = ("tool", "version", "edition", "target", "interrupted", "leftovers", "errors")
    assert {name: document[name] for name in facts} == {
        "tool": "scim-contract", "version": __version__, "edition": "2019", "target": "mock",
        "interrupted": False, "leftovers": [], "errors": [],
    }  # fmt: skip
    assert document["base_url"].startswith("http://127.0.0.1:")
    assert document["started"].endswith("+00:00")
    assert document["seconds"] > 0
    assert document["settings"]["claims"] == ["etags.stable"]


def test_report_counts_requests_by_client_and_results_by_verdict(short: tuple[Path, Told]) -> None:
    document = report(short[0])
    assert document["requests"] == sum(document["requests_by_client"].values()) > 0
    assert set(document["requests_by_client"]) <= set(load("2019").permissions)
    found = list(verdicts(document).values())
    assert document["counts"] == {
        verdict: found.count(verdict) for verdict in ("conforms", "violated", "waived", "untested", "inconclusive")
    }


def test_report_has_every_planned_key_and_the_observed_claims_whatever_is_selected(short: tuple[Path, Told]) -> None:
    rows = report(short[0])["results"]
    planned = [atom.key for atom in plan(load("2019"), areas=["none"], claims=["etags.stable"])]
    stable_ones = [atom.key for atom in plan(load("2019"), claims=["etags.stable"]) if atom.claim == "etags.stable"]
    assert {row["key"] for row in rows} == {*planned, *stable_ones}
    assert len(rows) == len({row["key"] for row in rows})
    never = {row["operation"]: row for row in rows if row["claim"] == "errors.never-5xx"}
    assert len(never) == 26
    assert never["get_scim_v2_user"]["verdict"] == "conforms"
    assert never["delete_scim_v2_user"]["reason"] is not None or never["delete_scim_v2_user"]["verdict"] == "conforms"


def test_a_row_says_what_was_judged_and_by_which_test(short: tuple[Path, Told]) -> None:
    rows = {row["key"]: row for row in report(short[0])["results"]}
    row = rows["etags.stable|get_scim_v2_user|v2||"]
    assert row.pop("seconds") >= 0
    claim = load("2019").claims["etags.stable"]
    assert row == {
        "key": "etags.stable|get_scim_v2_user|v2||", "claim": "etags.stable", "level": "inferred",
        "statement": claim.statement, "source": row["source"], "operation": "get_scim_v2_user", "prefix": "v2",
        "client": None, "case": None, "verdict": "conforms", "reason": None, "blocked_by": None, "waiver": None,
        "message": None, "curl": None, "steps": [], "correlation_id": None,
        "test": "suites/test_etags.py::test_etag_stays_while_nothing_changes[v2-get_scim_v2_user]",
    }  # fmt: skip


def test_junit_allure_and_summary_tell_the_same(short: tuple[Path, Told]) -> None:
    folder = short[0] / "reports" / "mock"
    suite = ElementTree.parse(folder / "junit.xml").getroot().find("testsuite")
    assert suite is not None
    names = {str(case.get("name")) for case in suite.iter("testcase")}
    assert "test_etag_stays_while_nothing_changes[v2-get_scim_v2_user]" in names
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    assert list((folder / "allure-results").glob("*-result.json"))
    assert (folder / "summary.md").read_text("utf-8").startswith("# mock: conforms\n")


def test_a_run_leaves_no_ledger_and_writes_only_reports(short: tuple[Path, Told]) -> None:
    left = {path.relative_to(short[0]).parts[0] for path in short[0].rglob("*") if path.is_file()}
    assert left == {"reports"}


def test_pytest_on_the_suites_writes_the_same_report(short: tuple[Path, Told], tmp_path: Path) -> None:
    """Options win over the environment here as well."""
    words = ("-q", "--scim-target=mock", "--scim-claim=etags.stable")
    told = call_pytest(tmp_path, str(SUITES), *words, SCIM_CONTRACT_TARGET="nobody")
    document, other = report(tmp_path), report(short[0])
    assert told.code == 0, told.text
    assert verdicts(document) == verdicts(other)
    assert document.keys() == other.keys()
    for each in (document, other):
        each["settings"]["profile"].pop("token_url")  # each run's mock has a port of its own
        each["settings"].pop("seed")  # and draws one
    assert document["settings"] == other["settings"]
    assert (tmp_path / "reports" / "mock" / "summary.md").exists()


def test_pytest_on_other_tests_needs_no_target(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_it():\n    pass\n", "utf-8")
    told = call_pytest(tmp_path, "-q", "-p", "scim_contract.plugin", SCIM_CONTRACT_TARGET="nobody")
    assert told.code == 0, told.text
    assert not (tmp_path / "reports").exists()


# ---- how it ends


def etag_of_every_moment() -> Callable[[Seen, Reply], None]:
    """The ETag of the v2 configuration changes with every read (an inferred claim forbids it)."""
    reads: list[str] = []

    def after(seen: Seen, reply: Reply) -> None:
        if seen.path.endswith("/v2/serviceproviderconfig"):
            reads.append(seen.path)
            reply.headers["etag"] = f'"{len(reads)}"'

    return after


@pytest.mark.parametrize(("strict", "code", "verdict"), [((), 0, "conforms"), (("--strict",), 1, "violated")])
def test_inferred_violation_fails_the_run_only_under_strict(
    strict: tuple[str, ...], code: int, verdict: str, tmp_path: Path
) -> None:
    with serving(Tamper(after=etag_of_every_moment())) as server:
        exit_code, document, printed = run(tmp_path, server.profile(), *STABLE, *strict)
    assert (exit_code, document["exit_code"], document["verdict"]) == (code, code, verdict), printed
    violated = [key for key, found in verdicts(document).items() if found == "violated"]
    assert violated == ["etags.stable|get_scim_v2_serviceproviderconfig|v2||"]
    assert load("2019").claims["etags.stable"].statement in printed


def test_documented_violation_fails_the_run(tmp_path: Path) -> None:
    def ignored(seen: Seen) -> None:
        if seen.path.endswith("/v2/serviceproviderconfig"):
            seen.headers.pop("if-none-match", None)

    with serving(Tamper(ignored)) as server:
        words = ("--claim", "etags.current-is-304|get_scim_v2_serviceproviderconfig")
        code, document, printed = run(tmp_path, server.profile(), *words)
    rows = [row for row in document["results"] if row["verdict"] == "violated"]
    assert (code, document["verdict"], len(rows)) == (1, "violated", 1), printed
    assert rows[0]["curl"].startswith("curl ")
    assert rows[0]["message"] in printed
    junit = ElementTree.parse(tmp_path / "reports" / "broken" / "junit.xml")
    assert len(junit.findall(".//failure")) == 1


def test_answer_that_never_comes_is_inconclusive(tmp_path: Path) -> None:
    """Connections break at one operation only: that is no violation, and no success either."""

    def before(seen: Seen) -> Reply | None:
        if seen.path.endswith("/v2/serviceproviderconfig") and calm.is_set():
            return Reply(503, {"retry-after": "0"}, b"")
        calm.set()
        return None

    calm = Event()
    with serving(Tamper(before)) as server:
        code, document, printed = run(tmp_path, server.profile(), *STABLE)
    assert (code, document["verdict"]) == (3, "inconclusive"), printed
    assert stable(document)["etags.stable|get_scim_v2_serviceproviderconfig|v2||"] == "inconclusive"
    assert list(stable(document).values()).count("conforms") == 5
    assert document["counts"]["violated"] == 0


def test_what_is_left_when_time_is_up_is_untested(tmp_path: Path) -> None:
    told = call(tmp_path, "run", *STABLE, "--max-seconds", "0.01")
    document = report(tmp_path)
    assert (told.code, document["verdict"]) == (3, "inconclusive"), told.text
    rows = [row for row in document["results"] if row["claim"] == "etags.stable"]
    assert {row["verdict"] for row in rows} == {"untested"}
    assert {row["reason"] for row in rows} == {"time was up: the run was given --max-seconds 0.01"}


def test_first_failure_may_end_the_run(tmp_path: Path) -> None:
    """With pytest's -x what did not run is inconclusive, never conforms; a violation comes before it."""
    with serving(Tamper(after=lambda seen, reply: reply.headers.pop("etag", None))) as server:
        words = ("--claim", "etags.header-quoted", "--", "-x", "-p", "no:randomly")
        code, document, printed = run(tmp_path, server.profile(), *words)
    found = [v for key, v in verdicts(document).items() if key.startswith("etags.header-quoted|")]
    assert code == 1, printed
    assert found.count("violated") == 1
    assert found.count("inconclusive") == len(found) - 1 > 0
    reasons = {row["reason"] for row in document["results"] if row["verdict"] == "inconclusive"}
    assert reasons == {"not finished: its check did not report"}


def test_pytests_own_selection_narrows_the_plan(tmp_path: Path) -> None:
    told = call(tmp_path, "run", *STABLE, "--", "-k", "v2 and user")
    assert told.code == 0, told.text
    assert stable(report(tmp_path)) == {"etags.stable|get_scim_v2_user|v2||": "conforms"}


def test_no_plugin_of_the_environment_is_needed(tmp_path: Path) -> None:
    told = call(tmp_path, "run", *STABLE, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert told.code == 0, told.text
    assert set(stable(report(tmp_path)).values()) == {"conforms"}


# ---- in every order

SEVERAL = ("--claim", "etags.stable", "--claim", "etags.stale-if-match-refused", "--claim", "etags.changes-with-writes")


def test_verdicts_are_the_same_in_order_and_at_random_by_workers(tmp_path: Path) -> None:
    def refused_without_type(seen: Seen, reply: Reply) -> None:
        if seen.method == "PATCH" and "/v2/groups/" in seen.path and reply.status == 400:
            reply.put({**reply.json, "scimType": "invalidValue"})

    ways = {"in order": ("-p", "no:randomly"), "at random, by workers": ("-n", "2")}
    found = {}
    with serving(Tamper(after=refused_without_type)) as server:
        before = directory(server.url)
        for way, words in ways.items():
            (tmp_path / way).mkdir()
            code, document, printed = run(tmp_path / way, server.profile(), *SEVERAL, "--", *words)
            assert code == 1, printed
            assert document["requests"] == sum(document["requests_by_client"].values())
            found[way] = verdicts(document)
            assert directory(server.url) == before
    assert found["in order"]["etags.stale-if-match-refused|patch_scim_v2_group|v2||made-up"] == "violated"
    assert found["at random, by workers"] == found["in order"]


# ---- cut short

KILLER = """
import os, signal, time
def pytest_runtest_call(item):
    if "[v2-get_scim_v2_user]" in item.name and os.environ.get("PYTEST_XDIST_WORKER"):
        time.sleep(0.2)  # what was reported before gets through
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_cases_of_a_killed_worker_are_inconclusive(tmp_path: Path) -> None:
    (tmp_path / "killer.py").write_text(KILLER, "utf-8")
    words = ("run", "--target", "broken", *STABLE, "--", "-n", "2", "-p", "killer")
    with serving() as server:
        server.write_profile(tmp_path)
        before = directory(server.url)
        told = call(tmp_path, *words, PYTHONPATH=str(tmp_path))
        assert directory(server.url) == before
    document = report(tmp_path, "broken")
    found = stable(document)
    assert (told.code, document["verdict"]) == (3, "inconclusive"), told.text
    assert found.pop("etags.stable|get_scim_v2_user|v2||") == "inconclusive"
    assert set(found.values()) <= {"conforms", "inconclusive"}
    assert any("was lost" in text for text in document["errors"])


WRITES = ("--target", "broken", "--claim", "etags.current-if-match-applies", "--claim", "etags.changes-with-writes")


@pytest.mark.parametrize(
    ("sent", "workers"),
    [(signal.SIGTERM, ()), (signal.SIGINT, ("-n", "2")), (signal.SIGKILL, ())],
    ids=["SIGTERM", "SIGINT with workers", "SIGKILL"],
)
def test_run_that_is_cut_short_leaves_nothing(sent: signal.Signals, workers: tuple[str, ...], tmp_path: Path) -> None:
    """Cut short while a user exists and the group is changed; after a kill it takes `cleanup`."""
    group_changed, user_created = Event(), Event()

    def slowly(seen: Seen) -> None:
        if group_changed.is_set() and user_created.is_set():
            time.sleep(0.2)

    def notice(seen: Seen, reply: Reply) -> None:
        if seen.method in ("PUT", "PATCH") and "/groups/" in seen.path and reply.status == 200:
            group_changed.set()
        if seen.method == "POST" and seen.path.endswith("/users") and reply.status == 201:
            user_created.set()

    with serving(Tamper(slowly, notice)) as server:
        server.write_profile(tmp_path)
        before = directory(server.url)
        process = spawn(tmp_path, "run", *WRITES, "--", *workers)
        assert group_changed.wait(30)
        assert user_created.wait(30)
        if sent is signal.SIGTERM:
            process.send_signal(sent)
        else:
            os.killpg(process.pid, sent)
        printed, _ = process.communicate(timeout=60)
        ledgers = list((tmp_path / ".scim-contract").rglob("*.jsonl"))
        if sent is signal.SIGKILL:
            assert ledgers
            assert directory(server.url) != before
            told = call(tmp_path, "cleanup")
            assert told.code == 0, told.text
        else:
            document = report(tmp_path, "broken")
            assert (process.returncode, document["exit_code"]) == (3, 3), printed
            assert document["interrupted"] is True
            assert document["counts"]["inconclusive"] > 0
            assert "The run was interrupted" in printed
            assert "Traceback" not in printed
        assert directory(server.url) == before, printed
    assert not list((tmp_path / ".scim-contract").rglob("*.jsonl"))
