"""What every trial needs, imported and read once for all of them."""

from __future__ import annotations

from importlib import import_module

from scim_contract.contract import load
from scim_contract.locate import editions
from scim_contract.mock.faults import faults
from scim_contract.mock.variants import variants
from scim_contract.plugin.catalogue import checks
from scim_contract.plugin.run import suites_folder

for module in (
    "allure_pytest.plugin",
    "scim_contract.checks",
    "scim_contract.prove.trial",
    "scim_contract.mock.attributes",
):
    import_module(module)
checks(suites_folder())
for edition in editions():
    contract = load(edition)  # the contract and what is made of it are kept by whoever asks first
    faults(contract), variants(contract)
