"""Defects of etags in front of the mock, whose messages are looked at."""

from collections.abc import Callable

from tests.harness import Defect
from tests.servers import Reply, Seen


def is_read(seen: Seen, path: str) -> bool:
    return seen.method == "GET" and path in seen.path and "?" not in seen.path


def ignore_if_match_on_put_group_v2(seen: Seen) -> None:
    if seen.method == "PUT" and "/v2/groups/" in seen.path:
        seen.headers.pop("if-match", None)


def ignore_if_match_on_delete_v1(seen: Seen) -> None:
    if seen.method == "DELETE" and "/scim/users/" in seen.path:
        seen.headers.pop("if-match", None)


def refuse_but_apply() -> Callable[[Seen, Reply], None]:
    """A stale If-Match is refused with the right words, and the write is applied all the same."""

    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == "PATCH" and "/v2/users/" in seen.path and seen.headers.get("x-stale") and reply.status == 200:
            reply.status = 400
            reply.put(
                {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                    "status": "400",
                    "scimType": "invalidVers",
                }
            )

    return after


def let_stale_through(seen: Seen) -> None:
    if seen.method == "PATCH" and "/v2/users/" in seen.path and seen.headers.pop("if-match", "") == '"no-such-version"':
        seen.headers["x-stale"] = "yes"


def precondition_failed(seen: Seen, reply: Reply) -> None:
    in_v1 = "/scim/v2/" not in seen.path
    if in_v1 and reply.status == 400 and reply.body and reply.json.get("scimType") == "invalidVers":
        reply.status = 412
        reply.put({**reply.json, "status": "412"})


def never_not_modified(seen: Seen) -> None:
    if is_read(seen, "/v2/serviceproviderconfig"):
        seen.headers.pop("if-none-match", None)


def unquoted_version(seen: Seen, reply: Reply) -> None:
    if is_read(seen, "/scim/groups/") and reply.status == 200:
        document = reply.json
        document["meta"]["version"] = document["meta"]["version"].strip('"')
        reply.put(document)


def constant_list_versions(seen: Seen, reply: Reply) -> None:
    if seen.method == "GET" and seen.path.endswith("/v2/users") and reply.status == 200:
        document = reply.json
        for item in document["Resources"]:
            item["meta"]["version"] = '"1"'
        reply.put(document)


DEFECTS = [
    Defect(
        "If-Match ignored only on PUT of a v2 group",
        "etags.stale-if-match-refused",
        ("put_scim_v2_group",),
        before=ignore_if_match_on_put_group_v2,
    ),
    Defect(
        "If-Match ignored only on DELETE in v1",
        "etags.stale-if-match-refused",
        ("delete_scim_user",),
        before=ignore_if_match_on_delete_v1,
    ),
    Defect(
        "412 as RFC 7232 has it, where the reference says 400",
        "etags.stale-if-match-refused",
        ("put_scim_user", "patch_scim_user", "delete_scim_user", "put_scim_group", "patch_scim_group"),
        after=precondition_failed,
    ),
    Defect(
        "If-None-Match ignored on the v2 configuration",
        "etags.current-is-304",
        ("get_scim_v2_serviceproviderconfig",),
        before=never_not_modified,
    ),
    Defect(
        "meta.version without its quotes",
        "etags.equals-meta-version",
        ("get_scim_group",),
        after=unquoted_version,
    ),
    Defect(
        "versions in a list that never change",
        "etags.list-items-agree",
        ("get_scim_v2_users",),
        after=constant_list_versions,
    ),
]
