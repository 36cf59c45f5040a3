"""Defects planted in the published JavaScript SDK: all in one copy, each at its own method, each found by its claim."""

from __future__ import annotations

from pathlib import Path

from scim_contract.contract import load, plan
from tests.gate.planting import Edit, Planted, assert_all_found, javascript_cache, judged, newly

VERSION = "262.0.0"
DIST = "dist/node/purecloud-platform-client-v2.js"
RENAMED = """JSON.parse(JSON.stringify(body).replaceAll('"$ref"', '"ref"'))"""
CALL = "return this.apiClient.callApi("


def at(method: str, old: str, new: str) -> Edit:
    return Edit(DIST, old, new, f"\t{method}(")


def afterwards(method: str, then: str) -> Edit:
    """A method that does something else with what comes of the call."""
    return at(method, CALL, f"return ({then})(this.apiClient).callApi(")


def read(change: str) -> str:
    return (
        "(client) => ({ callApi: (...given) => client.callApi(...given).then((answer) => "
        f"{{ const body = answer.body; {change}; return answer; }}) }})"
    )


def around(then: str = "answer => answer", caught: str = "error => { throw error; }") -> str:
    """What is done with an answer, and with an error, before the caller gets it."""
    return f"(client) => ({{ callApi: (...given) => client.callApi(...given).then({then}, {caught}) }})"


ODD = (
    "{ 'userId': userId.replaceAll(' ', '').replaceAll('/', '').replaceAll('+', ' ').replaceAll('%', '')"
    ".replaceAll(\"'\", '').replace(/[^\\x00-\\x7f]/g, '').replaceAll('?', '') }"
)
WITH_A_HEADER = (
    "(client) => ({ callApi: (...given) => { given[4] = { Authorization: 'Bearer undefined', ...given[4] };"
    " return client.callApi(...given); } })"
)

