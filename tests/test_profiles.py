"""Whole runs against targets that cannot show everything: nothing is violated, and each gap has its reason."""

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from scim_contract.contract import load
from scim_contract.mock.settings import Client
from tests.harness import run
from tests.once import once
from tests.servers import one_client_each, serving

ALL = Client("all", "secret-of-all", frozenset(load("2019").permissions))
READING = ("GET", "HEAD", "OPTIONS")
CHANGING = ("meta", "version", "versions", "lastModified", "modified", "created")


def state(url: str) -> Any:
    """The server's whole directory, versions and times apart."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k not in CHANGING}
        return [strip(item) for item in value] if isinstance(value, list) else value

    return strip(httpx.get(f"{url}/_mock/state").json())


def reasons(report: dict[str, Any]) -> Counter[str]:
    return Counter(row["reason"] for row in report["results"] if row["verdict"] == "untested")


ONLY_ONE = 'only 1 groups match displayName eq "ConformanceSandbox"; this needs at least 2'
CASES: dict[str, tuple[tuple[Client, ...], dict[str, Any], tuple[str, ...]]] = {
    "one client with all permissions and no wide filters": (
        (ALL,),
        {"wide_user_filter": None, "wide_group_filter": None},
        ("no client of this target holds only directory:user:view", ONLY_ONE),
    ),
    "no authentication and no group": (
        (),
        {"token_url": None, "group": None},
        (
            "this target asks for no authentication: its profile names no clients",
            "the profile names no group that the run may change",
        ),
    ),
    "reads only": (
        one_client_each(),
        {"sandbox": False},
        ("the run only reads: this target's profile does not say `sandbox = true`",),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_target_cannot_show_is_untested_with_its_reasons(case: str, tmp_path: Path) -> None:
    clients, settings, wanted = CASES[case]
    with serving(clients=clients) as server:
        before = state(server.url)
        code, report, printed = run(tmp_path, server.profile(**settings))
        after = state(server.url)
        sent = [seen.method for seen in server.log if not seen.path.startswith(("/oauth", "/_mock"))]
    assert code == 0, printed[-3000:]
    assert report["counts"]["violated"] == report["counts"]["inconclusive"] == 0, printed[-3000:]
    assert set(wanted) <= set(reasons(report)), reasons(report)
    assert after == before, "the directory is not as it was"
    if settings.get("sandbox") is False:
        assert set(sent) <= set(READING), "something was written where the run only reads"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of a whole run on the mock, with everything that a profile can offer."""
    report: dict[str, Any] = once(tmp_path_factory, "whole", whole_run)[0]
    return report


def whole_run(folder: Path) -> dict[str, Any]:
    with serving() as server:
        before = state(server.url)
        settings = {"roles": ["employee"], "division": "Home", "photo_url": "https://example.com/p.jpg"}
        _, report, printed = run(folder, server.profile(**settings), "--fuzz", "0", "--", "-p", "no:randomly")
        assert report, printed
        return {**report, "unchanged": state(server.url) == before}


def test_every_claim_conforms_on_the_mock(embedded: dict[str, Any]) -> None:
    odd = [f"{r['verdict']} {r['key']}: {r['reason']}" for r in embedded["results"] if r["verdict"] != "conforms"]
    assert not odd, "\n".join(odd[:20])


def test_a_whole_run_leaves_the_directory_as_it_was(embedded: dict[str, Any]) -> None:
    assert embedded["unchanged"]


def test_no_client_is_asked_more_than_a_rate_limit_bears(embedded: dict[str, Any]) -> None:
    assert max(embedded["requests_by_client"].values()) <= 500, embedded["requests_by_client"]


def test_a_run_asks_no_more_than_it_has_to(embedded: dict[str, Any]) -> None:
    assert embedded["requests"] <= 1500, "what shares an exchange no longer does"
