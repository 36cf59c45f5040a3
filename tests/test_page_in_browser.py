"""The matrix in a real browser: what it shows, what can be done with it, and that nothing a target sent runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scim_contract.publishing import pages as overview
from scim_contract.publishing.found import Target
from scim_contract.reports.page import writing as page
from scim_contract.reports.report import Report
from scim_contract.verdicts import Verdict
from tests import pages
from tests.browsing import Opened, browser, opened
from tests.reported import CONTRACT, report

KINDS = {"conforming": pages.conforming, "broken": pages.broken, "many": pages.many, "hostile": pages.hostile}
PHONE = {"viewport": {"width": 390, "height": 800}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The page of a kind of report, with some nights before it."""
    place = tmp_path_factory.mktemp("pages")

    def write(kind: str) -> Path:
        (place / kind).mkdir(exist_ok=True)
        path = place / kind / page.NAME
        if not path.exists():
            found: Report = KINDS[kind]()
            page.write(found, CONTRACT, place / kind, pages.nights(found))
        return path

    return write


def ready(told: Opened) -> Any:
    """The page once its claims are listed."""
    told.page.wait_for_selector("#list .claim")
    return told.page


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("conforming", {"color_scheme": "dark"}),
        ("broken", {}),
        ("broken", {"color_scheme": "dark"}),
        ("broken", PHONE),
        ("many", {}),
        ("hostile", {**PHONE, "color_scheme": "dark"}),
    ],
    ids=["conforming-dark", "broken", "broken-dark", "broken-phone", "many", "hostile-phone-dark"],
)
def test_everybody_can_use_it(
    chromium: Any, written: Callable[[str], Path], kind: str, options: dict[str, Any]
) -> None:
    with opened(chromium, written(kind), **options) as told:
        ready(told)
        if kind != "conforming":
            told.page.wait_for_selector("details[open] .text")
        assert told.axe() == []
        assert told.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing lies beyond the edge"
        assert told.complaints == []


def test_nothing_runs_that_a_target_sent_and_nothing_of_it_is_lost(
    chromium: Any, written: Callable[[str], Path]
) -> None:
    first = next(row for row in pages.hostile().results if row.message and len(row.message) > 1_000_000)
    with opened(chromium, written("hostile")) as told:
        shown = ready(told)
        shown.select_option("#operation", CONTRACT.operation(first.operation).name)
        shown.fill("#find", first.claim)
        line = shown.locator("details.result", has_text="onerror").first
        line.locator("summary").click() if line.get_attribute("open") is None else None
        line.locator(".text").first.wait_for()
        shown.get_by_role("button", name="more characters").first.click()
        seen = line.locator(".text").first.text_content()
        assert first.message is not None
        assert pages.HOSTILE in seen
        assert len(seen) > 1_000_000
        assert seen.endswith(first.message[-100:])
        assert shown.evaluate("window.hacked") is None
        assert shown.locator("img").count() == 0
        assert "U+202E" in shown.locator("summary", has_text="onerror").first.text_content()
        assert told.complaints == []


def test_inline_script_that_got_in_would_not_run(chromium: Any, written: Callable[[str], Path], tmp_path: Path) -> None:
    tampered = tmp_path / "tampered.html"
    text = written("broken").read_text("utf-8")
    tampered.write_text(text.replace("<header>", f"<header>{pages.SCRIPT}<img src=x onerror='window.hacked = 2'>"))
    with opened(chromium, tampered) as told:
        ready(told)
        assert told.page.evaluate("window.hacked") is None