DEFECTS = (
    Planted(
        "a query parameter dropped",
        (at("getScimGroups", "'startIndex': opts['startIndex'],", ""),),
        {("sdk.request", "plain", "get_scim_groups"): "startIndex"},
    ),
    Planted(
        "If-Match lost",
        (at("putScimUser", "'If-Match': opts['ifMatch']", ""),),
        {("sdk.request", "plain", "put_scim_user"): "no If-Match"},
    ),
    Planted(
        "PATCH sent as PUT",
        (at("patchScimGroup", "'PATCH'", "'PUT'"),),
        {("sdk.request", "plain", "patch_scim_group"): "method PATCH"},
    ),
    Planted(
        "the path of v2 on a method of v1",
        (at("patchScimUser", "'/api/v2/scim/users", "'/api/v2/scim/v2/users"),),
        {("sdk.request", "plain", "patch_scim_user"): "/api/v2/scim/v2/users/"},
    ),
    Planted(
        "$ref misnamed",
        (at("putScimV2Group", CALL, f"body = {RENAMED}; {CALL}"),),
        {("sdk.body-mapping", "", "put_scim_v2_group"): "members"},
    ),
    Planted(
        "the URN of the extension dropped",
        (at("postScimV2Users", CALL,
            f"body = Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith('urn'))); {CALL}"),),
        {("sdk.body-mapping", "", "post_scim_v2_users"): "urn:ietf:params:scim"},
    ),
    Planted(
        "a default count of 20",
        (at("getScimV2Users", "'count': opts['count']", "'count': opts['count'] || 20"),),
        {("sdk.defaults", "", "get_scim_v2_users"): "count=20"},
    ),
    Planted(
        "a body sent as text/plain",
        (at("patchScimV2User", "['application/scim+json', 'application/json'],\n", "['text/plain'],\n"),),
        {("sdk.request", "plain", "patch_scim_v2_user"): "text/plain"},
    ),
    Planted(
        "an error swallowed",
        (afterwards("postScimUsers",
                    "(client) => ({ callApi: (...given) => client.callApi(...given).catch(() => undefined) })"),),
        {("sdk.errors", "status-400", "post_scim_users"): "gave nothing",
         ("sdk.errors", "status-409", "post_scim_users"): "gave nothing"},
    ),
    Planted(
        "the status of an error lost",
        (afterwards("getScimV2User", "(client) => ({ callApi: (...given) => client.callApi(...given)"
                                     ".catch((error) => { throw new Error('failed'); }) })"),),
        {("sdk.errors", "status-401", "get_scim_v2_user"): "failed"},
    ),
    Planted(
        "a precondition of an earlier call kept",
        (at("patchScimV2Group", "'If-Match': opts['ifMatch']",
            "'If-Match': (this.kept = opts['ifMatch'] || this.kept)"),),
        {("sdk.request", "plain", "patch_scim_v2_group"): "no If-Match"},
    ),
    Planted(
        "the token not sent",
        (at("deleteScimUser", "['PureCloud OAuth']", "['Guest Chat JWT']"),),
        {("sdk.credentials", "client-credentials", "delete_scim_user"): "no Authorization"},
    ),
    Planted(
        "a property of the answer mis-mapped",
        (afterwards("getScimServiceproviderconfig",
                    read("if (body && body.bulk) { body.bulk.maxOperation = body.bulk.maxOperations;"
                         " delete body.bulk.maxOperations }")),),
        {("sdk.response-mapping", "every-property", "get_scim_serviceproviderconfig"): "maxOperations"},
    ),
    Planted(
        "a number read as a text",
        (afterwards("getScimV2Resourcetypes", read("body.totalResults = String(body.totalResults)")),),
        {("sdk.response-mapping", "every-property", "get_scim_v2_resourcetypes"): "totalResults"},
    ),
    Planted(
        "a filter encoded twice",
        (at("getScimV2Groups", "'filter': filter", "'filter': encodeURIComponent(filter)"),),
        {("sdk.request", "plain", "get_scim_v2_groups"): "%2520"},
    ),
    Planted(
        "a method lost",
        (at("deleteScimV2User", "\tdeleteScimV2User(", "\tremoveScimV2User("),),
        {("sdk.methods", "", "delete_scim_v2_user"): "no such method"},
    ),
    Planted(
        "an unknown enum value refused",
        (afterwards("getScimV2Serviceproviderconfig",
                    read("for (const each of (body && body.authenticationSchemes) || [])"
                         " if (each.type === 'notYetKnown') throw new TypeError('type')")),),
        {("sdk.response-mapping", "unknown-enum-value", "get_scim_v2_serviceproviderconfig"): "TypeError"},
    ),
    Planted(
        "a 304 taken for a resource",
        (afterwards("getScimV2Group", "(client) => ({ callApi: (...given) => client.callApi(...given)"
                                      ".catch((error) => { if (error.status === 304) return { body: { id: '' } };"
                                      " throw error; }) })"),),
        {("sdk.not-modified", "", "get_scim_v2_group"): "gave"},
    ),
    Planted(
        "an id bent, whatever it holds",
        (at("putScimV2User", "{ 'userId': userId }", ODD),),
        {("sdk.request", case, "put_scim_v2_user"): "path"
         for case in ("space", "slash", "plus", "percent", "quotes", "unicode", "reserved")},
    ),
    Planted(
        "a null not understood, and errors that lose their status",
        (afterwards("getScimGroup", around(
            "answer => { if (answer.body.displayName === null) throw new TypeError('null'); return answer; }",
            "error => { if (error.status >= 404) throw new Error('failed'); throw error; }")),),
        {("sdk.response-mapping", "nulls", "get_scim_group"): "TypeError",
         ("sdk.errors", "status-404", "get_scim_group"): "failed",
         ("sdk.errors", "status-500", "get_scim_group"): "failed"},
    ),
    Planted(
        "a date without a fraction refused, and a broken connection taken for nothing",
        (afterwards("getScimUser", around(
            "answer => { if (!/[.]/.test(((answer.body || {}).meta || { lastModified: '.' }).lastModified))"
            " throw new RangeError('date'); return answer; }",
            "error => { if (error.status) throw error; if (error instanceof RangeError) throw error; }")),),
        {("sdk.response-mapping", "date-forms", "get_scim_user"): "RangeError",
         ("sdk.errors", "reset", "get_scim_user"): "gave nothing"},
    ),
    Planted(
        "an unknown property refused",
        (afterwards("putScimGroup", read("if ('notInTheModel' in body) throw new TypeError('strict')")),),
        {("sdk.response-mapping", "unknown-property", "put_scim_group"): "strict"},
    ),
    Planted(
        "a refusal taken for success, and success for a failure",
        (afterwards("deleteScimUser", around(
            "answer => { throw new Error('empty'); }", "error => { if (error.status !== 403) throw error; }")),),
        {("sdk.errors", "status-403", "delete_scim_user"): "gave nothing",
         ("sdk.errors", "no-content", "delete_scim_user"): "empty"},
    ),
    Planted(
        "a busy server taken for a failure, and an empty answer for an empty list",
        (afterwards("getScimUsers", around(
            "answer => answer.body ? answer : { body: { Resources: [] } }",
            "error => { if (error.status === 429) throw new Error('busy'); throw error; }")),),
        {("sdk.errors", "status-429", "get_scim_users"): "busy",
         ("sdk.errors", "empty-body", "get_scim_users"): "Resources"},
    ),
    Planted(
        "a creation sent again",
        (afterwards("postScimV2Users", around(caught="() => client.callApi(...given)")),),
        {("sdk.errors", "reset-write", "post_scim_v2_users"): "2 of them"},
    ),
    Planted(
        "a credential made up where there is none",
        (afterwards("getScimResourcetypes", WITH_A_HEADER),),
        {("sdk.credentials", "without", "get_scim_resourcetypes"): "Came:      Authorization: Bearer"},
    ),
)  # fmt: skip


def test_every_case_of_every_claim_has_a_defect_that_breaks_it() -> None:
    planted = {(claim, case) for defect in DEFECTS for claim, case, _ in defect.found}
    planned = {(atom.claim, atom.value) for atom in plan(load("2019"), areas=["sdk"]) if atom.claim.startswith("sdk.")}
    assert planned - planted == set()


def test_each_planted_defect_is_found_by_its_claim(tmp_path: Path) -> None:
    before = judged(tmp_path, f"javascript=={VERSION}")
    cache = tmp_path / "cache"
    javascript_cache(cache, VERSION, DEFECTS)
    assert_all_found(DEFECTS, newly(before, judged(tmp_path, f"javascript=={VERSION}", cache)))
