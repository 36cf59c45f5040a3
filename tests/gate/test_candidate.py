"""A candidate package that is not published yet, and one whose methods hang or take the process with them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.commands import call, report
from tests.gate.planting import Edit, edited
from tests.gate.releases import release

VERSION = "262.0.0"
NAME = "purecloud-platform-client-v2"
DIST = Path("dist") / "node" / f"{NAME}.js"


def candidate(folder: Path, *edits: Edit) -> Path:
    """The tarball of a release with something changed in it."""
    source = release(f"javascript=={VERSION}").home / "node_modules" / NAME
    package = folder / "package"
    (package / DIST.parent).mkdir(parents=True)
    shutil.copy(source / "package.json", package)
    text = (source / DIST).read_text("utf-8")
    for edit in edits:
        text = edited(text, edit, end="\n\t}\n")
    (package / DIST).write_text(text, "utf-8")
    subprocess.run(
        ["npm", "pack", "--silent", "--ignore-scripts"], cwd=package, check=True, capture_output=True, timeout=60
    )
    (tarball,) = package.glob("*.tgz")
    return tarball


def first(method: str, statement: str) -> Edit:
    return Edit(str(DIST), "opts = opts || {};", f"opts = opts || {{}}; {statement}", f"\t{method}(")


def test_methods_that_hang_or_die_are_inconclusive_and_the_rest_is_judged(tmp_path: Path) -> None:
    hanging = first("getScimUser", "console.error('round and round'); while (true);")
    dying = first("getScimGroup", "console.error('out of memory'); process.exit(9);")
    package = candidate(tmp_path, hanging, dying)
    told = call(
        tmp_path, "gate", "javascript", "--package", str(package), "--claim", "sdk.not-modified", "--timeout", "2",
        SCIM_CONTRACT_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    rows = {row["operation"]: row for row in report(tmp_path, f"javascript=={VERSION}")["results"]}
    assert told.code == 3, told.text
    assert rows["get_scim_user"]["verdict"] == "inconclusive"
    assert "did not answer within 2 s; its standard error: round and round" in rows["get_scim_user"]["reason"]
    assert rows["get_scim_group"]["verdict"] == "inconclusive"
    assert "ended with exit code 9" in rows["get_scim_group"]["reason"]
    assert "out of memory" in rows["get_scim_group"]["reason"]
    others = [row["verdict"] for name, row in rows.items() if name not in ("get_scim_user", "get_scim_group")]
    assert others == ["conforms"] * 4
