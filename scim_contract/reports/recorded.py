"""The recording of a run: its exchanges, with the verdicts that they came to."""

from __future__ import annotations

from pathlib import Path

from scim_contract import __version__
from scim_contract.plugin.run import Run
from scim_contract.recording import About, Recording
from scim_contract.recording import write as write_har
from scim_contract.recording.spool import collect
from scim_contract.reports.report import Report
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Result, Verdict


def write(run: Run, report: Report) -> Path:
    """Write the recording that the run's settings ask for; gives its path.

    Raises:
        ConfigurationError: it cannot be written.
    """
    path = Path(run.settings.record)
    about = About(
        version=__version__,
        edition=report.edition,
        run=report.run_id,
        target=report.target,
        base_url=report.base_url,
        settings={k: v for k, v in report.settings.items() if k != "profile"},
        profile=report.settings["profile"],
        verdicts={row.key: _verdict(row) for row in report.results},
    )
    try:
        write_har(Recording(about, collect(path, run.run_id, run.contract)), path)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror or error})") from None
    return path


def _verdict(row: Result) -> str:
    return "blocked" if row.verdict is Verdict.UNTESTED and row.blocked_by else row.verdict.value
