"""What is made once for all processes of a run of tests."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]) -> tuple[Any, Path]:
    """What `make` gives of a folder of its own, as JSON, and the folder: made by the first process that asks for it."""
    own = factory.getbasetemp()
    shared = (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / "once" / name
    shared.mkdir(parents=True, exist_ok=True)
    told = shared / "once.json"
    with FileLock(shared / "once.lock"):
        if not told.exists():
            (shared / "folder").mkdir()
            told.write_text(json.dumps(make(shared / "folder")), "utf-8")
    return json.loads(told.read_text("utf-8")), shared / "folder"
