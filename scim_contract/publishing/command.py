"""What `scim-contract report` does: find the runs, let Allure make its report, make ours, show them."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rich.console import Console

from scim_contract.publishing import allure, pages
from scim_contract.publishing.allure import AllureTrouble
from scim_contract.publishing.found import Results, find
from scim_contract.targets import ConfigurationError

HISTORY = "allure-history.jsonl"
_ALLURE = "allure"


@dataclass(frozen=True)
class Wanted:
    """What the user asked for; without an output and a history these lie in the first of the places."""

    places: tuple[Path, ...]
    output: Path | None = None
    history: Path | None = None
    single_file: bool = False
    open: bool = False
    allure: bool = True


def publish(wanted: Wanted, console: Console) -> int:
    """Make the report.

    Returns:
        0 where all was made that can be made here, 3 where Allure is there and failed.

    Raises:
        ConfigurationError: there is nothing to report, or the output cannot be written.
    """
    first = wanted.places[0] if wanted.places[0].is_dir() else wanted.places[0].parent
    output = wanted.output or first / "html"
    found = find(wanted.places, output)
    code, made = 0, ""
    try:
        output.mkdir(parents=True, exist_ok=True)
        if wanted.allure and found.results:
            made, code = _by_allure(wanted, output, first, console, found.results)
        index = pages.write(found.targets, output, made) if found.targets else output / made
    except OSError as error:
        raise ConfigurationError(f"{output}: the report cannot be written there ({error.strerror or error})") from None
    if made:
        console.print(f"Allure: {output / made}", markup=False, highlight=False, soft_wrap=True)
    if found.targets:
        console.print(f"Report: {index}", markup=False, highlight=False, soft_wrap=True)
    if wanted.open:
        _serve(output, index.relative_to(output).as_posix() if found.targets else made, console)
    return code


def _by_allure(
    wanted: Wanted, output: Path, first: Path, console: Console, results: Sequence[Results]
) -> tuple[str, int]:
    try:
        program = allure.command()
    except AllureTrouble as error:
        console.print(f"{error}", markup=False, highlight=False, soft_wrap=True)
        return "", 0
    history = wanted.history or first / HISTORY
    try:
        made = allure.generate(program, results, output / _ALLURE, history, single_file=wanted.single_file)
    except AllureTrouble as error:
        console.print(f"scim-contract: {error}", markup=False, highlight=False, soft_wrap=True)
        return "", 3
    if made.said:
        console.print(f"Allure says: {made.said}", markup=False, highlight=False, soft_wrap=True)
    return made.index.relative_to(output).as_posix(), 0


def _serve(folder: Path, index: str, console: Console) -> None:
    """Show the report in a browser until Ctrl-C: Allure's loads its data by requests, which a file may not."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/{index}"
        console.print(f"{url} until Ctrl-C", markup=False, highlight=False, soft_wrap=True)
        webbrowser.open(url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
