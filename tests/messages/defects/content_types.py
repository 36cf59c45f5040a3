"""Defects of content types in front of the mock, whose messages are looked at."""

from scim_contract.mock.faults.acting import error
from tests.harness import Defect
from tests.servers import Reply, Seen, is_on

JSON = "application/json"
SCIM_JSON = "application/scim+json"


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
    return error(status)


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


def lose_what_is_not_latin(seen: Seen) -> None:
    if is_on(seen, "PUT", "/v2/users/"):
        seen.body = seen.body.decode("utf-8").encode("latin-1", "replace").decode("latin-1").encode("utf-8")


def talkative_delete(seen: Seen, reply: Reply) -> None:
    if is_on(seen, "DELETE", "/v2/users/") and reply.status == 204:
        reply.status, reply.headers["content-type"], reply.body = 200, JSON, b'{"deleted": true}'


DEFECTS = [
    Defect("Accept ignored on a v2 group", "content-types.accept-scim", ("get_scim_v2_group",), before=ignore_accept),
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
        "only Latin letters survive a PUT",
        "content-types.utf8",
        ("put_scim_v2_user",),
        before=lose_what_is_not_latin,
    ),
    Defect(
        "a delete that says something", "content-types.delete-empty", ("delete_scim_v2_user",), after=talkative_delete
    ),
]
