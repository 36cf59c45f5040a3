"""Comparing: what two answers mean is compared, not the words that each run has for it."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest

from scim_contract.compare import Kind, compare, load_ignores
from scim_contract.locate import folder
from scim_contract.recording import Recording, write
from scim_contract.targets import ConfigurationError
from tests.commands import call, invoke
from tests.exchanges import URL, exchange
from tests.recordings import RUN, altered, life, recording, user_document
from tests.servers import Tamper, serving

OTHER_RUN, OTHER_USER = "20270102t030405-00ff", "77777777-1111-4222-8333-444444444444"
USER = "0b2c5f1e-8f7d-4c63-9d6a-2f4f7f0f9a01"
BASE = recording(*life())


def test_other_ids_times_etags_and_run_words_are_no_difference() -> None:
    found = compare(BASE, recording(*life(OTHER_RUN, OTHER_USER, 12), run=OTHER_RUN))
    assert found.differences == ()
    assert (found.fidelity.percent, found.fidelity.compared) == (100.0, 4)


def test_the_order_of_a_list_is_no_difference() -> None:
    document = user_document(RUN, USER, 1, "Title one")
    document["emails"].reverse()
    assert compare(BASE, recording(*altered(life(), 1, document))).differences == ()


def test_a_run_that_took_an_hour_is_no_difference() -> None:
    assert compare(BASE, recording(*life(), apart=1_000)).differences == ()


def test_a_time_from_before_the_run_is_a_difference() -> None:
    stuck = life()
    document = stuck[3].answer.document
    old = {**document, "meta": {**document["meta"], "lastModified": "2025-11-24T07:00:05+00:00"}}
    (told,) = compare(recording(*life(), apart=1_000), recording(*altered(stuck, 3, old))).differences
    assert (told.where, told.baseline, told.candidate) == ("$.meta.lastModified", "now", "another time")


def test_an_id_that_is_sent_later_is_matched_where_it_is_first_met() -> None:
    """Of two members in another order, each stands for its own twin."""

    def run(first: str, second: str, turned: bool) -> Recording:
        made = [
            exchange("post_scim_users", 201, {"id": user}, step=f"made/post_scim_users/{n}#1")
            for n, user in enumerate((first, second))
        ]
        members = [{"value": user, "$ref": f"{URL}/api/v2/scim/users/{user}"} for user in (first, second)]
        path, body = (
            "/api/v2/scim/groups/g1",
            json.dumps({"members": [{"value": m["value"]} for m in members]}).encode(),
        )
        shown = {"id": "g1", "members": members[::-1] if turned else members}
        written = exchange("put_scim_group", 200, shown, path=path, step="act/put_scim_group/#1")
        written = replace(written, request=replace(written.request, body=body))
        alone = exchange(
            "get_scim_group", 200, {"id": "g1", "members": members[:1]}, path=path, step="x/get_scim_group/#1"
        )
        return recording(*made, written, alone)

    assert compare(run("u1-a", "u2-a", False), run("u1-b", "u2-b", True)).differences == ()


@pytest.mark.parametrize(
    ("change", "kind", "where"),
    [
        ({"title": "Another"}, Kind.VALUE, "$.title"),
        ({"title": 7}, Kind.TYPE, "$.title"),
        ({"title": None}, Kind.TYPE, "$.title"),
        ({"extra": True}, Kind.SHAPE, "$.extra"),
        ({"id": OTHER_USER}, Kind.IDENTITY, "$.id"),
        ({"emails": [{"type": "work", "value": "a@example.com"}]}, Kind.LIST, "$.emails[*]"),
    ],
)
def test_what_differs_is_told_where_it_is(change: dict[str, object], kind: Kind, where: str) -> None:
    document = {**user_document(RUN, USER, 1, "Title one"), **change}
    other = [*life()[:1], *altered(life(), 1, document)[1:]]
    made = exchange("post_scim_users", 201, user_document(RUN, OTHER_USER, 1, "x"), step="more/post_scim_users/#1")
    found = compare(recording(*life(), made), recording(*other, made))
    assert [(d.operation, d.kind, d.where) for d in found.differences] == [("get_scim_user", kind, where)]


def test_another_status_is_one_difference_and_the_bodies_are_not_compared() -> None:
    found = compare(BASE, recording(*altered(life(), 1, {"status": "404"}, 404)))
    assert [(d.kind, d.baseline, d.candidate) for d in found.differences] == [(Kind.STATUS, "200 OK", "404 Not Found")]
    assert found.fidelity.percent == 75.0


def test_an_etag_that_does_not_move_is_a_difference() -> None:
    stuck = life()
    document = user_document(RUN, USER, 1, "Title two")
    stuck[3] = exchange(
        "get_scim_user", 200, document, path=f"/api/v2/scim/users/{USER}", step=stuck[3].step,
        headers=(("Content-Type", "application/json"), ("ETag", '"1"')),
    )  # fmt: skip
    kinds = {(d.operation, d.kind, d.where) for d in compare(BASE, recording(*stuck)).differences}
    assert ("get_scim_user", Kind.IDENTITY, "ETag") in kinds


def test_after_other_writes_only_what_they_cannot_change_is_compared() -> None:
    other = altered(life(), 3, user_document(RUN, USER, 5, "Title of another write"))
    more = exchange("patch_scim_user", 200, {}, path=f"/api/v2/scim/users/{USER}", step="other/patch_scim_user/#1")
    found = compare(BASE, recording(*other[:3], more, other[3]))
    assert found.differences == ()
    assert (found.loose, found.only_candidate) == (1, 1)


def test_a_promise_that_one_side_keeps_and_the_other_breaks_is_a_difference() -> None:
    key = "etags.stable|get_scim_user|v1||"
    kept, broken = ({key: verdict} for verdict in ("conforms", "violated"))
    found = compare(recording(*life(), verdicts=kept), recording(*life(), verdicts=broken))
    assert [(d.operation, d.kind, d.where) for d in found.differences] == [
        ("get_scim_user", Kind.PROMISE, "etags.stable")
    ]


def test_an_ignored_difference_does_not_count_and_a_stale_ignore_is_told(tmp_path: Path) -> None:
    file = tmp_path / "ignore.toml"
    file.write_text(
        '[[ignore]]\npath = "$.title"\nreason = "ours is translated"\n'
        '[[ignore]]\npath = "$.emails[*].value"\noperation = "get_scim_user"\nreason = "stale"\n',
        "utf-8",
    )
    other = altered(life(), 1, user_document(RUN, USER, 1, "Titre"))
    found = compare(BASE, recording(*other), load_ignores(file))
    assert found.differences == ()
    assert [d.reason for d in found.ignored] == ["ours is translated"]
    assert found.stale == ("$.emails[*].value (get_scim_user): stale",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[ignore]]\npath = "$.a"', "reason is missing"),
        ('[[ignore]]\npath = "$.a"\nreason = " "', "reason is no text"),
        ('[[ignore]]\npath = "$.a"\nreason = "b"\nkind = "statis"', "did you mean 'status'"),
        ("[ignore]\na = 1", "two brackets"),
        ("[[ignored]]", "did you mean 'ignore'"),
        ("= 1", "not TOML"),
    ],
)
def test_an_ignore_file_that_cannot_be_used_is_told_in_a_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "ignore.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=said):
        load_ignores(tmp_path / "ignore.toml")


def test_compare_json_keeps_its_schema_and_the_exit_code_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(BASE, tmp_path / "a.har")
    write(recording(*altered(life(), 1, {"status": "404"}, 404)), tmp_path / "b.har")
    schema = json.loads((folder("reports") / "compare.schema.json").read_text("utf-8"))
    for words, code in ((("a.har", "a.har"), 0), (("a.har", "b.har"), 1)):
        told = invoke("compare", *words)
        assert told.code == code, told.text
        document = json.loads((tmp_path / "reports/compare/compare.json").read_text("utf-8"))
        jsonschema_rs.validator_for(schema).validate(document)
        assert document["exit_code"] == code
    assert "get_scim_user" in told.text
    assert len(list((tmp_path / "reports/compare/allure-results").glob("*-result.json"))) == 26


def test_nothing_in_common_is_not_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(recording(life()[0]), tmp_path / "a.har")
    write(recording(exchange(step="else/get_scim_user/#1")), tmp_path / "b.har")
    assert invoke("compare", "a.har", "b.har").code == 3


def test_a_side_that_is_not_there_is_a_line(tmp_path: Path) -> None:
    told = call(tmp_path, "compare", "nightly", "mock")
    assert told.code == 2
    assert "targets.toml" in told.last


def test_a_recording_and_its_own_target_are_alike_in_any_order_and_slow(tmp_path: Path) -> None:
    claims = ("--claim", "etags.stable", "--claim", "etags.changes-with-writes", "--prefix", "v2")
    with serving(Tamper(seconds=0.01)) as server:
        server.write_profile(tmp_path)
        call(tmp_path, "run", "--target", "broken", *claims, "--record", "a.har", "--", "-p", "randomly")
        told = call(tmp_path, "compare", "a.har", "broken")
    assert told.code == 0, told.text
    assert "fidelity 100 %" in told.text


@pytest.mark.parametrize(
    ("fault", "claim", "operation"),
    [
        ("stale-refused-but-applied:patch_scim_user", "etags.stale-if-match-refused", "patch_scim_user"),
        ("put-stores-nothing:put_scim_v2_user", "lifecycle.replace", "put_scim_v2_user"),
    ],
)
def test_a_fault_shows_at_its_operation(fault: str, claim: str, operation: str, tmp_path: Path) -> None:
    told = call(tmp_path, "compare", "mock", "mock", "--claim", f"{claim}|{operation}", "--mock-fault", fault)
    assert told.code == 1, told.text
    document = json.loads((tmp_path / "reports/compare/compare.json").read_text("utf-8"))
    assert operation in {each["operation"] for each in document["differences"]}
