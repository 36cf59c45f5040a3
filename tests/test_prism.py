"""Prism, the mock that most teams generate from a document, on ours: run for real, where there is Node."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scim_contract.locate import folder
from tests.browsing import missing
from tests.commands import call, report
from tests.servers import one_client_each, serving

PACKAGE = "@stoplight/prism-cli@5"
SELECTED = ("--prefix", "v2", "--claim", "lifecycle.delete", "--claim", "errors.unknown-id", "--claim", "etags.stable")


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a profile for Prism, which takes any token; the tokens are those of our mock."""
    home = tmp_path_factory.mktemp("prism")
    with _serving(home) as url, serving() as issuer:
        text = issuer.profile("prism", base_url=url, group=None, clients=one_client_each())
        (home / "targets.toml").write_text(text, "utf-8")
        yield home


@contextmanager
def _serving(home: Path) -> Iterator[str]:
    """Prism on a free port."""
    if not os.environ.get("SCIM_CONTRACT_PRISM"):
        pytest.skip("SCIM_CONTRACT_PRISM is not set: Prism is 90 MB from the npm registry")
    npm = shutil.which("npm") or missing("no npm on PATH")
    installed = subprocess.run(
        [str(npm), "install", "--no-audit", "--no-fund", "--prefix", str(home), PACKAGE],
        capture_output=True,
        text=True,
        timeout=300,
    )
    if installed.returncode:
        missing(f"{PACKAGE} cannot be installed: {installed.stderr.strip()[-200:]}")
    port = _free_port()
    document = folder("schemas") / "2019/openapi.yaml"
    words = [str(home / "node_modules/.bin/prism"), "mock", "--port", str(port), str(document)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[Any]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"Prism does not listen on {port}")


def test_what_prism_breaks_is_told_without_a_crash(prism: Path) -> None:
    told = call(prism, "run", "--target", "prism", *SELECTED)
    assert told.code == 1, told.text
    found = report(prism, "prism")
    assert found["errors"] == []
    assert not [row["key"] for row in found["results"] if "raised" in (row["reason"] or "")]
    broken = {(row["claim"], row["operation"]) for row in found["results"] if row["verdict"] == "violated"}
    assert ("lifecycle.delete", "delete_scim_v2_user") in broken, "nothing is ever gone from Prism"
    assert "## Fidelity" in (prism / "reports/prism/summary.md").read_text("utf-8")


def test_prism_held_against_the_mock_answers_otherwise(prism: Path) -> None:
    told = call(prism, "compare", "mock", "prism", *SELECTED)
    assert told.code == 1, told.text
    assert "get_scim_v2_user\n  status status: 404 Not Found there, 200 OK here" in told.text
