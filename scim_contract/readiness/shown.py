"""What `check-target` prints: what the target said, what a run will do there, and what it cannot show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from scim_contract.contract import Contract
from scim_contract.readiness.survey import Finding, Survey
from scim_contract.reports import Report
from scim_contract.reports.terminal import reasons_of
from scim_contract.targets import Target
from scim_contract.verdicts import Verdict

_FULL_PAGE = 25
"""How many resources a page has by default: paging wants one more to tell."""


def show_survey(console: Console, target: Target, found: Survey) -> None:
    """Print what the target said."""
    _section(console, "Clients", _clients(target, found))
    if found.stop is not None:
        _section(console, "Server", [f"[no] {found.stop.sentence}"])
    elif not found.code:
        _section(console, "Server", [*_group(target, found), *_filters(target, found), *_flags(found)])


def show_rehearsal(console: Console, target: Target, report: Report, contract: Contract) -> None:
    """Print what a run will do and what it cannot show."""
    _section(console, "What a run will do", _does(target, report))
    untested = report.having(Verdict.UNTESTED)
    title = f"What it cannot show: {len(untested)} of {len(report.results)} atomic claims"
    _section(console, title, _lacks(report, contract))


def _section(console: Console, title: str, lines: Iterator[str] | list[str]) -> None:
    console.print(f"\n[bold]{title}[/]", highlight=False)
    for line in lines:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _clients(target: Target, found: Survey) -> Iterator[str]:
    if not target.clients:
        yield "none: requests go out without a token"
    for each in found.sign_ins:
        held = each.client.label
        yield f"[no] {held}: {each.problem}" if each.code else f"[ok] {held} (id {each.client.id[:4]}…) signs in"


def _group(target: Target, found: Survey) -> Iterator[str]:
    if not target.group:
        yield "[--] the profile names no group"
    elif found.group_id:
        yield f"[ok] group {target.group!r}: {found.group_id}"
    else:
        yield f"[no] group {target.group!r}: {found.group_problem}"


def _filters(target: Target, found: Survey) -> Iterator[str]:
    for name in ("wide_user_filter", "wide_group_filter"):
        if not getattr(target, name):
            yield f"[--] the profile has no {name}"
    for each in found.findings:
        yield _filter(each, target)


def _filter(found: Finding, target: Target) -> str:
    what = f"{found.prefix}: {found.filter}"
    if found.matches is None:
        return f"[no] {what}: {found.problem}"
    if not found.matches:
        return f"[no] {what}: matches no {found.resource}"
    few = found.matches <= _FULL_PAGE and not (target.sandbox and found.resource == "users")
    hint = f"; more than {_FULL_PAGE} would let paging be tested whole" if few else ""
    return f"[ok] {what}: matches {found.matches} {found.resource}{hint}"


def _flags(found: Survey) -> Iterator[str]:
    for prefix, document in found.configs.items():
        told = [f"{name} {_flag(value)}" for name, value in document.items() if isinstance(value, Mapping)]
        yield f"[ok] {prefix} declares: {', '.join(t for t in told if not t.endswith(' ?')) or 'nothing'}"


def _flag(feature: Mapping[str, Any]) -> str:
    supported = feature.get("supported")
    if not isinstance(supported, bool):
        return "?"
    most = feature.get("maxResults")
    return ("yes" if supported else "no") + (f" (at most {most})" if most is not None else "")


def _does(target: Target, report: Report) -> Iterator[str]:
    if target.sandbox:
        yield f"creates users named conformance-<run>-…@{target.user_domain}, and removes them"
        if target.group:
            yield f"changes the group {target.group!r}, and puts it back"
    else:
        yield "only reads: the profile does not say `sandbox = true`"
    number = sum(report.requests.values())
    busiest, most = max(report.requests.items(), key=lambda item: item[1], default=("nobody", 0))
    yield f"sends about {number} requests, {most} of them as the client with {busiest}"
    if target.rate_limit and target.clients:
        minutes = most / target.rate_limit
        yield f"takes at least {minutes:.1f} minutes at {target.rate_limit} requests a minute and client"


def _lacks(report: Report, contract: Contract) -> Iterator[str]:
    for reason, number in reasons_of(report, Verdict.UNTESTED):
        yield f"{number:>4} × {reason}"
        rows = [r for r in report.having(Verdict.UNTESTED) if (r.reason or "no reason was given") == reason]
        areas = Counter(row.claim.split(".")[0] for row in rows)
        yield f"       in {', '.join(area for area in contract.claims.areas if areas[area])}"
