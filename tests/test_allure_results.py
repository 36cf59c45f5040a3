"""What a run gives to Allure: where each result belongs, what it says, its steps and exchanges, and what it hides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from scim_contract.org.strangers import Strangers
from scim_contract.plugin.allure_results import links
from scim_contract.reports.allure_context import executor, write
from scim_contract.reports.http_text import MOST, http_text, pretty
from scim_contract.secret import MASK
from scim_contract.transport import Answer, Exchange, Masker, Request
from scim_contract.verdicts import Verdict
from tests.commands import Told, call
from tests.harness import run
from tests.reported import report, results
from tests.servers import serving

FAULT = "if-match-ignored:put_scim_v2_group"
CLAIM = "etags.stale-if-match-refused"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A run on a mock that breaks one promise at one operation."""
    folder = tmp_path_factory.mktemp("faulty")
    return folder / "reports" / "mock" / "allure-results", call(
        folder, "run", "--claim", CLAIM, "--claim", "paging.start-index-default", "--mock-fault", FAULT
    )


def all_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*-result.json"))]


def one(folder: Path, name: str) -> dict[str, Any]:
    (found,) = (each for each in all_of(folder) if each["name"] == name)
    return found


def labels(result: dict[str, Any]) -> dict[str, str]:
    return {label["name"]: label["value"] for label in result["labels"]}


def flat(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for step in steps for each in (step, *flat(step.get("steps", [])))]


def test_a_violation_says_where_it_belongs_and_the_shortest_first(faulty: tuple[Path, Told]) -> None:
    found = one(faulty[0], f"{CLAIM} · put_scim_v2_group")
    told = labels(found)
    assert {name: told[name] for name in ("epic", "feature", "story", "claim", "severity", "target", "category")} == {
        "epic": "v2", "feature": "etags", "story": "put_scim_v2_group", "claim": CLAIM, "severity": "critical",
        "target": "mock", "category": "documented",
    }  # fmt: skip
    assert found["status"] == "failed"
    first = found["statusDetails"]["message"].splitlines()[0]
    assert first.startswith(f"{CLAIM} (documented) put_scim_v2_group · made-up: expected status 400, came 200 OK")
    assert "  Promise:" in found["statusDetails"]["trace"]
    assert found["parameters"] == [
        {"name": "operation", "value": "put_scim_v2_group"}, {"name": "prefix", "value": "v2"},
    ]  # fmt: skip
    assert any(link["url"].endswith("SCIMApi#put_scim_v2_group-instance_method") for link in found["links"])


def test_steps_say_what_was_brought_about_asked_and_judged(faulty: tuple[Path, Told]) -> None:
    found = one(faulty[0], f"{CLAIM} · put_scim_v2_group")
    cases = {step["name"]: step for step in found["steps"]}
    assert set(cases) == {"made-up", "before-the-last-write"}
    names = [step["name"] for step in cases["made-up"]["steps"]]
    assert names[0].startswith("Brought about: GET /api/v2/scim/v2/groups/")
    assert any(name.startswith("Asked: PUT ") for name in names)
    assert names[-1] == "Judged made-up: violated"
    bad = [step["name"] for step in cases["made-up"]["steps"] if step["status"] == "failed"]
    assert bad[0].startswith("Asked: PUT ")
    assert bad[0].endswith("→ 200 OK")
    assert cases["made-up"]["steps"][-1]["statusDetails"]["message"].startswith("expected status 400")


def test_every_exchange_is_attached_once_with_a_curl_line(faulty: tuple[Path, Told]) -> None:
    folder = faulty[0]
    sources = [
        attachment["source"]
        for found in all_of(folder)
        for step in flat(found.get("steps", []))
        for attachment in step.get("attachments", [])
    ]
    assert set(sources) == {path.name for path in folder.glob("*-attachment.txt")}
    assert len(sources) > len(set(sources)), "what checks share is written once"
    texts = [(folder / source).read_text("utf-8") for source in set(sources)]
    assert all(text.startswith("curl -sS -i ") for text in texts)
    assert any('\n  "displayName": "ConformanceSandbox' in text for text in texts)
    assert not any(re.search(r"Bearer (?!\*|\$TOKEN|made-up)", text) for text in texts)


