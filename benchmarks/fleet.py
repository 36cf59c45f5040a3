"""What a night of a fleet takes, and where it goes: many mock orgs far away, each judged by a job of its own.

    python benchmarks/fleet.py [--orgs 20] [--at-once 20] [--workers 4] [--milliseconds 100] [--limit 300] [--area …]

Every org is a mock in a process of its own that holds each answer back; every job is a `scim-contract run` with
workers inside, as in a CI's matrix, except that all share this machine: what the jobs compute is told apart, in seconds
of one core, since the jobs of a real fleet have machines of their own.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from scim_contract.contract import load
from scim_contract.mock.serve import running
from scim_contract.mock.settings import Client, Settings
from scim_contract.mock.wire import Asgi, Message, Receive, Send
from scim_contract.plugin import embedded
from scim_contract.reports import Report, fleet
from scim_contract.reports.merging import gather


@dataclass(frozen=True)
class Fleet:
    """How many orgs, how many at once, how many workers each; latency in seconds, limit a minute and client."""

    orgs: int
    at_once: int
    workers: int
    latency: float
    limit: int
    areas: tuple[str, ...]

    def answers(self, report: Report) -> float:
        """The seconds that a job waits for answers at least: its requests one after the other in each worker."""
        return sum(report.requests.values()) * self.latency / max(1, self.workers)

    def limiter(self, report: Report) -> float:
        """The seconds that the busiest client needs at the rate of its limit."""
        return max(report.requests.values()) / self.limit * 60.0 if self.limit else 0.0

    def windows(self, report: Report) -> float:
        """The seconds that pass at least until the last of its requests may go, were all the others sent at once."""
        return (max(report.requests.values()) - 1) // self.limit * 60.0 if self.limit else 0.0


@click.command()
@click.option("--orgs", default=20, show_default=True)
@click.option("--at-once", default=20, show_default=True)
@click.option("--workers", default=4, show_default=True)
@click.option("--milliseconds", default=100, show_default=True)
@click.option("--limit", default=300, show_default=True)
@click.option("--area", "areas", multiple=True)
def command(orgs: int, at_once: int, workers: int, milliseconds: int, limit: int, areas: tuple[str, ...]) -> None:
    """Serve the orgs, judge them, print."""
    simulate(Fleet(orgs, at_once, workers, milliseconds / 1000, limit, areas), Console())


def simulate(plan: Fleet, console: Console) -> None:
    """One night."""
    with tempfile.TemporaryDirectory() as name, served(plan) as profiles:
        folder = Path(name)
        (folder / "targets.toml").write_text("\n".join(profiles), "utf-8")
        begun = time.perf_counter()
        with ThreadPoolExecutor(plan.at_once) as jobs:
            codes = list(jobs.map(lambda number: judge(folder, plan, number), range(plan.orgs)))
        took = time.perf_counter() - begun
        computed = resource.getrusage(resource.RUSAGE_CHILDREN)
        reports = gather([folder / "reports"])
    fleet.show(console, fleet.of_reports(reports))
    console.print(f"exit codes: {', '.join(str(code) for code in codes)}")
    told(console, plan, reports, took, computed.ru_utime + computed.ru_stime)


def judge(folder: Path, plan: Fleet, number: int) -> int:
    """One job; its exit code."""
    words = [sys.executable, "-m", "scim_contract", "run", "--target", f"org-{number}"]
    words += ["--fuzz", "0"]  # as for servers elsewhere, which these stand for
    words += [word for area in plan.areas for word in ("--area", area)]
    words += ["--", "-n", str(plan.workers)] if plan.workers else []
    return subprocess.run(
        words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode


def told(console: Console, plan: Fleet, reports: list[Report], took: float, computed: float) -> None:
    """Where the time of a job went, at the median, and the whole night's."""
    table = Table(title="one job, at the median, in seconds", title_justify="left")
    for name in ("what", "seconds", "of the job"):
        table.add_column(name, justify="left" if name == "what" else "right")
    whole = median(report.seconds for report in reports)
    rows = {
        "the job": whole,
        "the busiest client, at the rate of its limit": median(map(plan.limiter, reports)),
        "its floor: the last of the busiest client's requests": median(map(plan.windows, reports)),
        "its floor: the answers, over its workers": median(map(plan.answers, reports)),
        "of all its processes: waiting for limits": median(report.waited for report in reports),
        "of all its processes: computing": computed / len(reports),
    }
    for name, seconds in rows.items():
        table.add_row(name, f"{seconds:.0f}", f"{seconds / whole:.2f}")
    console.print(table)
    requests = [sum(report.requests.values()) for report in reports]
    console.print(
        f"{plan.orgs} orgs, {plan.at_once} at once, {plan.workers} workers each, {plan.latency * 1000:.0f} ms, "
        f"{plan.limit} a minute and client: the night took {took:.0f} s; {median(requests):.0f} requests an org"
    )


@contextmanager
def served(plan: Fleet) -> Iterator[list[str]]:
    """The orgs, each in a process of its own; gives their sections of targets.toml."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(plan.orgs)]
    servers = [context.Process(target=serve, args=(theirs, plan.latency), daemon=True) for _, theirs in pipes]
    for server in servers:
        server.start()
    try:
        yield [section(number, plan, *ours.recv()) for number, (ours, _) in enumerate(pipes)]
    finally:
        for server in servers:
            server.terminate()


def serve(pipe: Connection, latency: float) -> None:
    """One org, until the process is ended; tells its URL and its clients."""

    def far(app: Asgi) -> Asgi:
        async def answer(scope: Message, receive: Receive, send: Send) -> None:
            await asyncio.sleep(latency)
            await app(scope, receive, send)

        return answer

    known = embedded.clients(load())
    with running(Settings(clients=tuple(Client(c.id, str(c.secret), c.permissions) for c in known)), far) as url:
        pipe.send((url, [(c.id, str(c.secret), sorted(c.permissions)) for c in known]))
        time.sleep(86_400)


def section(number: int, plan: Fleet, url: str, clients: list[tuple[str, str, list[str]]]) -> str:
    """An org's section of targets.toml."""
    name = f"org-{number}"
    values = {
        "base_url": url, "token_url": f"{url}/oauth/token", "sandbox": True, "group": embedded.GROUP,
        "wide_user_filter": "active eq true", "wide_group_filter": "displayName pr", "rate_limit": plan.limit,
    }  # fmt: skip
    lines = [f"[targets.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    for its_id, secret, held in clients:
        lines += [f"[[targets.{name}.clients]]", f"id = {json.dumps(its_id)}", f"secret = {json.dumps(secret)}"]
        lines.append(f"permissions = {json.dumps(held)}")
    return "\n".join(lines)


if __name__ == "__main__":
    command()
