"""The pytest plugin: the suites run under it, from a checkout and from an installed wheel alike."""

from __future__ import annotations

import pytest

from scim_contract.contract import Operation
from scim_contract.fuzz import Fuzzer
from scim_contract.judging import Judge
from scim_contract.org import Org
from scim_contract.plugin.hooks import Plugin, environment_lines
from scim_contract.plugin.items import Items
from scim_contract.plugin.options import add_options, settings_of
from scim_contract.sdk.library import Library

NAME = "scim-contract-run"
ITEMS = "scim-contract-items"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and the process's plugin."""
    config.addinivalue_line("markers", "claim(id, *cases): the claim of the catalogue that a check judges")
    if not config.pluginmanager.hasplugin(NAME):
        plugin = Plugin(config, settings_of(config))
        config.pluginmanager.register(plugin, NAME)
        config.pluginmanager.register(Items(plugin), ITEMS)


def plugin_of(config: pytest.Config) -> Plugin:
    """The process's plugin."""
    plugin = config.pluginmanager.getplugin(NAME)
    assert isinstance(plugin, Plugin)
    return plugin


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say in the header what is being judged."""
    return list(environment_lines(plugin_of(config)))


def items_of(config: pytest.Config) -> Items:
    """The process's hooks around each check."""
    items = config.pluginmanager.getplugin(ITEMS)
    assert isinstance(items, Items)
    return items


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    """Judges the cases of this check."""
    return items_of(request.config).judge(request)


@pytest.fixture
def org(request: pytest.FixtureRequest) -> Org:
    """The target's directory, on behalf of this check."""
    return items_of(request.config).org(request)


@pytest.fixture
def fuzzer(request: pytest.FixtureRequest) -> Fuzzer:
    """Searches with generated requests, as the run's settings say."""
    found = plugin_of(request.config).fuzzer
    assert found is not None
    return found


@pytest.fixture
def library(request: pytest.FixtureRequest) -> Library:
    """The release of a client library that a gate judges."""
    return items_of(request.config).library()


@pytest.fixture
def operation() -> Operation:
    """The operation that this check is about; given by the claim."""
    raise pytest.UsageError("a check that asks for an operation needs its claim: @claim('area.name')")
