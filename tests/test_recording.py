"""Recordings: written as HAR, read back, and refused in one line where they are none."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.recording import Spool, read, write
from scim_contract.recording.spool import collect
from scim_contract.targets import ConfigurationError
from scim_contract.transport import Masker
from tests.commands import call, invoke
from tests.exchanges import exchange
from tests.recordings import RUN, about, life, recording
from tests.servers import serving


def test_a_recording_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    odd = exchange("put_scim_user", 400, b"\xff\xfe no text", sent_body=b"\x80\x81", step="odd/put_scim_user/#1")
    told = recording(*life(), odd, verdicts={"etags.stable|get_scim_user|v1||": "conforms"})
    write(told, tmp_path / "a.har")
    back = read(tmp_path / "a.har")
    assert back.about == told.about
    for one, other in zip(back.entries, told.entries, strict=True):
        assert one.exchange == other.exchange
        assert (one.claims, one.started) == (other.claims, other.started)


def test_a_recording_is_har_1_2_with_the_step_and_its_claims_in_the_comment(tmp_path: Path) -> None:
    write(recording(*life()), tmp_path / "a.har")
    log = json.loads((tmp_path / "a.har").read_text("utf-8"))["log"]
    assert log["version"] == "1.2"
    comment = json.loads(log["entries"][0]["comment"])
    assert (comment["step"], comment["claims"]) == ("act/post_scim_users/#1", ["etags.stable"])
    assert set(log["entries"][0]) >= {"startedDateTime", "time", "request", "response", "cache", "timings"}


def test_a_spool_holds_no_secret_and_survives_half_a_line(tmp_path: Path) -> None:
    masker = Masker()
    masker.learn("the-client-secret")
    spool = Spool(tmp_path / "a.har", RUN, "main", masker)
    spool.see(exchange("post_scim_users", 201, {"note": "the-client-secret"}, sent_body=b'{"password": "Aa1!word"}'))
    spool.serve("etags.stable", ["read/get_scim_user/plain#1"])
    spool.close()
    text = spool.path.read_text("utf-8")
    spool.path.write_text(text + '{"exchange": {"step": "cut sh', "utf-8")
    (found,) = collect(tmp_path / "a.har", RUN, load("2019"))
    assert found.exchange.request.body == b'{"password": "***"}'
    assert found.exchange.document == {"note": "***"}
    assert found.claims == ("etags.stable",)
    assert not list(tmp_path.iterdir())


def test_a_run_that_is_recorded_names_steps_claims_and_verdicts(tmp_path: Path) -> None:
    with serving() as server:
        server.write_profile(tmp_path)
        words = ("--target", "broken", "--claim", "discovery.authentication-schemes", "--record", "a.har")
        told = call(tmp_path, "run", *words, "--", "-n", "2")
    assert told.code == 0, told.text
    found = read(tmp_path / "a.har")
    assert {"discovery.authentication-schemes"} <= {claim for entry in found.entries for claim in entry.claims}
    assert all(entry.claims and entry.step for entry in found.entries if entry.step.startswith("shared"))
    assert "conforms" in found.about.verdicts.values()
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]
    assert not any(client.secret in (tmp_path / "a.har").read_text("utf-8") for client in server.clients)


def _broken(change: Callable[[dict[str, Any]], None]) -> str:
    told = recording(*life())
    path = Path("a.har")
    write(told, path)
    document = json.loads(path.read_text("utf-8"))
    change(document["log"])
    return json.dumps(document)


def _entry(log: dict[str, Any], **more: Any) -> None:
    log["entries"][0].update(more)


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "cut short": (lambda: _broken(lambda log: None)[:-100], "no whole HAR"),
    "no JSON": (lambda: "<html>", "no whole HAR"),
    "nested": (lambda: "[" * 200_000, "HAR file"),
    "a list": (lambda: "[]", "no log with entries"),
    "of a browser": (lambda: _broken(lambda log: log.pop("comment")), "no recording"),
    "of another tool": (lambda: _broken(lambda log: log.update(comment='{"tool": "x"}')), "no recording"),
    "no step": (lambda: _broken(lambda log: _entry(log, comment="{}")), "entry 1"),
    "a strange status": (lambda: _broken(lambda log: log["entries"][0]["response"].update(status="x")), "entry 1"),
    "no such operation": (lambda: _broken(lambda log: _entry(log, comment='{"step": "a"}')), "entry 1"),
    "endless time": (lambda: _broken(lambda log: _entry(log, startedDateTime="when")), "entry 1"),
    "of no edition": (lambda: _broken(lambda log: log.update(comment=replace(about(), edition="1").text())), "edition"),
    "odd settings": (
        lambda: _broken(lambda log: log.update(comment=about().text().replace('"settings": {}', '"settings": 1'))),
        "settings",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_har_that_is_no_recording_is_refused_in_one_line(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, word = HOSTILE[case]
    (tmp_path / "bad.har").write_text(make(), "utf-8")
    for words in (("compare", "bad.har", "bad.har"), ("mock", "--replay", "bad.har")):
        told = invoke(*words)
        assert told.code == 2
        assert len(told.text.strip().splitlines()) == 1
        assert word in told.text


def test_a_har_that_is_not_there_or_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read(tmp_path / "none.har")
    monkeypatch.setattr("scim_contract.recording.reading.LARGEST", 10)
    write(recording(*life()), tmp_path / "a.har")
    with pytest.raises(ConfigurationError, match="larger than"):
        read(tmp_path / "a.har")


def test_a_recording_that_cannot_be_written_stops_the_run_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = call(tmp_path, "run", "--claim", "etags.stable", "--record", "file/a.har")
    assert told.code == 2
    assert "cannot be written" in told.last
