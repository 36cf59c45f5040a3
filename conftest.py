"""pytest finds the suites' plugin here; everything is in scim_contract.plugin."""

pytest_plugins = ["scim_contract.plugin"]
