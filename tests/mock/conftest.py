from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from mocked import CLIENTS, Mock

from scim_contract.mock.settings import Settings


@pytest.fixture(params=["v1", "v2"])
def mock(request: pytest.FixtureRequest) -> Mock:
    """A mock without authentication, under each prefix in turn."""
    return Mock(Settings(admin=True), request.param)


@pytest.fixture
def guarded() -> Mock:
    """A mock with a client for each permission and one without any."""
    return Mock(Settings(clients=CLIENTS, admin=True))


@pytest.fixture
def refused() -> Callable[[httpx.Response, int, str | None], None]:
    """Asserts the status and scimType of a refusal."""

    def check(answer: httpx.Response, status: int, scim_type: str | None = None) -> None:
        assert (answer.status_code, answer.json().get("scimType")) == (status, scim_type), answer.text

    return check
