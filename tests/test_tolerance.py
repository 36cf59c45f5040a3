"""One cause, one claim: what fails for another reason is left to the claim that owns it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scim_contract.mock.faults.acting import error
from tests.harness import Defect, assert_found, assert_tolerated, run, violated
from tests.servers import Reply, Seen, Tamper, is_on, one_client_each, serving


def refusal(status: int) -> Reply:
    return error(status, "Refused by a test.")


# permissions ----------------------------------------------------------------------------------------


def test_a_client_without_permissions_need_not_be_there(tmp_path: Path) -> None:
    with_some = tuple(client for client in one_client_each() if client.permissions)
    assert_tolerated(Tamper(), tmp_path, ["permissions.open-to-anyone"], clients=with_some)


@pytest.mark.parametrize("status", [405, 500])
def test_operation_that_does_not_work_at_all_is_no_matter_of_others_permissions(status: int, tmp_path: Path) -> None:
    def broken(seen: Seen) -> Reply | None:
        return refusal(status) if is_on(seen, "DELETE", "/v2/users/") or is_on(seen, "GET", "/v2/groups/") else None

    claims = ["lacking-refused", "anonymous-refused", "same-in-both-prefixes"]
    with serving(Tamper(before=broken)) as server:
        words = [word for name in claims for word in ("--claim", f"permissions.{name}")]
        _, report, printed = run(tmp_path, server.profile(), *words)
    assert report, printed
    assert not {claim for claim in violated(report) if claim.startswith("permissions.")}, printed


def test_operation_that_fails_for_strangers_alone_does_not_refuse_them(tmp_path: Path) -> None:
    def broken(seen: Seen) -> Reply | None:
        made_up = seen.headers.get("authorization") == "Bearer made-up"
        return refusal(500) if is_on(seen, "GET", "/v2/groups/") and made_up else None

    defect = Defect(
        "500 for a made-up token",
        "permissions.anonymous-refused",
        ("get_scim_v2_group",),
        before=broken,
        also=("errors.never-5xx",),
    )
    assert_found(defect, tmp_path)


# content types --------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["none", "*/*"])
def test_accept_that_is_refused_is_not_taken_for_a_refused_charset(accept: str, tmp_path: Path) -> None:
    def refuse(seen: Seen) -> Reply | None:
        asked = seen.headers.get("accept", "none") == accept
        return refusal(406) if is_on(seen, "PUT", "/scim/users/") and asked else None

    assert_tolerated(Tamper(before=refuse), tmp_path, ["content-types.charset-parameter"])


def test_operation_that_does_not_work_at_all_is_no_matter_of_types(tmp_path: Path) -> None:
    def broken(seen: Seen) -> Reply | None:
        there = is_on(seen, "DELETE", "/v2/users/") or is_on(seen, "PUT", "/scim/groups/")
        return refusal(405) if there else None

    ours = ["none-needed", "delete-empty", "body-scim", "charset-parameter", "utf8", "unsupported-refused"]
    assert_tolerated(Tamper(before=broken), tmp_path, [f"content-types.{name}" for name in ours])


# reads only ------------------------------------------------------------------------------------------


def test_lists_are_judged_where_nothing_may_be_written(tmp_path: Path) -> None:
    settings = {"sandbox": False, "wide_user_filter": None, "wide_group_filter": None}
    assert_tolerated(Tamper(), tmp_path, ["paging.count-default", "filters.equality", "filters.no-match"], **settings)
