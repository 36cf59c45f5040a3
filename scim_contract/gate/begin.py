"""A gate's run: the release installed, its driver and the recording server started, nothing signed in yet."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from scim_contract.contract import load
from scim_contract.locate import editions
from scim_contract.org import new_run_id
from scim_contract.plugin import run as runs
from scim_contract.plugin.catalogue import GATED
from scim_contract.plugin.options import Settings, check
from scim_contract.plugin.run import Run
from scim_contract.sdk import certificates
from scim_contract.sdk.driver import Driver
from scim_contract.sdk.installing import Installed
from scim_contract.sdk.library import CREDENTIALS, Library
from scim_contract.sdk.recorder import Recorder
from scim_contract.targets import OLDEST, Target


@dataclass(frozen=True)
class Terms:
    """On what terms releases are judged; without an edition, each by that of its time."""

    reports: str = "reports"
    edition: str = ""
    prefixes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    strict: bool = False
    waivers: Path | None = None
    seconds: float = 20.0


@contextmanager
def begun(installed: Installed, terms: Terms) -> Iterator[Run]:
    """A run that judges a release; driver and server end with it.

    Raises:
        ConfigurationError: the terms cannot be used.
        Lost: the driver does not start, or cannot load the library.
    """
    recorder = Recorder()
    with TemporaryDirectory(prefix="scim-contract-gate-") as folder:
        authority = Path(folder) / "authority.pem" if installed.language.tls else None
        recorder.start(certificates.server_context(authority) if authority else None, certificates.NAMES[0])
        trusting = {"SSL_CERT_FILE": str(authority)} if authority else {}
        environment = {**installed.environment, **trusting}
        driver = Driver(installed.command, environment, recorder.url, terms.seconds, authority)
        try:
            yield _run(installed, terms, recorder, driver)
        finally:
            driver.close()
            recorder.stop()


def edition_of(methods: Iterable[str]) -> str:
    """The edition of a release's time: the latest of which it has a method that no earlier edition has.

    A method that a release lost does not make it older, as long as one of those that came with it is left.
    """
    known, seen, found = {_plain(name) for name in methods}, set[str](), OLDEST
    for edition in editions():
        ids = {_plain(operation.id) for operation in load(edition).operations}
        if seen and not known.isdisjoint(ids - seen):
            found = edition
        seen |= ids
    return found


def _plain(name: str) -> str:
    """A name however its language joins words."""
    return name.replace("_", "").lower()


def _run(installed: Installed, terms: Terms, recorder: Recorder, driver: Driver) -> Run:
    opened = driver.open()
    label = f"{installed.language.name}=={opened['version'] or installed.version}"
    contract = replace(load(terms.edition or edition_of(opened["methods"])), library=label)
    target = Target(
        name=label,
        base_url=recorder.url,
        edition=contract.edition,
        waivers=str(terms.waivers.absolute()) if terms.waivers else "",
    )
    settings = Settings(
        target=label, reports=terms.reports, areas=(GATED,), prefixes=terms.prefixes, claims=terms.claims,
        strict=terms.strict,
    )  # fmt: skip
    check(settings, contract)
    run_id = new_run_id()
    workspace, observer = runs.open_workspace(settings, contract, target, run_id, "main")
    workspace.transport.masker.learn(recorder.secret, recorder.token)
    library = Library(installed.language, label, driver, recorder, workspace, opened["methods"])
    return Run(
        settings, contract, run_id, time.time(), target, workspace, observer,
        waivers=runs.waivers_of(target, contract), library=library,
    )  # fmt: skip


def count(run: Run) -> None:
    """Add what the library asked to the run's requests."""
    if run.library is not None:
        run.requests[CREDENTIALS] = run.library.recorder.total
