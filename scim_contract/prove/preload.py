"""What every trial needs, imported and read once for all of them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from _pytest.config import default_plugins

from scim_contract import judging, org
from scim_contract.contract import load
from scim_contract.locate import editions
from scim_contract.mock.faults import faults
from scim_contract.mock.variants import variants
from scim_contract.plugin.catalogue import checks
from scim_contract.plugin.run import suites_folder

_LATE = (
    "allure_pytest.plugin",
    "httpcore",
    "scim_contract.checks",
    "scim_contract.mock.attributes",
    "scim_contract.prove.trial",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
)
"""What is imported when it is first needed, which is once in every trial."""

for module in (
    *_LATE,
    *(f"_pytest.{plugin}" for plugin in default_plugins),
    *(found.name for package in (org, judging) for found in walk_packages(package.__path__, f"{package.__name__}.")),
):
    import_module(module)
checks(suites_folder())
for edition in editions():
    contract = load(edition)  # the contract and what is made of it are kept by whoever asks first
    faults(contract), variants(contract), contract.atoms
