"""Reports read back from report.json, and those of one target's jobs put together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scim_contract.reports.latency import Latency, together
from scim_contract.reports.report import Report
from scim_contract.targets import ConfigurationError
from scim_contract.verdicts import Result, Tally

NAME = "report.json"
_NIGHT = 6 * 3600.0  # seconds


def read(path: Path) -> Report:
    """The report that a report.json holds.

    Raises:
        ConfigurationError: the file cannot be read, or is no report of this tool.
    """
    try:
        return _report(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise ConfigurationError(f"{path}: is no report.json of `scim-contract run` ({what})") from None


def gather(places: Iterable[Path]) -> list[Report]:
    """The reports of files and of folders, however deep they lie in these; in the order of their paths.

    Raises:
        ConfigurationError: a place is not there or has no report, or a report cannot be read.
    """
    found: list[Report] = []
    for place in places:
        paths = [place] if place.is_file() else sorted(place.rglob(NAME))
        if not paths:
            raise ConfigurationError(f"{place}: no {NAME} there")
        found += [read(path) for path in paths]
    return found


def merged(reports: Iterable[Report]) -> list[Report]:
    """The reports, those of one target put together: jobs that each judged a part of it, in one night.

    One target is one name, edition and host; one night, what began within six hours. Of two verdicts on one atomic
    claim the worse one stands.
    """
    groups: dict[tuple[str, str, str | None], list[list[Report]]] = {}
    for report in sorted(reports, key=lambda report: report.started):
        nights = groups.setdefault((report.target, report.edition, urlsplit(report.base_url).hostname), [])
        if nights and report.started - nights[-1][0].started <= _NIGHT:
            nights[-1].append(report)
        else:
            nights.append([report])
    return [_together(night) for nights in groups.values() for night in nights]


def _report(document: dict[str, Any]) -> Report:
    return Report(
        target=document["target"],
        base_url=document["base_url"],
        edition=document["edition"],
        run_id=document["run"],
        started=datetime.fromisoformat(document["started"]).timestamp(),
        seconds=document["seconds"],
        waited=document["seconds_waited"],
        requests=dict(document["requests_by_client"]),
        results=tuple(Result.from_json(row) for row in document["results"]),
        interrupted=document["interrupted"],
        strict=bool(document["settings"].get("strict")),
        settings=document["settings"],
        leftovers=tuple(document["leftovers"]),
        red_waivers=tuple(document["waivers"]["red"]),
        idle_waivers=tuple(document["waivers"]["idle"]),
        broken=tuple(document["errors"]),
        latency={operation: Latency(**told) for operation, told in document.get("latency", {}).items()},
    )


def _together(reports: Sequence[Report]) -> Report:
    first, *others = reports
    if not others:
        return first
    tally, requests = Tally(), Counter[str]()
    for report in reports:
        tally.add(report.results)
        requests.update(report.requests)
    return Report(
        target=first.target,
        base_url=first.base_url,
        edition=first.edition,
        run_id=first.run_id,
        started=first.started,
        seconds=max(report.started + report.seconds for report in reports) - first.started,
        waited=sum(report.waited for report in reports),
        requests=dict(requests),
        results=tuple(tally.results.values()),
        interrupted=any(report.interrupted for report in reports),
        strict=any(report.strict for report in reports),
        settings={**first.settings, **{name: _chosen(reports, name) for name in ("areas", "prefixes", "claims")}},
        leftovers=_every(report.leftovers for report in reports),
        red_waivers=_red(reports),
        idle_waivers=tuple(w for w in first.idle_waivers if all(w in report.idle_waivers for report in others)),
        broken=_every(report.broken for report in reports),
        latency=together([report.latency for report in reports]),
    )


def _chosen(reports: Sequence[Report], name: str) -> list[str]:
    """What the jobs were limited to; nothing where one of them was not limited."""
    chosen = [report.settings.get(name) or [] for report in reports]
    return list(_every(chosen)) if all(chosen) else []


def _red(reports: Sequence[Report]) -> tuple[str, ...]:
    """The red waivers, but for those that were of no use to one job only because another one needed them."""
    used = {row.waiver for report in reports for row in report.results if row.waiver}
    return tuple(
        text
        for text in _every(report.red_waivers for report in reports)
        if not any(text.endswith(f": {waiver}") for waiver in used)
    )


def _every(texts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for some in texts for text in some))
