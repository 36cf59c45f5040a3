"""The mock on a real port."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

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
def test_it_starts_at_once_and_stops_when_told(stop: signal.Signals) -> None:
    started = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with httpx.Client(base_url=f"{url}/api/v2/scim/v2") as client:
            answer = client.get("/groups", params={"filter": "displayName eq Sales"})
            assert answer.json()["totalResults"] == 1
            assert "date" in answer.headers
            assert time.monotonic() - started < 10
            process.send_signal(stop)
            assert process.wait(timeout=10) == 0


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
