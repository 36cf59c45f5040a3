"""Writes whose answers are lost, be it after they were done: what had to be refused is judged all the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.harness import run, violated
from tests.servers import Reply, Seen, Tamper, serving

RENAMING = rb'.*"title".*"userName", "value": "conformance-'


def losing(body: bytes, times: int) -> Tamper:
    """The answers to the first writes with such a body are a gateway's, though the server did what it was asked."""
    met: list[Seen] = []

    def after(seen: Seen, reply: Reply) -> None:
        if "/scim" in seen.path and re.match(body, seen.body):
            met.append(seen)
            if len(met) <= times:
                reply.status, reply.headers, reply.body = 502, {"content-type": "text/html"}, b"<h1>Bad Gateway</h1>"

    return Tamper(after=after)


def test_of_many_requests_only_the_one_whose_answer_was_lost_is_sent_again(tmp_path: Path) -> None:
    words = ("--claim", "errors.malformed-json|put_scim_user")
    requests = []
    for name, lost in (("calm", 0), ("lossy", 1)):
        folder = tmp_path / name
        folder.mkdir()
        with serving(losing(rb"\[.*\]", lost)) as server:
            code, document, printed = run(folder, server.profile(), *words)
        assert (code, document["counts"]["inconclusive"]) == (0, 0), printed
        requests.append(document["requests"])
    assert requests[1] == requests[0] + 2, "the request again, and a read"


@pytest.mark.parametrize(
    ("fault", "claim", "at", "lost"),
    [
        ("user-name-unique-with-case", "lifecycle.user-name-unique", "post_scim_users", rb'.*"CONFORMANCE-'),
        ("user-name-unique-with-case", "lifecycle.user-name-unique", "patch_scim_user", rb'.*"Conformance-'),
        ("user-name-unique-with-case", "lifecycle.user-name-unique", "put_scim_v2_user", rb'.*"CONFORMANCE-'),
        ("user-name-of-one-off-is-free", "lifecycle.user-name-unique", "patch_scim_v2_user", RENAMING),
        (
            "other-displayName-leaves-groups:patch_scim_v2_user",
            "lifecycle.deactivate",
            "patch_scim_v2_user",
            rb'.*"path": "password"',
        ),
        ("patch-members-before-refusal", "lifecycle.patch-atomic", "patch_scim_group", rb'.*{"op": "remove"}\]'),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_what_was_done_though_its_answer_was_lost_is_told_of(
    fault: str, claim: str, at: str, lost: bytes, times: int, tmp_path: Path
) -> None:
    with serving(losing(lost, times), faults=(fault,)) as server:
        code, document, printed = run(tmp_path, server.profile(), "--claim", f"{claim}|{at}")
    assert code == 1, printed
    assert violated(document).get(claim) == {at}, printed
