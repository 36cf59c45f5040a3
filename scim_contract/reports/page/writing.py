"""The page itself: a template, its style and its script put together into one file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scim_contract import __version__
from scim_contract.contract import Contract
from scim_contract.locate import folder
from scim_contract.reports.latency import Latency
from scim_contract.reports.nights import Night, Trend, nights_of, trend
from scim_contract.reports.page.matrix import SIGNS, matrix, names_of
from scim_contract.reports.page.packing import packed
from scim_contract.reports.report import Report
from scim_contract.reports.terminal import notes
from scim_contract.verdicts import UNSEEN, printable

NAME = "matrix.html"
_STRIP = 14
# What ends a script element or a line of JavaScript, and & for those who read the file as XML.
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def page(report: Report, contract: Contract, nights: Sequence[Night] = (), home: str = "", allure: str = "") -> str:
    """A report as one HTML file.

    Args:
        report: the report.
        contract: the contract of its edition.
        nights: the nights of the target, the oldest first; this one is the last.
        home: where the page that this one belongs to lies, if it belongs to one.
        allure: where Allure's report lies, if there is one.
    """
    told = trend(nights or nights_of([report]))
    data = packed(report, names_of(report, contract), told.marks)
    evidence = data.pop("evidence")
    return render(
        "matrix.html.j2",
        report=report,
        matrix=matrix(report, contract),
        latency=_latency(report, contract),
        signs=SIGNS,
        trend=told,
        strip=told.nights[-_STRIP:],
        notes=notes(report),
        data=script_json(data),
        evidence=Markup(evidence),
        home=home,
        allure=allure,
    )


def write(report: Report, contract: Contract, place: Path, nights: Sequence[Night] = (), home: str = "") -> Path:
    """Write the page of a report into a folder; gives its path."""
    path = place / NAME
    path.write_text(page(report, contract, nights, home), "utf-8")
    return path


def render(template: str, **given: Any) -> str:
    """A template of the folder `reports/page`, with its style and script inside.

    The policy that goes with it lets only these run: whatever else got into the page would not.
    """
    place = folder("reports") / "page"
    style, script = ((place / name).read_text("utf-8") for name in ("page.css", "page.js"))
    environment = Environment(
        loader=FileSystemLoader(place),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.filters |= {"when": _when, "day": _day}
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'"  # noqa: E501
    shown: Mapping[str, Any] = {"style": Markup(style), "script": Markup(script), "policy": policy, **given}
    return environment.get_template(template).render(version=__version__, **shown)


def script_json(value: Any) -> Markup:
    """A value as JSON that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE))


def _latency(report: Report, contract: Contract) -> list[tuple[str, dict[str, Latency]]]:
    """The operations' names, each with its latency by prefix, in the contract's order."""
    found: dict[str, dict[str, Latency]] = {}
    for operation in contract.operations:
        if operation.id in report.latency:
            found.setdefault(operation.name, {})[operation.prefix] = report.latency[operation.id]
    return list(found.items())


def _seen(value: Any) -> Any:
    """A text with what cannot be seen, or turns the direction of others, written as its number."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return UNSEEN.sub(lambda match: f"‹U+{ord(match[0]):04X}›", printable(value))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%A %d %B %Y, %H:%M UTC")


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%a %d %b")


__all__ = ["NAME", "Trend", "page", "render", "script_json", "write"]
