"""Defects of the content-types area, each found by its own claim, and legal differences that are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.defects.harness import Defect, assert_found, assert_tolerated
from tests.servers import Reply, Seen, Tamper

JSON = "application/json"
SCIM_JSON = "application/scim+json"


def is_on(seen: Seen, method: str, path: str) -> bool:
    return seen.method == method and path in seen.path


def ignore_accept(seen: Seen) -> None:
    if is_on(seen, "GET", "/v2/groups/"):
        seen.headers["accept"] = JSON


def answer_in_html(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "PUT", "/scim/users/") and seen.headers.get("accept", "*/*") == "*/*" and reply.status == 200:
        reply.headers["content-type"] = "text/html"


def leave_out_in_scim(seen: Seen, reply: Reply) -> None:
    if (
        is_on(seen, "GET", "/scim/users/")
        and SCIM_JSON in reply.headers.get("content-type", "")
        and reply.status == 200
    ):
        document = reply.json
        document.pop("phoneNumbers", None)
        reply.put(document)


def refuse(seen: Seen, status: int = 415) -> Reply:
    reply = Reply(status, {"content-type": JSON}, b"")
    error = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": str(status)}
    reply.put(error)
    return reply


def refuse_scim_bodies(seen: Seen) -> Reply | None:
    sent = seen.headers.get("content-type", "")
    return refuse(seen) if is_on(seen, "PATCH", "/v2/groups/") and sent.startswith(SCIM_JSON) else None


def ignore_json_bodies(seen: Seen) -> None:
    """A JSON body is taken, and nothing of it is read, as where only the other type has a parser."""
    if (
        is_on(seen, "PATCH", "/scim/users/")
        and seen.headers.get("content-type") == JSON
        and b"password" not in seen.body
    ):
        seen.body = b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[]}'


def refuse_charset(seen: Seen) -> Reply | None:
    return (
        refuse(seen) if is_on(seen, "POST", "/v2/users") and "charset" in seen.headers.get("content-type", "") else None
    )


def take_anything(seen: Seen) -> None:
    if is_on(seen, "PUT", "/scim/groups/") and "json" not in seen.headers.get("content-type", JSON):
        seen.headers["content-type"] = JSON


def answer_csv(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "GET", "/v2/resourcetypes") and seen.headers.get("accept") == "text/csv":
        reply.status, reply.body = 200, b"name\nUser\n"
        reply.headers["content-type"] = "text/csv"


def plain_text_conflict(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "POST", "/scim/users") and reply.status == 409:
        reply.headers["content-type"], reply.body = "text/plain", b"User already exists"


def lose_what_is_not_latin(seen: Seen) -> None:
    if is_on(seen, "PUT", "/v2/users/"):
        seen.body = seen.body.decode("utf-8").encode("latin-1", "replace").decode("latin-1").encode("utf-8")


def lose_emoji(seen: Seen) -> None:
    """As a database with three bytes a character does."""
    if is_on(seen, "PATCH", "/scim/groups/"):
        seen.body = "".join(c if ord(c) < 0x10000 else "?" for c in seen.body.decode("utf-8")).encode("utf-8")


def talkative_delete(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "DELETE", "/v2/users/") and reply.status == 204:
        reply.status, reply.headers["content-type"], reply.body = 200, JSON, b'{"deleted": true}'


def need_a_type_on_delete(seen: Seen) -> Reply | None:
    return refuse(seen) if is_on(seen, "DELETE", "/scim/users/") and "content-type" not in seen.headers else None


def not_acceptable(method: str, path: str, accept: str) -> Callable[[Seen], Reply | None]:
    """A type that must be answered is refused with 406; `none` for a request that names no type."""
    return lambda seen: (
        refuse(seen, 406) if is_on(seen, method, path) and seen.headers.get("accept", "none") == accept else None
    )


DEFECTS = [
    Defect(
        "scim+json refused on a v2 group",
        "content-types.accept-scim",
        ("get_scim_v2_group",),
        before=not_acceptable("GET", "/v2/groups/", SCIM_JSON),
    ),
    Defect(
        "json refused on PATCH of a v1 user",
        "content-types.accept-json",
        ("patch_scim_user",),
        before=not_acceptable("PATCH", "/scim/users/", JSON),
    ),
    Defect(
        "no Accept refused on a list",
        "content-types.accept-any",
        ("get_scim_groups",),
        before=not_acceptable("GET", "/scim/groups", "none"),
    ),
    Defect(
        "any type refused on PUT",
        "content-types.accept-any",
        ("put_scim_user",),
        before=not_acceptable("PUT", "/scim/users/", "*/*"),
    ),
    Defect("Accept ignored on a v2 group", "content-types.accept-scim", ("get_scim_v2_group",), before=ignore_accept),
    Defect(
        "scim+json not acceptable on one read",
        "content-types.accept-scim",
        ("get_scim_user",),
        before=not_acceptable("GET", "/scim/users/", SCIM_JSON),
    ),
    Defect("HTML where any type will do", "content-types.accept-any", ("put_scim_user",), after=answer_in_html),
    Defect(
        "an attribute left out of scim+json",
        "content-types.accept-irrelevant-to-content",
        ("get_scim_user",),
        after=leave_out_in_scim,
    ),
    Defect(
        "scim+json bodies refused on one PATCH",
        "content-types.body-scim",
        ("patch_scim_v2_group",),
        before=refuse_scim_bodies,
    ),
    Defect(
        "json bodies taken and not read",
        "content-types.body-json",
        ("patch_scim_user",),
        before=ignore_json_bodies,
    ),
    Defect(
        "a charset parameter refused",
        "content-types.charset-parameter",
        ("post_scim_v2_users",),
        before=refuse_charset,
    ),
    Defect(
        "text/plain and XML taken for JSON",
        "content-types.unsupported-refused",
        ("put_scim_group",),
        before=take_anything,
    ),
    Defect(
        "CSV on request",
        "content-types.unacceptable",
        ("get_scim_v2_resourcetypes", "get_scim_v2_resourcetype"),
        after=answer_csv,
        also=("representations.answer",),
    ),
    Defect(
        "a conflict in plain text",
        "content-types.errors-too",
        ("post_scim_users",),
        after=plain_text_conflict,
        also=("errors.shape",),
    ),
    Defect(
        "only Latin letters survive a PUT",
        "content-types.utf8",
        ("put_scim_v2_user",),
        before=lose_what_is_not_latin,
    ),
    Defect("emoji lost in a group's name", "content-types.utf8", ("patch_scim_group",), before=lose_emoji),
    Defect(
        "a delete that says something", "content-types.delete-empty", ("delete_scim_v2_user",), after=talkative_delete
    ),
    Defect(
        "a delete without Content-Type refused",
        "content-types.none-needed",
        ("delete_scim_user",),
        before=need_a_type_on_delete,
    ),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path)


CLAIMS = list(dict.fromkeys(defect.claim for defect in DEFECTS))


def scim_by_default(seen: Seen) -> None:
    if seen.headers.get("accept", "*/*") == "*/*":
        seen.headers["accept"] = SCIM_JSON


def with_charset(seen: Seen, reply: Reply) -> None:
    if reply.headers.get("content-type", "").startswith("application/"):
        reply.headers["content-type"] += ";charset=UTF-8"


def bad_request_for_other_types(seen: Seen, reply: Reply) -> None:
    if reply.status == 415:
        reply.status, reply.body = 400, b""


@pytest.mark.parametrize(
    "tamper",
    [Tamper(before=scim_by_default), Tamper(after=with_charset), Tamper(after=bad_request_for_other_types)],
    ids=["scim+json by default", "a charset on every answer", "400 for other types"],
)
def test_legal_difference_is_tolerated(tamper: Tamper, tmp_path: Path) -> None:
    assert_tolerated(tamper, tmp_path, CLAIMS)


def test_accept_that_is_refused_is_not_taken_for_a_refused_charset(tmp_path: Path) -> None:
    for accept in ("none", "*/*"):
        tamper = Tamper(before=not_acceptable("PUT", "/scim/users/", accept))
        assert_tolerated(tamper, tmp_path, ["content-types.charset-parameter"])


def test_operation_that_does_not_work_at_all_is_no_matter_of_types(tmp_path: Path) -> None:
    def broken(seen: Seen) -> Reply | None:
        return refuse(seen, 405) if is_on(seen, "DELETE", "/v2/users/") or is_on(seen, "PUT", "/scim/groups/") else None

    ours = ["none-needed", "delete-empty", "body-scim", "charset-parameter", "utf8", "unsupported-refused"]
    assert_tolerated(Tamper(before=broken), tmp_path, [f"content-types.{name}" for name in ours])


def test_conflict_may_be_told_by_a_400(tmp_path: Path) -> None:
    def four_hundred(seen: Seen, reply: Reply) -> None:
        if reply.status == 409 and seen.method != "POST":
            reply.status = 400
            reply.put({**reply.json, "status": "400", "scimType": "uniqueness"})

    assert_tolerated(Tamper(after=four_hundred), tmp_path, ["content-types.errors-too"])
