"""What a person reads of a defect: the message of one result each, held against a text that was looked at.

UPDATE_MESSAGES=1 writes the texts anew; read every one that changed before you keep it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.harness import run
from tests.messages.planted import EXTRA, GROUPS, Planted, together
from tests.once import once
from tests.servers import serving

EXPECTED = Path(__file__).parent / "expected"
UPDATE = bool(os.environ.get("UPDATE_MESSAGES"))
ALL = [(number, planted) for number, group in enumerate(GROUPS) for planted in group]
Reports = Callable[[int], dict[str, Any]]


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reports]:
    """The report of each group's run, by its number; all begin with the first one that is asked for."""
    with ThreadPoolExecutor(2) as pool:
        running: list[Future[tuple[dict[str, Any], Path]]] = [
            pool.submit(once, tmp_path_factory, f"messages-{number}", partial(report_of, number))
            for number in range(len(GROUPS))
        ]
        yield lambda number: running[number].result()[0]


def report_of(number: int, folder: Path) -> dict[str, Any]:
    claims = [*(f"{each.claim}|{each.operation}" for each in GROUPS[number]), *EXTRA.get(number, ())]
    words = [word for claim in claims for word in ("--claim", claim)]
    with serving(together(GROUPS[number])) as server:
        _, report, printed = run(folder, server.profile(), *words, "--", "-p", "no:randomly")
    assert report, printed
    return report


def message_of(planted: Planted, report: dict[str, Any]) -> str:
    """The message of the planted defect's result, of the first one where several bear its case."""
    rows = [r for r in report["results"] if r["claim"] == planted.claim and r["operation"] == planted.operation]
    for row in rows:
        asked = planted.client in ("", row["client"]) and (row["case"] or "").startswith(planted.case)
        if row["verdict"] == "violated" and asked:
            return str(row["message"])
    told = "\n".join(f"{r['verdict']} {r['key']} {r['reason']}" for r in rows)
    raise AssertionError(f"no result of {planted.claim} at {planted.operation} is violated as planted:\n{told}")


@pytest.mark.parametrize(("number", "planted"), ALL, ids=[str(planted) for _, planted in ALL])
def test_message_is_the_one_that_was_looked_at(number: int, planted: Planted, reports: Reports) -> None:
    text = normal(message_of(planted, reports(number)))
    path = EXPECTED / f"{planted.name}.txt"
    if UPDATE:
        path.write_text(text + "\n", "utf-8")
    expected = path.read_text("utf-8")
    if planted.claim == "etags.one-writer-wins":  # which of two racing requests is shown is nobody's to say
        text, expected = (each.split("  Request:")[0] for each in (text + "\n", expected))
        assert text == expected
    else:
        assert text + "\n" == expected


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.txt")), ids=lambda path: path.stem)
def test_message_fits_a_screen_and_says_what_it_must(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 25
    words = ["Promise:", "Source:", "Expected:", "Came:", "Request:", "Answer:"]
    said = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert [word for word in dict.fromkeys(said) if word in words] == words


def test_every_text_has_its_defect() -> None:
    assert {path.stem for path in EXPECTED.glob("*.txt")} == {planted.name for _, planted in ALL}


# what is otherwise each time --------------------------------------------------------------------------

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)"
_VARYING = (
    ("id", _UUID),
    ("run", r"\d{8}t\d{6}-[0-9a-f]{4}"),
    ("time", _TIME),
    ("word", r"(?<=ConformanceSandbox)[0-9a-f]{8}|\b[0-9a-f]{8}\b"),
    ("version", r'(?:(?<=ETag: )|(?<=ETag: ")|(?<=Match: ")|(?<=version ")|(?<=version": ")|(?<=": "\\")|(?<=\'"))\d+'),
)


def normal(text: str) -> str:
    """A message with what varies replaced by names, one for each value, in the order in which they stand."""
    text = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8080", text)
    text = re.sub(r"\d+ (bytes in all|characters)", r"… \1", text)  # a number may have a digit more
    text = re.sub(r"(?<=[0-9a-f]{8})-[0-9a-f-]{1,27}…", "…", text)  # an id may be cut
    text = re.sub(r" \((?:first|second)\)$", "", text, flags=re.MULTILINE)  # who wins a race is nobody's to say
    for name, pattern in _VARYING:
        seen = dict.fromkeys(re.findall(pattern, text))
        names = {value: f"<{name} {number}>" for number, value in enumerate(seen, 1)}
        text = re.sub(pattern, lambda match, names=names: names[match[0]], text)
    return text
