"""Defects planted in a copy of a real, published SDK, and what the gate must say of each."""

from __future__ import annotations

import json
import shutil
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.commands import call, report
from tests.gate.releases import release

Key = tuple[str, str, str]
"""A claim, a case and an operation."""


@dataclass(frozen=True)
class Edit:
    """One text put in the place of another: in a file, from a mark in it to the next end mark (`method`)."""

    file: str
    old: str
    new: str
    method: str = ""


@dataclass(frozen=True)
class Planted:
    """A defect: the edits that make it, and where it must be told of, each with a part of the message."""

    name: str
    edits: tuple[Edit, ...]
    found: Mapping[Key, str]

    def __str__(self) -> str:
        return self.name


def edited(text: str, edit: Edit, end: str) -> str:
    """The text with an edit made; it fails where there is nothing to edit."""
    begin, stop = 0, len(text)
    if edit.method:
        begin = text.index(edit.method)
        stop = text.find(end, begin + len(edit.method))
        stop = len(text) if stop < 0 else stop
    part = text[begin:stop]
    assert edit.old in part, f"{edit.file}: {edit.old!r} is not in {edit.method or 'it'}"
    return text[:begin] + part.replace(edit.old, edit.new) + text[stop:]


def patched(source: Path, target: Path, defects: Sequence[Planted], end: str) -> None:
    """A copy of a folder with the defects in it; what is not edited is a link to the original."""
    edits: dict[str, list[Edit]] = {}
    for edit in (edit for defect in defects for edit in defect.edits):
        edits.setdefault(edit.file, []).append(edit)
    folders = {str(parent) for file in edits for parent in Path(file).parents}
    _link(source, target, "", folders, set(edits))
    for file, own in edits.items():
        text = (source / file).read_text("utf-8")
        for edit in own:
            text = edited(text, edit, end)
        (target / file).write_text(text, "utf-8")


def _link(source: Path, target: Path, inside: str, folders: set[str], files: set[str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for each in source.iterdir():
        name = f"{inside}{each.name}"
        if name in folders or each.name == "__pycache__":  # where each is a link, so that a new one replaces none
            _link(each, target / each.name, f"{name}/", folders, files)
        elif name not in files:
            (target / each.name).symlink_to(each)


def python_cache(cache: Path, version: str, defects: Sequence[Planted]) -> None:
    """A cache in which a release of the Python SDK has the defects."""
    real = release(f"python=={version}").home
    home = cache / "sdk" / "python" / version
    venv.create(home / "venv", with_pip=False, symlinks=True)
    (packages,) = (home / "venv" / "lib").glob("python*/site-packages")
    (originals,) = (real / "venv" / "lib").glob("python*/site-packages")
    for each in originals.iterdir():
        if each.name != "PureCloudPlatformClientV2":
            (packages / each.name).symlink_to(each)
    name = "PureCloudPlatformClientV2"
    patched(originals / name, packages / name, defects, end="\n    def ")
    shutil.copy(real / "installed.json", home)


def javascript_cache(cache: Path, version: str, defects: Sequence[Planted]) -> None:
    """A cache in which a release of the JavaScript SDK has the defects."""
    real = release(f"javascript=={version}").home
    home = cache / "sdk" / "javascript" / version
    name = "purecloud-platform-client-v2"
    (home / "node_modules").mkdir(parents=True)
    for each in (real / "node_modules").iterdir():
        if each.name != name:
            (home / "node_modules" / each.name).symlink_to(each)
    patched(real / "node_modules" / name, home / "node_modules" / name, defects, end="\n\t}\n")
    for each in ("installed.json", "package.json"):
        shutil.copy(real / each, home)


def judged(folder: Path, sdk: str, cache: Path | None = None) -> dict[str, Any]:
    """The report of a gate; with a cache of its own where one is given."""
    environment = {"SCIM_CONTRACT_CACHE": str(cache)} if cache else {}
    told = call(folder, "gate", sdk, "--edition", "2019", **environment)
    assert told.code == 1, told.text
    return report(folder, sdk)


def violated(document: dict[str, Any]) -> dict[Key, str]:
    """Every violated atomic claim with its message."""
    rows = [row for row in document["results"] if row["verdict"] == "violated"]
    return {(row["claim"], row["case"] or "", row["operation"]): row["message"] or "" for row in rows}


def newly(before: dict[str, Any], after: dict[str, Any]) -> dict[Key, str]:
    """What a report says is violated and the one before did not, or with another reason."""
    known = {_key(row): row["reason"] for row in before["results"] if row["verdict"] == "violated"}
    return {
        _key(row): row["message"] or ""
        for row in after["results"]
        if row["verdict"] == "violated" and known.get(_key(row)) != row["reason"]
    }


def _key(row: dict[str, Any]) -> Key:
    return row["claim"], row["case"] or "", row["operation"]


def assert_all_found(defects: Sequence[Planted], new: Mapping[Key, str]) -> None:
    """Each defect is told of where it is and with what it is; and nothing else is told of."""
    wanted = {key: text for defect in defects for key, text in defect.found.items()}
    lacking = [f"{defect}: {key}" for defect in defects for key in defect.found if key not in new]
    said = [(key, text, new.get(key, text)) for key, text in wanted.items()]
    unsaid = [f"{key}: no {text!r} in\n{message}" for key, text, message in said if text not in message]
    stray = {key: new[key][:400] for key in set(new) - set(wanted)}
    assert not lacking, "\n".join(lacking) + "\n" + json.dumps(sorted(map(str, new)), indent=1)
    assert not unsaid, "\n\n".join(unsaid)
    assert not stray, json.dumps({str(key): text for key, text in stray.items()}, indent=1)


def every(claim: str, case: str, operations: Sequence[str], text: str) -> dict[Key, str]:
    """One message at several operations."""
    return {(claim, case, operation): text for operation in operations}
