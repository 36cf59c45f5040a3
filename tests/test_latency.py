"""How long operations took: counted by operation over all processes, without waiting."""

from __future__ import annotations

from pathlib import Path

import pytest

from scim_contract.reports.latency import Latency, latencies, together
from scim_contract.reports.merging import merged, read
from scim_contract.verdicts import Verdict
from tests.commands import call
from tests.commands import report as report_of
from tests.reported import report, results


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ([0.010], Latency(1, 10.0, 10.0)),
        ([0.001 * n for n in range(1, 101)], Latency(100, 50.5, 95.0)),
        ([0.3, 0.1, 0.2], Latency(3, 200.0, 300.0)),
    ],
)
def test_median_and_95th_percentile(seconds: list[float], told: Latency) -> None:
    assert latencies({"get_scim_user": seconds, "never": []}) == {"get_scim_user": told}


def test_of_several_jobs_the_one_that_asked_most_speaks() -> None:
    few, many, other = Latency(2, 1.0, 2.0), Latency(9, 3.0, 4.0), Latency(1, 5.0, 6.0)
    assert together([{"a": few}, {"a": many, "b": other}, {}]) == {"a": many, "b": other}


def test_it_survives_report_json_and_merging(tmp_path: Path) -> None:
    rows = results("etags.stable", Verdict.CONFORMS)
    one = report(*rows, latency={"get_scim_user": Latency(2, 1.0, 2.0)})
    assert read(one.write(tmp_path)) == one
    assert merged([one, report(*rows, latency={"get_scim_group": Latency(1, 1.0, 1.0)})])[0].latency.keys() == {
        "get_scim_user", "get_scim_group",
    }  # fmt: skip


@pytest.mark.parametrize("more", [(), ("--", "-n", "2")], ids=["alone", "workers"])
def test_a_run_counts_every_answer(tmp_path: Path, more: tuple[str, ...]) -> None:
    call(tmp_path, "run", "--claim", "etags.stable", *more)
    document = report_of(tmp_path)
    told = document["latency"]
    assert set(told) >= {"get_scim_user", "get_scim_v2_group"}
    assert 0 < sum(each["requests"] for each in told.values()) <= document["requests"]
    assert all(0 < each["median_ms"] <= each["p95_ms"] for each in told.values())
    assert "p95" in (tmp_path / "reports/mock/matrix.html").read_text("utf-8")
