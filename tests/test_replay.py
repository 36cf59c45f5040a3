"""A recording served again: what was recorded is judged as it was, what was not is inconclusive."""

from pathlib import Path

import httpx
import pytest

from scim_contract.mock.serve import running_app
from scim_contract.recording import read, replay
from tests.commands import call, report, verdicts
from tests.recordings import life, recording
from tests.servers import serving

CLAIMS = ("--claim", "etags.stable", "--claim", "etags.current-if-match-applies", "--prefix", "v2")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    with serving() as server:
        server.write_profile(folder)
        told = call(folder, "run", "--target", "broken", *CLAIMS, "--record", "a.har", "--", "-p", "no:randomly")
    assert told.code == 0, told.text
    return folder


def test_a_replayed_run_comes_to_the_same_verdicts(recorded: Path, tmp_path: Path) -> None:
    told = replay.script(read(recorded / "a.har"))
    with running_app(replay.app(told)) as url:
        (tmp_path / "targets.toml").write_text(replay.profile(told, url), "utf-8")
        again = call(tmp_path, "run", "--target", "replay", *CLAIMS, "--", "-p", "no:randomly")
    assert again.code == 0, again.text
    assert verdicts(report(tmp_path, "replay")) == verdicts(report(recorded, "broken"))


def test_what_was_not_recorded_is_inconclusive_and_leaves_nothing(recorded: Path, tmp_path: Path) -> None:
    told = replay.script(read(recorded / "a.har"))
    with running_app(replay.app(told)) as url:
        (tmp_path / "targets.toml").write_text(replay.profile(told, url), "utf-8")
        more = call(tmp_path, "run", "--target", "replay", "--claim", "lifecycle.create|post_scim_v2_users")
    found = report(tmp_path, "replay")
    assert more.code == 3, more.text
    assert {row["verdict"] for row in found["results"]} == {"inconclusive"} | (
        {row["verdict"] for row in found["results"]} & {"conforms", "untested"}
    )
    assert any("the recording has no answer" in (row["reason"] or "") for row in found["results"])
    assert found["leftovers"] == []


def test_a_read_is_answered_as_it_was_after_the_same_writes() -> None:
    exchanges = life()
    told = replay.script(recording(*exchanges))
    path = exchanges[1].path
    with running_app(replay.app(told)) as url:
        accept = {"Accept": "application/json", "Authorization": "Bearer made-up"}
        assert httpx.get(url + path, headers=accept).status_code == 503  # nobody unknown had asked
    headers = ("application/json", None, None, None)
    who, base = exchanges[1].client, told.recording.about.base_url
    asked = [told.answer(method, path, headers, None, who, base) for method in ("GET", "PATCH", "GET")]
    assert asked[0] is None  # its create has not been asked for yet
    made = told.answer("POST", exchanges[0].path, headers, None, who, base)
    assert made is not None
    titles = [told.answer(m, path, headers, None, who, base) for m in ("GET", "PATCH", "GET")]
    assert titles[-1] is None or titles[-1].document["title"] == "Title two"
