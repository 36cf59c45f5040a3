"""A real browser for tests: Debian's chromium, driven by Playwright; what it says on its console is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

_SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


@dataclass
class Opened:
    """A page in the browser, and what went wrong in it."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def axe(self) -> list[str]:
        """What axe-core finds wrong: rule, how bad, and where."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{v['impact']} {v['id']}: {[node['target'] for node in v['nodes'][:3]]}" for v in found]


def missing(what: str) -> None:
    """Skip a test whose optional part is not installed; in CI all are, and a test that did not run is a failure."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{what}, and this is CI")
    pytest.skip(what)


def needs_allure() -> str:
    """Allure 3's program; the test is skipped where there is none. One that npx would fetch does not count."""
    found = shutil.which("allure")
    if found is None:
        missing("no Allure 3 on PATH (npm install --global allure@3)")
    return str(found)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """A folder over HTTP; gives its address."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(timeout=10)


@contextmanager
def browser() -> Iterator[Any]:
    """The browser; the test is skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        missing("no chromium on PATH (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(_SWITCHES))
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def opened(chromium: Any, path: Path | str, **options: Any) -> Iterator[Opened]:
    """A file or an address in a new page; `options` are Playwright's, as `color_scheme="dark"`."""
    told = Opened(chromium.new_page(**{"viewport": {"width": 1280, "height": 900}, **options}))
    told.page.set_default_timeout(90_000)  # a machine may be busy
    told.page.on("console", lambda line: told.complaints.append(f"{line.type}: {line.text}"))
    told.page.on("pageerror", lambda error: told.complaints.append(f"error: {error}"))
    told.page.on("request", lambda asked: told.asked.append(asked.url))
    told.page.goto(path.resolve().as_uri() if isinstance(path, Path) else path)
    try:
        yield told
    finally:
        told.page.close()
