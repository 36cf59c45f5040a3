"""A HAR file read back as a recording: whoever wrote it, what is wrong with it is told in one line."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from scim_contract.contract import Contract, load
from scim_contract.locate import editions
from scim_contract.recording.recorded import About, Recorded, Recording
from scim_contract.targets import ConfigurationError, nearest
from scim_contract.transport import Answer, Exchange, Request

LARGEST = 512 * 1024 * 1024
_FOREIGN = "it was not written by `scim-contract run --record`"


def read(path: Path) -> Recording:
    """Read a recording.

    Raises:
        ConfigurationError: the file cannot be read, is no whole HAR, is no recording of this tool, or is of an
            edition that is not there; at most 512 MB are read.
    """
    log = _log(path)
    about = _about(log, path)
    if about.edition not in editions():
        raise ConfigurationError(f"{path}: is of edition {about.edition!r}{nearest(about.edition, editions())}")
    contract = load(about.edition)
    entries: list[Recorded] = []
    for number, entry in enumerate(log["entries"], 1):
        try:
            entries.append(_entry(entry, contract))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
            what = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
            raise ConfigurationError(f"{path}: entry {number} is none of a recording ({what}); {_FOREIGN}") from None
    entries.sort(key=lambda each: each.started)
    return Recording(about, tuple(entries))


def _log(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigurationError(f"{path}: is larger than {LARGEST // 1024 // 1024} MB, and is not read")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror or error})") from None
    except RecursionError:
        raise ConfigurationError(f"{path}: is nested too deeply for a HAR file") from None
    except ValueError as error:
        what = " ".join(str(error).split())[:120]
        raise ConfigurationError(f"{path}: is no whole HAR file ({what}); was it cut short?") from None
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise ConfigurationError(f"{path}: is JSON, but no HAR file: it has no log with entries")
    return log


def _about(log: dict[str, Any], path: Path) -> About:
    try:
        told = json.loads(log["comment"])
        if told["tool"] != "scim-contract":
            raise ValueError("another tool's")
        values = {f.name: told[f.name] for f in fields(About)}
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ConfigurationError(f"{path}: is a HAR file, but no recording: {_FOREIGN}") from None
    for name, value in values.items():
        if not isinstance(value, dict if name in ("settings", "profile", "verdicts") else str):
            raise ConfigurationError(f"{path}: says nothing usable of its run's {name}; {_FOREIGN}")
    return About(**values)


def _entry(entry: Any, contract: Contract) -> Recorded:
    comment = json.loads(entry["comment"])
    asked, came = entry["request"], entry["response"]
    request = Request(_str(asked["method"]), _str(asked["url"]), _pairs(asked["headers"]), _sent(asked, comment))
    status, seconds = came["status"], entry["time"] / 1000
    if not isinstance(status, int) or not 100 <= status <= 999:
        raise ValueError(f"no status: {status!r}")
    answer = Answer(status, _pairs(came["headers"]), _said(came["content"]), seconds, comment.get("broken"))
    name = comment["operation"]
    operation = contract.operation(name) if name else None
    exchange = Exchange(
        _str(comment["step"]), operation, _str(comment["client"]), request, answer,
        tuple(_str(each) for each in comment["retries"]), bool(comment["strange"]),
    )  # fmt: skip
    started = datetime.fromisoformat(entry["startedDateTime"]).timestamp()
    return Recorded(exchange, started, tuple(_str(each) for each in comment["claims"]))


def _pairs(records: Any) -> tuple[tuple[str, str], ...]:
    return tuple((_str(each["name"]), _str(each["value"])) for each in records)


def _sent(asked: Any, comment: Any) -> bytes | None:
    if "body" in comment:
        return b64decode(comment["body"], validate=True)
    return _bytes(asked["postData"]["text"]) if asked.get("postData") else None


def _said(content: Any) -> bytes:
    text = content.get("text") or ""
    return b64decode(text, validate=True) if content.get("encoding") == "base64" else _bytes(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"no text: {str(value)[:60]!r}")
    return value
