"""The Ruby SDK, from a checkout that SCIM_CONTRACT_RUBY_SDK names: what it breaks, and defects planted in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.commands import call, invoke, report
from tests.gate.planting import Edit, Key, Planted, assert_all_found, every, newly, patched, violated

API = "purecloudplatformclientv2/api/scim_api.rb"
MODELS = "purecloudplatformclientv2/models"
GROUPS = ("get_scim_groups", "get_scim_group", "put_scim_group", "patch_scim_group",
          "get_scim_v2_groups", "get_scim_v2_group", "put_scim_v2_group", "patch_scim_v2_group")  # fmt: skip
CONFIGS = ("get_scim_serviceproviderconfig", "get_scim_v2_serviceproviderconfig")
SENDING, FILTER = "header_params['Content-Type']", "query_params[:'filter']"
GEMS = ["ruby", "-e", "require 'typhoeus'; require 'rest_client'"]


@pytest.fixture(scope="module")
def checkout() -> Path:
    """The checkout, of release 66.0.0."""
    place = os.environ.get("SCIM_CONTRACT_RUBY_SDK")
    if not place:
        pytest.skip("SCIM_CONTRACT_RUBY_SDK names no checkout of MyPureCloud/platform-client-sdk-ruby")
    if not shutil.which("ruby") or subprocess.run(GEMS, capture_output=True, check=False).returncode:
        pytest.skip("ruby, ruby-typhoeus or ruby-rest-client is not installed")
    return Path(place)


@pytest.fixture(scope="module")
def judged(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return gate(tmp_path_factory.mktemp("ruby"), checkout)


def gate(folder: Path, checkout: Path) -> dict[str, Any]:
    told = call(folder, "gate", "ruby", "--package", str(checkout))
    assert told.code == 1, told.text
    return report(folder, "ruby==66.0.0")


def test_what_the_release_is_known_to_break(judged: dict[str, Any]) -> None:
    found: dict[tuple[str, str], int] = {}
    for claim, case, _ in violated(judged):
        found[claim, case] = found.get((claim, case), 0) + 1
    assert found == {
        ("sdk.request", "slash"): 14,
        ("sdk.request", "reserved"): 14,
        ("sdk.body-mapping", ""): 4,
        ("sdk.response-mapping", "unknown-enum-value"): 24,
    }
    assert {row["verdict"] for row in judged["results"]} == {"conforms", "violated"}


def at(method: str, old: str, new: str) -> Edit:
    return Edit(API, old, new, f"    def {method}")


def instead(method: str, given: str, new: str) -> Edit:
    """A method that does something else than to call; `CALL` in it is the call."""
    call = f"{method}_with_http_info({given})"
    return at(f"{method}(", f"data, _status_code, _headers = {call}", f"data, = {new.replace('CALL', call)}")


DEFECTS = (
    Planted(
        "a query parameter dropped",
        (at("get_scim_groups_with", "query_params[:'startIndex'] = opts[:'start_index'] if opts[:'start_index']", ""),),
        {("sdk.request", "plain", "get_scim_groups"): "startIndex"},
    ),
    Planted(
        "If-Match lost",
        (at("put_scim_user_with", "header_params[:'If-Match'] = opts[:'if_match'] if opts[:'if_match']", ""),),
        {("sdk.request", "plain", "put_scim_user"): "no If-Match"},
    ),
    Planted(
        "PATCH sent as PUT",
        (at("patch_scim_group_with", ":PATCH", ":PUT"),),
        {("sdk.request", "plain", "patch_scim_group"): "method PATCH"},
    ),
    Planted(
        "the path of v2 on a method of v1",
        (at("patch_scim_user_with", "/api/v2/scim/users", "/api/v2/scim/v2/users"),),
        {("sdk.request", "plain", "patch_scim_user"): "/api/v2/scim/v2/users/"},
    ),
    Planted(
        "$ref misnamed",
        (Edit(f"{MODELS}/scim_v2_member_reference.rb", ":'ref' => :'$ref'", ":'ref' => :'ref'"),),
        {
            **every("sdk.body-mapping", "", ("put_scim_group", "put_scim_v2_group"), "members"),
            **every("sdk.response-mapping", "every-property", GROUPS, "$ref"),
        },
    ),
    Planted(
        "the URN of the extension dropped",
        (Edit(f"{MODELS}/scim_v2_create_user.rb", ":'urn:ietf:params", ":'enterprise:params"),),
        every("sdk.body-mapping", "", ("post_scim_users", "post_scim_v2_users"), "urn:ietf:params:scim"),
    ),
    Planted(
        "a default count of 20",
        (at("get_scim_v2_users_with", "query_params = {}", "query_params = {:'count' => 20}"),),
        {("sdk.defaults", "", "get_scim_v2_users"): "count=20"},
    ),
    Planted(
        "a body sent as text/plain",
        (at("patch_scim_v2_user_with", f"{SENDING} = ", f"{SENDING} = 'text/plain' || "),),
        {("sdk.request", "plain", "patch_scim_v2_user"): "text/plain"},
    ),
    Planted(
        "an error swallowed",
        (instead("post_scim_users", "body, opts", "(CALL rescue nil)"),),
        {("sdk.errors", "status-400", "post_scim_users"): "gave nothing",
         ("sdk.errors", "status-409", "post_scim_users"): "gave nothing",
         ("sdk.response-mapping", "unknown-enum-value", "post_scim_users"): "is read as nothing"},
    ),
    Planted(
        "another error raised",
        (instead("get_scim_v2_user", "user_id, opts", "(CALL rescue raise 'failed')"),),
        {("sdk.errors", "status-401", "get_scim_v2_user"): "failed",
         ("sdk.response-mapping", "unknown-enum-value", "get_scim_v2_user"): "RuntimeError: failed"},
    ),
    Planted(
        "the token not sent",
        (at("delete_scim_user_with", "auth_names = ['PureCloud OAuth']", "auth_names = []"),),
        {("sdk.credentials", "client-credentials", "delete_scim_user"): "no Authorization"},
    ),
    Planted(
        "a property of the answer mis-mapped",
        (Edit(f"{MODELS}/scim_service_provider_config_bulk_feature.rb", ":'maxOperations'", ":'maxOperation'"),),
        every("sdk.response-mapping", "every-property", CONFIGS, "maxOperations"),
    ),
    Planted(
        "a filter encoded twice",
        (at("get_scim_v2_groups_with", f"{FILTER} = filter", f"{FILTER} = URI.encode(filter)"),),
        {("sdk.request", "plain", "get_scim_v2_groups"): "%2520"},
    ),
    Planted(
        "a method lost",
        (at("delete_scim_v2_user(", "def delete_scim_v2_user(", "def remove_scim_v2_user("),),
        {("sdk.methods", "", "delete_scim_v2_user"): "no such method"},
    ),
    Planted(
        "a 304 taken for a resource",
        (instead("get_scim_v2_group", "group_id, opts",
                 "begin CALL rescue (raise unless $!.respond_to?(:code) && $!.code == 304; ScimV2Group.new) end"),),
        {("sdk.not-modified", "", "get_scim_v2_group"): "ScimV2Group("},
    ),
    Planted(
        "a precondition of an earlier call kept",
        (at("patch_scim_v2_group_with", "header_params[:'If-Match'] = opts[:'if_match'] if opts[:'if_match']",
            "header_params[:'If-Match'] = (@kept = opts[:'if_match'] || @kept)"),),
        {("sdk.request", "plain", "patch_scim_v2_group"): "no If-Match"},
    ),
)  # fmt: skip


def test_each_planted_defect_is_found_by_its_claim(checkout: Path, judged: dict[str, Any], tmp_path: Path) -> None:
    patched(checkout / "build" / "lib", tmp_path / "sdk" / "build" / "lib", DEFECTS, end="\n    end\n")
    new: dict[Key, str] = newly(judged, gate(tmp_path, tmp_path / "sdk"))
    assert_all_found(DEFECTS, new)


def test_a_checkout_is_asked_for(tmp_path: Path) -> None:
    assert "give --package DIR" in invoke("gate", "ruby==66.0.0").text
    assert "has no build/lib" in invoke("gate", "ruby", "--package", str(tmp_path)).text
