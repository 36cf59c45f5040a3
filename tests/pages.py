"""Reports made up for pages: of every kind that a page has to show, the hostile one included."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice
from typing import Any

from scim_contract.contract import plan
from scim_contract.reports.latency import Latency
from scim_contract.reports.nights import Night, night_of
from scim_contract.reports.report import Report
from scim_contract.verdicts import Result, Verdict, result
from tests.reported import CONTRACT, report

SCRIPT = "<script>window.hacked = 1</script>"
HOSTILE = (
    f"""{SCRIPT}</script><img src=x onerror="window.hacked = 2">{{{{ 7 * 7 }}}}<!-- \x1b[31mred\x1b[0m &amp; ' " `"""
)
RTL = "מוחמד \u202egnp.exe\u202c עלי"
_DAY = 86_400.0


def message(row: Result, came: str = "200 OK") -> str:
    """A failure's message as the judge writes it."""
    return "\n".join(
        [
            f"{row.claim} ({row.level}) — {row.operation} · {row.prefix}",
            f"  Promise:   {row.statement}",
            f"  Source:    {row.source}",
            "  Expected:  status 400",
            f"  Came:      {came}",
            "  Request:   curl -sS -i https://api.example.com/api/v2/scim/users/1 -H 'Accept: application/json'",
            "             $TOKEN is of a client with directory:user:view",
            "  Answer:    200 OK · Content-Type: application/json",
            f'             {{"userName": "{came}"}}',
        ]
    )


_LATENCY = {op.id: Latency(40 + n, 20.0 + n, 90.0 + 7 * n) for n, op in enumerate(CONTRACT.operations)}


def conforming() -> Report:
    """Every atomic claim of the edition, all kept."""
    return report(
        *(result(atom, Verdict.CONFORMS, test="t") for atom in plan(CONTRACT)), requests={"all": 1900}, latency=_LATENCY
    )


def broken(came: str = "200 OK") -> Report:
    """Thirty violations, spread over the areas, and some of each other verdict."""
    rows = list(conforming().results)
    step = len(rows) // 30
    for place in range(0, step * 30, step):
        rows[place] = _violated(rows[place], came)
        rows[place + 1] = replace(rows[place + 1], verdict=Verdict.UNTESTED, reason=f"blocked by GET answered {came}")
    for place in range(5, 200, 20):
        rows[place] = replace(rows[place], verdict=Verdict.INCONCLUSIVE, reason="no answer within the timeout")
        rows[place + 2] = replace(_violated(rows[place + 2], came), verdict=Verdict.WAIVED, waiver="until spring")
    return report(
        *rows, latency=_LATENCY, interrupted=True, leftovers=(f"user {came}",), red_waivers=("stale: etags.stable",)
    )


def many(number: int = 5_000, failing: int = 500) -> Report:
    """A report with so many results; the first ones violated, each in its own words."""
    base = conforming().results
    rows = [
        replace(row, case=f"{row.case}-{n}", key=f"{row.key}-{n}") for n, row in enumerate(islice(cycle(base), number))
    ]
    told = [_violated(row, f"answer {n * 7919 % 10_007} of {row.key}") for n, row in enumerate(rows[:failing])]
    return report(*told, *rows[failing:])


def hostile() -> Report:
    """What a server might send to whoever reads its report."""
    found = broken(f"{HOSTILE} {RTL}")
    first = next(row for row in found.results if row.verdict is Verdict.VIOLATED)
    long = replace(first, message=message(first, HOSTILE + "0123456789abcdef " * 62_500), client=RTL, case=HOSTILE)
    rows = [long if row.key == first.key else row for row in found.results]
    return replace(found, results=tuple(rows), target=f"night {SCRIPT}", base_url=f"https://x/{RTL}")


def nights(last: Report, number: int = 8) -> tuple[Night, ...]:
    """Some nights before a report and its own: something is new in the last, something fixed, something flaps."""
    keys = [row.key for row in last.results if row.verdict is Verdict.VIOLATED]
    gone = next((row.key for row in last.results if row.verdict is Verdict.CONFORMS), "")
    ever = (*keys, gone)
    told = []
    for back in range(number, 0, -1):
        held = tuple(keys[4:]) if back % 3 else (*keys[3:], gone)
        held = (*held, *(keys[3:4] if back % 2 else ()), *((gone,) if back == 1 else ()))
        told.append(_night(last, back, held, ever))
    return (*told, night_of(last, told))


def _night(last: Report, back: int, held: tuple[str, ...], ever: tuple[str, ...]) -> Night:
    facts: dict[str, Any] = {
        "run": f"night-{back}",
        "started": last.started - back * _DAY,
        "broken": held,
        "judged": ever,
    }
    counts = {**last.counts, "violated": len(held)}
    return replace(night_of(last), **facts, counts=counts, verdict="violated" if held else "conforms")


def _violated(row: Result, came: str) -> Result:
    text = message(row, came)
    return replace(
        row,
        verdict=Verdict.VIOLATED,
        reason=f"expected status 400, came {came}",
        message=text,
        curl=f"curl -sS -i 'https://api.example.com/{came}'",
        steps=("GET /x → 200 OK  [a/b/c#1]",),
        correlation_id="c-1",
    )
