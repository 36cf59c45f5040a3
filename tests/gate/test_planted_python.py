"""Defects planted in the published Python SDK: all in one copy, each at its own method, each found by its claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.commands import Told
from tests.gate.planting import Edit, Planted, assert_all_found, every, judged, newly, python_cache
from tests.gate.releases import PYTHON

API = "apis/scim_api.py"
GROUPS = ("get_scim_groups", "get_scim_group", "put_scim_group", "patch_scim_group",
          "get_scim_v2_groups", "get_scim_v2_group", "put_scim_v2_group", "patch_scim_v2_group")  # fmt: skip
CONFIGS = ("get_scim_serviceproviderconfig", "get_scim_v2_serviceproviderconfig")


NOT_MODIFIED = """
    def NOTHING(error):
        if getattr(error, 'status', 0) != 304:
            raise error
        return __import__('PureCloudPlatformClientV2').ScimV2Group()

"""


def at(method: str, old: str, new: str) -> Edit:
    return Edit(API, old, new, f"    def {method}(")


def catching(method: str, verb: str, handler: str) -> Edit:
    """A method that does otherwise than raise."""
    call = f"response = self.api_client.call_api(resource_path, '{verb}',"
    caught = (
        "def call(*given, **more):\n"
        "            try:\n"
        "                return self.api_client.call_api(*given, **more)\n"
        "            except Exception as error:\n"
        f"                {handler}\n"
        f"        response = call(resource_path, '{verb}',"
    )
    return at(method, call, caught)


def as_text(method: str) -> tuple[Edit, ...]:
    """A method whose body is sent as text/plain, and a layer below that lets it."""
    choice, wanted = "header_params['Content-Type'] = self", "if headers['Content-Type'] == 'application/json':"
    return (
        at(method, choice, choice.replace("self", "'text/plain' or self")),
        Edit("rest.py", wanted, "if headers['Content-Type'] in ('application/json', 'text/plain'):"),
    )


DEFECTS = (
    Planted(
        "a query parameter dropped",
        (at("get_scim_groups", "query_params['startIndex'] = params['start_index']", "pass"),),
        {("sdk.request", "plain", "get_scim_groups"): "startIndex"},
    ),
    Planted(
        "If-Match lost",
        (at("put_scim_user", "header_params['If-Match'] = params['if_match']", "pass"),),
        {("sdk.request", "plain", "put_scim_user"): "no If-Match"},
    ),
    Planted(
        "PATCH sent as PUT",
        (at("patch_scim_group", "'PATCH'", "'PUT'"),),
        {("sdk.request", "plain", "patch_scim_group"): "method PATCH"},
    ),
    Planted(
        "the path of v2 on a method of v1",
        (at("patch_scim_user", "/api/v2/scim/users", "/api/v2/scim/v2/users"),),
        {("sdk.request", "plain", "patch_scim_user"): "/api/v2/scim/v2/users/"},
    ),
    Planted(
        "$ref misnamed",
        (Edit("models/scim_v2_member_reference.py", "'ref': '$ref'", "'ref': 'ref'"),),
        {
            **every("sdk.body-mapping", "", ("put_scim_group", "put_scim_v2_group"), "members"),
            **every("sdk.response-mapping", "every-property", GROUPS, "$ref"),
        },
    ),
    Planted(
        "the URN of the extension dropped",
        (Edit("models/scim_v2_create_user.py",
              "'urnietfparamsscimschemasextensionenterprise2_0_user': 'urn:ietf:params",
              "'urnietfparamsscimschemasextensionenterprise2_0_user': 'enterprise:params"),),
        every("sdk.body-mapping", "", ("post_scim_users", "post_scim_v2_users"), "urn:ietf:params:scim"),
    ),
    Planted(
        "a default count of 20",
        (at("get_scim_v2_users", "query_params = {}", "query_params = {'count': 20}"),),
        {("sdk.defaults", "", "get_scim_v2_users"): "count=20"},
    ),
    Planted(
        "a body sent as text/plain",
        as_text("patch_scim_v2_user"),
        {("sdk.request", "plain", "patch_scim_v2_user"): "text/plain"},
    ),
    Planted(
        "an error swallowed",
        (catching("post_scim_users", "POST", "return None"),),
        {("sdk.errors", "status-400", "post_scim_users"): "gave nothing",
         ("sdk.errors", "status-409", "post_scim_users"): "gave nothing",},
    ),
    Planted(
        "another error raised",
        (catching("get_scim_v2_user", "GET", "raise RuntimeError(str(error))"),),
        {("sdk.errors", "status-401", "get_scim_v2_user"): "RuntimeError"},
    ),
    Planted(
        "the token not sent",
        (at("delete_scim_user", "auth_settings = ['PureCloud OAuth']", "auth_settings = []"),),
        {("sdk.credentials", "client-credentials", "delete_scim_user"): "no Authorization"},
    ),
    Planted(
        "a property of the answer mis-mapped",
        (Edit("models/scim_service_provider_config_bulk_feature.py", "'maxOperations'", "'maxOperation'"),),
        every("sdk.response-mapping", "every-property", CONFIGS, "maxOperations"),
    ),
    Planted(
        "a filter encoded twice",
        (at("get_scim_v2_groups", "query_params['filter'] = params['filter']",
            "query_params['filter'] = __import__('urllib.parse').parse.quote(params['filter'])"),),
        {("sdk.request", "plain", "get_scim_v2_groups"): "%2520"},
    ),
    Planted(
        "a method lost",
        (at("delete_scim_v2_user", "def delete_scim_v2_user(", "def remove_scim_v2_user("),),
        {("sdk.methods", "", "delete_scim_v2_user"): "no such method"},
    ),
    Planted(
        "an unknown enum value refused",
        (Edit("models/scim_service_provider_config_authentication_scheme.py",
              'self._type = "outdated_sdk_version"', "raise ValueError(type)"),),
        every("sdk.response-mapping", "unknown-enum-value", CONFIGS, "ValueError"),
    ),
    Planted(
        "a 304 taken for a resource",
        (catching("get_scim_v2_group", "GET", "return type(self).NOTHING(error)"),
         Edit(API, "class SCIMApi(object):\n", "class SCIMApi(object):\n" + NOT_MODIFIED)),
        {("sdk.not-modified", "", "get_scim_v2_group"): "ScimV2Group()"},
    ),
)  # fmt: skip


def test_each_planted_defect_is_found_by_its_claim(
    python_judged: tuple[Told, dict[str, Any], Path], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    python_cache(cache, PYTHON.partition("==")[2], DEFECTS)
    assert_all_found(DEFECTS, newly(python_judged[1], judged(tmp_path, PYTHON, cache)))
