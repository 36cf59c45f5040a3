"""A mock with little behind it, as many teams have one: fixed answers, no OAuth, no state."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.commands import call, report

USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "userName": "someone@example.com",
    "displayName": "Someone", "meta": {"resourceType": "User", "version": '"1"'},
}  # fmt: skip


class Stub(BaseHTTPRequestHandler):
    """Answers every path with the same user, or a list of one."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one packet: written in two, the second waits for the first to be acknowledged

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        listed = {"totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [USER]}
        body = json.dumps(
            listed if self.command == "GET" and self.path.split("?")[0].endswith(("users", "groups")) else USER
        ).encode()
        self.send_response(201 if self.command == "POST" else 200)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stub")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    (folder / "targets.toml").write_text(f'[targets.stub]\nbase_url = "{url}"\nsandbox = true\nrate_limit = 0\n')
    told = call(folder, "run", "--target", "stub", "--prefix", "v2", "--area", "etags", "--area", "lifecycle")
    server.shutdown()
    server.server_close()
    assert told.code == 1, told.text
    return folder


def test_each_promise_gets_a_true_verdict_and_nothing_crashes(judged: Path) -> None:
    found = report(judged, "stub")
    assert found["errors"] == []
    broken = {(row["claim"], row["operation"]) for row in found["results"] if row["verdict"] == "violated"}
    assert {("etags.header-quoted", "get_scim_v2_user"), ("lifecycle.delete", "delete_scim_v2_user")} <= broken
    assert not [row["key"] for row in found["results"] if "raised" in (row["reason"] or "")]


def test_the_summary_gives_a_figure_and_what_a_test_cannot_see(judged: Path) -> None:
    text = (judged / "reports/stub/summary.md").read_text("utf-8")
    fidelity = text.split("## Fidelity")[1]
    assert "% (" in fidelity.splitlines()[2]
    assert "| etags |" in fidelity
    assert "| delete_scim_v2_user |" in fidelity
    assert "cannot see that these hold, which it breaks" in fidelity
    assert "- etags.header-quoted (" in fidelity
