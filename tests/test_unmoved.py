"""ETags around writes that were refused: which moves are told of, and which may be somebody else's doing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scim_contract.judging.unmoved import HEADER, STABLE, Unmoved
from scim_contract.judging.unmoving import MOVES, Unmoving
from scim_contract.org import Workspace
from scim_contract.transport import Exchange
from tests.exchanges import exchange, quick_trust, workspace
from tests.observing import REFUSAL, user

USERS = "/api/v2/scim/users"


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    quick_trust(monkeypatch, tmp_path)
    made = workspace(tmp_path)
    yield made
    made.transport.close()


def read(etag: str, **changes: Any) -> Exchange:
    return exchange(body=user(**changes), headers=(("ETag", etag), ("Content-Type", "application/json")))


def written(path: str, status: int, operation: str = "put_scim_user", body: Any = None, **sent: Any) -> Exchange:
    return exchange(
        operation, status, REFUSAL if body is None else body, path=path, sent_body=json.dumps(sent).encode()
    )


def refused() -> Exchange:
    return written(f"{USERS}/u1", 409)


def told(space: Workspace, *exchanges: Exchange) -> list[str]:
    """What is told of a sequence, with each write counted as the run does."""
    unmoved, found = Unmoved(space), []
    for each in exchanges:
        if each.request.method != "GET":
            space.writes["users"] += 1
        found += list(unmoved.see(each))
    assert {one.claim for one in found} <= {STABLE}
    return [one.came for one in found]


def test_a_move_after_a_refused_write_is_told(space: Workspace) -> None:
    assert told(space, read('"1"'), refused(), read('"2"')) == ['ETag "2"']


def test_an_etag_that_stays_is_not_told(space: Workspace) -> None:
    assert told(space, read('"1"'), refused(), read('"1"')) == []


OTHERS = {
    "another user": written(f"{USERS}/u2", 200, body=user(id="u2")),
    "a new user": written(USERS, 201, "post_scim_users", body=user(id="u2")),
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_was_written_to_others_meanwhile_is_no_excuse(other: str, space: Workspace) -> None:
    assert told(space, read('"1"'), OTHERS[other], refused(), read('"2"')) == ['ETag "2"']


MOVERS = {
    "the user, applied": written(f"{USERS}/u1", 200, body=user()),
    "a group": written("/api/v2/scim/groups/g1", 200, "patch_scim_group", body={"id": "g1"}),
    "a user who names this one": written(f"{USERS}/u2", 200, body=user(id="u2"), manager={"value": "u1"}),
    "a write that may have been done": written(f"{USERS}/u1", 503),
}


@pytest.mark.parametrize("mover", MOVERS)
def test_what_may_have_moved_it_is_an_excuse(mover: str, space: Workspace) -> None:
    assert told(space, read('"1"'), MOVERS[mover], refused(), read('"2"')) == []


def test_a_user_whom_this_one_names_is_an_excuse(space: Workspace) -> None:
    manager = {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "u2"}}}
    assert told(space, read('"1"', **manager), OTHERS["another user"], refused(), read('"2"', **manager)) == []


def test_what_is_shown_otherwise_is_another_matter(space: Workspace) -> None:
    assert told(space, read('"1"'), refused(), read('"2"', displayName="Other")) == []


def test_a_write_that_nobody_saw_end_is_an_excuse(space: Workspace) -> None:
    unmoved = Unmoved(space)
    assert list(unmoved.see(read('"1"'))) == []
    space.writes["users"] += 2
    assert [*unmoved.see(refused()), *unmoved.see(read('"2"'))] == []


def test_a_read_without_an_etag_is_told(space: Workspace) -> None:
    assert [one.claim for one in Unmoved(space).see(exchange(body=user()))] == [HEADER]
    assert list(Unmoved(space).see(exchange("get_scim_users", body={"Resources": []}))) == []


PATCHED = written(f"{USERS}/u1", 200, "patch_scim_user", body=user())
OF_ANOTHER = written(f"{USERS}/u2", 200, "patch_scim_user", body=user(id="u2"))


@pytest.mark.parametrize(
    ("between", "after", "told_of"),
    [
        ([PATCHED], read('"1"', title="new"), True),
        ([PATCHED], read('"2"', title="new"), False),
        ([PATCHED], read('"1"'), False),
        ([PATCHED], read('"1"', groups=[{"value": "g1"}]), False),
        ([PATCHED], read('"1"', meta={"version": '"1"'}), False),
        ([PATCHED, PATCHED], read('"1"', title="new"), False),
        ([OF_ANOTHER], read('"1"', title="new"), False),
        ([refused()], read('"1"', title="new"), False),
        ([PATCHED, exchange("delete_scim_user", 204, path=f"{USERS}/u2")], read('"1"', title="new"), False),
    ],
    ids=["the same", "another", "nothing new", "groups", "meta", "two", "of another", "refused", "a deletion"],
)
def test_a_write_that_moves_no_etag_is_told_where_it_was_the_only_one(
    between: list[Exchange], after: Exchange, told_of: bool
) -> None:
    watcher = Unmoving()
    found = [told for each in (read('"1"'), *between, after) for told in watcher.see(each)]
    expected = [(MOVES, "patch_scim_user")] if told_of else []
    assert [(one.claim, one.operation.id) for one in found] == expected
