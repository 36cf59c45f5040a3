"""Defects of the etags area, each found by its own claim, and legal differences that are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.defects.harness import Defect, assert_found, assert_tolerated
from tests.servers import Reply, Seen, Tamper


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


def unquoted_header(seen: Seen, reply: Reply) -> None:
    if is_read(seen, "/scim/users/") and "etag" in reply.headers:
        reply.headers["etag"] = reply.headers["etag"].strip('"')


def unquoted_version(seen: Seen, reply: Reply) -> None:
    if is_read(seen, "/scim/groups/") and reply.status == 200:
        document = reply.json
        document["meta"]["version"] = document["meta"]["version"].strip('"')
        reply.put(document)


def body_with_304(seen: Seen, reply: Reply) -> None:
    if is_read(seen, "/v2/users/") and reply.status == 304:
        reply.headers.pop("etag", None)


def write_answers_the_old() -> tuple[Callable[[Seen], None], Callable[[Seen, Reply], None]]:
    """The answer to a PUT shows the version from before it."""
    last: dict[str, str] = {}

    def after(seen: Seen, reply: Reply) -> None:
        if "/scim/users/" not in seen.path or reply.status != 200:
            return
        if seen.method == "PUT" and seen.path in last:
            document = reply.json
            document["meta"]["version"] = last[seen.path]
            reply.put(document)
        elif "etag" in reply.headers:
            last[seen.path] = reply.headers["etag"]

    return (lambda seen: None), after


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
        "a stale If-Match refused but applied",
        "etags.stale-if-match-refused",
        ("patch_scim_v2_user",),
        before=let_stale_through,
        after=refuse_but_apply(),
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
    Defect("an ETag header without quotes", "etags.header-quoted", ("get_scim_user",), after=unquoted_header),
    Defect(
        "meta.version without its quotes",
        "etags.equals-meta-version",
        ("get_scim_group",),
        after=unquoted_version,
    ),
    Defect("a 304 without the ETag", "etags.current-is-304", ("get_scim_v2_user",), after=body_with_304),
    Defect(
        "the answer to a PUT shows the old version",
        "etags.write-answers-the-new",
        ("put_scim_user",),
        after=write_answers_the_old()[1],
    ),
    Defect(
        "versions in a list that never change",
        "etags.list-items-agree",
        ("get_scim_v2_users",),
        after=constant_list_versions,
    ),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path)


def weak(seen: Seen, reply: Reply) -> None:
    if "etag" in reply.headers:
        reply.headers["etag"] = f"W/{reply.headers['etag']}"
    if reply.body and "json" in reply.headers.get("content-type", ""):
        reply.body = reply.body.replace(b'"version":"\\"', b'"version":"W/\\"')


def understand_weak(seen: Seen) -> None:
    for name in ("if-match", "if-none-match"):
        if name in seen.headers:
            seen.headers[name] = seen.headers[name].removeprefix("W/")


def test_weak_etags_are_as_good(tmp_path: Path) -> None:
    claims = [d.claim for d in DEFECTS] + ["etags.current-if-match-applies", "etags.same-in-both-prefixes"]
    assert_tolerated(Tamper(understand_weak, weak), tmp_path, list(dict.fromkeys(claims)))
