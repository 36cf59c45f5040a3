"""junit.xml as the test views of CI servers show it best: a message of one line, the whole text below it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

_LONGEST = 500


def tidy(path: Path) -> None:
    """Shorten the messages of a file that pytest wrote; the elements keep their whole text.

    pytest writes the whole text in both places, and GitLab and Jenkins show both. A file that is not there, or was not
    written to its end, is left alone.
    """
    try:
        tree = ElementTree.parse(path)
    except (OSError, ElementTree.ParseError):
        return
    for kind in ("failure", "error", "skipped"):
        for element in tree.getroot().iter(kind):
            element.set("message", short(element.get("message", "")))
    tree.write(path, encoding="utf-8", xml_declaration=True)


def short(message: str) -> str:
    """What a message is about in one line: which promise, where, and what came instead."""
    first, *others = message.removeprefix("Failed: ").splitlines() or [""]
    came = [line.strip() for line in others if line.startswith(("  Expected:", "  Came:"))]
    told = "; ".join(" ".join(line.split()) for line in (first, *came[:2]))
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
