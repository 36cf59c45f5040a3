"""What a run costs: requests by client and area, seconds, and the ratio to a bare replay of the same requests.

    python benchmarks/run.py [AREA …]

The run and the replay happen in this one process, one after the other, against one embedded mock each, so that their
ratio means something on any machine. The replay sends the same bytes to the same paths with httpx and looks at nothing.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from scim_contract.contract import load
from scim_contract.plugin import embedded
from scim_contract.plugin.options import Settings
from scim_contract.running import run_suites
from scim_contract.transport import Exchange, Masker, Tokens, Transport, Wire


def recorded(areas: tuple[str, ...], folder: Path) -> tuple[dict[str, object], list[tuple[Wire, Exchange]], float]:
    """Run the suites with every request noted; gives report.json, the requests and the seconds."""
    sent: list[tuple[Wire, Exchange]] = []
    plain = Transport.send

    def noting(self: Transport, wire: Wire) -> Exchange:
        exchange = plain(self, wire)
        sent.append((wire, exchange))
        return exchange

    Transport.send = noting  # type: ignore[assignment, method-assign]
    begun = time.perf_counter()
    try:
        settings = Settings(reports=str(folder / "reports"), ledger=str(folder / "ledger"), areas=areas, fuzz=0)
        run_suites(settings, ("-p", "no:randomly"), Console(quiet=True))
    finally:
        Transport.send = plain  # type: ignore[method-assign]
    took = time.perf_counter() - begun
    return json.loads((folder / "reports" / "mock" / "report.json").read_text("utf-8")), sent, took


def replay(sent: list[tuple[Wire, Exchange]]) -> float:
    """The seconds that the same requests take with nothing but httpx, against a fresh mock."""
    contract = load()
    mock = embedded.start(contract)
    try:
        with httpx.Client() as http:
            tokens = Tokens(mock.target.token_url, http, Masker())
            by_label = {client.label: tokens.token(client) for client in mock.target.clients}
            requests = [_request(wire, exchange, mock.target.base_url, by_label) for wire, exchange in sent]
            begun = time.perf_counter()
            for request in requests:
                http.send(request)
            return time.perf_counter() - begun
    finally:
        mock.stop()


def _request(wire: Wire, exchange: Exchange, base_url: str, tokens: dict[str, str]) -> httpx.Request:
    headers = [(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in wire.headers]
    token = tokens.get(exchange.client)
    if token:
        headers.append((b"Authorization", f"Bearer {token!s}".encode()))
    return httpx.Request(wire.method, base_url + exchange.path, headers=headers, content=wire.body)


def area_of(step: str) -> str:
    """The area that a request was made for; what checks share, and what the run needs itself, by its own name."""
    act = step.split("/")[0]
    return act.split(".")[0] if "." in act else f"({act})"


def main() -> None:
    """Run, replay, print."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        report, sent, took = recorded(tuple(sys.argv[1:]), Path(folder))
    bare = replay(sent)
    rows = [r for r in report["results"] if r["verdict"] in ("conforms", "violated", "waived")]  # type: ignore[attr-defined]
    for title, counted in (
        ("requests by client", Counter(exchange.client for _, exchange in sent)),
        ("requests by what for", Counter(area_of(exchange.step) for _, exchange in sent)),
        ("requests by operation", Counter(e.operation.id if e.operation else "-" for _, e in sent)),
    ):
        table = Table(title=title, title_justify="left")
        table.add_column("")
        table.add_column("requests", justify="right")
        for name, number in counted.most_common():
            table.add_row(name, str(number))
        console.print(table)
    console.print(f"requests: {len(sent)}, by the busiest client {max(Counter(e.client for _, e in sent).values())}")
    console.print(f"judged: {len(rows)} atomic claims, {len(rows) / len(sent):.2f} a request")
    console.print(f"the run: {took:.2f} s; a bare replay of its requests: {bare:.2f} s; ratio {took / bare:.2f}")


if __name__ == "__main__":
    main()
