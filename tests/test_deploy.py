"""The files for CI and for a cluster: they are valid, and say what the command line understands."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from scim_contract.targets import load_target, target_tables
from tests.commands import directory, invoke, report
from tests.servers import Server, one_client_each, serving

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github" / "workflows" / "nightly.yml"
GITLAB = ROOT / "deploy" / "gitlab" / "nightly.gitlab-ci.yml"
GATES = (ROOT / ".github" / "workflows" / "sdk-gate.yml", ROOT / "deploy" / "gitlab" / "sdk-gate.gitlab-ci.yml")
KUBERNETES = ROOT / "deploy" / "kubernetes"
FILES = (GITHUB, GITLAB, *GATES, KUBERNETES / "night.sh", KUBERNETES / "nightly.yaml", ROOT / "docs" / "sandbox.md")
COMMAND = re.compile(r"(?:^|[\s`])scim-contract ([a-z][\w-]*)((?:[^\n`]|\\\n)*)")
ONE_CLAIM = ("--claim", "etags.header-quoted|get_scim_serviceproviderconfig")


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((KUBERNETES / "nightly.yaml").read_text("utf-8")))


def scripts(value: Any) -> Iterator[str]:
    """Every script for a shell in a pipeline."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key in ("run", "script", "before_script", "after_script") and isinstance(inner, (str, list)):
            yield inner if isinstance(inner, str) else "\n".join(inner)
        else:
            yield from scripts(inner)


@pytest.mark.parametrize(
    "words",
    [
        *(("vendor.github-workflows", str(path)) for path in (GITHUB, GATES[0])),
        *(("vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(path)) for path in (GITLAB, GATES[1])),
    ],
    ids=["github", "github-gate", "gitlab", "gitlab-gate"],
)
def test_pipelines_are_what_their_service_takes(words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", [GITHUB, GITLAB, *GATES], ids=lambda path: path.name)
def test_scripts_of_pipelines_are_bash(path: Path) -> None:
    found = list(scripts(yaml.safe_load(path.read_text("utf-8"))))
    assert found
    for script in found:
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, f"{script}\n{done.stderr}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_name_only_what_the_command_line_has(path: Path) -> None:
    found = COMMAND.findall(path.read_text("utf-8"))
    assert found
    for command, rest in found:
        told = invoke(command, "--help")
        assert told.code == 0, f"scim-contract {command}"
        for option in re.findall(r"--[a-z][\w-]*", re.split(r"\s--\s", rest.split(" #")[0])[0]):
            assert re.search(rf"{option}\b", told.text), f"scim-contract {command} {option}"


def test_manifests_are_what_a_cluster_takes() -> None:
    for manifest in manifests():
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_job_has_an_index_for_each_target(tmp_path: Path) -> None:
    config, _, job = manifests()
    names = config["data"]["targets"].split()
    path = tmp_path / "targets.toml"
    path.write_text(config["data"]["targets.toml"], "utf-8")
    assert list(target_tables(path)) == names
    unset = dict.fromkeys(re.findall(r'env = "(\w+)"', path.read_text("utf-8")), "x")
    assert all(load_target(path, name, unset) for name in names)
    spec = job["spec"]["jobTemplate"]["spec"]
    assert (spec["completionMode"], spec["completions"]) == ("Indexed", len(names))


def test_image_is_made_of_files_that_are_there() -> None:
    lines = (KUBERNETES / "Dockerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert copied
    assert all((ROOT / path).exists() for path in copied)


# ---- the night of a pod


def prepare(folder: Path, *servers: tuple[str, Server]) -> dict[str, str]:
    """The folders of a pod, for servers with a client each whose secret is in NAME.env; gives the environment."""
    for name in ("config", "secrets", "state"):
        (folder / name).mkdir()
    profiles = [
        server.profile(name).replace(f'"{server.clients[0].secret}"', '{ env = "IT" }') for name, server in servers
    ]
    (folder / "config" / "targets.toml").write_text("\n".join(profiles), "utf-8")
    (folder / "config" / "targets").write_text("".join(f"{name}\n" for name, _ in servers), "utf-8")
    for name, server in servers:
        (folder / "secrets" / f"{name}.env").write_text(f"export IT={server.clients[0].secret}\n", "utf-8")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    places = {f"SCIM_{name.upper()}": str(folder / name) for name in ("config", "secrets", "state")}
    return {**os.environ, "PATH": path, **places}


def night(environment: dict[str, str], index: int, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(KUBERNETES / "night.sh"), *words], env={**environment, "JOB_COMPLETION_INDEX": str(index)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def test_a_pod_judges_the_target_of_its_index_and_keeps_the_night(tmp_path: Path) -> None:
    with serving(clients=one_client_each()[-1:]) as us, serving(clients=one_client_each()[:1]) as eu:
        environment = prepare(tmp_path, ("us", us), ("eu", eu))
        pod = night(environment, 1, *ONE_CLAIM)
        told = pod.communicate(timeout=100)[0]
        assert pod.returncode == 0, told
        assert (us.log, bool(eu.log)) == ([], True)
        assert (tmp_path / "state" / "baseline" / "eu" / "report.json").exists()
        beyond = night(environment, 2)
        assert "no target has the index 2" in beyond.communicate(timeout=20)[0]
        assert beyond.returncode == 2


def test_a_pod_that_is_told_to_end_cleans_up(tmp_path: Path) -> None:
    with serving() as server:
        environment = prepare(tmp_path, ("us", server))
        before = directory(server.url)
        pod = night(environment, 0)
        while pod.poll() is None and not any(s.method == "POST" and "/scim/" in s.path for s in server.log):
            time.sleep(0.05)
        os.kill(pod.pid, signal.SIGTERM)  # to the first process alone, as a cluster does
        told = pod.communicate(timeout=100)[0]
        assert directory(server.url) == before
    assert pod.returncode == 3, told
    assert report(tmp_path / "state", "us")["interrupted"]
    assert not (tmp_path / "state" / "baseline" / "us").exists()
