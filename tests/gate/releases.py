"""Published releases for tests, installed once into the cache that the gate itself uses."""

from __future__ import annotations

import os
from functools import cache

import pytest

from scim_contract.gate.command import wanted_of
from scim_contract.sdk.installing import Installed, install
from scim_contract.targets import ConfigurationError

PYTHON = "python==269.0.0"


@cache
def release(sdk: str, package: str | None = None) -> Installed:
    """A release; where it cannot be had the test is skipped, and fails in CI."""
    try:
        return install(wanted_of(sdk, package))
    except ConfigurationError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{sdk} cannot be installed: {error}")
        pytest.skip(f"{sdk} cannot be installed here: {error}")
