"""What all tests need."""

from __future__ import annotations

from pathlib import Path

import pytest

from scim_contract.org import Workspace
from tests import forked
from tests.exchanges import VIEWER, quick_trust, workspace
from tests.observing import EDITOR


@pytest.fixture(scope="session", autouse=True)
def _forking() -> None:
    """Before a test goes into another folder, from where other code might be imported."""
    forked.start()


@pytest.fixture
def space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Workspace:
    """A workspace with somebody who views users and somebody who edits them, whose target is never asked."""
    quick_trust(monkeypatch, tmp_path)
    return workspace(tmp_path, VIEWER, EDITOR)
