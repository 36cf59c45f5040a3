"""pytest's hooks: parametrising checks from the contract, judging them, carrying verdicts to the controller."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scim_contract import interrupts, reports
from scim_contract.contract import Contract, Operation, load
from scim_contract.contract.plan import atoms
from scim_contract.fuzz import Fuzzer
from scim_contract.judging import Observer
from scim_contract.locate import editions
from scim_contract.org import Workspace
from scim_contract.plugin import handing, observed_items
from scim_contract.plugin import run as runs
from scim_contract.plugin.catalogue import GATED, gated, selection
from scim_contract.plugin.ending import clean_own, end_spool, finish
from scim_contract.plugin.options import Settings
from scim_contract.plugin.run import Run
from scim_contract.plugin.scopes import changes_group, place
from scim_contract.preflight import PreflightStop
from scim_contract.recording import Spool
from scim_contract.targets import OLDEST, ConfigurationError
from scim_contract.verdicts import Result
from scim_contract.waivers import Waiver

if TYPE_CHECKING:
    from scim_contract.plugin.allure_writing import Writer

RESULTS = "scim_results"
TRAFFIC = "scim_traffic"
"""The attribute of a report that bears its process's name, its requests so far, and the seconds that it waited."""
FUZZED = "fuzzed"
"""The area whose checks a run that does not fuzz leaves out."""
PREPARED = pytest.StashKey[Run]()


