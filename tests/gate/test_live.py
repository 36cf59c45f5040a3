"""The library on a live target: what it creates is in the ledger and is removed, and no output tells a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scim_contract.gate.live import Step
from scim_contract.gate.on_target import exit_code
from scim_contract.verdicts import Verdict
from tests.commands import Told, call
from tests.gate.releases import release
from tests.servers import Reply, Seen, Server, Tamper, serving

SDK = "javascript==262.0.0"


def live(folder: Path, server: Server, **settings: Any) -> tuple[Told, list[dict[str, Any]]]:
    """A gate on a server: what it printed, and the steps of its report."""
    release(SDK)
    server.write_profile(folder, **settings)
    told = call(folder, "gate", SDK, "--target", "broken")
    path = folder / "reports" / f"{SDK}@broken" / "live.json"
    return told, json.loads(path.read_text("utf-8"))["steps"] if path.exists() else []


def test_a_user_comes_and_goes_through_the_library(tmp_path: Path) -> None:
    with serving() as server:
        told, steps = live(tmp_path, server)
        created = [each for each in server.log if each.method == "POST" and each.path.endswith("/users")]
    assert told.code == 0, told.text
    assert [step["verdict"] for step in steps] == ["conforms"] * 16
    assert {step["prefix"] for step in steps} == {"v1", "v2"}
    assert len(created) == 2
    assert all(json.loads(each.body)["userName"].startswith("conformance-") for each in created)
    assert not (tmp_path / ".scim-contract").exists()
    texts = [told.text, *(path.read_text("utf-8") for path in (tmp_path / "reports").rglob("*.json"))]
    assert not [client.id for client in server.clients if any(client.secret in text for text in texts)]


def test_what_the_org_breaks_is_seen_through_the_library(tmp_path: Path) -> None:
    def deaf(seen: Seen) -> None:
        if seen.method == "PATCH":
            seen.headers.pop("if-match", None)

    with serving(Tamper(before=deaf)) as server:
        told, steps = live(tmp_path, server)
    broken = [step for step in steps if step["verdict"] == "violated"]
    assert told.code == 1
    assert [step["what"] for step in broken] == ["a made-up ETag is refused"] * 2
    assert "expected status 400 invalidVers" in broken[0]["told"]
    assert {step["verdict"] for step in steps if step["what"] == "delete"} == {"untested"}
    assert not (tmp_path / ".scim-contract").exists(), "the user was not removed"


def test_what_cannot_be_removed_is_told_and_in_the_ledger(tmp_path: Path) -> None:
    def stuck(seen: Seen) -> Reply | None:
        refused = Reply(409, {"content-type": "application/json"}, b'{"status": "409"}')
        return refused if seen.method == "DELETE" else None

    with serving(Tamper(before=stuck)) as server:
        told, _ = live(tmp_path, server)
    assert told.code == 1
    assert "left behind: user conformance-" in told.text
    assert list((tmp_path / ".scim-contract" / "broken").glob("*.jsonl"))


def test_a_target_that_may_only_be_read_is_left_alone(tmp_path: Path) -> None:
    with serving() as server:
        told, _ = live(tmp_path, server, sandbox=False)
        assert not [each for each in server.log if each.method not in ("GET", "POST")]
    assert told.code == 2
    assert "is no sandbox" in told.text


def test_what_was_not_judged_is_no_success() -> None:
    kept = Step("get_scim_user", "v1", "read", Verdict.CONFORMS)
    lost = Step("get_scim_user", "v1", "read", Verdict.INCONCLUSIVE)
    assert exit_code([kept], []) == 0
    assert exit_code([kept, lost], []) == 3
    assert exit_code([], []) == 3
    assert exit_code([kept], ["a user"]) == 1
