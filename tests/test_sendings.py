"""What writes sent, held against their answers and the next read: what is told of it, and what is let pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from scim_contract.judging.sendings import Sendings
from scim_contract.org import Workspace
from scim_contract.transport import Exchange
from tests.exchanges import exchange, quick_trust, workspace
from tests.observing import ENTERPRISE, user

JSON = (("Content-Type", "application/json"),)
HERE = "https://scim.test/api/v2/scim/users/u1"
ROUND_TRIP, ANSWER = "representations.round-trip", "representations.answer"


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("sendings")
    with pytest.MonkeyPatch.context() as patching:
        quick_trust(patching, folder)
        made = workspace(folder)
    yield made
    made.transport.close()


def put(body: Any, answer: Any, operation: str = "put_scim_user", **more: Any) -> Exchange:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"sent": {"Content-Type": "application/json"}, "client": "directory:user:edit", **more}
    status = 201 if operation == "post_scim_users" else 200
    return exchange(operation, status, answer, sent_body=raw, **given)


def patch(answer: Any, *steps: Any) -> Exchange:
    return put({"Operations": list(steps)}, answer, "patch_scim_user")


def step(path: Any, value: Any, op: str = "replace") -> dict[str, Any]:
    return {"op": op, "value": value} if path is None else {"op": op, "path": path, "value": value}


def read(**changes: Any) -> Exchange:
    return exchange(body=user(**changes))


def told(space: Workspace, *exchanges: Exchange) -> list[tuple[str, str, str]]:
    """The claim, the case and what came, for all that a sequence shows; each write is counted as the run does."""
    sendings, found = Sendings(space), []
    for each in exchanges:
        if each.request.method in ("PUT", "PATCH"):
            space.writes["users/u1"] += 1
        found += [(one.claim, one.case, one.came) for one in sendings.see(each)]
    return found


@pytest.mark.parametrize(
    ("sent", "shown", "case"),
    [
        ({"title": "a\tb"}, {"title": "a b"}, "title"),
        ({"externalId": "007"}, {"externalId": "7"}, "external-id"),
        ({"externalId": "7"}, {"externalId": 7}, "external-id"),
        ({"displayName": "Ann "}, {"displayName": "Ann"}, "display-name"),
        ({ENTERPRISE: {"department": "null"}}, {ENTERPRISE: {"department": ""}}, "department"),
    ],
)
def test_text_that_the_answer_shows_otherwise(
    space: Workspace, sent: dict[str, Any], shown: dict[str, Any], case: str
) -> None:
    (found,) = told(space, put(sent, user(**shown)))
    assert found[:2] == (ROUND_TRIP, case)


def test_text_that_the_next_read_shows_otherwise_or_not_at_all(space: Workspace) -> None:
    write = put({"title": "a\\b", "externalId": "7"}, user(title="a\\b", externalId="7"))
    assert told(space, write, read(title="ab")) == [
        (ROUND_TRIP, "external-id", "it shows no externalId"),
        (ROUND_TRIP, "title", 'title "ab"'),
    ]


@pytest.mark.parametrize(
    "steps",
    [
        (step("title", "x"), step("title", "a\tb")),
        (step(None, {"title": "a\tb"}, "Add"),),
        (step(f"{ENTERPRISE}:department", "D"), step("title", "a\tb")),
        (step("members", None, "remove"), step("title", "a\tb")),
    ],
)
def test_what_a_patch_writes_by_plain_paths_or_without_one(space: Workspace, steps: tuple[Any, ...]) -> None:
    kept = {ENTERPRISE: {"department": "D"}}
    assert told(space, patch(user(title="a b", **kept), *steps)) == [(ROUND_TRIP, "title", 'title "a b"')]
    assert told(space, patch(user(title="a\tb", **kept), *steps), read(title="a\tb", **kept)) == []


@pytest.mark.parametrize(
    ("sent", "more"),
    [
        ({"title": "x" * 1_001}, {}),
        ({"title": "a\x00b"}, {}),
        ({"title": " "}, {}),
        (b'{"title": "a", "Title": "b"}', {}),
        (b"{", {}),
        (b'[{"title": "a"}]', {}),
        (b'"title"', {}),
        ({"title": "a", ENTERPRISE: []}, {}),
        ({"userName": "ANN@example.com"}, {}),
        ({"title": "a"}, {"client": "directory:user:setPassword"}),
        ({"title": "a"}, {"sent": {"Content-Type": "text/plain"}}),
        ({"title": "a"}, {"strange": True}),
    ],
)
def test_what_the_contract_leaves_open_is_let_pass(space: Workspace, sent: Any, more: dict[str, Any]) -> None:
    assert told(space, put(sent, user(title="b"), **more), read(title="c")) == []


@pytest.mark.parametrize(
    "steps",
    [
        (step("title", "a"), step("title", None, "remove")),
        (step("title", "a"), step('emails[type eq "work"].value', "b")),
        (step("title", "a"), step(f"{ENTERPRISE}:manager.value", "b")),
        (step("title", "a"), step("Title", "b")),
        (step("title", "a"), step(None, {ENTERPRISE: None}), step(None, {ENTERPRISE: 1, "title": None})),
        (step("title", "a"), step(None, None, "remove")),
        (step("title", "a"), step(7, 7), 7),
    ],
)
def test_patch_that_may_come_to_something_else_is_let_pass(space: Workspace, steps: tuple[Any, ...]) -> None:
    assert told(space, patch(user(), *steps), read()) == []


def test_read_after_another_write_tells_nothing_of_the_first(space: Workspace) -> None:
    lost = put({"title": "a"}, user(title="a"))
    space.writes["users/u1"] += 1
    assert told(space, lost, put({"title": "b"}, user(title="b")), read(title="b")) == []
    sendings = Sendings(space)
    list(sendings.see(lost))
    space.writes["users/u1"] += 1  # one that got no answer
    assert list(sendings.see(read(title="c"))) == []


def test_answer_that_lacks_what_was_there_before_and_is_after(space: Workspace) -> None:
    whole = {ENTERPRISE: {"department": "D"}}
    write = patch(user(title="a"), step("title", "a"))
    ((claim, _, came),) = told(space, read(**whole), write, read(title="a", **whole))
    assert (claim, came) == (ANSWER, "the answer does not show it")
    assert told(space, write, read(title="a", **whole)) == []  # which may have come of itself


def test_what_was_written_and_is_not_there(space: Workspace) -> None:
    gone = exchange(status=404, body={"status": "404"})
    made = put({"title": "a"}, user(title="a"), "post_scim_users")
    ((claim, _, came),) = told(space, made, gone)
    assert (claim, came) == ("lifecycle.create", "404 Not Found")
    assert told(space, put({"title": "a"}, user(title="a")), gone) == [(ROUND_TRIP, "title", "404 Not Found")]


def test_creation_without_its_location(space: Workspace) -> None:
    shown = user(meta={"location": HERE})
    made = put({"title": "a"}, shown, "post_scim_users", headers=(*JSON, ("Location", HERE)))
    assert told(space, made) == []
    ((claim, _, came),) = told(space, put({"title": "a"}, shown, "post_scim_users"))
    assert (claim, came) == ("lifecycle.create", f'Location absent, meta.location "{HERE}"')
