"""What all tests need."""

from __future__ import annotations

import pytest

from tests import forked


@pytest.fixture(scope="session", autouse=True)
def _forking() -> None:
    """Before a test goes into another folder, from where other code might be imported."""
    forked.start()
