"""What several files of tests judge by."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Told, call, report
from tests.gate.releases import PYTHON, release
from tests.once import once


@pytest.fixture(scope="session")
def python_judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, dict[str, Any], Path]:
    """A published release of the Python SDK, held against the edition of 2019."""
    release(PYTHON)
    (code, text), folder = once(
        tmp_path_factory, "gate", lambda folder: astuple(call(folder, "gate", PYTHON, "--edition", "2019"))
    )
    return Told(code, text), report(folder, PYTHON), folder