def test_a_cell_leads_to_its_claims_by_keyboard_alone(chromium: Any, written: Callable[[str], Path]) -> None:
    violated = [row for row in pages.broken().results if row.verdict == "violated"]
    row = next(row for row in violated if not row.claim.startswith("permissions."))
    area, name = row.claim.split(".")[0], CONTRACT.operation(row.operation).name
    wanted = {"operation": name, "area": area, "prefix": row.prefix}
    with opened(chromium, written("broken")) as told:
        shown = ready(told)
        shown.locator(f'.cell[data-operation="{name}"][data-area="permissions"][data-prefix="v1"]').focus()
        for _ in range(25):
            shown.keyboard.press("ArrowRight")
            if shown.evaluate("({...document.activeElement.dataset})") == wanted:
                break
        assert shown.evaluate("({...document.activeElement.dataset})") == wanted
        shown.keyboard.press("Enter")
        claims = [text.split()[0] for text in shown.locator(".claim h3").all_text_contents()]
        assert row.claim in claims
        assert all(claim.startswith(f"{area}.") for claim in claims)
        assert shown.evaluate("document.activeElement.id") == "claims"
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.id") == "find"
        assert shown.locator(".cell[tabindex='0']").count() == 1


def test_verdicts_and_nights_filter_and_the_address_remembers(chromium: Any, written: Callable[[str], Path]) -> None:
    with opened(chromium, written("broken")) as told:
        shown = ready(told)
        assert shown.locator("#shown").text_content().startswith("30 of ")
        shown.click('[data-filter="verdict"][data-value="violated"]')
        shown.click('[data-filter="verdict"][data-value="waived"]')
        assert shown.locator("#shown").text_content().startswith("10 of ")
        assert shown.locator(".mark").all_text_contents() == ["≈"] * 10
        address = shown.evaluate("location.href")
        shown.click('[data-filter="mark"][data-value="flapping"]')
        assert shown.locator(".tag").all_text_contents() == ["flapping"] * 2
        shown.goto("about:blank")
        shown.goto(address)
        shown.wait_for_selector("#list .claim")
        assert shown.locator("#shown").text_content().startswith("10 of ")
        assert told.complaints == []


def test_what_was_seen_is_there_with_a_curl_line_to_copy(chromium: Any, written: Callable[[str], Path]) -> None:
    with opened(chromium, written("broken")) as told:
        shown = ready(told)
        shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened_first = shown.locator("details[open]").first
        opened_first.locator(".text").first.wait_for()
        assert "Expected:  status 400" in opened_first.text_content()
        shown.get_by_role("button", name="Copy: curl line").first.click()
        shown.get_by_role("button", name="Copy: curl line").first.get_by_text("Copied").wait_for()
        assert shown.evaluate("navigator.clipboard.readText()") == "curl -sS -i 'https://api.example.com/200 OK'"


def test_paper_shows_every_violation_whole(chromium: Any, tmp_path: Path) -> None:
    rows = [
        replace(row, verdict=Verdict.VIOLATED, message=pages.message(row), curl="curl x")
        for row in pages.conforming().results
        if row.claim == "errors.never-5xx"
    ]
    with opened(chromium, page.write(report(*rows), CONTRACT, tmp_path)) as told:
        shown = ready(told)
        assert shown.locator("details.result").count() < len(rows) == 26
        shown.emulate_media(media="print")
        shown.evaluate("dispatchEvent(new Event('beforeprint'))")
        shown.wait_for_function("document.querySelectorAll('details[open] .text').length >= 26 * 3")
        assert shown.locator("details.result[open]").count() == len(rows)
        assert not shown.locator(".filters").is_visible()
        assert len(shown.pdf()) > 10_000


@pytest.mark.parametrize("options", [{}, {**PHONE, "color_scheme": "dark"}], ids=["desk", "phone-dark"])
def test_several_targets_side_by_side_lead_to_their_pages(
    chromium: Any, tmp_path: Path, options: dict[str, Any]
) -> None:
    found = {"us": pages.conforming(), "eu": pages.broken(), "<b>": pages.hostile()}
    targets = [Target(name, f"t{n}", (r,), pages.nights(r)) for n, (name, r) in enumerate(found.items())]
    index = overview.write(targets, tmp_path)
    with opened(chromium, index, **options) as told:
        assert told.axe() == []
        assert told.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert told.page.locator("tbody tr").count() == 3
        told.page.locator('a[href="t1/matrix.html#area=paging"]').click()
        told.page.wait_for_selector("#list .claim")
        assert all(text.startswith("paging.") for text in told.page.locator(".claim h3").all_text_contents())
        told.page.get_by_text("All targets").click()
        told.page.wait_for_selector("tbody tr")
        assert told.complaints == []
