"""The file of examples: a line of JSON each, tried first, added to, and good to be committed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scim_contract.fuzz.deviations import Example
from scim_contract.fuzz.examples import Body, Question
from scim_contract.fuzz.model import History, Step
from scim_contract.targets import ConfigurationError


def read(path: Path, *, needed: bool = False) -> tuple[Example, ...]:
    """The examples of a file, in order; none where there is no such file, unless it is needed.

    Raises:
        ConfigurationError: it cannot be read, or a line of it is no example.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        if needed:
            raise ConfigurationError(f"{path}: no such file of examples") from None
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    return tuple(_example(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip())


def keep(path: Path, example: Example) -> None:
    """Add an example to a file, unless it is there."""
    if any(each.id == example.id for each in read(path)):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(example.as_json(), sort_keys=True) + "\n")


def _example(line: str, where: str) -> Example:
    try:
        row: dict[str, Any] = json.loads(line)
        match row.pop("kind"):
            case "body":
                return Body(**row)
            case "question":
                return Question(**{**row, "headers": tuple((str(n), str(v)) for n, v in row["headers"])})
            case "history":
                return History(tuple(Step(**step) for step in row["steps"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise ConfigurationError(f"{where}: is no example; a run with --known-examples writes such lines")
