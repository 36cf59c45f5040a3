"""The mock on a real port."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest

from scim_contract.mock.serve import running
from scim_contract.mock.settings import Client, Settings

PROGRAM = """
from scim_contract.mock.serve import serve
from scim_contract.mock.settings import Settings
serve(Settings(), 0, lambda url: print(url, flush=True))
"""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(stop: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with httpx.Client(base_url=f"{url}/api/v2/scim/v2", timeout=60) as client:
                answer = client.get("/groups", params={"filter": "displayName eq Sales"})
                assert answer.json()["totalResults"] == 1
                assert "date" in answer.headers
                process.send_signal(stop)
                assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def test_it_runs_in_a_thread_too() -> None:
    settings = Settings(clients=(Client("me", "s:e%c+r", frozenset({"directory:user:view"})),))
    with running(settings) as url:
        form = {"grant_type": "client_credentials"}
        token = httpx.post(f"{url}/oauth/token", data=form, auth=("me", "s%3Ae%25c%2Br")).json()["access_token"]
        users = f"{url}/api/v2/scim/users?filter=userName%20pr"
        assert httpx.get(users).status_code == 401
        assert httpx.get(users, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(users)
