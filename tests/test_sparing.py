"""Checks that leave the group to another process: they never write it, and share nothing with those that do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scim_contract.org import Org
from scim_contract.org.errors import Untested
from scim_contract.org.group import disposable, readable
from tests.exchanges import workspace


@pytest.mark.parametrize("other", [None, "other"], ids=["no other group", "another group"])
def test_the_group_is_left_alone_and_another_read_where_there_is_one(tmp_path: Path, other: str | None) -> None:
    whole = replace(workspace(tmp_path), group_id="own", other_group=other)
    org = Org(whole.sparing(), "test")
    with pytest.raises(Untested, match="another process of this run changes the group"):
        disposable(org, "v1")
    read = readable(org, "v1")
    assert (read.id, read.ours) == (other or "own", False)
    assert readable(Org(whole, "test"), "v1").id == "own"


def test_nothing_is_shared_with_those_that_change_it(tmp_path: Path) -> None:
    whole = workspace(tmp_path)
    assert whole.once(("key",), lambda: "here") == "here"
    assert whole.sparing().once(("key",), lambda: "there") == "there"
    assert whole.token("step") != whole.sparing().token("step")