def test_no_files_tell_of_fixtures(faulty: tuple[Path, Told]) -> None:
    assert not list(faulty[0].glob("*-container.json"))


def test_ids_are_one_a_check_and_stay(faulty: tuple[Path, Told], tmp_path: Path) -> None:
    found = all_of(faulty[0])
    ids = {each["name"]: each["historyId"] for each in found}
    assert len(set(ids.values())) == len(found)
    call(tmp_path, "run", "--claim", CLAIM, "--prefix", "v2", "--", "-n", "1")
    again = {each["name"]: each["historyId"] for each in all_of(tmp_path / "reports" / "mock" / "allure-results")}
    assert again[f"{CLAIM} · put_scim_v2_group"] == ids[f"{CLAIM} · put_scim_v2_group"]
    same = again.keys() & ids.keys()
    assert len(same) > 20
    assert {name: again[name] for name in same} == {name: ids[name] for name in same}


def test_the_run_says_where_and_by_whom_it_was_made(faulty: tuple[Path, Told]) -> None:
    facts = (faulty[0] / "environment.properties").read_text("utf-8")
    assert "Target=mock\n" in facts
    assert "Edition=2019\n" in facts
    made = json.loads((faulty[0] / "executor.json").read_text("utf-8"))
    assert made["reportName"] == "SCIM contract: mock"
    assert (faulty[0] / "categories.json").exists()


def test_people_whom_the_run_did_not_create_are_masked(tmp_path: Path) -> None:
    with serving() as server:
        profile = server.profile(sandbox=False, group=None)
        run(tmp_path, profile, "--claim", "filters.equality", "--claim", "paging.count-respected")
        state = httpx.get(f"{server.url}/_mock/state").json()
    people = {user["content"]["userName"] for user in state["users"]}
    texts = "\n".join(path.read_text("utf-8") for path in (tmp_path / "reports/broken/allure-results").glob("*.txt"))
    assert f'"userName": "{MASK}"' in texts
    assert people
    assert not [name for name in people if name in texts or name.replace("@", "%40") in texts]


def test_own_people_are_shown(faulty: tuple[Path, Told]) -> None:
    texts = "\n".join(path.read_text("utf-8") for path in faulty[0].glob("*.txt"))
    assert re.search(r'"userName": "conformance-\d{8}t', texts)


# in parts -----------------------------------------------------------------------------------------


def exchange(answer: Any, url: str = "https://x/api/v2/scim/users?filter=a", body: bytes | None = None) -> Exchange:
    told = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Exchange("a/b/c#1", None, "directory:user:view", Request("GET", url, (), body), Answer(200, (), told, 0.012))


def test_a_stranger_keeps_the_shape_and_loses_the_texts() -> None:
    user = {
        "userName": "jane@corp.example", "active": True, "id": "1", "name": {"familyName": "Doe"},
        "emails": [{"value": "jane@corp.example", "type": "work", "primary": True}],
    }  # fmt: skip
    strangers = Strangers()
    told = strangers.document({"Resources": [user, {**user, "userName": "conformance-20261124t070001-4f2a-x@y.z"}]})
    assert told["Resources"][0] == {
        "userName": MASK, "active": True, "id": "1", "name": {"familyName": MASK},
        "emails": [{"value": MASK, "type": "work", "primary": True}],
    }  # fmt: skip
    assert told["Resources"][1]["emails"][0]["value"] == "jane@corp.example"
    asked = "https://x/users?filter=userName+eq+%22jane%40corp.example%22&count=2"
    assert "jane" not in strangers.url(asked)
    assert strangers.url(asked).endswith("&count=2")
    assert strangers.url("https://x/users?filter=title+eq+%22other%22") == "https://x/users?filter=title+eq+%22other%22"
    group = {"displayName": "G", "members": [{"value": "1", "display": "Jane Doe"}]}
    assert strangers.document(group) == {"displayName": "G", "members": [{"value": "1", "display": MASK}]}