class Plugin:
    """The plugin of one process; `run` is set in the controlling (or only) one, `workspace` in those that judge."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.run: Run | None = None
        self.workspace: Workspace | None = None
        self.sparing: Workspace | None = None
        self.observer: Observer | None = None
        self.started = 0.0
        self.spool: Spool | None = None
        self.allure: Writer | None = None
        self.fuzzer: Fuzzer | None = None
        self._contract: Contract | None = None
        self._waivers: tuple[Waiver, ...] | None = None

    @property
    def worker(self) -> str | None:
        """The xdist worker's name, None in the controlling process."""
        given = getattr(self.config, "workerinput", None)
        return str(given["workerid"]) if given else None

    @property
    def gating(self) -> bool:
        """Whether a client library is judged, and no server."""
        return self.run is not None and self.run.library is not None

    def workspace_of(self, item: pytest.Item) -> Workspace:
        """The workspace of one item: in a worker, one that spares the group for all that is not to change it."""
        assert self.workspace is not None
        if self.sparing is not None and not changes_group(item.nodeid, apart=self.sparing.other_group is not None):
            return self.sparing
        return self.workspace

    # beginning and end ------------------------------------------------------------------------
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Find the target and prepare the run; in a worker, take what the controller prepared."""
        if session.config.option.collectonly or not leads_to_suites(session.config):
            return
        if self.worker is not None:
            interrupts.ignored()  # the controlling process tells when to end
            given = session.config.workerinput["scim"]  # type: ignore[attr-defined]
            own = handing.in_worker(self.settings, given, self.worker)
            self.workspace, self.sparing, self.observer = own.workspace, own.sparing, own.observer
            self.started, self.fuzzer = own.started, Fuzzer(own.fuzzing)
            self.spool = runs.spooling(self.settings, self.workspace)
            self.allure = _allure(self.config, self.workspace)
            return
        try:
            self.run = session.config.stash.get(PREPARED, None) or runs.begin(self.settings)
        except (PreflightStop, ConfigurationError) as error:
            pytest.exit(f"scim-contract: {error}", returncode=getattr(error, "code", 2))
        self.workspace, self.observer, self.started = self.run.workspace, self.run.observer, self.run.started
        self.spool = self.run.spool
        self.allure = _allure(self.config, self.workspace)
        self.fuzzer = Fuzzer(runs.fuzzing(self.run.settings, self.run.target))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the run to an xdist worker."""
        if self.run is not None:
            if self.run.workers.none:
                handing.look_for_other_group(self.run)
            node.workerinput["scim"] = handing.to_worker(self.run, self.run.workers.add(node))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Schedule by this suite's scopes."""
        from scim_contract.plugin.scheduler import Scheduler  # loads xdist, which a run without it need not

        return Scheduler(config, log, apart=self.run is not None and self.run.other_group is not None)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker found outside its checks; one that was lost leaves its checks unreported."""
        if self.run is None:
            return
        given = getattr(node, "workeroutput", {}).get("scim")
        if given is None:
            self.run.broken.append(f"worker {node.gateway.id} was lost")
            self.run.lost = True
            return
        told = json.loads(given)
        self.run.tally.add(Result.from_json(row) for row in told["results"])
        for label, number in told["requests"].items():
            self.run.requests[label] = self.run.requests.get(label, 0) + number
        self.run.waited += told["waited"]
        self.run.time(told["took"])

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Clean up: a worker its own, the controlling process whatever is left when all have ended."""
        if self.worker is not None and self.workspace is not None and self.observer is not None:
            problems = clean_own(self.workspace)
            end_spool(self.spool, self.observer)
            transport = self.workspace.transport
            session.config.workeroutput["scim"] = json.dumps(  # type: ignore[attr-defined]
                {
                    "results": [row.as_json() for row in self.observer.take()],
                    "requests": dict(transport.requests),
                    "waited": transport.waited,
                    "took": self.workspace.took,
                    "problems": problems,
                }
            )
            transport.close()
        if self.run is not None:
            finish(self.run)
            observed = [row for row in self.run.results().results if observed_items.seen(self.contract(), row)]
            observed_items.show(session.config, observed, self.allure, strict=self.settings.strict)
            if session.testsfailed and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED  # pytest had decided before these were told
        yield
        if self.run is not None and PREPARED not in session.config.stash:
            reports.write_all(self.run)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Leave observed claims that hold out of pytest's dots and counts: they are no tests."""
        return ("", "", "") if observed_items.is_entry(report.nodeid) and not report.failed else None

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that the run was interrupted."""
        if self.run is not None:
            self.run.interrupted = True

    def pytest_internalerror(self, excrepr: object) -> None:
        """Remember that the suite itself failed."""
        if self.run is not None:
            self.run.broken.append(f"an error in the suite: {str(excrepr).splitlines()[-1][:300]}")

    def waivers(self) -> tuple[Waiver, ...]:
        """The target's waivers."""
        if self._waivers is None:
            assert self.workspace is not None
            self._waivers = runs.waivers_of(self.workspace.target, self.workspace.contract)
        return self._waivers

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember a suite file that cannot be loaded: what it would have judged is not judged."""
        if self.run is not None and report.failed:
            said = str(report.longrepr).strip().splitlines() or ["?"]
            self.run.broken.append(f"an error in the suite: {report.nodeid} cannot be loaded: {said[-1][:300]}")

    # collecting -------------------------------------------------------------------------------
    def contract(self) -> Contract:
        """The contract of the target's edition."""
        if self._contract is None:
            known = self.workspace.contract if self.workspace is not None else None
            self._contract = known or load(self.settings.edition or OLDEST)
        return self._contract

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave the suite about client libraries to the gate."""
        theirs = collection_path.name == f"test_{GATED}.py" and _is_suite(collection_path)
        return True if theirs and not self.gating else None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a check once for each operation that its claim names."""
        marker = metafunc.definition.get_closest_marker("claim")
        if marker is None or "operation" not in metafunc.fixturenames:
            return
        contract = self.contract()
        if marker.args[0] not in contract.claims:
            if not any(marker.args[0] in load(edition).claims for edition in editions()):
                raise pytest.UsageError(f"{metafunc.definition.nodeid}: no claim {marker.args[0]!r} in claims.yaml")
            metafunc.parametrize("operation", [])  # a claim of another edition: left out when items are chosen
            return
        claim, cases = contract.claims[marker.args[0]], marker.args[1:]
        wanted = [
            op for op in contract.operations
            if any(not cases or a.value in cases for a in atoms(contract, claim, op))
        ]  # fmt: skip
        metafunc.parametrize("operation", wanted, ids=[f"{op.prefix}-{op.id}" for op in wanted], scope="function")

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what the run's areas, prefixes and claims leave out; put together what shares exchanges."""
        kept = [item for item in items if self._chosen(item)]
        dropped = [item for item in items if not self._chosen(item)]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        items[:] = sorted(kept, key=lambda item: place(item.nodeid))

    def _chosen(self, item: pytest.Item) -> bool:
        marker = item.get_closest_marker("claim")
        if marker is None:
            return True
        operation = item.callspec.params["operation"]  # type: ignore[attr-defined]
        if not isinstance(operation, Operation):  # this edition has none that the check is for
            return False
        claim, settings = str(marker.args[0]), self.settings
        if gated(claim) is not self.gating:
            return False
        if settings.areas and claim.split(".")[0] not in settings.areas:
            return False
        if settings.prefixes and operation.prefix not in settings.prefixes:
            return False
        if claim.startswith(f"{FUZZED}.") and self.fuzzer is not None and not self.fuzzer.fuzzing.on:
            return False
        keys = [key.split("|") for key in settings.claims]
        return not keys or any(key[0] == claim and (len(key) < 2 or key[1] in ("", operation.id)) for key in keys)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what is going to run."""
        if self.run is not None and session.items:
            self._select([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: list[str]) -> None:
        """Note what is going to run, as a worker collected it."""
        if self.run is not None and not self.run.selection.chosen:
            self._select(ids)

    def _select(self, node_ids: list[str]) -> None:
        assert self.run is not None
        self.run.selection = selection(runs.suites_folder(), node_ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the verdicts of an item."""
        rows = getattr(report, RESULTS, None)
        if rows is not None and self.run is not None:
            self.run.tally.add(Result.from_json(row) for row in json.loads(rows))


def _allure(config: pytest.Config, workspace: Workspace) -> Writer | None:
    """The writer of Allure's results, where there are to be any."""
    folder = config.getoption("allure_report_dir", None)
    if not folder:
        return None
    from scim_contract.plugin import allure_writing  # loads Allure, which a run without it need not

    return allure_writing.begin(config, workspace, str(folder))


def leads_to_suites(config: pytest.Config) -> bool:
    """Whether pytest was given a path that leads to a suite; a project's other tests need no target."""
    home = runs.suites_folder().resolve()
    given = [(config.invocation_params.dir / word.split("::")[0]).resolve() for word in config.args]
    return any(path == home or home in path.parents or path in home.parents for path in given)


def _is_suite(path: Path) -> bool:
    return path.parent.resolve() == runs.suites_folder().resolve()


def environment_lines(plugin: Plugin) -> Iterator[str]:
    """What pytest's header says of the run."""
    run = plugin.run
    if run is not None:
        yield f"scim-contract: target {run.target.name} ({run.target.base_url}), edition {run.contract.edition}"