def test_what_the_profile_says_is_shown_though_a_stranger_has_the_same() -> None:
    strangers = Strangers()
    strangers.spare("Agent", "")
    user = {"userName": "jane.doe@example.com", "title": "Agent", "displayName": "Jane Doe"}
    assert strangers.document(user)["title"] == "Agent"
    assert strangers.text("roles 'Agent' of 'Jane Doe'") == f"roles 'Agent' of '{MASK}'"


def test_an_exchange_is_readable_and_tells_no_secret() -> None:
    masker = Masker()
    masker.learn("s3cr3t-token")
    text = http_text(exchange({"a": {"b": [1, "s3cr3t-token"]}}, body=b'{"password": "hunter22"}'), masker, Strangers())
    assert '{\n  "a": {\n    "b": [\n      1,\n      "***"\n    ]\n  }\n}' in text
    assert "200 OK   (12 ms)" in text
    assert "hunter22" not in text
    assert "s3cr3t" not in text


@pytest.mark.parametrize("body", [b"\xff\xfe<html>", b'{"a": "\\ud800"}', b"[" * 100_000, b"\x1b[31mred", b""])
def test_what_is_no_json_is_shown_as_it_is(body: bytes) -> None:
    text = http_text(exchange(body), Masker(), Strangers())
    assert "\x1b" not in text
    text.encode()


def test_what_turns_the_direction_of_text_is_seen() -> None:
    text = http_text(exchange({"displayName": "\u202egnp.exe\u202c"}), Masker(), Strangers())
    assert '"displayName": "\\u202egnp.exe\\u202c"' in text


def test_a_body_without_end_is_cut_and_no_half_secret_is_left() -> None:
    masker = Masker()
    secret = "a-secret-of-some-length"
    masker.learn(secret)
    for shift in range(len(secret)):
        body = b"x" * (MOST - shift) + secret.encode() + b"x" * 99
        text = http_text(exchange(body), masker, Strangers())
        assert len(text) < MOST + 1_000
        assert "x" + secret[:4] not in text
        assert "cut here" in text


def test_pretty_json_is_json() -> None:
    value = {"a": [], "b": {}, "c": [1, None, True, {"d": {"e": {"f": [1, {"g": "ü"}]}}}], "": "x"}
    assert json.loads("".join(pretty(value))) == value


def test_sources_become_links() -> None:
    found = dict(links("RFC 7644 §3.4.2.2; reference, get_scim_user, parameter If-Match; models, ScimError.scimType"))
    assert found["RFC 7644 §3.4.2.2"] == "https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2"
    assert found["reference, get_scim_user"].endswith("/PureCloud/SCIMApi#get_scim_user-instance_method")
    assert found["models, ScimError"].endswith("/PureCloud/ScimError")


def test_what_is_red_without_a_verdict_has_a_result_of_its_own(tmp_path: Path) -> None:
    found = report(*results("etags.stable", Verdict.CONFORMS), red_waivers=("stale: x",), leftovers=("user y",))
    write(found, tmp_path)
    told = all_of(tmp_path)
    assert sorted(each["statusDetails"]["message"] for each in told) == ["left behind: user y", "waiver: stale: x"]
    assert {each["status"] for each in told} == {"failed"}


@pytest.mark.parametrize(
    ("variables", "kind", "url", "order"),
    [
        ({"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://g", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7",
          "GITHUB_RUN_NUMBER": "3"}, "github", "https://g/o/r/actions/runs/7", 3),
        ({"GITLAB_CI": "true", "CI_JOB_URL": "https://l/1", "CI_PIPELINE_IID": "12"}, "gitlab", "https://l/1", 12),
        ({"JENKINS_URL": "https://j", "BUILD_URL": "https://j/4", "BUILD_NUMBER": "4"}, "jenkins", "https://j/4", 4),
        ({}, "local", None, None),
    ],
)  # fmt: skip
def test_the_executor_is_the_job(variables: dict[str, str], kind: str, url: str | None, order: int | None) -> None:
    told = executor(variables, report())
    assert (told["type"], told.get("url")) == (kind, url)
    assert order is None or told["buildOrder"] == order
